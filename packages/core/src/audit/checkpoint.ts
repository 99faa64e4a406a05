import { hash } from "node:crypto";
import { z } from "zod";
import type { AuditCheckpoint } from "../storage/records.ts";
import { toCanonical } from "./canonical.ts";
import type { SigningKey } from "./keys.ts";
import { hashLeaf, rootOf } from "./merkle.ts";

const hex64 = z.string().regex(/^[0-9a-f]{64}$/);
const place = z.strictObject({ chain: z.string(), seq: z.int(), hash: hex64 });

/** How far a chain had come, or up to where it was dropped when its time was over. */
export type Place = z.infer<typeof place>;

const standing = z.strictObject({
  tenant_id: z.string(),
  heads: z.array(place),
  /** Up to and with these rows the chains were dropped; the first kept row follows on them. */
  anchors: z.array(place),
});

/** One tenant's part of a checkpoint. */
export type Standing = z.infer<typeof standing>;

const statement = z.strictObject({
  v: z.literal(1),
  seq: z.int().min(1),
  at: z.int(),
  /** Hash of the statement before; zeros for the first. */
  prev: hex64,
  /** Of the tree over all tenants' standings. */
  root: hex64,
  generation: z.int().min(1),
  key_id: z.string(),
  public_key: hex64,
  certificate: z.string().nullable(),
  /** The checkpoint that the kept ones begin with, and the hash it follows on; null unless some were dropped. */
  kept_from: z.strictObject({ seq: z.int(), prev: hex64 }).nullable(),
});

/** What is signed. It names no tenant: an export shows it to one of them. */
export type Statement = z.infer<typeof statement>;

export const STATEMENT = statement;
export const STANDING = standing;

const stored = z.strictObject({ statement, standings: z.array(standing) });

export interface Checkpoint {
  statement: Statement;
  standings: Standing[];
  signature: string;
}

export function signCheckpoint(
  key: SigningKey,
  standings: Standing[],
  fields: Pick<Statement, "seq" | "at" | "prev" | "kept_from">,
): { kept: AuditCheckpoint; parsed: Checkpoint } {
  const { sign, id, generation, public_key, certificate } = key;
  const signed: Statement = {
    v: 1,
    ...fields,
    root: rootOf(standings.map(leafOf)),
    generation,
    key_id: id,
    public_key,
    certificate,
  };
  const signature = sign("checkpoint", toCanonical(signed));
  const { seq, at } = fields;
  return {
    kept: { seq, at, body: toBody(signed, standings), signature, key_id: id },
    parsed: { statement: signed, standings, signature },
  };
}

/** A kept checkpoint; undefined when it is not what was written. */
export function parseCheckpoint(kept: AuditCheckpoint): Checkpoint | undefined {
  try {
    const parsed = stored.safeParse(JSON.parse(kept.body));
    if (!parsed.success) return undefined;
    const { statement: signed, standings } = parsed.data;
    if (toBody(signed, standings) !== kept.body) return undefined;
    const { seq, at, key_id } = signed;
    if (seq !== kept.seq || at !== kept.at || key_id !== kept.key_id) return undefined;
    return { ...parsed.data, signature: kept.signature };
  } catch {
    return undefined;
  }
}

export function leafOf(standing: Standing): string {
  return hashLeaf(toText(standing));
}

function toBody(signed: Statement, standings: readonly Standing[]): string {
  return `{"standings":[${standings.map(toText).join(",")}],"statement":${toCanonical(signed)}}`;
}

/** Canonical JSON as well, since the members stand in their order: there may be ten thousand of them each minute. */
function toText({ tenant_id, heads, anchors }: Standing): string {
  return JSON.stringify({ anchors: anchors.map(inOrder), heads: heads.map(inOrder), tenant_id });
}

function inOrder({ chain, hash: of, seq }: Place): Place {
  return { chain, hash: of, seq };
}

/** What the next checkpoint follows on. */
export function hashStatement(signed: Statement): string {
  return hash("sha256", `fairlead audit statement v1\n${toCanonical(signed)}`, "hex");
}
