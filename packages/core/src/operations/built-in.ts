import { z } from "zod";
import type { Results } from "../call/results.ts";
import { type Connector, defineConnector } from "../connector.ts";
import type { CallContext } from "../context.ts";
import { planInWords, shownPlan } from "../plan/shown.ts";
import { defineTool } from "../tool.ts";
import { OPERATION_STATES, operationInWords } from "./operation-of.ts";
import type { Operations } from "./operations.ts";
import type { OperationView } from "./view.ts";

/** The connector whose tools keep their names on every endpoint: they are about calls of the others. */
export const BUILT_IN_ID = "fairlead";

const planInput = z.object({
  tool: z
    .string()
    .min(1)
    .max(100)
    .describe("A tool that writes or destroys, as it is listed here."),
  arguments: z
    .record(z.string(), z.unknown())
    .default({})
    .describe("Its arguments, `connection` among them where it needs one."),
});
const applyInput = z.object({
  plan_id: z.string().min(1).max(100).describe("The plan, pln_…, that is to be carried out."),
});
const undoInput = z.object({
  undo_id: z
    .string()
    .min(1)
    .max(100)
    .describe("The handle, und_…, that a change was answered with."),
});
const operationInput = z.object({
  operation_id: z.string().min(1).max(100).describe("The operation, opn_…."),
});

export interface InnerCallInput {
  plan: z.output<typeof planInput>;
  apply: z.output<typeof applyInput>;
  undo: z.output<typeof undoInput>;
}

const time = z.string().describe("ISO 8601, UTC.");

const shownOperation = z.object({
  operation_id: z.string(),
  tool: z.string(),
  connection_id: z.string().nullable(),
  status: z.enum(OPERATION_STATES),
  progress: z.number(),
  message: z.string().nullable(),
  steps: z.array(z.object({ at: time, message: z.string() })),
  upstream: z.record(z.string(), z.union([z.string(), z.number()])).nullable(),
  plan_id: z.string().nullable(),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  created_at: time,
  updated_at: time,
  ended_at: time.nullable(),
  expires_at: time.nullable(),
  result: z.unknown().optional(),
});

export interface BuiltInParts {
  operations: Operations;
  results: Results;
}

/** The tools by which a client plans, applies, takes back and follows what other tools do. */
export function createBuiltIn({ operations, results }: BuiltInParts): Connector {
  const plan = defineTool({
    name: "fairlead_plan",
    title: "Plan a change",
    description:
      "See what a call of a tool that writes or destroys would change, on which named things, what is lost and whether it can be taken back. Changes nothing. The answer has a plan_id for fairlead_apply.",
    effect: "read",
    needsConnection: false,
    input: planInput,
    output: shownPlan,
    text: planInWords,
    handler: neverRun,
  });
  const apply = defineTool({
    name: "fairlead_apply",
    title: "Carry out a plan",
    description:
      "Do what a plan says, once. It is refused with plan_changed where the state is no longer what the plan rests on, and asks a person first where that is needed. Repeating it with the same plan_id changes nothing more and gives the same answer.",
    effect: "destroy",
    idempotent: true,
    needsConnection: false,
    input: applyInput,
    handler: neverRun,
  });
  const undo = defineTool({
    name: "fairlead_undo",
    title: "Take a change back",
    description:
      "Use an undo handle that a change was answered with. It is a change like any other: planned, agreed to where needed, and done once.",
    effect: "destroy",
    idempotent: true,
    needsConnection: false,
    input: undoInput,
    handler: neverRun,
  });
  const get = defineTool({
    name: "fairlead_get_operation",
    title: "Look at an operation",
    description:
      "See how far a piece of work has come, and its result once it completed. With wait_s it waits for the end, 25 seconds at most.",
    effect: "read",
    openWorld: false,
    needsConnection: false,
    input: operationInput.extend({
      wait_s: z.number().min(0).max(25).default(0).describe("Seconds to wait for its end."),
    }),
    output: shownOperation,
    text: inWords,
    async handler({ operation_id, wait_s }, ctx: CallContext<unknown>) {
      const { principal, signal } = ctx;
      const view = await operations.get(principal, operation_id);
      if (wait_s === 0 || view.ended_at !== null) return toShown(view);
      const onProgress = (at: OperationView) =>
        ctx.progress(at.progress, 1, at.message ?? undefined);
      return toShown(
        await operations.waitFor(principal, operation_id, wait_s * 1000, onProgress, signal),
      );
    },
  });
  const list = defineTool({
    name: "fairlead_list_operations",
    title: "List operations",
    description:
      "List pieces of work, the newest first: what waits for approval, runs, ended within the last hour, or has no known outcome (unknown).",
    effect: "read",
    openWorld: false,
    needsConnection: false,
    input: z.object({
      status: z.array(z.enum(OPERATION_STATES)).optional().describe("Only in one of these states."),
      tool: z.string().max(100).optional().describe("Only of this tool, by its full name."),
      since: z.iso
        .datetime({ offset: true })
        .optional()
        .describe("Only begun at this time or later."),
      until: z.iso.datetime({ offset: true }).optional().describe("Only begun before this time."),
      limit: z.number().int().min(1).max(100).default(20).describe("Entries of one page."),
      after: z.string().max(500).optional().describe("next of the page before."),
    }),
    output: z.object({
      operations: z.array(shownOperation),
      next: z.string().nullable(),
    }),
    text: ({ operations }) => operations.map(inWords).join("\n") || "There are none.",
    async handler({ status, tool, since, until, limit, after }, { principal }) {
      const { items, next_cursor } = await operations.list(principal, {
        ...{ limit, states: status, tool, cursor: after },
        from: since === undefined ? undefined : Date.parse(since),
        to: until === undefined ? undefined : Date.parse(until),
      });
      return { operations: items.map(toShown), next: next_cursor };
    },
  });
  const cancel = defineTool({
    name: "fairlead_cancel_operation",
    title: "Cancel an operation",
    description:
      "Call off a piece of work that has not begun. What an upstream is at work on cannot be called back.",
    effect: "write",
    openWorld: false,
    idempotent: true,
    needsConnection: false,
    input: operationInput,
    output: shownOperation,
    text: inWords,
    handler: async ({ operation_id }, { principal }) =>
      toShown(await operations.cancel(principal, operation_id)),
  });
  const result = defineTool({
    name: "fairlead_get_result",
    title: "Read a long answer",
    description:
      "Read the rest of an answer that was too long (fairlead://results/…), in parts: repeat with offset set to next_offset.",
    effect: "read",
    openWorld: false,
    needsConnection: false,
    input: z.object({
      result_id: z.string().min(1).max(100).describe("What stands behind fairlead://results/."),
      offset: z
        .number()
        .int()
        .min(-1)
        .default(0)
        .describe("Character to begin at; -1 for all of it."),
    }),
    output: z.object({
      text: z.string(),
      total_characters: z.number(),
      next_offset: z.number().nullable(),
    }),
    text: ({ text }) => text,
    handler: ({ result_id, offset }, { principal }) => results.part(principal, result_id, offset),
  });
  return defineConnector({
    id: BUILT_IN_ID,
    title: "Fairlead",
    description: "Plans, operations and long answers",
    settings: z.object({}),
    createClient: () => undefined,
    tools: [plan, apply, undo, get, list, cancel, result],
    resources: [
      {
        name: "fairlead_result",
        title: "A long answer",
        description: "The whole of an answer that was too long for a call, for an hour.",
        mimeType: "application/json",
        uri: "fairlead://results/{result_id}",
        tool: "fairlead_get_result",
        arguments: ({ result_id }) => ({ result_id, offset: -1 }),
        contents: ({ structured }, uri) => [
          { uri, mimeType: "application/json", text: (structured as { text: string }).text },
        ],
      },
    ],
  });
}

function neverRun(): never {
  throw new Error("The path runs the call that it is about instead.");
}

function toShown(view: OperationView): z.output<typeof shownOperation> {
  const { error, steps, asks: _asks, connector: _connector, principal_id: _whose, ...rest } = view;
  return {
    ...rest,
    steps: steps.map(({ at, message }) => ({ at: iso(at), message })),
    error: error === null ? null : { code: error.code, message: error.message },
    created_at: iso(view.created_at),
    updated_at: iso(view.updated_at),
    ended_at: view.ended_at === null ? null : iso(view.ended_at),
    expires_at: view.expires_at === null ? null : iso(view.expires_at),
  };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}

function inWords({ message, error, ...rest }: z.output<typeof shownOperation>): string {
  return operationInWords({ ...rest, message: error?.message ?? message ?? undefined });
}
