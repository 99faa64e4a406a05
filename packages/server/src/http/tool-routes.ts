import type { CallRequest, Reply } from "@fairlead/core/call/request";
import type { ToolTarget, View } from "@fairlead/core/catalogue/view";
import { FairleadError } from "@fairlead/core/errors";
import type { Fairlead } from "@fairlead/core/fairlead";
import type { Principal } from "@fairlead/core/identity/principal";
import { isRecord } from "@fairlead/core/is-record";
import { ENDED_STATES, type OperationSaid } from "@fairlead/core/operations/operation-of";
import type { HttpBindings } from "@hono/node-server";
import type { Context, Hono } from "hono";
import { z } from "zod";
import { traceOf } from "../mcp/trace.ts";
import { VERSION } from "../version.ts";
import { answer, tellAllowance } from "./envelope.ts";
import { jsonBodyOf } from "./rest-body.ts";

type Env = { Bindings: HttpBindings };

export interface ToolRouteParts {
  fairlead: Fairlead;
  /** Who sent the request; throws what keeps it out. */
  admit: (c: Context<Env>) => Promise<Principal>;
  addressOf: (c: Context<Env>) => string;
}

/** `ExecuteToolRequest` of the original Formation server (`mcp-openapi.json`); `context` goes nowhere there either. */
const execution = z.strictObject({
  parameters: z.record(z.string(), z.unknown()).default({}),
  context: z.record(z.string(), z.string()).nullish(),
});

/** A key as it is, or as the structured string that the draft wants (draft-ietf-httpapi-idempotency-key-header). */
const QUOTED = /^"(.*)"$/;

/**
 * `/api/tools`: what `/mcp` offers, for programs without an MCP client, in the shapes of the original Formation server.
 * 200 with the result, 202 with the operation of a tool that takes long. What a client could be asked, a program cannot:
 * it gets 409 with the plan's id, and comes back with `confirm` when people have agreed.
 */
export function addToolRoutes(app: Hono<Env>, parts: ToolRouteParts): void {
  const { fairlead, admit, addressOf } = parts;
  const view = fairlead.view({ endpoint: "all" });

  app.get("/api/tools", async (c) => {
    const principal = await admit(c);
    tellAllowance(c, await fairlead.pay(principal, 1, "read"));
    const targets = await visible(fairlead, view, principal);
    const category = c.req.query("category");
    const definitions = targets.map(toDefinition);
    const categories = new Set(definitions.flatMap(({ tags }) => tags));
    return answer(c, {
      tools: definitions.filter(({ tags }) => category === undefined || tags.includes(category)),
      categories: [...categories].sort(),
    });
  });

  app.get("/api/tools/:name", async (c) => {
    const principal = await admit(c);
    tellAllowance(c, await fairlead.pay(principal, 1, "read"));
    const name = c.req.param("name");
    const targets = await visible(fairlead, view, principal);
    const target = targets.find(({ label }) => label === name);
    if (target === undefined) throw noTool(name);
    return answer(c, toDefinition(target));
  });

  app.post("/api/tools/:name", async (c) => {
    const principal = await admit(c);
    const name = c.req.param("name");
    const { parameters } = parseExecution(await jsonBodyOf(c.env.incoming));
    const key = c.req.header("idempotency-key");
    const request: CallRequest = {
      ...{ view, principal, surface: "rest", address: addressOf(c) },
      action: { kind: "tool", name, arguments: parameters },
      client: {
        capabilities: {},
        ...(key === undefined ? {} : { idempotencyKey: key.replace(QUOTED, "$1") }),
      },
      signal: c.req.raw.signal,
      ...traceOf(c.req.header("traceparent")),
    };
    const reply = await fairlead.call(request);
    tellAllowance(c, request.allowance);
    return tell(c, view.tools.get(name), reply);
  });
}

function parseExecution(body: Record<string, unknown>): z.output<typeof execution> {
  const parsed = execution.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new FairleadError(
    "invalid_input",
    'Send {"parameters": {…}} with the arguments of the tool. Other fields than context are not known.',
  );
}

function tell(c: Context<Env>, target: ToolTarget | undefined, reply: Reply): Response {
  if (reply.kind !== "tool") throw new Error(`A tool was answered with ${reply.kind}.`);
  const { content, structured, isError } = reply.answer;
  const result = structured ?? { content };
  const begun = target?.tool.result === undefined ? undefined : begunOf(structured);
  if (begun !== undefined) {
    const { operation_id, status, message } = begun;
    c.header("Location", `/api/operations/${operation_id}`);
    const said = message ?? `Tool '${target?.label}' goes on. See /api/operations/${operation_id}`;
    return answer(c, { operation_id, status: "queued", state: status, message: said }, 202);
  }
  // A failure that a tool tells of in its own words is a result of it, as the original has it.
  return answer(c, {
    status: isError ? "error" : "success",
    result: isError ? null : result,
    error: isError ? textOf(content) : null,
  });
}

/** An operation that has not ended, as `operationOf` declares it. */
function begunOf(structured: unknown): OperationSaid | undefined {
  if (!isRecord(structured)) return undefined;
  const said = structured as unknown as OperationSaid;
  return ENDED_STATES.has(said.status) ? undefined : said;
}

function textOf(content: readonly { type: string; text?: string }[]): string {
  return content.flatMap(({ text }) => (text === undefined ? [] : [text])).join("\n");
}

async function visible(
  fairlead: Fairlead,
  view: View,
  principal: Principal,
): Promise<ToolTarget[]> {
  const { tools } = await fairlead.lists(view, principal);
  const names = new Set((JSON.parse(tools) as { name: string }[]).map(({ name }) => name));
  return [...view.tools.values()].filter(({ listed }) => names.has(listed.name));
}

/** `ToolDefinition` of the original, and beside it the schemas and the effect that it does not tell. */
function toDefinition({ label, listed, connector, tool }: ToolTarget) {
  const { description, title, inputSchema, outputSchema, annotations } = listed;
  return {
    name: label,
    description,
    version: VERSION,
    parameters: toParameters(inputSchema),
    return_type: outputSchema === undefined ? "content" : "object",
    tags: [connector.id, ...(tool.toolset === undefined ? [] : [tool.toolset])],
    is_long_running: tool.result !== undefined,
    ...{ title, effect: tool.effect, annotations, input_schema: inputSchema },
    ...(outputSchema === undefined ? {} : { output_schema: outputSchema }),
  };
}

/** `ToolParameter`; its types are five, so what can be several is an object. */
function toParameters(schema: Record<string, unknown>) {
  const required = Array.isArray(schema.required) ? schema.required : [];
  return Object.entries(Object(schema.properties)).map(([name, value]) => {
    const { description, type, default: fallback, enum: values } = isRecord(value) ? value : {};
    return {
      name,
      description: description ?? "",
      required: required.includes(name),
      parameter_type: type === "integer" ? "number" : (type ?? "object"),
      default: fallback ?? null,
      enum_values: values ?? null,
    };
  });
}

function noTool(name: string): FairleadError {
  return new FairleadError(
    "not_found",
    `There is no tool "${name.slice(0, 100)}" for this caller. See GET /api/tools.`,
  );
}
