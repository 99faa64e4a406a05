import { z } from "zod";
import { isSignedIn } from "../../consent/approvals.ts";
import { FairleadError } from "../../errors.ts";
import { hasScope } from "../../identity/principal.ts";
import { chargesOf, giveBack } from "../../journal/effect-budgets.ts";
import { answerLost } from "../../journal/outcome.ts";
import { describe, describeWhole } from "../../operations/describe.ts";
import { calledOff, notUnknown, settle } from "../../operations/endings.ts";
import { OPERATION_STATES, type OperationState } from "../../operations/operation-of.ts";
import type { OperationView } from "../../operations/view.ts";
import { openJson, toBytes } from "../../plan/plans.ts";
import type { Store } from "../../storage/store.ts";
import type { JournalRow, OperationRow } from "../../storage/write-records.ts";
import { journalPlace } from "../../vault/places.ts";
import { type ActContext, defineAct } from "../act.ts";
import { id, note, page } from "../shapes.ts";

/** The states that clients of the original Formation server know, and ours that each stands for. */
const STATUSES = {
  queued: ["queued", "awaiting_approval"],
  running: ["running", "input_required", "unknown"],
  completed: ["completed"],
  failed: ["failed"],
  cancelled: ["cancelled"],
} as const satisfies Record<string, readonly OperationState[]>;

type Status = keyof typeof STATUSES;

/** Those, and our own states where they say more. */
const ASKED = [...new Set([...(Object.keys(STATUSES) as Status[]), ...OPERATION_STATES])];

const time = z.iso.datetime({ offset: true }).optional();
// Whatever was once an id of an operation is looked for: clients of the original server send others.
const operation_id = z.string().min(1).max(100).describe("Its id, opn_…, as the list shows it.");

const listOperations = defineAct({
  name: "operations.list",
  summary:
    "List pieces of work, the newest first and without results: your own, for administrators all. An hour after its end one is forgotten.",
  needs: "caller",
  effect: "read",
  isForAnyTenant: true,
  route: { method: "GET", path: "/operations" },
  columns: ["id", "state", "tool", "plan_id", "created_at", "message"],
  input: z.object({
    status: z
      .enum(ASKED)
      .optional()
      .describe("queued includes awaiting_approval; running includes input_required and unknown."),
    tool: z.string().max(100).optional().describe("Full name of a tool."),
    principal_id: id("prn").optional().describe("Whose; only administrators see others'."),
    from: time.describe("Begun at this time or later, such as 2026-03-01T00:00:00Z."),
    to: time.describe("Begun before this time."),
    ...page,
  }),
  handler: (input, ctx) => async (store) => {
    const { status, tool, from, to, limit, cursor } = input;
    const { items, next_cursor } = await store.operations.list(ctx.tenant_id, {
      ...{ limit, cursor, tool, principal_id: whose(ctx, input.principal_id) },
      states: status === undefined ? undefined : statesOf(status),
      from: from === undefined ? undefined : Date.parse(from),
      to: to === undefined ? undefined : Date.parse(to),
    });
    const operations = items.map((row) => toShape(describe(row)));
    return { result: { operations, next_cursor } };
  },
});

const getOperation = defineAct({
  name: "operations.get",
  summary: "Show how far a piece of work has come, and its result once it completed.",
  needs: "caller",
  effect: "read",
  isForAnyTenant: true,
  route: { method: "GET", path: "/operations/{id}" },
  input: z.object({ id: operation_id }),
  handler: (input, ctx) => async (store) => {
    const row = await requireOperation(store, ctx, input.id);
    return { result: toShape(await describeWhole(ctx.vault, row)), target: row.id };
  },
});

const cancelOperation = defineAct({
  name: "operations.cancel",
  summary:
    "Call off a piece of work that has not begun. What an upstream is at work on cannot be called back.",
  needs: "caller",
  effect: "destroy",
  isForAnyTenant: true,
  route: { method: "DELETE", path: "/operations/{id}" },
  input: z.object({ id: operation_id }),
  handler: (input, ctx) => async (store) => {
    const row = await requireOperation(store, ctx, input.id);
    const operation = calledOff(row, "Cancelled before it began.", ctx.now);
    if (!(await store.operations.update(operation))) throw changing(row);
    const facts = { tool: row.tool, plan_id: row.plan_id ?? undefined, was: row.state };
    return { result: toShape(describe(operation)), target: row.id, facts, operation };
  },
});

const settleOperation = defineAct({
  name: "operations.settle",
  summary:
    "Say what became of a piece of work whose outcome nobody knows, after you looked at the upstream yourself.",
  needs: "fairlead:admin",
  effect: "write",
  isForAnyTenant: true,
  isPersons: true,
  route: { method: "POST", path: "/operations/{id}/settle" },
  input: z.object({
    id: operation_id,
    outcome: z
      .enum(["happened", "did_not_happen"])
      .describe("did_not_happen: the same request may be tried again, under the same key too."),
    note: note.describe("What you saw, and where, for the audit."),
  }),
  async handler({ id: asked, outcome, note: seen }, ctx) {
    const { row, journal } = await requireUnknown(ctx.store, ctx, asked);
    requireAnother(ctx, row);
    const isDone = outcome === "happened";
    const message = `${isDone ? "It happened" : "It did not happen"}, as ${ctx.principal.label} found: ${seen}`;
    const sealed_outcome = isDone ? await sealLost(ctx, row, message) : null;
    const charges = isDone ? [] : await chargesFor(ctx, journal);
    return async (store) => {
      // As it is now: in between, evidence may have come.
      const found = await requireUnknown(store, ctx, asked);
      const operation = await settle(store, found.row, found.journal, {
        ...{ outcome, message, sealed_outcome, settled_by: ctx.principal.id, now: ctx.now },
      });
      await giveBack(store, charges);
      return {
        ...{ result: toShape(describe(operation)), target: row.id, operation },
        facts: { outcome, note: seen, tool: row.tool, journal_id: journal.id },
      };
    };
  },
});

/** An operation in the shape of the original server's, and beside it what that does not tell. */
function toShape(view: OperationView) {
  const {
    operation_id: own,
    status,
    progress,
    error,
    result,
    message,
    steps,
    asks,
    ...rest
  } = view;
  return {
    id: own,
    status: statusOf(status),
    progress,
    result: result === undefined ? null : { status: "success", result, error: null },
    error: status === "failed" ? (error?.message ?? message) : null,
    // Of our own from here on.
    ...{ state: status, message, error_code: error?.code ?? null },
    ...{ ...rest, steps },
    ...(asks === undefined ? {} : { asks }),
  };
}

function statusOf(state: OperationState): Status {
  const found = Object.entries(STATUSES).find(([, states]) =>
    (states as readonly string[]).includes(state),
  );
  return (found?.[0] ?? "running") as Status;
}

function statesOf(asked: (typeof ASKED)[number]): readonly OperationState[] {
  return asked in STATUSES ? STATUSES[asked as Status] : [asked];
}

function mayOversee({ principal, isOperator }: ActContext): boolean {
  return isOperator || hasScope(principal, "fairlead:admin");
}

function whose(ctx: ActContext, named: string | undefined): string | undefined {
  if (mayOversee(ctx)) return named;
  if (named === undefined || named === ctx.principal.id) return ctx.principal.id;
  throw new FairleadError("forbidden", "Only administrators see what others asked for.", {
    details: { scope: "fairlead:admin" },
  });
}

async function requireOperation(
  store: Store,
  ctx: ActContext,
  asked: string,
): Promise<OperationRow> {
  const row = await store.operations.find(ctx.tenant_id, asked);
  if (row !== undefined && (row.principal_id === ctx.principal.id || mayOversee(ctx))) return row;
  throw new FairleadError(
    "not_found",
    `There is no operation ${asked.slice(0, 60)} here. An hour after its end one is forgotten.`,
  );
}

async function requireUnknown(
  store: Store,
  ctx: ActContext,
  asked: string,
): Promise<{ row: OperationRow; journal: JournalRow }> {
  const row = await requireOperation(store, ctx, asked);
  const journal =
    row.state !== "unknown" || row.journal_id === null
      ? undefined
      : await store.journal.find(row.tenant_id, row.journal_id);
  // Of work that the upstream took and nobody can follow any more, the journal says that it was taken.
  const isTaken = journal?.state === "done" && row.pointer !== null;
  if (journal === undefined || !(journal.state === "unknown" || isTaken)) throw notUnknown(row);
  return { row, journal };
}

/** A program whose request was lost would otherwise say itself that it may send it again. */
function requireAnother(ctx: ActContext, { principal_id }: OperationRow): void {
  if (ctx.principal.id !== principal_id || ctx.isAtTerminal) return;
  if (isSignedIn(ctx.principal, ctx.now)) return;
  throw new FairleadError(
    "forbidden",
    "A key settles nothing that it asked for itself. Have a person look, or another administrator.",
    { details: { reason: "own_operation" } },
  );
}

/** What a retry under the same key is told. */
async function sealLost(
  { vault }: ActContext,
  row: OperationRow,
  message: string,
): Promise<string> {
  const place = journalPlace(row.journal_id ?? "");
  return vault.seal(row.tenant_id, place, toBytes({ error: answerLost(row.id, message) }));
}

/** What the effect took from budgets, as it was worked out when it began. */
async function chargesFor({ connectors, effectBudgets, vault }: ActContext, row: JournalRow) {
  const tools = connectors.flatMap((connector) => connector.tools);
  const spends = tools.find(({ name }) => name === row.tool)?.spends;
  if (spends === undefined) return [];
  const open = (sealed: string | null) =>
    sealed === null ? null : openJson(vault, row.tenant_id, journalPlace(row.id), sealed);
  const [input, state] = [await open(row.sealed_arguments), await open(row.sealed_state)];
  const spending = spends(input as never, state);
  const caller = { tenant_id: row.tenant_id, id: row.principal_id };
  return chargesOf(effectBudgets, caller, spending, row.created_at);
}

function changing({ id: own }: OperationRow): FairleadError {
  return new FairleadError("conflict", `Operation ${own} changed meanwhile. Look at it again.`, {
    details: { reason: "version" },
    retryable: true,
  });
}

export const operationActs = [listOperations, getOperation, cancelOperation, settleOperation];
