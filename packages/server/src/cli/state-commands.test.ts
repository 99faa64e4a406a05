import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { createSqliteStore } from "@fairlead/core/storage/sqlite";
import { addOwners, tenant } from "@fairlead/testkit/contracts/store/records";
import { createSchema, POSTGRES_URL, probePostgres } from "@fairlead/testkit/postgres";
import { requireService } from "@fairlead/testkit/services";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { run } from "./program.ts";

const describePostgres = await requireService("PostgreSQL", probePostgres);
const isTerminal = process.stdout.isTTY;
let folder: string;
let file: string;
let copy: string;
let stdout = "";
let stderr = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fairlead-state-"));
  file = join(folder, "fairlead.db");
  copy = join(folder, "copy.db");
  stdout = "";
  stderr = "";
  process.stdout.isTTY = true;
  vi.spyOn(process.stdout, "write").mockImplementation((part) => {
    stdout += part;
    return true;
  });
  vi.spyOn(process.stderr, "write").mockImplementation((part) => {
    stderr += part;
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  process.stdout.isTTY = isTerminal;
  rmSync(folder, { recursive: true, force: true });
});

function fairlead(...args: string[]): Promise<number> {
  return run(args, { FAIRLEAD_STATE: folder });
}

async function fill(): Promise<void> {
  const store = await createSqliteStore(file);
  await addOwners(store);
  await store.close();
}

describe("migrate", () => {
  test("makes the embedded store, and then has nothing to do", async () => {
    expect(await fairlead("migrate")).toBe(0);
    expect(stdout).toBe("Done: 0001-records, 0002-writes\n");
    stdout = "";
    expect(await fairlead("migrate")).toBe(0);
    expect(stdout).toBe("The records are up to date.\n");
  });

  test("only says what it would do, and fails while there is something", async () => {
    expect(await fairlead("migrate", "--check")).toBe(1);
    expect(stdout).toBe("To be done: 0001-records, 0002-writes\n");
    expect(existsSync(file)).toBe(false);
    await fill();
    expect(await fairlead("migrate", "--check")).toBe(0);
  });

  test("answers programs in JSON", async () => {
    await fairlead("migrate", "--json", "--check");
    expect(JSON.parse(stdout)).toEqual({ pending: ["0001-records", "0002-writes"] });
  });

  test("has nothing to do in memory", async () => {
    expect(await run(["migrate"], { FAIRLEAD_STATE: "memory" })).toBe(0);
    expect(stdout).toBe("The records are up to date.\n");
  });
});

describePostgres("migrate, with PostgreSQL", () => {
  test("does the same there", async () => {
    const { options, drop } = await createSchema("cli_migrate");
    const url = new URL(POSTGRES_URL);
    url.searchParams.set("options", `-c search_path=${options.schema}`);
    const environment = { DATABASE_URL: url.href, ENCRYPTION_KEY: "k".repeat(32) };
    expect(await run(["migrate", "--check"], environment)).toBe(1);
    expect(await run(["migrate"], environment)).toBe(0);
    expect(await run(["migrate", "--check"], environment)).toBe(0);
    await drop();
    expect(stdout).toBe(
      "To be done: 0001-records, 0002-writes\nDone: 0001-records, 0002-writes\nThe records are up to date.\n",
    );
  });
});

describe("backup", () => {
  test("says what it wrote, and what is not in it", async () => {
    await fill();
    expect(await fairlead("backup", copy)).toBe(0);
    // Two tenants, two principals, the counter and two migrations.
    expect(stdout).toContain(`Wrote 7 records to ${copy}, and read them again.`);
    expect(stdout).toContain(`Not in it: the master key in ${join(folder, "fairlead.key")}.`);
  });

  test("is in the audit", async () => {
    await fill();
    await fairlead("backup", copy);
    stdout = "";
    await fairlead("audit", "export");
    const events = stdout.split("\n").filter((line) => line.includes("state.backup"));
    expect(events).toHaveLength(1);
    expect(events[0]).toContain(basename(copy));
  });

  test("is made without the key of the records, and says that the audit lacks it", async () => {
    const first = { FAIRLEAD_STATE: folder, ENCRYPTION_KEY: "k".repeat(32) };
    expect(await run(["vault", "status"], first)).toBe(0);
    expect(await run(["backup", copy], { ...first, ENCRYPTION_KEY: "x".repeat(32) })).toBe(0);
    expect(existsSync(copy)).toBe(true);
    expect(stderr).toContain("The backup is made, but not in the audit: ");
  });

  test("names the setting that the master key is in, and never the key", async () => {
    await fill();
    const ENCRYPTION_KEY = "a key that nobody may see and of some length";
    await run(["backup", copy], { FAIRLEAD_STATE: folder, ENCRYPTION_KEY });
    expect(stdout).toContain("the master key in ENCRYPTION_KEY");
    expect(stdout).not.toContain(ENCRYPTION_KEY);
  });

  test("does not replace a file, unless it is told to", async () => {
    await fill();
    await fairlead("backup", copy);
    expect(await fairlead("backup", copy)).toBe(1);
    expect(stderr).toContain("is there already");
    expect(await fairlead("backup", "--force", copy)).toBe(0);
  });

  test.each([[[]], [["one", "two"]]])("takes one file, not %j", async (words) => {
    expect(await fairlead("backup", ...words)).toBe(2);
    expect(await fairlead("restore", ...words)).toBe(2);
  });

  test("is refused where the records are elsewhere", async () => {
    const ENCRYPTION_KEY = "k".repeat(32);
    const DATABASE_URL = "postgres://user:hunter2@db.example/fairlead";
    expect(await run(["backup", copy], { DATABASE_URL, ENCRYPTION_KEY })).toBe(1);
    expect(stderr).toBe("The records are in PostgreSQL (DATABASE_URL). Use pg_dump.\n");
    expect(await run(["backup", copy], { FAIRLEAD_STATE: "memory" })).toBe(1);
    expect(stderr).toContain("in memory only");
  });
});

describe("restore", () => {
  test("puts the records back, and says where the others are", async () => {
    await fill();
    await fairlead("backup", copy);
    const store = await createSqliteStore(file);
    await store.tenants.insert(tenant({ id: "ten_later" }));
    await store.close();
    stdout = "";
    expect(await fairlead("restore", copy)).toBe(0);
    const kept = readdirSync(folder).find((name) => name.includes("replaced")) ?? "none";
    expect(stdout).toContain(`Restored 7 records into ${file}.`);
    expect(stdout).toContain(kept);
    const restored = await createSqliteStore(file);
    expect(await restored.tenants.find("ten_later")).toBeUndefined();
    await restored.close();
  });

  test("is refused while a server has the store open", async () => {
    await fill();
    await fairlead("backup", copy);
    const store = await createSqliteStore(file);
    expect(await fairlead("restore", copy)).toBe(1);
    expect(stderr).toContain("A process has");
    await store.close();
  });
});
