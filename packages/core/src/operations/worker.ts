import { Context } from "../call/context.ts";
import { underCall } from "../call/current.ts";
import { offered } from "../call/inner.ts";
import type { CallRequest, Reply } from "../call/request.ts";
import { NO_CLIENT } from "../call/request.ts";
import { FIRST_ROUND, ROUND_TTL_MS } from "../call/round.ts";
import { createRuns } from "../call/runs.ts";
import { shapeTool, type ToolAnswer } from "../call/shape.ts";
import type { View, ViewSelection } from "../catalogue/view.ts";
import type { Clients } from "../connections/clients.ts";
import type { Connection } from "../connections/connection.ts";
import type { Connections } from "../connections/connections.ts";
import type { Connector } from "../connector.ts";
import { FairleadError, toFairleadError } from "../errors.ts";
import { missingCapability } from "../interaction.ts";
import { OPERATION_TTL_MS, OperationMoved, withStep } from "../journal/journal.ts";
import { answerLost, keptError, type Outcome } from "../journal/outcome.ts";
import type { AuditEvent } from "../observe/audit-event.ts";
import type { AuditLog } from "../observe/audit-log.ts";
import { openJson, toBytes } from "../plan/plans.ts";
import type { Clock, Logger } from "../ports.ts";
import type { Evidence, Followed, UpstreamPointer } from "../safe-write.ts";
import type { Shared } from "../storage/shared.ts";
import type { Store } from "../storage/store.ts";
import type { JournalRow, OperationRow } from "../storage/write-records.ts";
import type { Tool } from "../tool.ts";
import type { Notes } from "../usage/notes.ts";
import { journalPlace, operationPlace } from "../vault/places.ts";
import type { Vault } from "../vault/vault.ts";
import { ended } from "./endings.ts";
import { revive } from "./revive.ts";
import type { OperationsService } from "./service.ts";
import {
  broughtBack,
  openSuspended,
  resumedRequest,
  type Suspended,
  sealSuspended,
} from "./suspended.ts";

export interface WorkerParts {
  store: Store;
  shared: Shared;
  vault: Vault;
  auditLog: Pick<AuditLog, "join">;
  clock: Clock;
  logger: Logger;
  notes: Notes;
  connections: Connections;
  clients: Clients;
  connectors: readonly Connector[];
  operations: OperationsService;
  viewOf: (selection: ViewSelection) => View;
  /** Runs a call for an operation that waited for it. */
  callFor: (operation: OperationRow, request: CallRequest) => Promise<Reply>;
  processId: string;
  newId: (bytes: number) => string;
  /** Whether this process is in the midst of an effect. */
  isUnderWay: (journal_id: string) => boolean;
}

export interface Worker {
  /** Looks now instead of in a moment. */
  wake(): void;
  /** Finishes what it has in hand and stops. */
  close(): Promise<void>;
}

const POLL_MS = 1_000;
const AT_A_TIME = 20;
/** Nobody else takes it up before; longer than any call it may have to make. */
const CLAIM_MS = 180_000;
const LOOK_MS = 60_000;
/** A process that was not seen for so long is gone. */
const GONE_MS = 30_000;
/** For so long an upstream that cannot be asked for evidence is asked again. */
const ASKED_FOR_MS = 86_400_000;
const LONGEST_ASK_MS = 1_800_000;
const SECOND_MS = 1_000;
const LONGEST_PAUSE_MS = 120_000;

/** What the upstream showed of a call, and what that was called with. */
interface Found {
  evidence: Evidence<unknown>;
  input: unknown;
}

const NOT_LOOKED = { evidence: undefined, input: undefined };

/**
 * Looks after what goes on without a caller: operations that were approved, work that an upstream is at, effects whose
 * end nobody wrote. The rows are the queue: whoever is first to change one has it, and one whose holder dies is due again.
 */
export function startWorker(parts: WorkerParts): Worker {
  const { store, vault, clock, operations } = parts;
  const logger = parts.logger.child("operations");
  const runs = createRuns(clock);
  const busy = new Set<string>();
  let stopTimer = () => {};
  let looking: Promise<void> | undefined;
  let isAgain = false;
  let isClosed = false;

  function later(ms: number): void {
    stopTimer();
    if (!isClosed) stopTimer = clock.after(ms, wake);
  }

  function wake(): void {
    if (isClosed) return;
    if (looking !== undefined) {
      isAgain = true;
      return;
    }
    stopTimer();
    looking = look()
      .catch((error: unknown) =>
        logger.warn({ err: error }, "operations could not be looked after"),
      )
      .finally(() => {
        looking = undefined;
        const soon = isAgain;
        isAgain = false;
        later(soon ? 0 : POLL_MS);
      });
  }

  async function look(): Promise<void> {
    const now = clock.now();
    const due = await store.operations.due(now, AT_A_TIME);
    const checks = await store.journal.due(now, AT_A_TIME);
    const tasks = [
      ...due.map((row) => once(row.id, () => takeUp(row))),
      ...checks.map((row) => once(row.id, () => check(row))),
    ];
    // One that takes long does not keep the others waiting: it goes on while this looks again.
    await Promise.race([Promise.all(tasks), paused(SECOND_MS)]);
    if (due.length === AT_A_TIME || checks.length === AT_A_TIME) isAgain = true;
  }

  function paused(ms: number): Promise<void> {
    return new Promise((resolve) => clock.after(ms, resolve));
  }

  async function once(id: string, work: () => Promise<void>): Promise<void> {
    if (busy.has(id)) return;
    busy.add(id);
    try {
      await work();
    } catch (error) {
      logger.warn({ err: error, id }, "this could not be looked after; it is tried again");
    } finally {
      busy.delete(id);
    }
  }

  async function put(row: OperationRow, event?: AuditEvent): Promise<OperationRow | undefined> {
    const next = { ...row, version: row.version + 1, updated_at: clock.now() };
    const isPut = await parts.auditLog.join(async (tx) => {
      const result = await tx.operations.update(next);
      return { result, event: result ? event : undefined };
    });
    if (!isPut) return undefined;
    operations.changed(next);
    return next;
  }

  async function takeUp(row: OperationRow): Promise<void> {
    const now = clock.now();
    const claimed = { ...row, worker: parts.processId, claimed_until: now + CLAIM_MS };
    const mine = { ...claimed, version: row.version + 1 };
    if (!(await store.operations.update(mine))) return;
    if (mine.state === "queued") return begin(mine);
    if (mine.state === "running" && mine.pointer !== null) return follow(mine);
    if (mine.state === "awaiting_approval" || mine.state === "input_required") return lapse(mine);
    await put({ ...mine, due_at: null, worker: null, claimed_until: null });
  }

  async function begin(row: OperationRow): Promise<void> {
    try {
      const suspended = await openSuspended(vault, row);
      if (suspended === undefined) throw new Error("Nothing is kept of the call.");
      const principal = await revive(store, suspended);
      const view = parts.viewOf(suspended.selection);
      const { name } = offered(view, suspended.tool).listed;
      const reply = await parts.callFor(row, resumedRequest(suspended, view, principal, name));
      if (reply.kind === "input_required") await putAsking(row, suspended, reply);
      else await endAsBefore(row, reply);
    } catch (thrown) {
      const error = toFairleadError(thrown);
      if (error.code === "internal")
        logger.error({ err: error.cause ?? error, id: row.id }, "an operation failed inside");
      const present = await store.operations.find(row.tenant_id, row.id);
      // It got as far as the journal, which says how it stands.
      if (present === undefined || present.version !== row.version) return;
      await (isPassing(error) ? again(row, error) : fail(row, error));
    }
  }

  async function putAsking(
    row: OperationRow,
    suspended: Suspended,
    { requests, requestState }: Extract<Reply, { kind: "input_required" }>,
  ): Promise<void> {
    // The journal may have written of it meanwhile: it had begun, and goes back.
    const present = await store.operations.find(row.tenant_id, row.id);
    if (present?.state !== "queued" || present.worker !== parts.processId) return;
    const missing = missingCapability(requests, suspended.capabilities);
    if (missing !== undefined) return fail(present, cannotAsk(row, missing));
    await put({
      ...present,
      ...{ state: "input_required", message: "Waits for answers." },
      sealed_call: await sealSuspended(vault, row, {
        ...suspended,
        asked: { requests, requestState },
      }),
      // A worker looks again once nobody can answer any more.
      ...{ due_at: clock.now() + ROUND_TTL_MS, worker: null, claimed_until: null },
    });
  }

  /** The same was done under its key by another call, so this one began nothing: what that gave is its end. */
  async function endAsBefore(row: OperationRow, reply: Reply): Promise<void> {
    const present = await store.operations.find(row.tenant_id, row.id);
    if (present === undefined || present.version !== row.version) return;
    const structured = reply.kind === "tool" ? (reply.answer.structured ?? null) : null;
    const value = toolOf(row.tool)?.result === undefined ? structured : Object(structured).result;
    await put({
      ...ended(row, "completed", "It had been done under its key before.", clock.now()),
      ...{ version: row.version, progress: 1 },
      sealed_result: await vault.seal(row.tenant_id, operationPlace(row.id), toBytes({ value })),
    });
  }

  /** Nobody said anything in time: what it waited for means nothing any more. */
  function lapse(row: OperationRow): Promise<void> {
    const words =
      row.state === "awaiting_approval"
        ? "Nobody approved it in time. Nothing was changed."
        : "Nobody answered its questions in time.";
    return fail(row, new FairleadError("timeout", words));
  }

  /** Not its fault: it is tried again, with longer pauses. */
  async function again(row: OperationRow, error: FairleadError): Promise<void> {
    const wait = error.details?.retry_after_s;
    const elapsed = clock.now() - row.created_at;
    const ms =
      typeof wait === "number"
        ? wait * SECOND_MS
        : Math.min(LONGEST_PAUSE_MS, Math.max(5_000, elapsed / 4));
    await put({
      ...row,
      ...{ message: error.message, due_at: clock.now() + ms, worker: null, claimed_until: null },
    });
  }

  async function fail(row: OperationRow, error: FairleadError): Promise<void> {
    const now = clock.now();
    await put(
      {
        ...row,
        ...{ state: "failed", message: error.message, error: JSON.stringify(keptError(error)) },
        steps: withStep(row.steps, now, error.message),
        ...{ ended_at: now, expires_at: now + OPERATION_TTL_MS, sealed_call: null },
        ...{ due_at: null, worker: null, claimed_until: null },
      },
      eventOf(row, error.code),
    );
  }

  async function follow(row: OperationRow): Promise<void> {
    const connector = parts.connectors.find(({ id }) => id === row.connector);
    const { followOperation } = connector ?? {};
    if (connector === undefined || followOperation === undefined) {
      return putUnknown(row, `Nothing follows ${row.tool} any more.`);
    }
    let followed: Followed;
    try {
      followed = await atUpstream(connector, row, (client, pointer, signal) =>
        followOperation(client, pointer, signal),
      );
    } catch (thrown) {
      const error = toFairleadError(thrown);
      if (error.details?.reason === "no_connection") return putUnknown(row, error.message);
      if (error.code === "internal")
        logger.error(
          { err: error.cause ?? error, id: row.id },
          "an operation could not be followed",
        );
      return again(row, error);
    }
    await settleFollowed(row, followed);
  }

  /** Asks the upstream to stop what it is at. */
  async function stop(row: OperationRow): Promise<boolean> {
    const connector = parts.connectors.find(({ id }) => id === row.connector);
    const { cancelOperation } = connector ?? {};
    if (connector === undefined || cancelOperation === undefined || row.pointer === null)
      return false;
    return atUpstream(connector, row, (client, pointer, signal) =>
      cancelOperation(client, pointer, signal),
    );
  }

  /** Something about a piece of work, asked where it goes on, with the connection it was begun on. */
  async function atUpstream<T>(
    connector: Connector,
    row: OperationRow,
    work: (client: never, pointer: UpstreamPointer, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const connection = await connectionOf(connector, row);
    const pointer: UpstreamPointer = JSON.parse(row.pointer ?? "{}");
    const run = runs.start(LOOK_MS, undefined);
    try {
      return await run.race(
        withClient(connector, connection, (client) =>
          underCall(eventOf(row, "ok"), () => work(client as never, pointer, run.signal)),
        ),
      );
    } finally {
      run.end();
    }
  }

  async function settleFollowed(row: OperationRow, followed: Followed): Promise<void> {
    const now = clock.now();
    const released = { worker: null, claimed_until: null, due_at: null };
    if (followed.status === "running") {
      const { progress = row.progress, message = row.message, againInMs } = followed;
      const steps = message === null ? row.steps : withStep(row.steps, now, message);
      const grown = Math.max(row.progress, Math.min(1, progress));
      await put({
        ...row,
        ...released,
        progress: grown,
        message,
        steps,
        due_at: now + Math.max(SECOND_MS, againInMs),
      });
      return;
    }
    const over = {
      ...released,
      ended_at: now,
      expires_at: now + OPERATION_TTL_MS,
      sealed_call: null,
    };
    if (followed.status === "failed") {
      const { message } = followed;
      const error = keptError(new FairleadError("upstream_rejected", message));
      const steps = withStep(row.steps, now, message);
      await put(
        { ...row, ...over, state: "failed", message, steps, error: JSON.stringify(error) },
        eventOf(row, "upstream_rejected"),
      );
      return;
    }
    const tool = toolOf(row.tool);
    const parsed = tool?.result?.safeParse(followed.result);
    if (parsed !== undefined && !parsed.success) {
      logger.error(
        { err: parsed.error, id: row.id },
        "the result of an operation does not fit its schema",
      );
    }
    const value = parsed?.success === true ? parsed.data : followed.result;
    const sealed_result = await vault.seal(
      row.tenant_id,
      operationPlace(row.id),
      toBytes({ value }),
    );
    const steps = withStep(row.steps, now, "completed");
    await put(
      { ...row, ...over, state: "completed", progress: 1, message: null, steps, sealed_result },
      eventOf(row, "ok"),
    );
  }

  async function putUnknown(row: OperationRow, message: string): Promise<void> {
    await put(
      {
        ...row,
        ...{ state: "unknown", message, steps: withStep(row.steps, clock.now(), message) },
        ...{ due_at: null, worker: null, claimed_until: null },
      },
      eventOf(row, "outcome_unknown"),
    );
  }

  function toolOf(name: string): Tool | undefined {
    for (const { tools } of parts.connectors) {
      const tool = tools.find((each) => each.name === name);
      if (tool !== undefined) return tool;
    }
    return undefined;
  }

  async function connectionOf(
    connector: Connector,
    row: {
      tenant_id: string;
      connection_id: string | null;
      operation?: OperationRow | undefined;
    } & Partial<OperationRow>,
  ): Promise<Connection | undefined> {
    if (row.connection_id === null) return undefined;
    const own = await parts.connections.list(row.tenant_id, connector.id);
    const known = own.find(({ id }) => id === row.connection_id);
    if (known !== undefined) return known;
    const suspended =
      row.sealed_call == null ? undefined : await openSuspended(vault, row as OperationRow);
    const brought = suspended?.brought?.find(({ id }) => id === row.connection_id);
    if (brought !== undefined) return broughtBack(brought);
    if (connector.credential === undefined) {
      return {
        ...{ id: row.connection_id, tenant_id: row.tenant_id, connector: connector.id },
        ...{ label: connector.title, settings: {}, version: 1 },
        openCredential: async () => ({ fields: {}, wipe() {} }),
      };
    }
    throw new FairleadError(
      "not_found",
      "The connection it was begun on is gone, so nobody can look.",
      {
        details: { reason: "no_connection" },
      },
    );
  }

  function withClient<T>(
    connector: Connector,
    connection: Connection | undefined,
    work: (client: unknown) => Promise<T>,
  ): Promise<T> {
    return connection === undefined
      ? work(undefined)
      : parts.clients.use(connector, connection, work);
  }

  /** An effect whose end nobody wrote, or nobody knows. */
  async function check(row: JournalRow): Promise<void> {
    if (row.state === "unknown") return reconcile(row);
    if (row.state !== "sent" && row.state !== "intended") {
      await store.journal.move(row.tenant_id, row.id, row.state, { check_at: null });
      return;
    }
    if (await isLookedAfter(row)) {
      const check_at = clock.now() + LOOK_MS;
      await store.journal.move(row.tenant_id, row.id, row.state, { check_at });
      return;
    }
    const unknown = await giveUp(row);
    if (unknown !== undefined) await reconcile(unknown);
  }

  async function isLookedAfter({ owner, id }: JournalRow): Promise<boolean> {
    if (owner === parts.processId) return parts.isUnderWay(id);
    const alive = await store.processes.list(clock.now() - GONE_MS);
    return alive.some((process) => process.id === owner);
  }

  /** Whoever was at it has gone: from now on its outcome is openly unknown. */
  async function giveUp(row: JournalRow): Promise<JournalRow | undefined> {
    const now = clock.now();
    const canReconcile = toolOf(row.tool)?.reconcile !== undefined;
    const message = "Whoever was at it stopped before its end was known.";
    const operation =
      row.operation_id === null
        ? undefined
        : await store.operations.find(row.tenant_id, row.operation_id);
    const next: OperationRow = operation ?? {
      ...{ id: `opn_${parts.newId(12)}`, tenant_id: row.tenant_id, principal_id: row.principal_id },
      ...{ connector: row.connector, connection_id: row.connection_id, tool: row.tool },
      ...{ plan_id: row.plan_id, journal_id: row.id, state: "unknown", progress: 0, message: null },
      ...{ steps: "[]", pointer: null, error: null, sealed_result: null, sealed_call: null },
      ...{ created_at: row.created_at, updated_at: now, ended_at: null, expires_at: null },
      ...{ version: 0, due_at: null, worker: null, claimed_until: null },
    };
    const changed: OperationRow = {
      ...next,
      ...{ state: "unknown", message, steps: withStep(next.steps, now, message), updated_at: now },
      ...{ version: next.version + 1, due_at: null, worker: null, claimed_until: null },
    };
    const moved = await parts.auditLog.join(async (tx) => {
      const to = {
        ...{
          state: "unknown" as const,
          operation_id: changed.id,
          check_at: canReconcile ? now : null,
        },
        ...(canReconcile ? {} : { lane: null }),
      };
      if (!(await tx.journal.move(row.tenant_id, row.id, row.state, to)))
        return { result: undefined };
      if (operation === undefined) await tx.operations.insert(changed);
      else if (!(await tx.operations.update(changed))) throw new OperationMoved();
      return { result: { ...row, ...to }, event: eventOf(changed, "outcome_unknown", row.id) };
    });
    if (moved !== undefined) operations.changed(changed);
    return moved;
  }

  async function reconcile(row: JournalRow): Promise<void> {
    const tool = toolOf(row.tool);
    const connector = parts.connectors.find(({ id }) => id === row.connector);
    if (tool?.reconcile === undefined || connector === undefined) {
      await store.journal.move(row.tenant_id, row.id, "unknown", { check_at: null, lane: null });
      return;
    }
    if (!(await isFirst(row))) return;
    const { settleMs } = tool.reconcile;
    const sentAt = row.sent_at ?? row.created_at;
    let evidence: Found | "nobody could look";
    try {
      evidence = await findEvidence(row, tool, connector, sentAt);
    } catch (thrown) {
      const error = toFairleadError(thrown);
      logger.warn(
        { err: error, journal_id: row.id, tenant_id: row.tenant_id },
        "no evidence could be looked for",
      );
      const isFinal = error.details?.reason === "no_connection";
      evidence = isFinal ? { evidence: { found: "unclear" }, input: null } : "nobody could look";
    }
    const now = clock.now();
    const isSettled = now >= sentAt + settleMs;
    const { evidence: found, input } = evidence === "nobody could look" ? NOT_LOOKED : evidence;
    if (found?.found === "happened") return settleHappened(row, tool, found.output, input);
    if (found?.found === "nothing" && isSettled) return settleNothing(row);
    await store.journal.move(row.tenant_id, row.id, "unknown", {
      check_at: nextLook(now, sentAt, sentAt + settleMs, found !== undefined),
      ...(isSettled ? { lane: null } : {}),
    });
  }

  /** When it is worth looking again; null where it takes a person from here on. */
  function nextLook(
    now: number,
    sentAt: number,
    settledAt: number,
    isLooked: boolean,
  ): number | null {
    const pauseMs = Math.max(5_000, (now - sentAt) / 2);
    if (now < settledAt) return Math.max(Math.min(settledAt, now + pauseMs), now + SECOND_MS);
    // Evidence that has not come by now will not. An upstream that could not be asked is another matter.
    if (isLooked || now >= sentAt + ASKED_FOR_MS) return null;
    return now + Math.min(pauseMs, LONGEST_ASK_MS);
  }

  /** Several replicas find the same row due; one of them asks the upstream. */
  async function isFirst({ id }: JournalRow): Promise<boolean> {
    const key = `reconcile ${id}`;
    return parts.shared.setIfAbsent(key, parts.processId, SECOND_MS * 4).catch(() => true);
  }

  async function findEvidence(
    row: JournalRow,
    tool: Tool,
    connector: Connector,
    sentAt: number,
  ): Promise<Found> {
    const place = journalPlace(row.id);
    const input = await openJson(vault, row.tenant_id, place, row.sealed_arguments);
    const state =
      row.sealed_state === null
        ? null
        : await openJson(vault, row.tenant_id, place, row.sealed_state);
    const operation =
      row.operation_id === null
        ? undefined
        : await store.operations.find(row.tenant_id, row.operation_id);
    const sealed_call = operation?.sealed_call ?? null;
    const connection = await connectionOf(connector, {
      ...operation,
      ...row,
      sealed_call,
      id: operation?.id ?? row.id,
    } as never);
    const run = runs.start(LOOK_MS, undefined);
    try {
      const event = eventOf({ ...row, id: row.operation_id ?? row.id }, "ok");
      const evidence = await run.race(
        withClient(connector, connection, (client) => {
          const ctx = new Context({
            ground: { clock, shared: parts.shared, notes: parts.notes },
            request: systemRequest(row),
            ...{ round: FIRST_ROUND, run, client, connection, request_id: event.request_id },
            ...{ planned: state, signal: run.signal },
          });
          return underCall(event, async () =>
            (tool.reconcile as NonNullable<Tool["reconcile"]>).find(input as never, ctx as never, {
              at: sentAt,
              state,
            }),
          );
        }),
      );
      return { evidence, input };
    } finally {
      run.end();
    }
  }

  async function settleHappened(
    row: JournalRow,
    tool: Tool,
    output: unknown,
    input: unknown,
  ): Promise<void> {
    const value = tool.result === undefined ? output : (Object(output).result ?? null);
    const message = "There is evidence that it happened.";
    const answer = answerOf(tool, output, input);
    const outcome =
      answer === undefined ? { error: answerLost(row.operation_id, message) } : { answer };
    await settle(row, "done", { value }, outcome, message);
  }

  async function settleNothing(row: JournalRow): Promise<void> {
    await settle(
      row,
      "failed",
      undefined,
      undefined,
      "It did not happen: the upstream shows no trace of it. Nothing was changed.",
    );
  }

  async function settle(
    row: JournalRow,
    state: "done" | "failed",
    result: { value: unknown } | undefined,
    outcome: Outcome | undefined,
    message: string,
  ): Promise<void> {
    const { tenant_id } = row;
    const now = clock.now();
    const operation =
      row.operation_id === null
        ? undefined
        : await store.operations.find(tenant_id, row.operation_id);
    const sealed_outcome =
      outcome === undefined
        ? null
        : await vault.seal(tenant_id, journalPlace(row.id), toBytes(outcome));
    const sealed_result =
      operation === undefined || result === undefined
        ? null
        : await vault.seal(tenant_id, operationPlace(operation.id), toBytes(result));
    const next = operation && {
      ...operation,
      state: state === "done" ? ("completed" as const) : ("failed" as const),
      ...{
        message,
        steps: withStep(operation.steps, now, message),
        sealed_result,
        sealed_call: null,
      },
      ...(state === "done"
        ? { progress: 1 }
        : { error: JSON.stringify({ code: "upstream_unavailable", message }) }),
      ...{
        updated_at: now,
        ended_at: now,
        expires_at: now + OPERATION_TTL_MS,
        version: operation.version + 1,
      },
      ...{ due_at: null, worker: null, claimed_until: null },
    };
    const isDone = await parts.auditLog.join(async (tx) => {
      const to = {
        ...{ state, sealed_outcome, settled_by: "evidence", ended_at: now },
        ...{ check_at: null, open_hash: null, lane: null },
      };
      if (!(await tx.journal.move(tenant_id, row.id, "unknown", to))) return { result: false };
      // It changed in between: all of it is done anew with what it is by then.
      if (next !== undefined && !(await tx.operations.update(next))) throw new OperationMoved();
      const event = eventOf(
        { ...row, id: row.operation_id ?? row.id },
        state === "done" ? "ok" : "upstream_unavailable",
        row.id,
      );
      return { result: true, event: { ...event, facts: { settled_by: "evidence", state } } };
    });
    if (isDone && next !== undefined) operations.changed(next);
  }

  function answerOf(tool: Tool, output: unknown, input: unknown): ToolAnswer | undefined {
    try {
      return shapeTool(tool, output, input, undefined, Number.POSITIVE_INFINITY);
    } catch (error) {
      logger.error({ err: error, tool: tool.name }, "evidence does not fit the tool's schema");
      return undefined;
    }
  }

  function eventOf(
    row: Pick<
      OperationRow,
      "id" | "tenant_id" | "principal_id" | "connector" | "connection_id" | "tool"
    >,
    outcome: AuditEvent["outcome"],
    target?: string,
  ): AuditEvent {
    return {
      ...{ at: clock.now(), request_id: parts.newId(8), trace_id: parts.newId(16) },
      ...{ surface: "worker", tenant_id: row.tenant_id, principal_id: row.principal_id },
      ...{ action: "operation", name: row.tool, connector: row.connector },
      connection_id: row.connection_id ?? undefined,
      ...{ effect: toolOf(row.tool)?.effect, outcome, duration_ms: 0 },
      target: target ?? row.id,
    };
  }

  operations.onWake(wake);
  operations.onStop(stop);
  later(POLL_MS);
  return {
    wake,
    async close() {
      isClosed = true;
      stopTimer();
      operations.onWake(() => {});
      operations.onStop(async () => false);
      await looking;
      await runs.drain(SECOND_MS);
    },
  };
}

function cannotAsk({ tool }: OperationRow, missing: string): FairleadError {
  return new FairleadError(
    "consent_required",
    `${tool} has a question, and the client that called it cannot be asked (${missing} is missing). Use a client that supports it.`,
  );
}

/** Failures that pass by themselves. */
function isPassing({ code, retryable, details }: FairleadError): boolean {
  if (details?.reason === "effect_budget") return false;
  return (
    code === "rate_limited" || code === "upstream_unavailable" || (code === "conflict" && retryable)
  );
}

/** On nobody's behalf but the row's own: a look that changes nothing. */
function systemRequest({ tenant_id, principal_id, tool }: JournalRow): CallRequest {
  return {
    action: { kind: "tool", name: tool, arguments: {} },
    view: undefined as never,
    principal: {
      ...{ id: principal_id, tenant_id, kind: "service", label: "evidence" },
      ...{ roles: [], scopes: new Set<string>() },
    },
    surface: "worker",
    client: NO_CLIENT,
  };
}
