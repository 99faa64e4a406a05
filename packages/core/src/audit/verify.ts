import { toCanonical } from "./canonical.ts";
import { hashStatement, leafOf, type Statement } from "./checkpoint.ts";
import type { CheckpointItem, HeaderItem } from "./items.ts";
import { checkRing } from "./keys.ts";
import { rootFrom, rootOf } from "./merkle.ts";
import { createFindings, type Findings, type Report } from "./problems.ts";
import type { LogItem } from "./read-log.ts";
import { NO_HASH } from "./row.ts";
import { createChainsVerifier } from "./verify-chains.ts";

export interface Verifier {
  add(item: LogItem): void;
  readonly findings: Findings;
  finish(): Report;
}

/**
 * Checks a log while it goes by: every hash, every signature, and that nothing is missing. `trusted` are ids or public
 * keys of which one must be among the log's; without it the log's own first key is believed.
 */
export function createVerifier(
  { tenant_id, from, to, keys }: Pick<HeaderItem, "tenant_id" | "from" | "to" | "keys">,
  trusted: readonly string[] = [],
): Verifier {
  const findings = createFindings();
  const { checks, broken } = checkRing(keys);
  const isTrusted =
    trusted.length === 0 ||
    keys.some(({ id, public_key }) => trusted.includes(id) || trusted.includes(public_key));
  if (broken.length > 0 || !isTrusted) findings.add("unknown_key", {});
  const statements = new Map<number, string>();
  const begunBehind: { seq: number; hash: string }[] = [];
  const chains = createChainsVerifier(
    {
      tenant_id: tenant_id ?? undefined,
      from: from ?? undefined,
      to: to ?? undefined,
      checks,
      onBegun: (checkpoint) => begunBehind.push(checkpoint),
    },
    findings,
  );
  const isWhole = tenant_id === null && from === null;
  let first: Statement | undefined;
  let last: Statement | undefined;
  let keptFrom: Statement["kept_from"] = null;
  let checkpoints = 0;

  function addCheckpoint(item: CheckpointItem): void {
    const { statement } = item;
    checkpoints += 1;
    checkOrder(statement);
    const isSigned = checkSignature(item);
    if (!checkRoot(item)) findings.add("changed_checkpoint", { checkpoint: statement.seq });
    else if (isSigned) {
      for (const standing of item.standings) chains.addStanding(standing, statement.seq);
    }
    if (isSigned && statement.kept_from !== null) keptFrom = statement.kept_from;
    statements.set(statement.seq, hashStatement(statement));
    first ??= statement;
    last = statement;
  }

  function checkOrder({ seq, prev, at }: Statement): void {
    const before = last;
    const isNext = before === undefined || seq === before.seq + 1;
    const isLater = before === undefined || (seq > before.seq && at >= before.at);
    const follows =
      before === undefined
        ? seq > 1 || prev === NO_HASH
        : !isNext || prev === statements.get(before.seq);
    // One tenant's part leaves out the checkpoints that say nothing of it.
    if (!isLater || !follows || (isWhole && !isNext))
      findings.add("missing_checkpoint", { checkpoint: seq });
  }

  function checkSignature({ statement, signature }: CheckpointItem): boolean {
    const key = keys.find(({ id }) => id === statement.key_id);
    const check = checks.get(statement.key_id);
    const isSigned =
      key?.public_key === statement.public_key &&
      key.generation === statement.generation &&
      (last === undefined || statement.generation >= last.generation) &&
      check?.("checkpoint", toCanonical(statement), signature) === true;
    if (!isSigned) findings.add("forged_checkpoint", { checkpoint: statement.seq });
    return isSigned;
  }

  function checkRoot({ statement, standings }: CheckpointItem): boolean {
    if (tenant_id === null) return rootOf(standings.map(leafOf)) === statement.root;
    return standings.every(
      (standing) =>
        standing.tenant_id === tenant_id &&
        rootFrom(leafOf(standing), standing.path ?? []) === statement.root,
    );
  }

  /** The first checkpoints may be gone when their time was over, and then a later one says so. */
  function checkBeginning(): void {
    if (!isWhole || first === undefined || first.seq === 1) return;
    if (keptFrom?.seq !== first.seq || keptFrom.prev !== first.prev)
      findings.add("missing_checkpoint", { checkpoint: first.seq - 1 });
  }

  /** A chain's first row names the checkpoint it was begun behind; that one cannot have been cut off since. */
  function checkBegunBehind(): void {
    for (const { seq, hash } of begunBehind) {
      const known = statements.get(seq);
      const isGone = isWhole && known === undefined && seq > (last?.seq ?? 0);
      if (isGone || (known !== undefined && known !== hash))
        findings.add("missing_checkpoint", { checkpoint: seq });
    }
  }

  return {
    findings,
    add(item) {
      if (item.kind === "row") chains.addRow(item);
      else if (item.kind === "checkpoint") addCheckpoint(item);
      else findings.add("changed_checkpoint", { checkpoint: item.seq });
    },
    finish() {
      const counts = chains.finish();
      checkBeginning();
      checkBegunBehind();
      return {
        ok: findings.count === 0,
        ...{ tenant_id, from, to },
        ...counts,
        checkpoints,
        last_checkpoint:
          last === undefined ? null : { seq: last.seq, at: last.at, key_id: last.key_id },
        keys: [...checks.keys()],
        problem_count: findings.count,
        problems: findings.list,
      };
    },
  };
}
