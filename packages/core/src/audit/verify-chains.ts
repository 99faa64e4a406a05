import type { Place, Standing } from "./checkpoint.ts";
import { parseClaim, toClaimText } from "./claim.ts";
import type { RowItem, Selection } from "./items.ts";
import type { Check } from "./keys.ts";
import type { Findings } from "./problems.ts";
import {
  type Body,
  hashRow,
  isChainOf,
  NO_HASH,
  parseBody,
  redactedFields,
  toCommitted,
} from "./row.ts";

interface ChainState {
  seq: number;
  hash: string;
  at: number;
  first: number;
  /** Up to here a checkpoint vouches for it. */
  covered: number;
  /** What must be said to have lapsed before the first row. */
  begins: Place | undefined;
}

export interface ChainsVerifier {
  addRow(row: RowItem): void;
  /** `isSigned`: its statement is; otherwise it vouches for nothing. */
  addStanding(standing: Standing, checkpoint: number): void;
  finish(): { rows: number; chains: number; uncovered_rows: number; redacted_rows: number };
}

export interface VerifyScope extends Selection {
  checks: ReadonlyMap<string, Check>;
  /** Hears which checkpoints chains were begun behind. */
  onBegun(checkpoint: { seq: number; hash: string }): void;
}

/** Follows every chain row by row, and holds it against what checkpoints say of it. */
export function createChainsVerifier(scope: VerifyScope, findings: Findings): ChainsVerifier {
  const states = new Map<string, ChainState>();
  /** The furthest a checkpoint spoke of a chain of which no row had come by then. */
  const unmet = new Map<string, Place & { checkpoint: number }>();
  const anchors = new Map<string, Place>();
  const redactions = createRedactions();
  let rows = 0;

  function addRow(row: RowItem): void {
    rows += 1;
    const { chain, seq } = row;
    const body = checkRow(row);
    const state = states.get(chain);
    if (state === undefined) begin(row, body);
    else {
      checkOrder(row, state);
      // From here on as it stands: one break is one problem, not one for each row behind it.
      Object.assign(state, { seq: Math.max(seq, state.seq), hash: row.hash, at: row.at });
    }
    if (body !== undefined) redactions.see(row, body);
  }

  function checkRow(row: RowItem): Body | undefined {
    const { chain, seq, tenant_id } = row;
    const isForeign = scope.tenant_id !== undefined && tenant_id !== scope.tenant_id;
    if (isForeign || !isChainOf(chain, tenant_id)) findings.add("foreign", { chain, seq });
    const body = parseBody(row.body);
    const isSame =
      body !== undefined && hashRow(row.prev_hash, row, toCommitted(body)) === row.hash;
    if (!isSame) findings.add("changed", { chain, seq });
    return body;
  }

  function checkOrder({ chain, seq, prev_hash, at }: RowItem, state: ChainState): void {
    if (seq <= state.seq) findings.add("inserted", { chain, seq });
    else if (seq > state.seq + 1) findings.add("missing", { chain, seq: state.seq + 1 });
    else if (prev_hash !== state.hash || at < state.at) findings.add("unlinked", { chain, seq });
  }

  function begin(row: RowItem, body: Body | undefined): void {
    const { chain, seq, hash, at, prev_hash } = row;
    const spokenOf = unmet.get(chain);
    if (spokenOf !== undefined && spokenOf.seq >= seq) findings.add("missing", { chain, seq: 1 });
    const isAllThere = seq === 1 || (scope.from !== undefined && at < scope.from);
    const begins = isAllThere ? undefined : { chain, seq: seq - 1, hash: prev_hash };
    states.set(chain, { seq, hash, at, first: seq, covered: 0, begins });
    if (seq === 1) checkClaim(row, body);
  }

  function checkClaim({ chain, tenant_id, at, prev_hash }: RowItem, body: Body | undefined): void {
    const claim = parseClaim(body);
    const check = scope.checks.get(claim?.key_id ?? "");
    const isSigned =
      claim?.chain === chain &&
      prev_hash === NO_HASH &&
      check?.("chain", toClaimText(tenant_id, at, claim), claim.signature) === true;
    if (!isSigned) findings.add("forged_chain", { chain, seq: 1 });
    else if (claim.checkpoint !== null) scope.onBegun(claim.checkpoint);
  }

  function addHead(head: Place, checkpoint: number): void {
    const { chain, seq, hash } = head;
    const state = states.get(chain);
    if (state === undefined) unmet.set(chain, { ...head, checkpoint });
    else if (state.seq < seq) findings.add("truncated", { chain, seq: state.seq, checkpoint });
    else if (state.seq === seq) {
      if (state.hash !== hash) findings.add("rewritten", { chain, seq, checkpoint });
      state.covered = seq;
    } else {
      // Rows come up to the checkpoint that speaks of them, and none speaks of less than the one before it.
      findings.add("changed_checkpoint", { chain, seq, checkpoint });
    }
  }

  function isAnchored({ chain, seq, hash }: Place): boolean {
    const anchor = anchors.get(chain);
    return anchor?.seq === seq && anchor.hash === hash;
  }

  return {
    addRow,
    addStanding({ heads, anchors: lapsed }, checkpoint) {
      for (const head of heads) addHead(head, checkpoint);
      for (const anchor of lapsed) anchors.set(anchor.chain, anchor);
    },
    finish() {
      for (const [chain, { begins }] of states) {
        if (begins !== undefined && !isAnchored(begins))
          findings.add("lapsed", { chain, seq: begins.seq });
      }
      for (const [chain, { seq, checkpoint }] of unmet) {
        const isGone = !states.has(chain) && (anchors.get(chain)?.seq ?? 0) < seq;
        if (isGone && scope.from === undefined)
          findings.add("truncated", { chain, seq: 0, checkpoint });
      }
      if (scope.from === undefined && scope.to === undefined) redactions.report(findings);
      const uncovered = [...states.values()].map(
        ({ seq, covered, first }) => seq - Math.max(covered, first - 1),
      );
      return {
        rows,
        chains: states.size,
        uncovered_rows: uncovered.reduce((sum, each) => sum + each, 0),
        redacted_rows: redactions.count,
      };
    },
  };
}

/** Name of the act that takes fields away, and of the fact that says from which rows. */
export const REDACT_ACT = "audit.redact";
export const REDACTED_ROWS = "rows";

export function toRowName({ chain, seq }: { chain: string; seq: number }): string {
  return `${chain}#${seq}`;
}

/** Matches redacted rows with the acts that redacted them. */
function createRedactions() {
  const redacted = new Map<string, { chain: string; seq: number }>();
  const told = new Set<string>();
  return {
    see({ chain, seq }: RowItem, body: Body): void {
      if (redactedFields(body).length > 0) redacted.set(toRowName({ chain, seq }), { chain, seq });
      if (body.name !== REDACT_ACT) return;
      const rows = body.facts?.[REDACTED_ROWS];
      if (rows === undefined || !("value" in rows) || !Array.isArray(rows.value)) return;
      for (const name of rows.value) told.add(String(name));
    },
    get count() {
      return redacted.size;
    },
    report(findings: Findings): void {
      for (const [name, where] of redacted) if (!told.has(name)) findings.add("redacted", where);
    },
  };
}
