import { shapeTool, type ToolAnswer } from "../call/shape.ts";
import { FairleadError, toFairleadError } from "../errors.ts";
import { hasScope, type Principal } from "../identity/principal.ts";
import type { InputResponses } from "../interaction.ts";
import { parseOutcome, toError } from "../journal/outcome.ts";
import { openJson } from "../plan/plans.ts";
import type { Clock } from "../ports.ts";
import type { Shared } from "../storage/shared.ts";
import type { Store } from "../storage/store.ts";
import type { OperationRow } from "../storage/write-records.ts";
import type { Tool } from "../tool.ts";
import { journalPlace } from "../vault/places.ts";
import type { Vault } from "../vault/vault.ts";
import { describe, describeWhole } from "./describe.ts";
import { calledOff, ended } from "./endings.ts";
import { ENDED_STATES } from "./operation-of.ts";
import type { Operations } from "./operations.ts";
import { openQuestions, openSuspended, sealSuspended } from "./suspended.ts";
import type { OperationEvent, OperationView } from "./view.ts";

export interface OperationsParts {
  store: Store;
  shared: Shared;
  vault: Vault;
  clock: Clock;
  /** A tool by its full name; undefined for one that is no longer there. */
  toolOf: (name: string) => Tool | undefined;
  resultTokenBudget: number;
}

/** What the engine does with operations besides what callers may. */
export interface OperationsService extends Operations {
  /** Tells whoever watches, on every replica, that it is another than it was. */
  changed(row: Pick<OperationRow, "tenant_id" | "principal_id" | "id" | "state">): void;
  /** Tells whoever works on them that there may be something to do. */
  wake(tenant_id: string): void;
  onWake(listener: () => void): void;
  /** Whoever can ask an upstream to stop what it is at. */
  onStop(stop: StopAtUpstream): void;
}

/** True when the upstream will not go on with it. */
export type StopAtUpstream = (operation: OperationRow) => Promise<boolean>;

const POLL_MS = 500;
const TRIES = 5;
const STOPPED = "Cancelled, and stopped at its upstream.";

function channelOf(tenant_id: string): string {
  return `operations ${tenant_id}`;
}

export function createOperations(parts: OperationsParts): OperationsService {
  const { store, shared, vault, clock } = parts;
  const waiting = new Set<{ id: string; look: () => void }>();
  let onWake = () => {};
  let stopAtUpstream: StopAtUpstream = async () => false;

  async function find(principal: Principal, id: string): Promise<OperationRow> {
    const row = await store.operations.find(principal.tenant_id, id);
    if (row !== undefined && mayLookAt(principal, row)) return row;
    throw notFound(id);
  }

  function changed({
    tenant_id,
    principal_id,
    id,
    state,
  }: Parameters<OperationsService["changed"]>[0]): void {
    for (const each of waiting) if (each.id === id) each.look();
    const event: OperationEvent = { operation_id: id, principal_id, status: state };
    shared.publish(channelOf(tenant_id), JSON.stringify(event)).catch(() => {});
  }

  function put(row: OperationRow): Promise<OperationRow> {
    return write({ ...row, version: row.version + 1, updated_at: clock.now() });
  }

  async function write(next: OperationRow): Promise<OperationRow> {
    if (!(await store.operations.update(next))) {
      throw changedMeanwhile(next);
    }
    changed(next);
    return next;
  }

  async function cancel(principal: Principal, id: string): Promise<OperationView> {
    const row = await find(principal, id);
    if (row.state === "cancelled") return describe(row);
    if (row.state === "running" && (await stopAtUpstream(row))) {
      // Whoever follows it may write meanwhile how far it had come, also that it is over.
      const present = await find(principal, id);
      if (ENDED_STATES.has(present.state)) return describe(present);
      return describe(await write(ended(present, "cancelled", STOPPED, clock.now())));
    }
    return describe(await write(calledOff(row, "Cancelled before it began.", clock.now())));
  }

  async function answer(
    principal: Principal,
    id: string,
    responses: InputResponses,
  ): Promise<OperationView> {
    const row = await find(principal, id);
    // Who administers looks after others' work, and does not speak for the people who are asked.
    if (row.principal_id !== principal.id) throw notFound(id);
    const suspended = row.state === "input_required" ? await openSuspended(vault, row) : undefined;
    if (suspended?.asked === undefined) {
      throw new FairleadError("conflict", `Operation ${id} asks nothing at the moment.`, {
        details: { reason: "nothing_asked", status: row.state },
      });
    }
    const { asked } = suspended;
    const given = Object.entries(responses).filter(([key]) => Object.hasOwn(asked.requests, key));
    asked.responses = { ...asked.responses, ...Object.fromEntries(given) };
    const isAnswered = Object.keys(openQuestions(asked)).length === 0;
    const next: OperationRow = {
      ...row,
      sealed_call: await sealSuspended(vault, row, suspended),
      ...(isAnswered ? { state: "queued", message: null, due_at: clock.now() } : {}),
    };
    const view = describe(await put(next));
    if (isAnswered) onWake();
    return view;
  }

  return {
    async get(principal, id) {
      return describeWhole(vault, await find(principal, id));
    },
    async list(principal, { principal_id, ...query }) {
      const whose = hasScope(principal, "fairlead:admin") ? principal_id : principal.id;
      const page = await store.operations.list(principal.tenant_id, {
        ...query,
        principal_id: whose,
      });
      return { ...page, items: page.items.map(describe) };
    },
    cancel: (principal, id) => untilWritten(() => cancel(principal, id)),
    answer: (principal, id, responses) => untilWritten(() => answer(principal, id, responses)),
    async outcomeOf(principal, id) {
      const row = await find(principal, id);
      if (!ENDED_STATES.has(row.state)) {
        throw new FairleadError("conflict", `Operation ${id} has not ended (${row.state}).`, {
          details: { reason: "not_ended", status: row.state },
          retryable: true,
        });
      }
      if (row.state === "cancelled")
        throw new FairleadError("cancelled", `Operation ${id} was cancelled.`);
      const view = await describeWhole(vault, row);
      if (row.state === "failed") {
        throw view.error === null
          ? new FairleadError("upstream_rejected", view.message ?? `Operation ${id} failed.`)
          : toError(view.error as never);
      }
      return answerOf(row, view);
    },
    async waitFor(principal, id, ms, onProgress, signal) {
      const until = clock.now() + ms;
      let view = await this.get(principal, id);
      let told = view.updated_at;
      while (
        !ENDED_STATES.has(view.status) &&
        view.status !== "input_required" &&
        view.status !== "unknown"
      ) {
        const leftMs = until - clock.now();
        if (leftMs <= 0 || signal?.aborted === true) break;
        await nextLook(id, Math.min(POLL_MS, leftMs), signal);
        view = await this.get(principal, id);
        if (view.updated_at !== told) {
          told = view.updated_at;
          onProgress?.(view);
        }
      }
      return view;
    },
    watch: (tenant_id, onEvent) =>
      shared.subscribe(channelOf(tenant_id), (message) => onEvent(JSON.parse(message))),
    changed,
    wake: () => onWake(),
    onWake(listener) {
      onWake = listener;
    },
    onStop(stop) {
      stopAtUpstream = stop;
    },
  };

  function nextLook(id: string, ms: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        stop();
        waiting.delete(entry);
        signal?.removeEventListener("abort", done);
        resolve();
      };
      const entry = { id, look: done };
      const stop = clock.after(ms, done);
      waiting.add(entry);
      signal?.addEventListener("abort", done, { once: true });
    });
  }

  async function answerOf(row: OperationRow, view: OperationView): Promise<ToolAnswer> {
    const tool = parts.toolOf(row.tool);
    if (tool?.result !== undefined) {
      const output = { operation_id: row.id, status: row.state, result: view.result };
      return shapeTool(tool, output, undefined, undefined, parts.resultTokenBudget);
    }
    const journal =
      row.journal_id === null ? undefined : await store.journal.find(row.tenant_id, row.journal_id);
    const sealed = journal?.sealed_outcome ?? null;
    const outcome =
      journal === undefined || sealed === null
        ? undefined
        : parseOutcome(await openJson(vault, row.tenant_id, journalPlace(journal.id), sealed));
    if (outcome !== undefined && "answer" in outcome) return outcome.answer;
    const json = JSON.stringify(view.result ?? null);
    return {
      content: [{ type: "text", text: json }],
      ...(view.result === undefined
        ? { structured: undefined, structuredJson: undefined }
        : { structured: view.result, structuredJson: json }),
      isError: false,
    };
  }
}

/** Again with what is there by then, when somebody else was first to change it. */
async function untilWritten<T>(work: () => Promise<T>): Promise<T> {
  for (let left = TRIES; ; left -= 1) {
    try {
      return await work();
    } catch (thrown) {
      if (left <= 1 || toFairleadError(thrown).details?.reason !== "version") throw thrown;
    }
  }
}

function notFound(id: string): FairleadError {
  return new FairleadError(
    "not_found",
    `There is no operation ${id.slice(0, 60)} of this caller. Operations are forgotten an hour after their end.`,
    { details: { reason: "operation" } },
  );
}

function changedMeanwhile({ id }: OperationRow): FairleadError {
  return new FairleadError("conflict", `Operation ${id} changed meanwhile. Look at it again.`, {
    details: { reason: "version" },
    retryable: true,
  });
}

function mayLookAt(principal: Principal, row: OperationRow): boolean {
  return row.principal_id === principal.id || hasScope(principal, "fairlead:admin");
}
