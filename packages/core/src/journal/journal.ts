import type { ToolAnswer } from "../call/shape.ts";
import type { AuditEvent } from "../observe/audit-event.ts";
import type { AuditLog } from "../observe/audit-log.ts";
import { ENDED_STATES } from "../operations/operation-of.ts";
import { toBytes } from "../plan/plans.ts";
import type { Clock, Logger } from "../ports.ts";
import type { UpstreamPointer } from "../safe-write.ts";
import type { Store } from "../storage/store.ts";
import type { JournalRow, OperationRow, UndoRow } from "../storage/write-records.ts";
import { journalPlace, operationPlace } from "../vault/places.ts";
import type { Vault } from "../vault/vault.ts";
import { type Charge, giveBack, spend } from "./effect-budgets.ts";
import type { KeptError, Outcome } from "./outcome.ts";

export interface JournalGround {
  store: Store;
  vault: Vault;
  auditLog: Pick<AuditLog, "join">;
  clock: Clock;
  logger: Logger;
  /** Effects that this process is in the midst of. */
  underWay: Set<string>;
}

/** What is written down before anything leaves: all of it or nothing. */
export interface Intent {
  row: JournalRow;
  charges: readonly Charge[];
  operation: OperationRow | undefined;
  /** An operation that waited for consent and begins now: it has to be as it was read. */
  resumed?: OperationRow | undefined;
  undo: UndoRow | undefined;
  event: AuditEvent;
}

/** Why an intent was not written: what holds its key, its plan, its lane, or is the same request and still open. */
export interface Standing {
  in: "key" | "plan" | "open" | "lane" | "operation";
  row: JournalRow | undefined;
}

/** How an effect ended. */
export type Ending =
  /** The upstream answered. */
  | {
      state: "done";
      answer: ToolAnswer;
      result?: unknown;
      follow?: { pointer: UpstreamPointer; message: string | undefined } | undefined;
      /** A way back that is known only now. */
      undo?: UndoRow | undefined;
    }
  /** It happened, but what came back cannot be shown. */
  | { state: "done"; error: KeptError }
  /** The upstream refused. */
  | { state: "failed"; error: KeptError }
  /** Nothing left: the same key may try again. */
  | { state: "not_sent"; error: KeptError | undefined }
  | { state: "unknown"; error: KeptError };

export const OPERATION_TTL_MS = 3_600_000;
/** When evidence is looked for first: an upstream takes a moment to show what it did. */
const FIRST_LOOK_MS = 5_000;
const MAX_STEPS = 50;

/** The records of effects: at most one for a key, each of its ends written once. */
export interface Journal {
  /** `intended` and `sent` in one step. Undefined when it may leave now. */
  begin(intent: Intent): Promise<Standing | undefined>;
  /** Writes how it ended, with the event. Tries on by itself while the records are away; rejects then all the same. */
  end(written: Written, ending: Ending, event: AuditEvent): Promise<void>;
  /** Waits for endings that could not be written yet, at most so long. */
  close(ms: number): Promise<void>;
}

/** An intent that was written. */
export interface Written {
  row: JournalRow;
  charges: readonly Charge[];
  operation: OperationRow | undefined;
  /** Of the operation that an unknown end gets where there is none. */
  newOperation: () => OperationRow;
  /** Whether somebody can look for evidence later. */
  canReconcile: boolean;
}

const RETRY_MS = [200, 1_000, 5_000] as const;

export function createJournal({
  vault,
  auditLog,
  clock,
  logger,
  underWay,
}: JournalGround): Journal {
  const unwritten = new Set<Promise<void>>();
  let isClosing = false;

  async function begin(intent: Intent): Promise<Standing | undefined> {
    const { row, charges, operation, resumed, undo, event } = intent;
    const standing = await auditLog.join<Standing | undefined>(async (tx) => {
      if (!(await tx.journal.add(row))) {
        const standing = await standingOf(tx, row);
        if (!(await takeOver(tx, row, standing))) return { result: standing };
        // It keeps the id, and what was sealed under it, of the first attempt.
        row.id = standing.row?.id ?? row.id;
      }
      await spend(tx, charges, row.created_at);
      if (operation !== undefined) await tx.operations.insert(operation);
      if (resumed !== undefined && !(await tx.operations.update(resumed)))
        throw new OperationMoved();
      if (undo !== undefined) await keepUndo(tx, undo, row.id);
      return { result: undefined, event: { ...event, target: row.id } };
    });
    if (standing === undefined) underWay.add(row.id);
    return standing;
  }

  async function end(written: Written, ending: Ending, event: AuditEvent): Promise<void> {
    const { id, tenant_id } = written.row;
    const sealed = await seal(written, ending);
    const write = () =>
      auditLog.join(async (tx) => {
        await writeEnd(tx, written, ending, sealed);
        return { result: undefined, event };
      });
    try {
      await write();
      underWay.delete(id);
    } catch (error) {
      logger.error(
        { err: error, tenant_id, journal_id: id },
        "an outcome could not be written yet",
      );
      const later = again(write);
      unwritten.add(later);
      void later.finally(() => {
        unwritten.delete(later);
        underWay.delete(id);
      });
      throw error;
    }
  }

  /** Nothing else knows how it ended, so this goes on as long as the process does. */
  async function again(write: () => Promise<void>): Promise<void> {
    for (let attempt = 0; ; attempt += 1) {
      const ms = RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)] ?? 5_000;
      await new Promise<void>((resolve) => clock.after(ms, resolve));
      try {
        return await write();
      } catch {
        if (isClosing) return;
      }
    }
  }

  async function seal({ row, operation }: Written, ending: Ending): Promise<Sealed> {
    const { tenant_id, id } = row;
    const outcome = outcomeOf(ending);
    const isOver = ending.state === "done" && "answer" in ending && ending.follow === undefined;
    return {
      outcome:
        outcome === undefined
          ? null
          : await vault.seal(tenant_id, journalPlace(id), toBytes(outcome)),
      result:
        operation !== undefined && isOver
          ? await vault.seal(
              tenant_id,
              operationPlace(operation.id),
              toBytes({ value: ending.result }),
            )
          : null,
    };
  }

  async function writeEnd(
    tx: Store,
    { row, charges, operation, newOperation, canReconcile }: Written,
    ending: Ending,
    sealed: Sealed,
  ): Promise<void> {
    const { tenant_id, id } = row;
    const now = clock.now();
    const isUnknown = ending.state === "unknown";
    const madeFor = isUnknown && operation === undefined ? newOperation() : undefined;
    const moved = await tx.journal.move(tenant_id, id, "sent", {
      state: ending.state === "not_sent" ? "failed" : ending.state,
      sealed_outcome: sealed.outcome,
      ended_at: isUnknown ? null : now,
      check_at: isUnknown && canReconcile ? now + FIRST_LOOK_MS : null,
      ...(madeFor === undefined ? {} : { operation_id: madeFor.id }),
      ...(isUnknown ? {} : { open_hash: null }),
      ...(isUnknown && canReconcile ? {} : { lane: null }),
    });
    // Another process took this one for gone and looks after it by now.
    if (!moved) return;
    if (ending.state === "not_sent" || ending.state === "failed") await giveBack(tx, charges);
    if (ending.state === "done" && "answer" in ending && ending.undo !== undefined)
      await tx.undos.insert(ending.undo);
    if (madeFor !== undefined) await tx.operations.insert(madeFor);
    else if (operation !== undefined) await endOperation(tx, operation, ending, sealed.result, now);
  }

  return {
    begin,
    end,
    async close(ms) {
      isClosing = true;
      if (unwritten.size === 0) return;
      const { promise: late, resolve } = Promise.withResolvers<void>();
      const stop = clock.after(ms, resolve);
      await Promise.race([Promise.allSettled([...unwritten]), late]);
      stop();
    },
  };
}

/** An attempt that was begun again has its handle already. */
async function keepUndo(tx: Store, undo: UndoRow, journal_id: string): Promise<void> {
  undo.journal_id = journal_id;
  const before = await tx.undos.findByJournal(undo.tenant_id, journal_id);
  if (before === undefined) await tx.undos.insert(undo);
  else Object.assign(undo, before);
}

/** The operation is no longer as it was read: somebody cancelled it, or another process began with it. */
export class OperationMoved extends Error {}

interface Sealed {
  outcome: string | null;
  result: string | null;
}

function outcomeOf(ending: Ending): Outcome | undefined {
  if (ending.state === "not_sent") return undefined;
  return "answer" in ending ? { answer: ending.answer } : { error: ending.error };
}

async function standingOf(tx: Store, row: JournalRow): Promise<Standing> {
  const { tenant_id, principal_id, key, plan_id, open_hash, lane } = row;
  const byKey = await tx.journal.findByKey(tenant_id, principal_id, key);
  if (byKey !== undefined) return { in: "key", row: byKey };
  const byPlan = plan_id === null ? undefined : await tx.journal.findByPlan(tenant_id, plan_id);
  if (byPlan !== undefined) return { in: "plan", row: byPlan };
  const open = open_hash === null ? undefined : await tx.journal.findOpen(tenant_id, open_hash);
  if (open !== undefined) return { in: "open", row: open };
  return {
    in: "lane",
    row: lane === null ? undefined : await tx.journal.findByLane(tenant_id, lane),
  };
}

/** An attempt of which nothing left is begun again, by whoever is first. */
async function takeOver(
  tx: Store,
  row: JournalRow,
  { in: where, row: before }: Standing,
): Promise<boolean> {
  if (before === undefined || (where !== "key" && where !== "plan")) return false;
  if (before.principal_id !== row.principal_id || before.request_hash !== row.request_hash)
    return false;
  if (!wasNotSent(before)) return false;
  const { operation_id, open_hash, lane, owner, sent_at, check_at } = row;
  return tx.journal.move(row.tenant_id, before.id, "failed", {
    ...{ state: "sent", operation_id, open_hash, lane, owner, sent_at, check_at, ended_at: null },
  });
}

/** It failed before anything left, so that the same key may try again. */
export function wasNotSent({ state, sealed_outcome }: JournalRow): boolean {
  return state === "failed" && sealed_outcome === null;
}

/** Its secrets may have been sealed anew meanwhile, which counts as a change of it. */
async function endOperation(
  tx: Store,
  operation: OperationRow,
  ending: Ending,
  sealed_result: string | null,
  now: number,
): Promise<void> {
  if (await tx.operations.update(ended(operation, ending, sealed_result, now))) return;
  const present = await tx.operations.find(operation.tenant_id, operation.id);
  if (present !== undefined && !ENDED_STATES.has(present.state))
    await tx.operations.update(ended(present, ending, sealed_result, now));
}

function ended(
  operation: OperationRow,
  ending: Ending,
  sealed_result: string | null,
  now: number,
): OperationRow {
  const next = { ...operation, updated_at: now, version: operation.version + 1 };
  const released = { worker: null, claimed_until: null, due_at: null };
  if (ending.state === "done" && "answer" in ending && ending.follow !== undefined) {
    const { pointer, message } = ending.follow;
    const said = message ?? operation.message;
    return {
      ...next,
      ...{ ...released, state: "running", pointer: JSON.stringify(pointer), due_at: now },
      ...{ message: said, steps: withStep(operation.steps, now, said ?? "taken by the upstream") },
    };
  }
  const over = { ended_at: now, expires_at: now + OPERATION_TTL_MS };
  if (ending.state === "done" && "answer" in ending) {
    const steps = withStep(operation.steps, now, "completed");
    return { ...next, ...released, ...over, state: "completed", progress: 1, sealed_result, steps };
  }
  const { error } = ending as { error: KeptError | undefined };
  if (ending.state === "not_sent" && error === undefined) return asking(operation, next, now);
  const common = {
    ...next,
    ...released,
    error: error === undefined ? null : JSON.stringify(error),
  };
  if (ending.state === "unknown") {
    const message = "The request left, and no answer proves what came of it.";
    return { ...common, state: "unknown", message, steps: withStep(operation.steps, now, message) };
  }
  const message = error?.message ?? "It did not begin.";
  return {
    ...common,
    ...over,
    state: "failed",
    message,
    steps: withStep(operation.steps, now, message),
  };
}

/** It asks before it does anything. Whoever took it up goes on with it; else the call itself does, repeated with answers. */
function asking(operation: OperationRow, next: OperationRow, now: number): OperationRow {
  if (operation.worker !== null) return { ...next, state: "queued" };
  const message = "It asked something before it began. The call goes on with the answers.";
  return {
    ...next,
    ...{ state: "cancelled", message, steps: withStep(operation.steps, now, message) },
    ...{ ended_at: now, expires_at: now + OPERATION_TTL_MS },
  };
}

/** Adds a step to the list, which is bounded: the first and the newest stay. */
export function withStep(steps: string, at: number, message: string): string {
  const all: { at: number; message: string }[] = JSON.parse(steps);
  if (all.at(-1)?.message === message) return steps;
  all.push({ at, message: message.slice(0, 500) });
  return JSON.stringify(
    all.length > MAX_STEPS ? [...all.slice(0, 1), ...all.slice(1 - MAX_STEPS)] : all,
  );
}
