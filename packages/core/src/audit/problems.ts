/** What can be wrong with a log, and what it means. */
export const PROBLEMS = {
  changed: "a row is not as it was written",
  missing: "rows were taken away",
  inserted: "a row was put in, twice or in another place",
  unlinked: "a row does not follow on the one before it",
  forged_chain: "a chain was begun by somebody without the key",
  foreign: "a row is in a chain that is not its tenant's",
  truncated: "a chain ends before what a checkpoint says of it",
  rewritten: "a chain is not the one a checkpoint speaks of",
  lapsed: "the beginning of a chain is gone, and no checkpoint says that its time was over",
  redacted: "a field was taken away, and no row says by whom",
  forged_checkpoint: "a checkpoint bears no good signature",
  changed_checkpoint: "a checkpoint is not as it was written",
  missing_checkpoint: "checkpoints were taken away or put in",
  unknown_key: "a key is not certified by the one before it, or not the one that was expected",
  cut: "the file was cut off or changed since it was written",
} as const;

export type ProblemKind = keyof typeof PROBLEMS;

export interface Problem {
  kind: ProblemKind;
  chain?: string;
  seq?: number;
  checkpoint?: number;
  message: string;
}

/** What verifying a log found. */
export interface Report {
  ok: boolean;
  tenant_id: string | null;
  from: number | null;
  to: number | null;
  rows: number;
  chains: number;
  checkpoints: number;
  /** Rows that no checkpoint covers yet: their hashes are right, but whoever can write to the store could remake them. */
  uncovered_rows: number;
  /** Rows with fields that were redacted. */
  redacted_rows: number;
  last_checkpoint: { seq: number; at: number; key_id: string } | null;
  /** Ids of the keys that signatures were checked with. */
  keys: string[];
  /** All of them. */
  problem_count: number;
  /** The first hundred. */
  problems: Problem[];
}

export interface Findings {
  add(kind: ProblemKind, where: Omit<Problem, "kind" | "message">): void;
  readonly count: number;
  readonly list: Problem[];
}

const MAX_LISTED = 100;

export function createFindings(): Findings {
  const list: Problem[] = [];
  let count = 0;
  return {
    add(kind, where) {
      count += 1;
      if (list.length < MAX_LISTED) list.push({ kind, ...where, message: describe(kind, where) });
    },
    get count() {
      return count;
    },
    list,
  };
}

function describe(
  kind: ProblemKind,
  { chain, seq, checkpoint }: Omit<Problem, "kind" | "message">,
) {
  const where = [
    ...(checkpoint === undefined ? [] : [`checkpoint ${checkpoint}`]),
    ...(chain === undefined ? [] : [`chain ${chain}`]),
    ...(seq === undefined ? [] : [`row ${seq}`]),
  ].join(", ");
  return where === "" ? PROBLEMS[kind] : `${where}: ${PROBLEMS[kind]}`;
}
