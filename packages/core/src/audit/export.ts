import { createHash } from "node:crypto";
import { FairleadError } from "../errors.ts";
import { parseCheckpoint } from "./checkpoint.ts";
import { type EndItem, type HeaderItem, ITEM, type Item, type Selection } from "./items.ts";
import { createCheck, type KeyRing } from "./keys.ts";
import type { Report } from "./problems.ts";
import { type AuditRecords, readLog } from "./read-log.ts";
import { createVerifier, type Verifier } from "./verify.ts";

/** Checks the log where it is kept. */
export async function verifyLog(
  audit: AuditRecords,
  keys: KeyRing,
  tenant_id?: string,
): Promise<Report> {
  const header = { tenant_id: tenant_id ?? null, from: null, to: null };
  const ring = keys.upTo(await generationOf(audit));
  const verifier = createVerifier({ ...header, keys: ring });
  for await (const item of readLog(audit, { tenant_id })) verifier.add(item);
  return verifier.finish();
}

/**
 * The log, or one tenant's, as lines of JSON that prove themselves: rows, checkpoints and public keys, and at the end a
 * signature over all of it. Throws `internal` when a checkpoint was tampered with.
 */
export async function* exportLog(
  audit: AuditRecords,
  keys: KeyRing,
  selection: Selection,
  now: number,
): AsyncGenerator<string> {
  const generation = await generationOf(audit);
  const digest = createHash("sha256");
  let lines = 0;
  const toLine = (item: Item) => {
    const line = `${JSON.stringify(item)}\n`;
    digest.update(line);
    lines += 1;
    return line;
  };
  yield toLine(toHeader(selection, keys, generation, now));
  for await (const item of readLog(audit, selection)) {
    if (item.kind === "unreadable") throw tampered(item.seq);
    yield toLine(item);
  }
  const end = { lines, digest: digest.copy().digest("hex") };
  const key = keys.key(generation);
  const signature = key.sign("export", toEndText(end));
  yield toLine({ kind: "end", ...end, key_id: key.id, signature });
}

/** Checks an export, and nothing but it: no store, no keys, no configuration. Throws `invalid_input` when it is none. */
export async function verifyExport(
  lines: AsyncIterable<string>,
  trusted: readonly string[] = [],
): Promise<Report> {
  const digest = createHash("sha256");
  let seen: { verifier: Verifier; header: HeaderItem } | undefined;
  let read = 0;
  let isEnded = false;
  for await (const line of lines) {
    const item = parseItem(line, read + 1);
    if (seen === undefined) {
      if (item.kind !== "header") throw noExport(1);
      seen = { header: item, verifier: createVerifier(item, trusted) };
    } else if (item.kind === "end" && !isEnded) {
      isEnded = true;
      if (!isSound(item, seen.header, { lines: read, digest: digest.copy().digest("hex") }))
        seen.verifier.findings.add("cut", {});
    } else if (item.kind === "row" || item.kind === "checkpoint") seen.verifier.add(item);
    else throw noExport(read + 1);
    digest.update(`${line}\n`);
    read += 1;
  }
  if (seen === undefined) throw noExport(1);
  if (!isEnded) seen.verifier.findings.add("cut", {});
  return seen.verifier.finish();
}

function toHeader(
  { tenant_id, from, to }: Selection,
  keys: KeyRing,
  generation: number,
  exported_at: number,
): HeaderItem {
  return {
    kind: "header",
    v: 1,
    tenant_id: tenant_id ?? null,
    from: from ?? null,
    to: to ?? null,
    exported_at,
    keys: keys.upTo(generation),
  };
}

function isSound(
  { lines, digest, key_id, signature }: EndItem,
  { keys }: HeaderItem,
  read: { lines: number; digest: string },
): boolean {
  const key = keys.find(({ id }) => id === key_id);
  return (
    key !== undefined &&
    lines === read.lines &&
    digest === read.digest &&
    createCheck(key.public_key)("export", toEndText(read), signature)
  );
}

function toEndText({ lines, digest }: { lines: number; digest: string }): string {
  return `${lines}\n${digest}`;
}

/** The generation of the key that signs now. */
export async function generationOf(audit: Pick<AuditRecords, "lastCheckpoint">): Promise<number> {
  const last = await audit.lastCheckpoint();
  return (last && parseCheckpoint(last)?.statement.generation) ?? 1;
}

function parseItem(line: string, number: number): Item {
  try {
    return ITEM.parse(JSON.parse(line));
  } catch (error) {
    throw noExport(number, error);
  }
}

function noExport(line: number, cause?: unknown): FairleadError {
  return new FairleadError(
    "invalid_input",
    `Line ${line} is not what an audit export holds there. Export the log again with fairlead audit export.`,
    { details: { reason: "audit_export", line }, cause },
  );
}

function tampered(seq: number): FairleadError {
  return new FairleadError(
    "internal",
    `Audit checkpoint ${seq} is not as it was written, so nothing is exported. Run fairlead audit verify.`,
    { details: { reason: "audit_checkpoint", checkpoint: seq } },
  );
}
