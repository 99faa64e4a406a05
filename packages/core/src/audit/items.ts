import { z } from "zod";
import { STANDING, STATEMENT } from "./checkpoint.ts";

const hex64 = z.string().regex(/^[0-9a-f]{64}$/);

const publicKey = z.strictObject({
  generation: z.int(),
  id: z.string(),
  public_key: hex64,
  certificate: z.string().nullable(),
});

const header = z.strictObject({
  kind: z.literal("header"),
  v: z.literal(1),
  /** Whose log it is; null for the whole installation's. */
  tenant_id: z.string().nullable(),
  /** The part of it that was asked for; null where nothing was left out. */
  from: z.int().nullable(),
  to: z.int().nullable(),
  exported_at: z.int(),
  keys: z.array(publicKey).min(1),
});

const row = z.strictObject({
  kind: z.literal("row"),
  chain: z.string(),
  seq: z.int(),
  tenant_id: z.string(),
  at: z.int(),
  body: z.string(),
  prev_hash: hex64,
  hash: hex64,
});

const step = z.strictObject({ side: z.enum(["left", "right"]), hash: hex64 });

const checkpoint = z.strictObject({
  kind: z.literal("checkpoint"),
  statement: STATEMENT,
  signature: z.string(),
  /** All tenants', or one's with the path that proves it is part of what was signed. */
  standings: z.array(STANDING.extend({ path: z.array(step).optional() })),
});

const end = z.strictObject({
  kind: z.literal("end"),
  /** Lines before this one, and the SHA-256 of them. */
  lines: z.int(),
  digest: hex64,
  key_id: z.string(),
  signature: z.string(),
});

/** A line of an export. Rows stand before the checkpoint that covers them, each chain's in their order. */
export const ITEM = z.discriminatedUnion("kind", [header, row, checkpoint, end]);

export type Item = z.infer<typeof ITEM>;
export type HeaderItem = z.infer<typeof header>;
export type RowItem = z.infer<typeof row>;
export type CheckpointItem = z.infer<typeof checkpoint>;
export type EndItem = z.infer<typeof end>;

export interface Selection {
  /** Undefined: every tenant's. */
  tenant_id?: string | undefined;
  /** Milliseconds since the epoch: rows recorded at this time or later. */
  from?: number | undefined;
  /** Rows recorded before this time, and those up to the checkpoint that covers the last of them. */
  to?: number | undefined;
}
