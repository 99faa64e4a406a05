import { toCanonical } from "../audit/canonical.ts";
import type { ToolTarget } from "../catalogue/view.ts";
import type { Connection } from "../connections/connection.ts";
import { isAgreed } from "../consent/approvals.ts";
import { type ConsentCall, type Consented, ConsentRequired, consent } from "../consent/consent.ts";
import { neededConsent } from "../consent/needed.ts";
import { setInMotion } from "../consent/waiting.ts";
import { FairleadError, toFairleadError } from "../errors.ts";
import { InputNeeded, missingCapability } from "../interaction.ts";
import {
  type Ending,
  type Intent,
  OperationMoved,
  type Standing,
  type Written,
  wasNotSent,
} from "../journal/journal.ts";
import {
  answerLost,
  keptError,
  outcomeUnknown,
  parseOutcome,
  toError,
  verdictOf,
} from "../journal/outcome.ts";
import type { AuditEvent } from "../observe/audit-event.ts";
import { describe } from "../operations/describe.ts";
import { ENDED_STATES, Follow } from "../operations/operation-of.ts";
import { sealSuspended, suspend } from "../operations/suspended.ts";
import { plain } from "../plan/hash.ts";
import { makePlan, openJson, readState, spendingOf, toBytes } from "../plan/plans.ts";
import { consentMark } from "../policy/authorize.ts";
import type { TenantPolicy } from "../policy/policy.ts";
import type { UndoCall } from "../safe-write.ts";
import type { JournalRow, OperationRow, UndoRow } from "../storage/write-records.ts";
import { journalPlace, undoPlace } from "../vault/places.ts";
import { bytesOf } from "./bytes-of.ts";
import type { CallGround } from "./call.ts";
import { Context } from "./context.ts";
import { currentCall } from "./current.ts";
import { planReply } from "./inner.ts";
import { type Parsed, perform, toReply } from "./perform.ts";
import type { CallRequest, Reply } from "./request.ts";
import type { Round } from "./round.ts";
import type { Run } from "./runs.ts";
import type { ToolAnswer } from "./shape.ts";

/** A call that changes the world, on its way down the path. */
export interface Change {
  request: CallRequest;
  target: ToolTarget;
  parsed: Parsed;
  connection: Connection | undefined;
  policy: TenantPolicy;
  round: Round;
  run: Run;
  trail: Trail;
  /** Only plans it, for `fairlead_plan`. */
  isPlan: boolean;
  /** The undo handle it uses up. */
  undo_id: string | undefined;
  /** Operation that waited for this moment. */
  operation: OperationRow | undefined;
}

/** The event of a call, and how far what it changes has come. */
export interface Trail extends AuditEvent {
  /** Something may have left: from here on only the end of the write tells what to say of it. */
  isSent?: boolean;
  /** The end of it was written, event included. */
  isWritten?: boolean;
}

const MINUTE_MS = 60_000;
const PROGRESS_WAIT_MS = 25_000;
const LANE_PAUSE_MS = 250;
const WEEK_S = 7 * 86_400;
/** After its deadline a write has this long to learn how it ended. */
const AFTER_DEADLINE_MS = 30_000;
const LONGEST_KEY = 200;

/** Plans, asks, writes down, runs, writes down: every effect goes through here, and through nothing else. */
export async function performChange(
  ground: CallGround,
  change: Change,
  client: unknown,
): Promise<Reply> {
  const { target } = change;
  requireTasks(change);
  const key = keyOf(change);
  if (key !== undefined) {
    const again = await answerAgain(ground, change, key);
    if (again !== undefined) return again;
  }
  const consented = await planAndConsent(ground, change, client);
  if ("kind" in consented) return consented;
  if (target.tool.needsTasks === true && change.operation === undefined)
    return queue(ground, change, consented);
  return carryOut(ground, change, consented, key, client);
}

/** The key a caller gave, or the plan's or the undo handle's id; undefined for a write that nobody named. */
function keyOf({ request, parsed, round, undo_id }: Change): string | undefined {
  if (request.journal_key !== undefined) return request.journal_key;
  const own = parsed.idempotency_key ?? request.client.idempotencyKey;
  if (own !== undefined) {
    if (own.length <= LONGEST_KEY) return `own ${own}`;
    throw new FairleadError(
      "invalid_input",
      `An idempotency_key has at most ${LONGEST_KEY} characters.`,
    );
  }
  return undo_id ?? round.plan_id ?? parsed.confirm;
}

/** What was answered to the same request before, or why it is not begun again; undefined when it is new. */
async function answerAgain(
  ground: CallGround,
  change: Change,
  key: string,
): Promise<Reply | undefined> {
  const { principal } = change.request;
  const row = await ground.store.journal.findByKey(principal.tenant_id, principal.id, key);
  if (row === undefined || change.isPlan) return undefined;
  return answerStanding(ground, change, { in: "key", row });
}

async function answerStanding(
  ground: CallGround,
  change: Change,
  { in: where, row }: Standing,
): Promise<Reply | undefined> {
  const { tool } = change.target;
  if (row === undefined) throw busy(tool.name);
  if (where === "lane") return undefined;
  if (where === "key" && row.request_hash !== requestHash(ground, change)) {
    throw new FairleadError(
      "conflict",
      "This idempotency_key was used for another request. Use a new one for a new request.",
      { details: { reason: "key_reused" } },
    );
  }
  if (where === "plan") {
    throw new FairleadError("conflict", `Plan ${row.plan_id} was used before. Make a new one.`, {
      details: { reason: "plan_used", plan_id: row.plan_id },
    });
  }
  if (wasNotSent(row)) return undefined;
  const operation_id = row.operation_id ?? undefined;
  if (where === "open") {
    // It may be another caller's of the tenant, who is told that there is one, and nothing more of it.
    const own = row.principal_id === change.request.principal.id ? operation_id : undefined;
    throw new FairleadError(
      "conflict",
      `The same request is still ${row.state === "unknown" ? "without a known outcome" : "under way"}. ` +
        `${own === undefined ? "Wait for it" : `Follow it with fairlead_get_operation ("${own}")`}, or give both an idempotency_key of their own if you mean to do it twice.`,
      {
        details: { reason: "open_request", ...(own === undefined ? {} : { operation_id: own }) },
      },
    );
  }
  // Not again: it is an answer that was given before, and changes nothing.
  change.trail.facts = { ...change.trail.facts, replayed: row.id };
  if (row.operation_id !== null && tool.result !== undefined && row.state !== "failed") {
    const operation = await ground.store.operations.find(row.tenant_id, row.operation_id);
    if (operation !== undefined) return answerOperation(ground, change, operation.id);
    // The journal outlives operations: that it was done is known, and not what came of it.
    if (row.state === "done") throw toError(answerLost(null, "Its operation is forgotten by now."));
  }
  if (row.state === "unknown") throw outcomeUnknown(tool.name, operation_id);
  if (row.state === "intended" || row.state === "sent") {
    throw new FairleadError(
      "conflict",
      "The same request is under way at this moment. Repeat it with the same key a little later for its outcome.",
      { details: { reason: "under_way", retry_after_s: 2 }, retryable: true },
    );
  }
  const outcome = parseOutcome(
    row.sealed_outcome === null
      ? undefined
      : await openJson(ground.vault, row.tenant_id, journalPlace(row.id), row.sealed_outcome),
  );
  if (outcome === undefined) throw outcomeUnknown(tool.name, operation_id);
  if ("error" in outcome) throw toError(outcome.error);
  return { kind: "tool", answer: outcome.answer, holdsSecret: false };
}

/** Makes the plan, or uses it, and asks whoever has to agree. A reply where there is nothing to carry out yet. */
async function planAndConsent(
  ground: CallGround,
  change: Change,
  client: unknown,
): Promise<Consented | Reply> {
  const { request, target, parsed, connection, policy, round } = change;
  const { tool } = target;
  const { principal, surface } = request;
  const now = ground.clock.now();
  const canAsk = canAskPerson(request);
  const mark = consentMark(principal, target, parsed, connection, policy, now);
  const needed = await neededConsent({
    tool,
    principal,
    surface,
    canAsk,
    mark,
    store: ground.store,
  });
  const call: ConsentCall = {
    ...{
      principal,
      tool,
      connector: target.connector.id,
      connection,
      input: parsed.input,
      given: parsed.given,
    },
    ...{ needed, round, canAsk, confirm: parsed.confirm },
    // A way back needs what was there before, and so does whoever looks for evidence later.
    readsState: tool.undo !== undefined || tool.reconcile !== undefined,
  };
  const ctx = contextOf(ground, change, client);
  if (change.isPlan) {
    const { shown } = await makePlan(ground, call, await readState(call, ctx), needed);
    change.trail.facts = { ...change.trail.facts, plan_id: shown.plan_id, phase: "plan" };
    return planReply(shown);
  }
  try {
    return await consent(ground, call, ctx);
  } catch (thrown) {
    // Who takes tasks gets one that goes on when people agreed, instead of having to come again.
    const takesTask = request.client.takesTasks === true && change.operation === undefined;
    if (thrown instanceof ConsentRequired && takesTask && thrown.plan.consent !== "confirm") {
      return waitForApproval(ground, change, thrown);
    }
    throw thrown;
  }
}

function canAskPerson({ client }: CallRequest): boolean {
  const question = {
    q: { method: "elicitation/create", params: { mode: "form", message: "", requestedSchema: {} } },
  } as const;
  return missingCapability(question, client.capabilities) === undefined;
}

/** Which clients can see such a tool to its end, whichever tool led here. */
function requireTasks({ target: { tool }, request, operation, isPlan }: Change): void {
  if (tool.needsTasks !== true || operation !== undefined || isPlan) return;
  if (request.client.takesTasks === true) return;
  throw new FairleadError(
    "invalid_input",
    `${tool.name} goes on after its call was answered, and asks while it runs. It needs a client that follows tasks.`,
    { details: { reason: "needs_tasks" } },
  );
}

async function waitForApproval(
  ground: CallGround,
  change: Change,
  { plan }: ConsentRequired,
): Promise<Reply> {
  const where = ground.approveAt(plan.id) ?? `fairlead approve ${plan.id}`;
  const reply = await setAside(ground, change, {
    plan_id: plan.id,
    state: "awaiting_approval",
    message: `Waits for approval: ${where}`,
    due_at: plan.expires_at,
  });
  // Somebody may have agreed before there was anything to set in motion.
  const { store, clock, operations } = ground;
  if (await isAgreed(store, plan)) {
    await store.transaction((tx) => setInMotion(tx, plan, clock.now()));
    operations.wake(plan.tenant_id);
  }
  return reply;
}

/** It begins when a worker takes it up, which is at once. */
async function queue(ground: CallGround, change: Change, { plan }: Consented): Promise<Reply> {
  const reply = await setAside(ground, change, {
    plan_id: plan?.id ?? null,
    state: "queued",
    message: null,
    due_at: ground.clock.now(),
  });
  ground.operations.wake(change.request.principal.tenant_id);
  return reply;
}

/** Puts the call by as an operation. The same request under the same key is the same operation. */
async function setAside(
  ground: CallGround,
  change: Change,
  how: Pick<OperationRow, "plan_id" | "state" | "message"> & { due_at: number },
): Promise<Reply> {
  const { request, target, parsed, connection } = change;
  const { tenant_id, id: principal_id } = request.principal;
  const row = newOperation(ground, request, target, connection, { ...how, expires_at: null });
  const key = keyOf(change);
  if (key !== undefined) {
    const named = toCanonical([tenant_id, principal_id, key, requestHash(ground, change)]);
    row.id = `opn_${ground.keyedHash("operation", named).slice(0, 24)}`;
    const before = await ground.store.operations.find(tenant_id, row.id);
    if (before !== undefined) return { kind: "task", operation: describe(before) };
  }
  const call = { tool: target.tool.name, arguments: parsed.given, connection };
  const suspended = await suspend(request, { ...call, key });
  row.sealed_call = await sealSuspended(ground.vault, row, suspended);
  await ground.store.operations.insert(row);
  ground.operations.changed(row);
  return { kind: "task", operation: describe(row) };
}

async function carryOut(
  ground: CallGround,
  change: Change,
  { plan, reading }: Consented,
  given: string | undefined,
  client: unknown,
): Promise<Reply> {
  const { request, target, parsed, trail, run } = change;
  const { tool } = target;
  const written = await intend(ground, change, { plan, reading }, given);
  if ("kind" in written) return written;
  const undo = written.undo;
  const controller = new AbortController();
  const deadlineMs = (tool.deadlineMs ?? ground.deadlineMs) + AFTER_DEADLINE_MS;
  const stopTimer = ground.clock.after(deadlineMs, () =>
    controller.abort(new FairleadError("timeout", `No answer within ${deadlineMs / 1000} s.`)),
  );
  const ctx = contextOf(ground, change, client, controller.signal, reading.state);
  const finish = async (ending: Ending, outcome: AuditEvent["outcome"]) => {
    trail.outcome = outcome;
    trail.duration_ms = ground.clock.now() - trail.at;
    const calls = currentCall()?.upstreamCalls ?? 0;
    if (calls > 0) trail.upstream_calls = calls;
    try {
      await ground.journal.end(written, ending, eventOf(trail));
    } catch (error) {
      // It is written as soon as that can be done. Until then nobody is told more than the records can say.
      throw new Told(outcomeUnknown(tool.name, written.operation?.id, error));
    }
    trail.isWritten = true;
    if (written.operation !== undefined || ending.state === "unknown") {
      ground.operations.wake(written.row.tenant_id);
    }
  };

  let ended: { answer: ToolAnswer; reply: Reply } | undefined;
  try {
    // Who left while this was written down was told that nothing was done, so nothing is.
    run.throwIfEnded();
    // Nobody who leaves can call it back from here on: who leaves is told that its outcome is not known yet.
    trail.isSent = true;
    const output = await perform(target, parsed, request.action, ctx);
    ended = await succeed(output);
  } catch (thrown) {
    throw await failed(thrown).catch((told: unknown) => (told instanceof Told ? told.error : told));
  } finally {
    stopTimer();
  }
  if (written.operation === undefined) return ended.reply;
  return answerOperation(ground, change, written.operation.id);

  async function succeed(output: unknown): Promise<{ answer: ToolAnswer; reply: Reply }> {
    const follow = output instanceof Follow ? output : undefined;
    const shaped =
      follow !== undefined || tool.result !== undefined
        ? operationAnswer(written as Begun, output)
        : output;
    let reply: Reply;
    try {
      const made = toReply(target, parsed, shaped, request.action, ground.resultTokenBudget);
      if (made.kind !== "tool") throw new Error("A tool was answered otherwise.");
      reply = { ...made, answer: withUndo(made.answer, undo) };
    } catch (thrown) {
      // It happened, whatever its answer looks like.
      const error = toFairleadError(thrown);
      await finish({ state: "done", error: keptError(error) }, error.code);
      throw new Told(error);
    }
    const { answer } = reply;
    trail.bytes_out = bytesOf(reply);
    if (answer.isError && follow === undefined) {
      await finish({ state: "done", answer }, "upstream_rejected");
    } else {
      const result = tool.result === undefined ? (answer.structured ?? null) : resultOf(output);
      const later =
        undo === undefined && follow === undefined ? await undoAfter(output) : undefined;
      await finish({ state: "done", answer, result, follow, undo: later }, "ok");
      if (later !== undefined) reply = { ...reply, answer: withUndo(answer, later) } as Reply;
    }
    return { answer, reply };
  }

  /** Some ways back are known only from the answer. */
  async function undoAfter(output: unknown): Promise<UndoRow | undefined> {
    const done = { input: parsed.input, state: reading.state, output };
    const undoCall = tool.undo?.(done as never);
    return undoCall && undoRow(ground, change, (written as Begun).row, undoCall);
  }

  async function failed(thrown: unknown): Promise<unknown> {
    if (thrown instanceof Told) return thrown.error;
    if (thrown instanceof InputNeeded) {
      // It asks before it does anything: the next round takes the same place.
      await finish({ state: "not_sent", error: undefined }, "input_required");
      return thrown;
    }
    const error = toFairleadError(thrown);
    if (ended !== undefined || trail.isWritten === true) return error;
    const call = currentCall();
    const isMarked = target.connector.marksEffects !== true || call?.effectLeft === true;
    const verdict = verdictOf(error, trail.isSent === true && isMarked);
    if (verdict === "unknown") {
      const unknown = outcomeUnknown(tool.name, (written as Begun).unknownOperationId(), error);
      await finish({ state: "unknown", error: keptError(unknown) }, "outcome_unknown");
      return unknown;
    }
    const state = verdict === "not_sent" ? "not_sent" : "failed";
    await finish({ state, error: keptError(error) } as Ending, error.code);
    return error;
  }
}

/** Carries an error past the handling of what a handler throws. */
class Told {
  readonly error: FairleadError;
  constructor(error: FairleadError) {
    this.error = error;
  }
}

interface Begun extends Written {
  undo: UndoRow | undefined;
  unknownOperationId: () => string;
}

/** Writes down what is about to leave. A reply where the same was begun, or done, by another call meanwhile. */
async function intend(
  ground: CallGround,
  change: Change,
  { plan, reading }: Consented,
  given: string | undefined,
): Promise<Begun | Reply> {
  const { request, target, parsed, connection, trail, run } = change;
  const { tool } = target;
  const { principal } = request;
  const call = {
    principal,
    tool,
    connector: target.connector.id,
    connection,
    input: parsed.input,
    given: parsed.given,
  };
  const charges = spendingOf(ground, call, reading.state);
  const undoCall = tool.undo?.({
    input: parsed.input,
    state: reading.state,
    output: undefined,
  } as never);
  for (;;) {
    const now = ground.clock.now();
    const id = `jrn_${ground.newId(12)}`;
    const place = journalPlace(id);
    const { vault } = ground;
    const hash = requestHash(ground, change);
    const operation =
      change.operation ??
      (tool.result === undefined
        ? undefined
        : newOperation(ground, request, target, connection, {
            plan_id: plan?.id ?? null,
            state: "running",
            message: null,
            expires_at: null,
          }));
    const row: JournalRow = {
      ...{ id, tenant_id: principal.tenant_id, principal_id: principal.id },
      ...{ key: given ?? id, plan_id: plan?.id ?? null, operation_id: operation?.id ?? null },
      ...{ connector: target.connector.id, connection_id: connection?.id ?? null, tool: tool.name },
      request_hash: hash,
      open_hash: given === undefined ? hash : null,
      lane:
        tool.lane === undefined ? null : `${connection?.id} ${tool.lane(parsed.input as never)}`,
      state: "sent",
      sealed_arguments: await vault.seal(principal.tenant_id, place, toBytes(parsed.input)),
      sealed_state:
        reading.change === undefined
          ? null
          : await vault.seal(principal.tenant_id, place, toBytes(reading.state)),
      sealed_outcome: null,
      ...{ owner: ground.processId, created_at: now, sent_at: now, ended_at: null },
      check_at: now + (tool.deadlineMs ?? ground.deadlineMs) + AFTER_DEADLINE_MS + MINUTE_MS,
      settled_by: null,
    };
    if (operation !== undefined) {
      operation.journal_id = row.id;
      // Whoever goes on with it elsewhere needs the connection that came with the request.
      if (operation.sealed_call === null && connection?.isDerived === true) {
        const suspended = await suspend(request, {
          tool: tool.name,
          arguments: null,
          connection,
          key: undefined,
        });
        operation.sealed_call = await sealSuspended(vault, operation, suspended);
      }
    }
    const undo = undoCall === undefined ? undefined : await undoRow(ground, change, row, undoCall);
    const resumed =
      change.operation === undefined
        ? undefined
        : {
            ...change.operation,
            state: "running" as const,
            version: change.operation.version + 1,
            updated_at: now,
          };
    const intent: Intent = {
      ...{ row, charges, undo, resumed },
      operation: change.operation === undefined ? operation : undefined,
      event: intentEvent(trail, row),
    };
    const standing = await begin(ground, intent);
    if (standing === undefined) {
      trail.target = row.id;
      const unknownOperation = lazily(() =>
        newOperation(ground, request, target, connection, {
          plan_id: row.plan_id,
          journal_id: row.id,
          state: "unknown",
          message: "The request left, and no answer proves what came of it.",
          expires_at: null,
        }),
      );
      const kept = resumed ?? operation;
      if (kept !== undefined) ground.operations.changed(kept);
      return {
        ...{ row, charges, undo },
        operation: kept,
        newOperation: unknownOperation,
        canReconcile: tool.reconcile !== undefined,
        unknownOperationId: () => kept?.id ?? unknownOperation().id,
      };
    }
    if (standing.in === "operation") throw movedOn();
    const again = await answerStanding(ground, change, standing);
    if (again !== undefined) return again;
    // Its lane is taken, or an attempt that left nothing behind was taken over by another call: its turn will come.
    run.throwIfEnded();
    if (ground.clock.now() + LANE_PAUSE_MS >= run.deadlineAt) throw busy(tool.name);
    await pause(ground, run, LANE_PAUSE_MS);
  }
}

async function begin(ground: CallGround, intent: Intent): Promise<Standing | undefined> {
  try {
    return await ground.journal.begin(intent);
  } catch (thrown) {
    if (thrown instanceof OperationMoved) return { in: "operation", row: undefined };
    throw thrown;
  }
}

function lazily<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

async function pause({ clock }: CallGround, run: Run, ms: number): Promise<void> {
  await new Promise<void>((resolve) => {
    const stop = clock.after(ms, () => {
      run.signal.removeEventListener("abort", gone);
      resolve();
    });
    const gone = () => {
      stop();
      resolve();
    };
    run.signal.addEventListener("abort", gone, { once: true });
  });
  run.throwIfEnded();
}

function busy(tool: string): FairleadError {
  return new FairleadError(
    "conflict",
    `Another change to the same thing is under way, and ${tool} had to wait for too long. Nothing was changed; try again later.`,
    { details: { reason: "busy", retry_after_s: 10 }, retryable: true },
  );
}

function movedOn(): FairleadError {
  return new FairleadError("conflict", "This operation was cancelled, or goes on elsewhere.", {
    details: { reason: "moved_on" },
  });
}

/** The operation as the tool's call answers it: to whoever takes tasks as one, else waited for where that can be shown. */
async function answerOperation(
  ground: CallGround,
  change: Change,
  operation_id: string,
): Promise<Reply> {
  const { request, target, parsed, run } = change;
  const { principal, client } = request;
  let view = await ground.operations.get(principal, operation_id);
  if (client.takesTasks === true) return { kind: "task", operation: view };
  if (client.progressToken !== undefined && !ENDED_STATES.has(view.status)) {
    const leftMs = Math.max(0, run.deadlineAt - ground.clock.now() - 1_000);
    let last = -1;
    view = await ground.operations.waitFor(
      principal,
      operation_id,
      Math.min(PROGRESS_WAIT_MS, leftMs),
      ({ progress, message }) => {
        if (client.progressToken === undefined) return;
        // It has to grow with each notification, also where the upstream tells nothing (MCP, utilities/progress).
        last = Math.max(progress, last + 0.001);
        client.notify?.("notifications/progress", {
          ...{ progressToken: client.progressToken, progress: last, total: 1 },
          ...(message === null ? {} : { message }),
        });
      },
      run.signal,
    );
  }
  if (view.status === "failed" && view.error !== null) {
    throw toError({ ...view.error, details: { ...view.error.details, operation_id } } as never);
  }
  const undo = await undoOf(ground, principal.tenant_id, operation_id);
  const output = {
    ...{ operation_id, status: view.status },
    ...(view.message === null ? {} : { message: view.message }),
    ...(view.result === undefined ? {} : { result: view.result }),
  };
  const reply = toReply(target, parsed, output, request.action, ground.resultTokenBudget);
  return reply.kind === "tool" ? { ...reply, answer: withUndo(reply.answer, undo) } : reply;
}

async function undoOf(
  { store, clock }: CallGround,
  tenant_id: string,
  operation_id: string,
): Promise<UndoRow | undefined> {
  const operation = await store.operations.find(tenant_id, operation_id);
  if (operation?.journal_id == null) return undefined;
  const undo = await store.undos.findByJournal(tenant_id, operation.journal_id);
  return undo !== undefined && undo.expires_at > clock.now() ? undo : undefined;
}

function operationAnswer({ operation }: Begun, output: unknown): unknown {
  if (operation === undefined) return output;
  if (output instanceof Follow) {
    const { message } = output;
    return {
      operation_id: operation.id,
      status: "running",
      ...(message === undefined ? {} : { message }),
    };
  }
  return { operation_id: operation.id, status: "completed", result: resultOf(output) };
}

/** A handler of a long tool gives the operation, or, when it was quick, its result alone. */
function resultOf(output: unknown): unknown {
  const whole = Object(output) as { status?: unknown; result?: unknown };
  return "status" in whole && "result" in whole ? whole.result : output;
}

function newOperation(
  { clock, newId }: Pick<CallGround, "clock" | "newId">,
  { principal }: CallRequest,
  { connector, tool }: ToolTarget,
  connection: Connection | undefined,
  given: Pick<OperationRow, "plan_id" | "state" | "message" | "expires_at"> &
    Partial<Pick<OperationRow, "journal_id" | "due_at">>,
): OperationRow {
  const now = clock.now();
  const { message } = given;
  return {
    ...{ id: `opn_${newId(12)}`, tenant_id: principal.tenant_id, principal_id: principal.id },
    ...{ connector: connector.id, connection_id: connection?.id ?? null, tool: tool.name },
    ...{ journal_id: null, progress: 0, pointer: null, error: null },
    steps: JSON.stringify(message === null ? [] : [{ at: now, message }]),
    ...{ sealed_result: null, sealed_call: null, created_at: now, updated_at: now, ended_at: null },
    ...{ version: 1, due_at: null, worker: null, claimed_until: null },
    ...given,
  };
}

async function undoRow(
  { vault, clock, newId }: CallGround,
  { request, target, connection }: Change,
  { id: journal_id }: JournalRow,
  undo: UndoCall,
): Promise<UndoRow> {
  const { principal } = request;
  const id = `und_${newId(12)}`;
  const now = clock.now();
  return {
    ...{ id, tenant_id: principal.tenant_id, principal_id: principal.id, journal_id },
    ...{ connector: target.connector.id, connection_id: connection?.id ?? null, tool: undo.tool },
    sealed_arguments: await vault.seal(principal.tenant_id, undoPlace(id), toBytes(undo.arguments)),
    ...{ summary: undo.summary, created_at: now },
    expires_at: now + (undo.expires_in_s ?? WEEK_S) * 1000,
  };
}

/** The answer with the way back in it: readers of the text and readers of the structure both find it. */
function withUndo(answer: ToolAnswer, undo: UndoRow | undefined): ToolAnswer {
  if (undo === undefined || answer.isError) return answer;
  const handle = {
    undo_id: undo.id,
    summary: undo.summary,
    expires_at: new Date(undo.expires_at).toISOString(),
  };
  const words = `Way back: fairlead_undo with undo_id "${undo.id}" until ${handle.expires_at}. ${undo.summary}`;
  const { structured } = answer;
  const isOpen =
    typeof structured === "object" &&
    structured !== null &&
    !Array.isArray(structured) &&
    !("undo" in structured);
  const more = isOpen ? { ...structured, undo: handle } : structured;
  return {
    ...answer,
    content: [...answer.content, { type: "text", text: words }],
    structured: more,
    structuredJson: more === undefined ? undefined : JSON.stringify(more),
  };
}

/** The same for an identical request of the same tenant, and telling nothing of it. */
function requestHash({ keyedHash }: CallGround, { target, parsed, connection }: Change): string {
  const request = [connection?.id ?? null, target.tool.name, plain(parsed.input)];
  return keyedHash("request", toCanonical(request)).slice(0, 43);
}

function intentEvent(trail: Trail, { id, plan_id, operation_id }: JournalRow): AuditEvent {
  trail.target = id;
  const facts = {
    ...trail.facts,
    ...(plan_id === null ? {} : { plan_id }),
    ...(operation_id === null ? {} : { operation_id }),
  };
  trail.facts = Object.keys(facts).length === 0 ? undefined : facts;
  return { ...eventOf(trail), phase: "intent" };
}

/** What is recorded of it, as it is now. */
function eventOf({ isSent: _sent, isWritten: _written, ...event }: Trail): AuditEvent {
  return event;
}

function contextOf(
  ground: CallGround,
  { request, round, run, connection, trail }: Change,
  client: unknown,
  signal?: AbortSignal,
  planned?: unknown,
): Context {
  const { request_id } = trail;
  return new Context({
    ground,
    request,
    round,
    run,
    client,
    connection,
    request_id,
    signal,
    planned,
  });
}
