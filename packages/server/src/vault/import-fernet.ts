import type { Admin } from "@fairlead/core/admin/admin";
import { toFairleadError } from "@fairlead/core/errors";
import { LOCAL_USER } from "@fairlead/core/identity/principal";
import { Secret } from "@fairlead/core/secret";
import type { StoredConnection } from "@fairlead/core/storage/records";
import { openCredential } from "@fairlead/core/vault/credential";
import { requireTenant, type VaultState } from "./acts.ts";
import { type FernetRecord, type ReadRecord, readFernetRecords } from "./fernet-records.ts";

export interface ImportLine {
  line: number;
  /** `created` or `updated`; `unchanged`: it was there already; `older`: another line of the account is newer. */
  outcome: "created" | "updated" | "unchanged" | "older" | "differs" | "failed";
  label?: string;
  connection_id?: string;
  why?: string;
}

export interface ImportOptions {
  /** By id or name. */
  tenant: string;
  text: string;
  keys: readonly Buffer[];
  /** Puts the imported key in the place of a different one; else such a record is only reported. */
  replace?: boolean;
  /** Opens and compares, and writes nothing. */
  dryRun?: boolean;
}

const CONNECTOR = "cloudways";

/**
 * Makes a connection of each account in an export of the original Cloudways server, labelled with its e-mail. Running
 * it again changes nothing. Each one is audited like any connection an administrator makes.
 */
export async function importFernet(
  state: VaultState & { admin: Admin },
  options: ImportOptions,
): Promise<readonly ImportLine[]> {
  const tenant_id = await requireTenant(state.store, options.tenant);
  const read = readFernetRecords(options.text, options.keys);
  const newest = newestOf(read);
  const lines: ImportLine[] = [];
  try {
    for (const each of read) {
      if (!each.ok) lines.push({ line: each.line, outcome: "failed", why: each.why });
      else if (newest.get(each.record.email) !== each)
        lines.push({ line: each.line, outcome: "older", label: each.record.email });
      else lines.push(await importRecord(state, tenant_id, options, each));
    }
    return lines;
  } finally {
    for (const each of read) if (each.ok) each.record.api_key.fill(0);
  }
}

type Opened = Extract<ReadRecord, { ok: true }>;

function newestOf(read: readonly ReadRecord[]): Map<string, Opened> {
  const newest = new Map<string, Opened>();
  for (const each of read) {
    if (!each.ok) continue;
    const known = newest.get(each.record.email);
    if (known === undefined || known.record.sealed_at <= each.record.sealed_at)
      newest.set(each.record.email, each);
  }
  return newest;
}

async function importRecord(
  state: VaultState & { admin: Admin },
  tenant_id: string,
  { replace = false, dryRun = false }: ImportOptions,
  { line, record }: Opened,
): Promise<ImportLine> {
  const label = record.email;
  try {
    const all = await state.store.connections.list(tenant_id, CONNECTOR);
    const known = all.find((connection) => connection.label === label);
    const connection_id = known?.id;
    if (known !== undefined && connection_id !== undefined) {
      if (await isSame(state, known, record))
        return { line, outcome: "unchanged", label, connection_id };
      if (!replace) {
        const why = "the connection has another key; --replace puts this one in its place";
        return { line, outcome: "differs", label, connection_id, why };
      }
    }
    const outcome = known === undefined ? "created" : "updated";
    if (dryRun) return { line, outcome, label, ...(connection_id && { connection_id }) };
    const id = await write(state.admin, tenant_id, record, connection_id);
    return { line, outcome, label, connection_id: id };
  } catch (thrown) {
    return { line, outcome: "failed", label, why: toFairleadError(thrown).message };
  }
}

async function isSame(
  { vault }: VaultState,
  known: StoredConnection,
  { api_key }: FernetRecord,
): Promise<boolean> {
  const open = await openCredential(vault, known);
  const imported = new Secret(Buffer.from(api_key));
  try {
    return open.fields.api_key?.equals(imported) === true;
  } finally {
    open.wipe();
    imported.wipe();
  }
}

async function write(
  admin: Admin,
  tenant: string,
  { email, api_key }: FernetRecord,
  id: string | undefined,
): Promise<string> {
  const credential = { email, api_key: api_key.toString("utf8") };
  const result = await admin.run({
    name: id === undefined ? "connections.create" : "connections.update",
    input:
      id === undefined
        ? { tenant, connector: CONNECTOR, label: email, credential }
        : { tenant, id, credential },
    principal: LOCAL_USER,
    surface: "cli",
  });
  return idOf(result);
}

function idOf(result: unknown): string {
  if (typeof result === "object" && result !== null && "id" in result) return String(result.id);
  throw new Error("A connection was made, and its id not told.");
}
