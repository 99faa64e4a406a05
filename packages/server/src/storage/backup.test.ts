import { spawn } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadSqlite } from "@fairlead/core/storage/node-sqlite";
import { createSqliteStore } from "@fairlead/core/storage/sqlite";
import type { Store } from "@fairlead/core/storage/store";
import { addOwners, apiKey, tenant } from "@fairlead/testkit/contracts/store/records";
import { failureOf } from "@fairlead/testkit/failure-of";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { backupStore } from "./backup.ts";
import { restoreStore } from "./restore.ts";
import { verifyFile } from "./verify.ts";

const NOW = Date.UTC(2026, 2, 14, 9, 30);
let folder: string;
let file: string;
let copy: string;
const closing: (() => unknown)[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fairlead-backup-"));
  file = join(folder, "state", "fairlead.db");
  copy = join(folder, "copy.db");
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  rmSync(folder, { recursive: true, force: true });
});

async function openStore(path = file): Promise<Store> {
  const store = await createSqliteStore(path);
  closing.push(() => store.close());
  return store;
}

async function fill(): Promise<Store> {
  const store = await openStore();
  await addOwners(store);
  await store.keys.insert(apiKey());
  return store;
}

function execute(path: string, sql: string): void {
  const { DatabaseSync } = loadSqlite();
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}

describe("a backup", () => {
  test("holds every record, in one file, for its owner alone", async () => {
    await fill();
    const contents = await backupStore({ from: file, to: copy });
    expect(contents.rows).toMatchObject({ tenants: 2, principals: 2, api_keys: 1, audit: 0 });
    expect(contents.migrations).toEqual(["0001-records", "0002-writes"]);
    expect(statSync(copy).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder).sort()).toEqual(["copy.db", "state"]);
    const restored = await openStore(copy);
    expect(await restored.keys.find("key_a")).toEqual(apiKey());
  });

  test("leaves out a transaction that is not committed, and does not wait for it", async () => {
    const store = await fill();
    await store.transaction(async (inside) => {
      await inside.tenants.insert(tenant({ id: "ten_c" }));
      const { rows } = await backupStore({ from: file, to: copy });
      expect(rows.tenants).toBe(2);
    });
  });

  test("is of one moment, whatever another process writes meanwhile", async () => {
    await fill();
    // Always as many principals as tenants, because it writes both in one transaction.
    const writer = startWriter(file);
    await writer.line();
    for (let n = 0; n < 5; n++) {
      const { rows } = await backupStore({ from: file, to: copy, force: true });
      expect(rows.tenants).toBeGreaterThan(2);
      expect(rows.principals).toBe(rows.tenants);
    }
    await writer.kill();
  });

  test("does not replace a file, unless it is told to", async () => {
    await fill();
    writeFileSync(copy, "dear");
    const { code, message } = await failureOf(backupStore({ from: file, to: copy }));
    expect([code, message]).toEqual(["conflict", expect.stringContaining("--force")]);
    expect(readFileSync(copy, "utf8")).toBe("dear");
    await backupStore({ from: file, to: copy, force: true });
    expect(verifyFile(copy).rows.tenants).toBe(2);
  });

  test("of nothing is refused, and makes nothing", async () => {
    expect((await failureOf(backupStore({ from: file, to: copy }))).code).toBe("not_found");
    expect(existsSync(file)).toBe(false);
    expect(existsSync(copy)).toBe(false);
  });

  test("of a damaged store is refused, and leaves no half of it", async () => {
    await (await fill()).close();
    damage(file);
    await expect(backupStore({ from: file, to: copy })).rejects.toThrow();
    expect(readdirSync(folder)).toEqual(["state"]);
  });
});

describe("restoring", () => {
  test("puts the records back, and keeps what was there", async () => {
    const store = await fill();
    await backupStore({ from: file, to: copy });
    await store.tenants.insert(tenant({ id: "ten_later" }));
    await store.close();
    const { kept, rows } = restoreStore({ from: copy, to: file, now: NOW });
    expect(rows.tenants).toBe(2);
    expect(kept).toBe(`${file}.replaced-2026-03-14T09-30-00-000Z`);
    const restored = await openStore();
    expect(await restored.tenants.find("ten_later")).toBeUndefined();
    expect(await restored.keys.find("key_a")).toEqual(apiKey());
    const before = await openStore(kept);
    expect(await before.tenants.find("ten_later")).toBeDefined();
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test("makes the place when there is none", async () => {
    await (await fill()).close();
    await backupStore({ from: file, to: copy });
    const elsewhere = join(folder, "new", "place", "fairlead.db");
    expect(restoreStore({ from: copy, to: elsewhere, now: NOW }).kept).toBeUndefined();
    expect(statSync(join(folder, "new", "place")).mode & 0o777).toBe(0o700);
    expect(await (await openStore(elsewhere)).tenants.find("ten_a")).toBeDefined();
  });

  test("is refused while a process has the store open, and names it", async () => {
    const store = await fill();
    await backupStore({ from: file, to: copy });
    await store.processes.beat({
      ...{ id: "p1", host: "quay", pid: 77, shared: "memory", started_at: 1, seen_at: NOW },
    });
    const { code, message } = await failureOf(() =>
      restoreStore({ from: copy, to: file, now: NOW }),
    );
    expect(code).toBe("conflict");
    expect(message).toContain("process 77 on quay");
    expect(strays()).toEqual([]);
    expect(await store.tenants.find("ten_a")).toBeDefined();
  });

  test("is refused while another process has it open that never says so", async () => {
    await (await fill()).close();
    await backupStore({ from: file, to: copy });
    const writer = startWriter(file);
    await writer.line();
    const { details } = await failureOf(() => restoreStore({ from: copy, to: file, now: NOW }));
    expect(details?.reason).toBe("in_use");
    await writer.kill();
    expect(restoreStore({ from: copy, to: file, now: NOW }).rows.tenants).toBe(2);
  });

  test("goes on under a running process when it is forced, and mixes nothing", async () => {
    const store = await fill();
    await backupStore({ from: file, to: copy });
    await store.tenants.insert(tenant({ id: "ten_later" }));
    const { kept = "" } = restoreStore({ from: copy, to: file, now: NOW, force: true });
    await store.tenants.insert(tenant({ id: "ten_lost" }));
    const restored = await openStore();
    const { items } = await restored.tenants.list({ limit: 10 });
    expect(items.map(({ id }) => id)).toEqual(["ten_a", "ten_b"]);
    expect(existsSync(kept)).toBe(true);
  });

  test.each([
    ["another program's file", "pragma application_id = 7", "not written by Fairlead"],
    [
      "a file of a newer version",
      "insert into migrations values ('9999-later', 1)",
      "newer than this program",
    ],
    [
      "a file whose records refer to others it lacks",
      "pragma foreign_keys = off; delete from principals",
      "damaged",
    ],
  ])("refuses %s, and leaves the records as they are", async (_, sql, words) => {
    const store = await fill();
    await backupStore({ from: file, to: copy });
    await store.close();
    execute(copy, sql);
    await expect(async () => restoreStore({ from: copy, to: file, now: NOW })).rejects.toThrow(
      words,
    );
    expect(strays()).toEqual([]);
    expect(await (await openStore()).keys.find("key_a")).toEqual(apiKey());
  });

  test.each([
    ["a damaged file", (path: string) => damage(path)],
    ["half a file", (path: string) => writeFileSync(path, readFileSync(path).subarray(0, 20_000))],
    ["no database at all", (path: string) => writeFileSync(path, "x".repeat(5_000))],
    ["an empty file", (path: string) => writeFileSync(path, "")],
  ])("refuses %s", async (_, spoil) => {
    await (await fill()).close();
    await backupStore({ from: file, to: copy });
    chmodSync(copy, 0o600);
    spoil(copy);
    const failure = await failureOf(() => restoreStore({ from: copy, to: file, now: NOW }));
    expect(failure.code).toBe("invalid_input");
    expect(strays()).toEqual([]);
  });

  test("refuses a file that is not there", async () => {
    const failure = await failureOf(() => restoreStore({ from: copy, to: file, now: NOW }));
    expect(failure.code).toBe("not_found");
  });
});

/** What lies in the store's folder and is not its own. */
function strays(): string[] {
  return readdirSync(join(folder, "state")).filter(
    (name) => !/^fairlead\.db(-wal|-shm)?$/.test(name),
  );
}

/** Overwrites pages in the middle, as a failing disk does. */
function damage(path: string): void {
  const bytes = readFileSync(path);
  bytes.fill(0xa5, 8_192, bytes.length - 4_096);
  writeFileSync(path, bytes);
}

/** A process of its own that writes a tenant with a principal, again and again, and says so. */
function startWriter(path: string) {
  const script = `
    const { createSqliteStore } = await import("@fairlead/core/storage/sqlite");
    const { tenant, principal } = await import("@fairlead/testkit/contracts/store/records");
    const store = await createSqliteStore(process.argv[1]);
    for (let n = 0; ; n++) {
      await store.transaction(async (inside) => {
        await inside.tenants.insert(tenant({ id: "ten_w" + n }));
        await inside.principals.insert(principal({ id: "prn_w" + n, tenant_id: "ten_w" + n }));
      });
      process.stdout.write(n + "\\n");
    }`;
  const child = spawn(
    process.execPath,
    ["--conditions=fairlead-source", "--input-type=module", "-e", script, path],
    { cwd: import.meta.dirname, stdio: ["ignore", "pipe", "inherit"] },
  );
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const kill = async () => {
    child.kill("SIGKILL");
    await ended;
  };
  closing.push(kill);
  return {
    kill,
    line: () => new Promise<void>((resolve) => child.stdout.once("data", () => resolve())),
  };
}
