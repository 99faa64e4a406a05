import { testVault } from "@fairlead/testkit/contracts/test-vault";
import { createSchema, probePostgres, type TestSchema } from "@fairlead/testkit/postgres";
import { requireService } from "@fairlead/testkit/services";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { createPostgresStore } from "../storage/postgres.ts";

const describePostgres = await requireService("PostgreSQL", probePostgres);

describePostgres("two vaults on one PostgreSQL database", () => {
  let schema: TestSchema;
  beforeAll(async () => {
    schema = await createSchema("vault");
  });
  beforeEach(() => schema.empty());
  afterAll(() => schema.drop());

  testVault(() => createPostgresStore(schema.options));
});
