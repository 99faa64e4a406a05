import type { Store } from "../storage/store.ts";
import { type Place, parseCheckpoint, type Statement } from "./checkpoint.ts";
import type { Checkpoints } from "./checkpoints.ts";
import { firstAt, firstCheckpointAt } from "./seek.ts";

/** Days an event is kept at least: chains that are still written to must not lose their last row. */
export const MIN_RETENTION_DAYS = 1;

/** Clocks of replicas differ: what a row's checkpoint is may be a little older than the row. */
const MARGIN_MS = 20 * 60_000;

/** What is about to lapse: up to where each chain goes, and which checkpoint the kept ones begin with. */
export interface Lapsing {
  anchors: ReadonlyMap<string, Place[]>;
  keptFrom: Statement["kept_from"];
  /** Whether any row is that old. */
  isAny: boolean;
}

/** Looks for what is older than `before`. Changes nothing. */
export async function findLapsing(
  { audit }: Pick<Store, "audit">,
  before: number,
): Promise<Lapsing> {
  const anchors = new Map<string, Place[]>();
  let isAny = false;
  for (const { chain, tenant_id, seq } of await audit.heads()) {
    const anchor = await anchorOf(audit, chain, seq, before);
    if (anchor === undefined) continue;
    isAny ||= anchor.lapses;
    const { place } = anchor;
    anchors.set(tenant_id, [...(anchors.get(tenant_id) ?? []), place]);
  }
  return { anchors, keptFrom: await findKept(audit, before - MARGIN_MS), isAny };
}

/** Signs up to where the chains go, and drops that much of them, within the transaction `tx`. */
export async function dropLapsing(
  tx: Store,
  checkpoints: Checkpoints,
  before: number,
  { anchors, keptFrom }: Lapsing,
): Promise<number> {
  await checkpoints.signIn(tx, { anchors, keptFrom });
  if (keptFrom !== null) await tx.audit.deleteCheckpointsBefore(keptFrom.seq);
  return tx.audit.deleteBefore(before);
}

/** The row after which the kept part of a chain begins, if it does not begin at its beginning. */
async function anchorOf(
  audit: Store["audit"],
  chain: string,
  head: number,
  before: number,
): Promise<{ place: Place; lapses: boolean } | undefined> {
  const [first] = await audit.readChain(chain, 0, 1);
  if (first === undefined) return undefined;
  if (first.at >= before) {
    if (first.seq === 1) return undefined;
    return { place: { chain, seq: first.seq - 1, hash: first.prev_hash }, lapses: false };
  }
  const kept = await firstAt(audit, chain, { first: first.seq, last: head }, before);
  const [last] = await audit.readChain(chain, kept - 1, 1);
  if (last === undefined) return undefined;
  return { place: { chain, seq: last.seq, hash: last.hash }, lapses: true };
}

/** The checkpoint that the kept ones begin with; null while that is the very first. The last one always stays. */
async function findKept(audit: Store["audit"], before: number): Promise<Statement["kept_from"]> {
  const seq = await firstCheckpointAt(audit, before);
  if (seq <= 1) return null;
  const [kept] = await audit.readCheckpoints(seq, 1);
  const prev = kept && parseCheckpoint(kept)?.statement.prev;
  return prev === undefined ? null : { seq, prev };
}
