import { z } from "zod";
import type { ConsentLevel } from "./consent/level.ts";
import type { ContentBlock } from "./content.ts";
import type { CallContext } from "./context.ts";
import type { Effect } from "./effect.ts";
import { operationInWords, resultSchemaOf } from "./operations/operation-of.ts";
import type { Evidence, PlannedChange, Spending, UndoCall } from "./safe-write.ts";

export type { CallContext as ToolContext } from "./context.ts";
export { operationOf } from "./operations/operation-of.ts";

/**
 * How long an answer stays true, for `read` tools only. It is kept for the tenant and connection, so a handler must not
 * look at who is calling, nor ask.
 */
export interface CachePolicy {
  /** Milliseconds an answer counts as fresh. */
  ttlMs: number;
  /** Milliseconds after that in which the old answer is served while a new one is fetched. */
  staleMs?: number;
}

/** What a handler without an output schema returns: content as it is. */
export interface ContentResult {
  content: ContentBlock[];
  isError?: boolean;
}

interface ToolBase {
  /** `<connector>_<verb>_<noun>`, at most 48 characters. */
  name: string;
  title: string;
  /** What happens, what it costs or breaks, and which tool comes next. */
  description: string;
  effect: Effect;
  idempotent?: boolean;
  /** False for a tool that only looks at Fairlead itself. Default true. */
  openWorld?: boolean;
  toolset?: string;
  cache?: CachePolicy;
  /** Milliseconds until the call answers `timeout`. Default: the server's. */
  deadlineMs?: number;
  /** Tokens of the caller's allowance one call costs. Default 1. */
  weight?: number;
  /** False for a tool that needs no connection to its upstream. Default true. */
  needsConnection?: boolean;
  /** Overrides the JSON Schema shown to clients, for what zod cannot say. It must accept what `input` accepts. */
  inputSchema?: Record<string, unknown>;
  /** Says that these arguments ask for a secret: such an answer needs `<connector>:secrets` and is never cached. */
  revealsSecret?: (input: never) => boolean;
  /** The least consent a call needs, where its effect alone asks for less. */
  consent?: ConsentLevel;
  /** Arguments that are secrets: plans, operations and the audit never show them. */
  secretArguments?: readonly string[];
}

/** What a tool that changes the world says besides, so that a call of it can be planned, taken back and settled. */
interface WriteParts<C, I, O, E = O> {
  /**
   * True for a tool that begins only after its call was answered with a task, and may ask while it runs. Clients that
   * do not follow tasks cannot call it, and are told so. Default false.
   */
  needsTasks?: boolean;
  /** Reads the present state and says what would change. Must change nothing. */
  plan?: (input: I, ctx: CallContext<C>) => Promise<PlannedChange> | PlannedChange;
  /**
   * The call that takes this one back, made of what the plan read (`state`) and, once there is one, of the answer.
   * Asked before the effect, with no output, and again after it when it had nothing to say.
   */
  undo?: (done: { input: I; state: unknown; output: O | undefined }) => UndoCall | undefined;
  /** What the upstream lets only one write at a time work on (`server 50482`); writes to it take their turn. */
  lane?: (input: I) => string;
  /** What a call takes from the budgets of effects. */
  spends?: (input: I, state: unknown) => Spending;
  /** How to find out what became of a call whose answer never came. */
  reconcile?: {
    /** Milliseconds after which a missing trace proves that nothing happened. */
    settleMs: number;
    find: (
      input: I,
      ctx: CallContext<C>,
      sent: { at: number; state: unknown },
    ) => Promise<Evidence<E>>;
  };
}

export interface ToolDefinition<C, I extends z.ZodType, O extends z.ZodType>
  extends ToolBase,
    WriteParts<C, z.output<I>, z.input<O>> {
  input: I;
  output: O;
  revealsSecret?: (input: z.output<I>) => boolean;
  /** The property of the output that is a list and may be cut into pages; `next_cursor` then leads on. */
  pages?: keyof z.output<O> & string;
  /** The answer in words, for clients that show only text. Default: its JSON. */
  text?: (output: z.output<O>, input: z.output<I>) => string;
  handler: (input: z.output<I>, ctx: CallContext<C>) => Promise<z.input<O>> | z.input<O>;
}

export interface ContentToolDefinition<C, I extends z.ZodType>
  extends ToolBase,
    WriteParts<C, z.output<I>, ContentResult> {
  input: I;
  revealsSecret?: (input: z.output<I>) => boolean;
  handler: (input: z.output<I>, ctx: CallContext<C>) => Promise<ContentResult> | ContentResult;
}

/** A tool as the engine sees it, its types erased. `defineTool` is the only maker. */
export interface Tool extends ToolBase, WriteParts<never, never, never, unknown> {
  input: z.ZodType;
  output?: z.ZodType;
  /** Of a tool that takes long: what its operation ends with. Its output is `operationOf` this. */
  result?: z.ZodType;
  pages?: string;
  text?: (output: never, input: never) => string;
  handler: (input: never, ctx: CallContext<never>) => unknown;
}

/** 64 is where hosts stop accepting names; catalogues of our own stay within 48, since hosts add a prefix. */
const LEGAL_NAME = /^[a-z][a-z0-9_]{0,63}$/;

/**
 * Declares a tool: data with a function in it.
 *
 * @example
 * defineTool({
 *   name: "cloudways_ping",
 *   title: "Ping",
 *   description: "Check that Fairlead and the Cloudways account answer.",
 *   effect: "read",
 *   input: z.object({}),
 *   output: z.object({ ok: z.boolean() }),
 *   handler: async () => ({ ok: true }),
 * });
 */
export function defineTool<C, I extends z.ZodType, O extends z.ZodType>(
  definition: ToolDefinition<C, I, O>,
): Tool;
export function defineTool<C, I extends z.ZodType>(definition: ContentToolDefinition<C, I>): Tool;
export function defineTool(definition: Tool): Tool {
  if (!LEGAL_NAME.test(definition.name)) {
    throw new Error(
      `Tool name "${definition.name}" is not legal: snake_case, a letter first, at most 64 characters.`,
    );
  }
  if (definition.needsTasks === true && definition.effect === "read") {
    throw new Error(`Tool ${definition.name} only reads, so it is answered at once.`);
  }
  if (definition.cache !== undefined && definition.effect !== "read") {
    throw new Error(`Tool ${definition.name} is not a read, so its answers cannot be cached.`);
  }
  const input = closed(definition.input);
  const result = definition.output && resultSchemaOf(definition.output);
  if (result !== undefined) {
    if (definition.effect === "read")
      throw new Error(`Tool ${definition.name} only reads, so it is no operation.`);
    return Object.freeze({ text: operationInWords, ...definition, input, result });
  }
  if (definition.pages === undefined) return Object.freeze({ ...definition, input });
  if (!(definition.output instanceof z.ZodObject)) {
    throw new Error(`Tool ${definition.name} has pages, so its output must be an object.`);
  }
  const output = definition.output.extend({ next_cursor: nextCursor });
  return Object.freeze({ ...definition, input, output });
}

/** Where the rest of a long answer is: repeat the call with `cursor` set to this. */
const nextCursor = z
  .string()
  .optional()
  .describe("More is to come: repeat the call with `cursor` set to this.");

const closedInputs = new WeakMap<z.ZodType, z.ZodType>();

/** A misspelt optional argument would otherwise be ignored in silence. Tools that share an input share the closed one. */
function closed(input: z.ZodType): z.ZodType {
  if (!(input instanceof z.ZodObject) || input.def.catchall !== undefined) return input;
  const known = closedInputs.get(input) ?? input.strict();
  closedInputs.set(input, known);
  return known;
}
