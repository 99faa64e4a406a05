/**
 * Works with a credential the way calls do, drops it, and writes what is left on the heap. Arguments: a directory, and
 * `drop` or `keep`. The canary is made in a buffer and never a string here, but for what `reveal()` makes: `keep` holds
 * on to one of these, which shows that the search would find it.
 */
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeHeapSnapshot } from "node:v8";
import { withCredential } from "../connections/connection.ts";
import { SILENT, SYSTEM_CLOCK } from "../ports.ts";
import { Secret } from "../secret.ts";
import { createSqliteStore } from "../storage/sqlite.ts";
import { openCredential, sealCredential } from "./credential.ts";
import { createMasterKey } from "./master-key.ts";
import { openVault } from "./open-vault.ts";

const [directory = ".", mode = "drop"] = process.argv.slice(2);
const TIMES = 500;
const MAIN = { tenant_id: "ten_acme", id: "con_main" };
const LETTERS = Buffer.from("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789");

function makeCanary(): Buffer {
  return Buffer.from(randomBytes(48).map((byte) => LETTERS[byte % LETTERS.length] ?? 0));
}

async function work(): Promise<number> {
  const canary = makeCanary();
  writeFileSync(join(directory, "canary"), canary);
  const store = await createSqliteStore(join(directory, "records.db"));
  const vault = await openVault({
    ...{ store, clock: SYSTEM_CLOCK, random: randomBytes, logger: SILENT },
    masterKeys: { current: createMasterKey(randomBytes(32), randomBytes), others: [] },
  });
  await store.tenants.insert({
    ...{ id: MAIN.tenant_id, name: "acme", status: "active", tier: null, repository: null },
    created_at: 0,
  });
  const secret = new Secret(canary);
  const sealed_credential = await sealCredential(vault, MAIN, { token: secret });
  secret.wipe();
  await store.connections.insert({
    ...MAIN,
    ...{ connector: "harbour", label: "main", settings: {}, sealed_credential },
    ...{ version: 1, created_at: 0, updated_at: 0 },
  });
  let used = 0;
  for (let i = 0; i < TIMES; i += 1) {
    const row = await store.connections.find(MAIN.tenant_id, MAIN.id);
    if (row === undefined) throw new Error("The connection is gone.");
    const connection = { openCredential: () => openCredential(vault, row) };
    used += await withCredential(connection, ({ token }) => use(token));
  }
  return used;
}

const kept: string[] = [];

/** As a client does: the value goes into a header, and the header into a request. */
function use(token: Secret | undefined): number {
  if (token === undefined) throw new Error("The credential has no token.");
  const header = `Bearer ${token.reveal()}`;
  if (mode === "keep" && kept.length === 0) kept.push(token.reveal());
  return Buffer.byteLength(header) + JSON.stringify({ header }).length;
}

const used = await work();
for (let i = 0; i < 5; i += 1) {
  globalThis.gc?.();
  await new Promise((resolve) => setImmediate(resolve));
}
writeHeapSnapshot(join(directory, "heap.heapsnapshot"));
process.stdout.write(JSON.stringify({ used, kept: kept.length }));
