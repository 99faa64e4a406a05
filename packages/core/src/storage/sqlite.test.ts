import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { addOwners, dataKey, tenant } from "@fairlead/testkit/contracts/store/records";
import { testStore } from "@fairlead/testkit/contracts/test-store";
import { failureOf } from "@fairlead/testkit/failure-of";
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SYSTEM_CLOCK } from "../ports.ts";
import { loadSqlite } from "./node-sqlite.ts";
import { findPending, MIGRATIONS, migrate } from "./sql/migrations/migrate.ts";
import { createSqlStore } from "./sql/store.ts";
import { createSqliteStore, openSqlite, type SqliteOptions } from "./sqlite.ts";
import type { Store } from "./store.ts";

let folder: string;
let file: string;
const closing: (() => unknown)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fairlead-sqlite-"));
  file = join(folder, "state", "fairlead.db");
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(options: SqliteOptions = {}): Promise<Store> {
  const store = await createSqliteStore(file, options);
  closing.push(() => store.close());
  return store;
}

/** Another process, as far as SQLite can tell. */
function openRaw() {
  const { DatabaseSync } = loadSqlite();
  const raw = new DatabaseSync(file);
  closing.push(() => {
    if (raw.isOpen) raw.close();
  });
  return raw;
}

describe("in memory", () => testStore((clock) => createSqliteStore(":memory:", { clock })));

describe("two on one file", () =>
  testStore(async (clock) => [await open({ clock }), await open({ clock })]));

describe("a file", () => {
  test("keeps its records, for its owner alone", async () => {
    const first = await open();
    await addOwners(first);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(`${file}-wal`).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, "state")).mode & 0o777).toBe(0o700);
    await first.close();
    expect(await (await open()).tenants.find("ten_a")).toEqual(tenant());
  });

  test.each([
    ["another program's database", "it belongs to another program"],
    ["no database", "not a database"],
  ])("of %s is refused, and stays as it was", async (kind, words) => {
    await (await open()).close();
    if (kind === "no database") writeFileSync(file, "dear letters ".repeat(1_000));
    else {
      const raw = openRaw();
      raw.exec("pragma application_id = 7");
      raw.close();
    }
    const before = readFileSync(file);
    const { code, message } = await failureOf(open());
    expect([code, message]).toEqual(["upstream_unavailable", expect.stringContaining(words)]);
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  test("of a newer version is refused, with words", async () => {
    await (await open()).close();
    openRaw().exec("insert into migrations (name, applied_at) values ('9999-later', 1)");
    const { code, message } = await failureOf(open());
    expect([code, message]).toEqual(["conflict", expect.stringContaining("9999-later")]);
  });

  test("of an older version is brought up to date, and says what for", async () => {
    const { db, database } = openSqlite(file);
    closing.push(() => database.close());
    const next = { name: "0002-next", statements: () => ["create table next (id text) strict"] };
    expect(await findPending(db, "sqlite")).toEqual(MIGRATIONS.map(({ name }) => name));
    await migrate(db, "sqlite", SYSTEM_CLOCK);
    expect(await findPending(db, "sqlite", [...MIGRATIONS, next])).toEqual(["0002-next"]);
    expect(await migrate(db, "sqlite", SYSTEM_CLOCK, [...MIGRATIONS, next])).toEqual(["0002-next"]);
    expect(await migrate(db, "sqlite", SYSTEM_CLOCK, [...MIGRATIONS, next])).toEqual([]);
    await sql`select id from next`.execute(db);
  });

  test("stays as it was when a step fails half-way", async () => {
    const { db, database } = openSqlite(file);
    closing.push(() => database.close());
    const statements = () => ["create table half (id text) strict", "no sql at all"];
    const broken = [...MIGRATIONS, { name: "0002-broken", statements }];
    await expect(migrate(db, "sqlite", SYSTEM_CLOCK, broken)).rejects.toThrow("syntax error");
    expect(database.prepare("select name from sqlite_master").all()).toEqual([]);
  });

  test("is brought up to date once by many processes that start together", async () => {
    const stores = await Promise.all(Array.from({ length: 8 }, () => open()));
    await addOwners(stores[0] ?? (await open()));
    for (const store of stores) expect(await store.tenants.find("ten_a")).toBeDefined();
  });

  test("refuses a value of another kind than its column", async () => {
    await open();
    const write = () => openRaw().exec("insert into counters (name, value) values ('x', 'many')");
    expect(write).toThrow("cannot store TEXT value in INTEGER column");
  });

  test("keeps nothing of a key that was deleted", async () => {
    const store = await open();
    const wrapped = "a-wrapped-key-to-be-shredded".repeat(4);
    await store.dataKeys.insert(dataKey({ wrapped }));
    await store.dataKeys.delete("ten_a", "dk_a");
    await store.close();
    expect(readFileSync(file).includes(wrapped)).toBe(false);
  });

  test("that was closed says that the records cannot be reached", async () => {
    const store = await open();
    await store.close();
    for (const work of [() => store.check(), () => store.transaction(async () => {})]) {
      const { code, details } = await failureOf(work);
      expect([code, details?.reason]).toEqual(["upstream_unavailable", "store"]);
    }
    await store.close();
  });
});

describe("while another process is writing", () => {
  test("a write waits, lets this process go on, and ends when the other does", async () => {
    const store = await open();
    const raw = openRaw();
    raw.exec("begin immediate");
    let isDone = false;
    const writing = store.tenants.insert(tenant()).then(() => {
      isDone = true;
    });
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(isDone).toBe(false);
    raw.exec("commit");
    await writing;
    expect(await store.tenants.find("ten_a")).toBeDefined();
  });

  test("a write is given up in time, and works when it is tried again", async () => {
    const store = await open({ lockWaitMs: 20 });
    const raw = openRaw();
    raw.exec("begin immediate");
    for (const work of [
      () => store.tenants.insert(tenant()),
      () => store.transaction((inside) => inside.tenants.insert(tenant())),
    ]) {
      const { code, details } = await failureOf(work);
      expect([code, details?.reason]).toEqual(["upstream_unavailable", "store"]);
    }
    raw.exec("rollback");
    await store.tenants.insert(tenant());
  });

  test("reads do not wait", async () => {
    const store = await open({ lockWaitMs: 0 });
    await addOwners(store);
    const raw = openRaw();
    raw.exec("begin immediate; update tenants set name = 'changing' where id = 'ten_a'");
    expect((await store.tenants.find("ten_a"))?.name).toBe("name of ten_a");
  });
});

describe("a transaction that finds the disk full", () => {
  test("keeps nothing, also where its work goes on, and the next one works", async () => {
    const { db, database } = openSqlite(file);
    await migrate(db, "sqlite", SYSTEM_CLOCK);
    const close = async () => database.close();
    const store = createSqlStore({ db, clock: SYSTEM_CLOCK, bytes: async () => 0, close });
    closing.push(close);
    const { page_count: pages } = database.prepare("pragma page_count").get() ?? {};
    database.exec(`pragma max_page_count = ${pages}`);
    const large = tenant({ id: "ten_large", name: "x".repeat(100_000) });
    const stubborn = store.transaction(async (inside) => {
      await inside.tenants.insert(tenant());
      const full = inside.attempt((part) => part.tenants.insert(large));
      expect((await failureOf(full)).code).toBe("upstream_unavailable");
      // SQLite has rolled it all back by then: this would be kept, and alone.
      await inside.tenants.insert(tenant({ id: "ten_b" })).catch(() => {});
    });
    await expect(stubborn).rejects.toThrow();
    expect((await store.tenants.list({ limit: 10 })).items).toEqual([]);
    await store.tenants.insert(tenant());
  });
});

describe("a transaction that never ends", () => {
  test("does not hold up the others for ever", async () => {
    const store = await open({ lockWaitMs: 20 });
    const mayEnd = Promise.withResolvers<void>();
    const endless = store.transaction(() => mayEnd.promise);
    const waiting = await Promise.allSettled(
      Array.from({ length: 500 }, () => store.tenants.find("ten_a")),
    );
    expect(waiting.every(({ status }) => status === "rejected")).toBe(true);
    mayEnd.resolve();
    await endless;
    expect(await store.tenants.find("ten_a")).toBeUndefined();
  });

  test("that uses the store itself fails, rather than to wait for its own end", async () => {
    const store = await open({ lockWaitMs: 20 });
    const stuck = store.transaction(() => store.tenants.find("ten_a"));
    expect((await failureOf(stuck)).details?.reason).toBe("store");
    await store.check();
  });
});

describe("a process", () => {
  /** Runs a module of its own; resolves when it wrote something. */
  function start(script: string, flags: string[] = []) {
    const child = spawn(
      process.execPath,
      ["--conditions=fairlead-source", ...flags, "--input-type=module", "-e", script, file],
      { cwd: import.meta.dirname, stdio: ["ignore", "pipe", "pipe"] },
    );
    closing.push(() => child.kill("SIGKILL"));
    return child;
  }

  test.each(["normal", "full"] as const)(
    "that is killed loses no write that was answered (%s)",
    async (synchronous) => {
      const child = start(`
        import { createSqliteStore } from "@fairlead/core/storage/sqlite";
        import { tenant } from "@fairlead/testkit/contracts/store/records";
        const store = await createSqliteStore(process.argv[1], { synchronous: "${synchronous}" });
        for (let n = 1; ; n++) {
          await store.tenants.insert(tenant({ id: "ten_" + n }));
          process.stdout.write(n + "\\n");
        }`);
      let answered = "";
      for await (const bytes of child.stdout) {
        answered += bytes;
        if (answered.split("\n").length > 50) child.kill("SIGKILL");
      }
      const last = Number(answered.trimEnd().split("\n").at(-1));
      expect(last).toBeGreaterThanOrEqual(50);
      const store = await open();
      expect(await store.tenants.find(`ten_${last}`)).toBeDefined();
    },
  );

  test("says nothing on standard error about using SQLite", async () => {
    const child = start(`
      import { createSqliteStore } from "@fairlead/core/storage/sqlite";
      await (await createSqliteStore(":memory:")).close();`);
    expect(await text(child.stderr)).toBe("");
  });

  test("holds back that one warning, and no other", async () => {
    const child = start(`
      const { getBuiltinModule } = process;
      process.getBuiltinModule = (name) => {
        process.emitWarning("SQLite is an experimental feature and might change at any time", "ExperimentalWarning");
        process.emitWarning("Something else is experimental", "ExperimentalWarning");
        return getBuiltinModule(name);
      };
      const { loadSqlite } = await import("@fairlead/core/storage/node-sqlite");
      loadSqlite();
      process.emitWarning("A late one");`);
    const said = await text(child.stderr);
    expect(said).not.toContain("SQLite");
    expect(said).toContain("Something else is experimental");
    expect(said).toContain("A late one");
  });
});

test.each([
  ["normal", 1],
  ["full", 2],
] as const)("waits for the disk as it is told to: %s", (synchronous, level) => {
  const { database } = openSqlite(file, { synchronous });
  closing.push(() => database.close());
  expect(database.prepare("pragma synchronous").get()).toMatchObject({ synchronous: level });
});
