import { z } from "zod";
import type { ResourceTarget, ToolTarget } from "../catalogue/view.ts";
import type { PromptMessage } from "../content.ts";
import type { CallContext } from "../context.ts";
import { FairleadError } from "../errors.ts";
import type { Tool } from "../tool.ts";
import type { Target } from "./find.ts";
import type { Action, Completion, Reply } from "./request.ts";
import { shapeTool } from "./shape.ts";
import { badArguments, validateTool } from "./validate.ts";

/** An action after its arguments were parsed: the object the handler gets. */
export interface Parsed {
  input: unknown;
  /** The arguments as they came, without the reserved ones. */
  given?: unknown;
  /** The tool that is called, or looked at through a resource. */
  tool: Tool | undefined;
  connection: string | undefined;
  cursor: string | undefined;
  idempotency_key?: string | undefined;
  /** The plan that the caller agrees to. */
  confirm?: string | undefined;
  revealsSecret: boolean;
}

const MAX_COMPLETIONS = 100;

export function parseAction(target: Target, action: Action): Parsed {
  if (target.kind === "prompt") {
    const given = action.kind === "prompt" ? action.arguments : undefined;
    const input = action.kind === "prompt" ? parsePrompt(target, given) : undefined;
    return plain(input, undefined);
  }
  if (target.kind === "resource") {
    if (action.kind !== "resource") return plain(undefined, target.tool);
    const variables = target.template.match(action.uri) ?? {};
    const given = target.resource.arguments?.(variables) ?? variables;
    return parseTool(target.tool, given);
  }
  return parseTool(target.tool, action.kind === "tool" ? action.arguments : undefined);
}

function plain(input: unknown, tool: Tool | undefined): Parsed {
  return { input, tool, connection: undefined, cursor: undefined, revealsSecret: false };
}

function parseTool(tool: Tool, given: unknown): Parsed {
  const { input, given: own, reserved } = validateTool(tool, given);
  return {
    input,
    given: own,
    tool,
    connection: reserved.connection,
    cursor: reserved.cursor,
    idempotency_key: reserved.idempotency_key,
    confirm: reserved.confirm,
    revealsSecret: tool.revealsSecret?.(input as never) === true,
  };
}

function parsePrompt(
  target: Target & { kind: "prompt" },
  given: Record<string, string> | undefined,
): unknown {
  const schema = target.prompt.arguments ?? z.object({});
  const parsed = schema.safeParse(given ?? {});
  if (!parsed.success) throw badArguments(`prompt ${target.listedName}`, parsed.error, schema);
  return parsed.data;
}

/** Runs what the action is about and returns what it gave, unshaped. */
export async function perform(
  target: Target,
  parsed: Parsed,
  action: Action,
  ctx: CallContext<never>,
): Promise<unknown> {
  switch (action.kind) {
    case "tool":
    case "resource":
      return parsed.tool?.handler(parsed.input as never, ctx);
    case "prompt":
      return target.kind === "prompt"
        ? target.prompt.messages(parsed.input as Record<string, string>, ctx)
        : undefined;
    case "completion":
      return complete(target, action, ctx);
    case "subscription":
      return undefined;
  }
}

async function complete(
  target: Target,
  { argument, others }: Action & { kind: "completion" },
  ctx: CallContext<never>,
): Promise<Completion> {
  const completers =
    target.kind === "prompt"
      ? target.prompt.complete
      : target.kind === "resource"
        ? target.resource.complete
        : undefined;
  const completer =
    completers !== undefined && Object.hasOwn(completers, argument.name)
      ? completers[argument.name]
      : undefined;
  const all = completer === undefined ? [] : await completer(argument.value, ctx, others);
  const values = all.slice(0, MAX_COMPLETIONS);
  return { values, total: all.length, hasMore: all.length > values.length };
}

export function toReply(
  target: Target,
  parsed: Parsed,
  output: unknown,
  action: Action,
  budgetTokens: number,
): Reply {
  switch (action.kind) {
    case "tool": {
      const { tool } = target as ToolTarget;
      const answer = shapeTool(tool, output, parsed.input, parsed.cursor, budgetTokens);
      return { kind: "tool", answer, holdsSecret: parsed.revealsSecret };
    }
    case "resource":
      return readReply(target as ResourceTarget, parsed, output, action.uri);
    case "prompt":
      return {
        kind: "prompt",
        description: target.kind === "prompt" ? target.prompt.description : "",
        messages: output as PromptMessage[],
      };
    case "completion":
      return { kind: "completion", completion: output as Completion };
    case "subscription":
      return { kind: "subscription" };
  }
}

function readReply(target: ResourceTarget, parsed: Parsed, output: unknown, uri: string): Reply {
  const { resource, tool, template } = target;
  // A resource has no pages: whoever reads it wants all of it.
  const answer = shapeTool(tool, output, parsed.input, undefined, Number.POSITIVE_INFINITY);
  if (answer.isError) throw new FairleadError("upstream_rejected", `${uri} could not be read.`);
  const contents = resource.contents?.(answer, uri, template.match(uri) ?? {}) ?? [
    { uri, mimeType: resource.mimeType, text: answer.structuredJson ?? "" },
  ];
  return { kind: "resource", contents, ttlMs: tool.cache?.ttlMs ?? 0 };
}
