import type { AuditRow } from "../storage/records.ts";
import type { Store } from "../storage/store.ts";
import { type Checkpoint, leafOf, parseCheckpoint } from "./checkpoint.ts";
import type { CheckpointItem, RowItem, Selection } from "./items.ts";
import { pathTo } from "./merkle.ts";
import { firstAt, firstCheckpointAt } from "./seek.ts";

/** What of the store the log is read through. */
export type AuditRecords = Pick<
  Store["audit"],
  "heads" | "readChain" | "readCheckpoints" | "lastCheckpoint"
>;

/** A checkpoint that is no longer as it was written. */
export interface UnreadableItem {
  kind: "unreadable";
  seq: number;
}

export type LogItem = RowItem | CheckpointItem | UnreadableItem;

const ROWS = 500;
const CHECKPOINTS = 20;

/**
 * The log in the order that proves it: rows, then the checkpoint that covers them, and so on; at the end what no
 * checkpoint covers yet. Holds no more than a page at a time.
 */
export async function* readLog(
  audit: AuditRecords,
  { tenant_id, from, to }: Selection = {},
): AsyncGenerator<LogItem> {
  const heads = (await audit.heads({ tenant_id })).filter(
    (head) => tenant_id === undefined || head.tenant_id === tenant_id,
  );
  const next = new Map<string, number>();
  const inRange: string[] = [];
  for (const { chain, seq } of heads) {
    const first = await firstOf(audit, { chain, seq }, from);
    next.set(chain, first.seq);
    if (first.isInRange) inRange.push(chain);
  }

  async function* rowsTo(chain: string, last: number, before = Infinity): AsyncGenerator<RowItem> {
    for (let start = next.get(chain) ?? 0; start <= last; ) {
      const rows = await audit.readChain(chain, start, ROWS);
      for (const row of rows) {
        if (row.seq > last || row.at >= before) return;
        next.set(chain, row.seq + 1);
        // A row that somebody gave to another tenant is that tenant's as little as it was.
        if (tenant_id === undefined || row.tenant_id === tenant_id) yield toItem(row);
      }
      if (rows.length < ROWS) return;
      start = next.get(chain) ?? 0;
    }
  }

  for await (const read of checkpointsFrom(audit, from)) {
    if (read.parsed === undefined) {
      yield { kind: "unreadable", seq: read.seq };
      continue;
    }
    const item = toCheckpointItem(read.parsed, tenant_id);
    if (item === undefined) continue;
    for (const { chain, seq } of item.standings.flatMap((standing) => standing.heads)) {
      yield* rowsTo(chain, seq);
    }
    yield item;
    if (to !== undefined && item.statement.at >= to) break;
  }
  for (const chain of inRange) yield* rowsTo(chain, Infinity, to);
}

/**
 * Where to begin with a chain: at the last row before the time, which shows that none in between was taken away. A chain
 * without rows since then shows its last one, if a checkpoint speaks of it.
 */
async function firstOf(
  audit: AuditRecords,
  { chain, seq }: { chain: string; seq: number },
  from: number | undefined,
): Promise<{ seq: number; isInRange: boolean }> {
  if (from === undefined) return { seq: 0, isInRange: true };
  const first = await firstAt(audit, chain, { first: 1, last: seq }, from);
  return { seq: first - 1, isInRange: first <= seq };
}

async function* checkpointsFrom(
  audit: AuditRecords,
  from: number | undefined,
): AsyncGenerator<{ seq: number; parsed: Checkpoint | undefined }> {
  for (let start = from === undefined ? 0 : await firstCheckpointAt(audit, from); ; ) {
    const page = await audit.readCheckpoints(start, CHECKPOINTS);
    for (const each of page) yield { seq: each.seq, parsed: parseCheckpoint(each) };
    const last = page.at(-1);
    if (last === undefined) return;
    start = last.seq + 1;
  }
}

/** One tenant's part with a proof; undefined when it has none in this checkpoint. */
function toCheckpointItem(
  { statement, standings, signature }: Checkpoint,
  tenant_id: string | undefined,
): CheckpointItem | undefined {
  if (tenant_id === undefined) return { kind: "checkpoint", statement, signature, standings };
  const own = standings.filter((standing) => standing.tenant_id === tenant_id);
  if (own.length === 0) return undefined;
  const leaves = standings.map(leafOf);
  const proven = own.map((standing) => ({ ...standing, path: pathTo(leafOf(standing), leaves) }));
  return { kind: "checkpoint", statement, signature, standings: proven };
}

function toItem({ chain, seq, tenant_id, at, body, prev_hash, hash }: AuditRow): RowItem {
  return { kind: "row", chain, seq, tenant_id, at, body, prev_hash, hash };
}
