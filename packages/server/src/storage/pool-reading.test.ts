import { createSchema, probePostgres, type TestSchema } from "@fairlead/testkit/postgres";
import { requireService } from "@fairlead/testkit/services";
import { afterEach, expect, test } from "vitest";
import { createPostgresStore, type PoolReading } from "./postgres.ts";

let schema: TestSchema | undefined;
afterEach(() => schema?.drop());

const describePostgres = await requireService("PostgreSQL", probePostgres);
describePostgres("a store on PostgreSQL", () => {
  test("tells of its connections, and of those who wait for one", async () => {
    schema = await createSchema("pool_reading");
    let read: (() => PoolReading) | undefined;
    const store = await createPostgresStore({
      ...{ ...schema.options, poolSize: 1 },
      onPool: (reading) => {
        read = reading;
      },
    });
    const entered = Promise.withResolvers<void>();
    const leave = Promise.withResolvers<void>();
    const holding = store.transaction(async () => {
      entered.resolve();
      await leave.promise;
    });
    await entered.promise;
    const waiting = store.check();
    expect(read?.()).toEqual({ busy: 1, idle: 0, waiting: 1 });
    leave.resolve();
    await Promise.all([holding, waiting]);
    expect(read?.()).toEqual({ busy: 0, idle: 1, waiting: 0 });
    await store.close();
  });
});
