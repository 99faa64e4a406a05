import type { CallRequest, ClientSide, Reply } from "@fairlead/core/call/request";
import type { VisibleLists } from "@fairlead/core/catalogue/lists";
import type { View } from "@fairlead/core/catalogue/view";
import type { LogLevel } from "@fairlead/core/context";
import { FairleadError, toFairleadError } from "@fairlead/core/errors";
import { missingCapability } from "@fairlead/core/interaction";
import { isRecord } from "@fairlead/core/is-record";
import { coversScope, scopesOfRoles } from "@fairlead/core/policy/roles";
import { toCreatedTask, toKeptTask } from "../mcp/tasks/methods.ts";
import { declaresTasks, taskRefusal } from "../mcp/tasks/support.ts";
import { traceOf } from "../mcp/trace.ts";
import {
  type Era,
  idempotencyKeyOf,
  isProtocolFault,
  LIST_TTL_MS,
  META,
  requireToolReply,
  type ToolReply,
  toFailedToolResult,
  toRpcError,
  toToolResult,
  toToolResultJson,
} from "../mcp/wire.ts";
import { completeMark, endQuietly, errorBody, refuse, resultBody, send } from "./answer.ts";
import { CompressedTail, chooseEncoding } from "./compress.ts";
import { EventStream } from "./event-stream.ts";
import { allowanceHeaders, Departure, type Exchange, type HttpGround } from "./exchange.ts";
import { headerMismatch } from "./param-headers.ts";
import type { PlainRequest } from "./recognise.ts";
import { sendJson, sendRpcError } from "./respond.ts";
import { answerTask, taskGroundOf } from "./tasks.ts";

const MAX_ROUNDS = 8;

/** Answers what is well-formed, of either era, without building an SDK server for it. */
export async function answerPlain(
  ground: HttpGround,
  exchange: Exchange,
  plain: PlainRequest,
): Promise<void> {
  if (plain.task !== undefined) return answerTask(ground, exchange, plain, plain.task);
  if (plain.call === undefined) return answerList(ground, exchange, plain);
  return answerCall(ground, exchange, plain, plain.call);
}

async function answerList(
  ground: HttpGround,
  exchange: Exchange,
  plain: PlainRequest,
): Promise<void> {
  const { res, req, view, headers } = exchange;
  const lists = await ground.fairlead.lists(view, exchange.principal);
  const tail = listTail(lists, view, plain.era);
  const head = `{"jsonrpc":"2.0","id":${JSON.stringify(plain.id)}`;
  if (plain.era === "legacy" && req.headers.accept?.startsWith("text/event-stream") === true) {
    // It takes both, but named the stream first.
    return new EventStream(res, headers).sendOnly(head + tail.json);
  }
  const encoding = chooseEncoding(req.headers["accept-encoding"]);
  const compressed = encoding === undefined ? undefined : tail.packed.compress(head, encoding);
  if (encoding === undefined || compressed === undefined) {
    sendJson(res, 200, head + tail.json, headers);
    return;
  }
  const more = ["Content-Encoding", encoding, "Vary", "Accept-Encoding"];
  sendJson(res, 200, compressed, [...headers, ...more]);
}

interface ListTail {
  json: string;
  packed: CompressedTail;
}

const listTails = new WeakMap<VisibleLists, Partial<Record<Era, ListTail>>>();

/** All of a list's answer but the request id, made once. */
function listTail(lists: VisibleLists, view: View, era: Era): ListTail {
  let tails = listTails.get(lists);
  if (tails === undefined) {
    tails = {};
    listTails.set(lists, tails);
  }
  let tail = tails[era];
  if (tail === undefined) {
    const hints =
      era === "legacy"
        ? ""
        : `,"ttlMs":${LIST_TTL_MS},"cacheScope":"private",${completeMark(view)}`;
    const tools = era === "legacy" ? lists.legacyTools : lists.tools;
    const json = `,"result":{"tools":${tools}${hints}}}`;
    tail = { json, packed: new CompressedTail(json) };
    tails[era] = tail;
  }
  return tail;
}

async function answerCall(
  ground: HttpGround,
  exchange: Exchange,
  plain: PlainRequest,
  call: { name: string; arguments: unknown },
): Promise<void> {
  const { res, view, session } = exchange;
  const parameters =
    plain.era === "modern" ? view.tools.get(call.name)?.headerParameters : undefined;
  const mismatch = headerMismatch(parameters, call.arguments, exchange.req.headers);
  if (mismatch !== undefined) {
    return sendRpcError(res, 400, mismatch, plain.id, exchange.headers);
  }
  const gone = new Departure(res);
  const untrack =
    session === undefined ? undefined : ground.push.track(session, plain.id, () => gone.abort());
  const stream = new EventStream(res, exchange.headers);
  try {
    const client = clientSideOf(exchange, plain, stream);
    const refusal = taskRefusal(view, call.name, plain.era, client.takesTasks === true);
    if (refusal !== undefined) return refuse(exchange, stream, plain, refusal);
    const reply = await runRounds(ground, exchange, plain, call, client, stream, gone);
    if (reply.kind === "input_required") return answerQuestion(exchange, plain, reply, stream);
    if (reply.kind === "task" || wantsTask(plain)) {
      const result = await toTaskResult(ground, exchange, plain, reply);
      return await send(exchange, stream, resultBody(plain, view, result), true);
    }
    const mark = plain.era === "modern" ? `,${completeMark(view)}` : "";
    const body = `{"jsonrpc":"2.0","id":${JSON.stringify(plain.id)},"result":{${toToolResultJson(reply.answer)}${mark}}}`;
    return await send(exchange, stream, body, reply.holdsSecret);
  } catch (thrown) {
    const error = toFairleadError(thrown);
    if (error.code === "cancelled" && gone.aborted) return endQuietly(exchange, stream);
    if (!stream.isOpen) {
      const stepUp = stepUpChallenge(ground, exchange, error);
      if (stepUp !== undefined) return sendStepUp(exchange, plain, error, stepUp);
      addRetryAfter(exchange, error);
    }
    const failed = await failureBody(ground, exchange, plain, error);
    return await send(exchange, stream, failed, true);
  } finally {
    untrack?.();
  }
}

/**
 * Runs the call; where the handler asks something and the client is of the era that is asked by a push, asks it and
 * runs the call again with the answers.
 */
async function runRounds(
  ground: HttpGround,
  exchange: Exchange,
  plain: PlainRequest,
  call: { name: string; arguments: unknown },
  client: ClientSide,
  stream: EventStream,
  signal: Departure,
): Promise<ToolReply> {
  const { view, principal, session } = exchange;
  const request: CallRequest = {
    action: { kind: "tool", name: call.name, arguments: call.arguments },
    view,
    principal,
    address: exchange.address,
    surface: "http",
    client,
    signal,
    ...traceOf(plain.meta.traceparent, exchange.req.headers.traceparent),
  };
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const reply = requireToolReply(await callOnce(ground, exchange, request));
    if (reply.kind !== "input_required" || plain.era === "modern") return reply;
    const missing = missingCapability(reply.requests, client.capabilities);
    if (session === undefined || missing !== undefined) {
      throw new FairleadError(
        "consent_required",
        `${call.name} has a question, and this client cannot be asked (${missing ?? "session"} is missing). Use a client that supports it.`,
      );
    }
    // A person may take minutes to answer; the call goes on only as somebody who still may.
    const unwatch = ground.fairlead.onEnded(principal, () => signal.abort());
    try {
      client.inputResponses = await ground.push.ask(session, stream, reply.requests, signal);
    } finally {
      unwatch();
    }
    client.requestState = reply.requestState;
  }
  throw new FairleadError("conflict", `${call.name} kept asking and never finished.`);
}

/** However it ends, the answer tells how the caller's allowance stands. */
async function callOnce(
  { fairlead }: HttpGround,
  exchange: Exchange,
  request: CallRequest,
): Promise<Reply> {
  const { headers } = exchange;
  try {
    return await fairlead.call(request);
  } finally {
    exchange.headers = [...headers, ...allowanceHeaders(request)];
  }
}

/** A token that lacks a scope can be stepped up: its client learns which from a 403 (MCP, authorization). */
export function stepUpChallenge(
  { challenge }: HttpGround,
  { principal, view }: Exchange,
  error: FairleadError,
): string | undefined {
  const scope = error.details?.scope;
  if (error.code !== "forbidden" || principal.credential?.kind !== "token") return undefined;
  // What the roles do not give, no token can: its client would ask for it for ever.
  const isGrantable =
    typeof scope === "string" && coversScope(scopesOfRoles(principal.roles), scope);
  return isGrantable ? challenge(error, view) : undefined;
}

function sendStepUp(
  { res, view, headers }: Exchange,
  plain: PlainRequest,
  error: FairleadError,
  challenge: string,
): void {
  const body = toRpcError(error, plain.era, view);
  sendRpcError(res, 403, body, plain.id, [...headers, "WWW-Authenticate", challenge]);
}

function addRetryAfter(exchange: Exchange, { details }: FairleadError): void {
  const wait = details?.retry_after_s;
  if (typeof wait !== "number") return;
  exchange.headers = [...exchange.headers, "Retry-After", String(wait)];
}

function clientSideOf(
  { session }: Exchange,
  { meta, params, era }: PlainRequest,
  stream: EventStream,
): ClientSide {
  const isModern = era === "modern";
  const declared = isModern ? meta[META.clientCapabilities] : session?.capabilities;
  const logLevel = isModern ? meta[META.logLevel] : (session?.logLevel ?? "debug");
  const client: ClientSide = {
    capabilities: isRecord(declared) ? declared : {},
    notify: (method, notified) =>
      stream.send(JSON.stringify({ jsonrpc: "2.0", method, params: notified })),
  };
  // Assigned one by one: spreading four optional parts is a measurable share of a cheap call.
  if (logLevel !== undefined) client.logLevel = logLevel as LogLevel;
  if (meta.progressToken !== undefined) client.progressToken = meta.progressToken as string;
  if (params.requestState !== undefined) client.requestState = params.requestState as string;
  if (isRecord(params.inputResponses)) client.inputResponses = params.inputResponses;
  if (isModern ? declaresTasks(client.capabilities) : params.task !== undefined)
    client.takesTasks = true;
  const idempotencyKey = idempotencyKeyOf(meta);
  if (idempotencyKey !== undefined) client.idempotencyKey = idempotencyKey;
  return client;
}

function answerQuestion(
  exchange: Exchange,
  plain: PlainRequest,
  reply: Extract<ToolReply, { kind: "input_required" }>,
  stream: EventStream,
): Promise<void> | void {
  const capabilities = plain.meta[META.clientCapabilities] as Record<string, unknown>;
  const missing = missingCapability(reply.requests, capabilities);
  if (missing !== undefined) {
    const [name = missing, mode] = missing.split(".");
    const required = { [name]: mode === undefined ? {} : { [mode]: {} } };
    const error = {
      code: -32021,
      message: `This call has to ask something, and the client does not declare ${missing}.`,
      data: { requiredCapabilities: required },
    };
    return refuse(exchange, stream, plain, error);
  }
  const { requests: inputRequests, requestState } = reply;
  const result = { resultType: "input_required", inputRequests, requestState };
  return send(exchange, stream, resultBody(plain, exchange.view, result), true);
}

async function failureBody(
  ground: HttpGround,
  exchange: Exchange,
  plain: PlainRequest,
  error: FairleadError,
): Promise<string> {
  const { view } = exchange;
  if (isProtocolFault(error)) return errorBody(plain, toRpcError(error, plain.era, view));
  const result = toFailedToolResult(error, view);
  const task = wantsTask(plain)
    ? await toKeptTask(taskGroundOf(ground, exchange), result)
    : undefined;
  return resultBody(plain, view, task ?? result);
}

/** A client of 2025-11-25 that asked for a task takes nothing else. */
function wantsTask({ era, params }: PlainRequest): boolean {
  return era === "legacy" && params.task !== undefined;
}

/** The task that a call became, or that its answer is put into. */
async function toTaskResult(
  ground: HttpGround,
  exchange: Exchange,
  plain: PlainRequest,
  reply: Exclude<ToolReply, { kind: "input_required" }>,
): Promise<object> {
  const own = taskGroundOf(ground, exchange);
  if (reply.kind === "tool") {
    const result = toToolResult(reply.answer);
    return (await toKeptTask(own, result)) ?? result;
  }
  const { session } = exchange;
  if (session !== undefined)
    await ground.sessions.stateOf(session).followTask(reply.operation.operation_id);
  return toCreatedTask(own, plain.era, reply.operation);
}
