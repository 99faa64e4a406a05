import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testVault } from "@fairlead/testkit/contracts/test-vault";
import { afterAll, afterEach, describe } from "vitest";
import { createSqliteStore } from "../storage/sqlite.ts";

describe("two vaults on one SQLite file", () => {
  const directory = mkdtempSync(join(tmpdir(), "fairlead-vault-"));
  let path = join(directory, "0.db");
  afterEach(() => {
    path = join(directory, `${randomBytes(4).toString("hex")}.db`);
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  testVault(() => createSqliteStore(path));
});
