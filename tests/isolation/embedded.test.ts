import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe } from "vitest";
import { testCatalogue } from "./src/catalogue.ts";
import { testChanges } from "./src/changes.ts";
import { testEntrances } from "./src/entrances-of-others.ts";
import { testRest } from "./src/rest.ts";
import { testSessions } from "./src/sessions.ts";
import { startTwoTenants, type TwoTenants } from "./src/two-tenants.ts";

describe("two tenants on the embedded store", () => {
  const directory = mkdtempSync(join(tmpdir(), "fairlead-isolation-"));
  let both: TwoTenants;

  beforeAll(async () => {
    both = await startTwoTenants({ FAIRLEAD_STATE: directory });
  }, 30_000);

  afterAll(async () => {
    await both?.close();
    rmSync(directory, { recursive: true, force: true });
  });

  testCatalogue(() => both);
  testChanges(() => both);
  testRest(() => both);
  testEntrances(() => both);
  testSessions(() => both);
});
