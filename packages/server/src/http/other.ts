import { changesChannel } from "@fairlead/core/call/context";
import { type CallRequest, NO_CLIENT } from "@fairlead/core/call/request";
import { FairleadError, toFairleadError } from "@fairlead/core/errors";
import { isRecord } from "@fairlead/core/is-record";
import { type NodeIncomingMessageLike, toWebRequest } from "@modelcontextprotocol/node";
import {
  classifyInboundRequest,
  createMcpHandler,
  type InboundClassificationOutcome,
  InMemoryServerEventBus,
  type ServerEvent,
  WebStandardStreamableHTTPServerTransport,
} from "@modelcontextprotocol/server";
import { createSdkServer } from "../mcp/sdk-server.ts";
import { LEGACY_VERSIONS, MODERN_VERSION, type RpcError, toRpcError } from "../mcp/wire.ts";
import { EventStream, MAX_UNREAD_BYTES } from "./event-stream.ts";
import { abortWhenGone, allowanceHeaders, type Exchange, type HttpGround } from "./exchange.ts";
import { payForStream } from "./legacy-stream.ts";
import { headerMismatch } from "./param-headers.ts";
import { stepUpChallenge } from "./plain.ts";
import { sendRpcError, sendWebResponse } from "./respond.ts";
import type { Session } from "./session.ts";
import { recogniseTaskListen, streamTasks } from "./task-listen.ts";

/** In place of the body, which the SDK is handed parsed: else it would be written out once more. */
const UNREAD = "";
const MAX_SUBSCRIPTIONS = 1_000;

/** Answers whatever is no plain call or list: handshakes, streams, reads, and all that is malformed. The SDK decides. */
export async function answerOther(
  ground: HttpGround,
  exchange: Exchange,
  body: unknown,
): Promise<void> {
  const { req } = exchange;
  const outcome = classifyInboundRequest({
    httpMethod: "POST",
    ...headersOf(req.headers),
    body,
  });
  if (outcome.kind === "legacy") return answerLegacy(ground, exchange, outcome, body);
  const isCall = outcome.kind === "modern" && outcome.messageKind === "request";
  if (isCall && outcome.classification.revision === MODERN_VERSION) {
    const mismatch = paramMismatch(exchange, body);
    const { id } = outcome.message as { id: string | number };
    if (mismatch !== undefined)
      return sendRpcError(exchange.res, 400, mismatch, id, exchange.headers);
  }
  return answerModern(ground, exchange, body);
}

async function answerModern(ground: HttpGround, exchange: Exchange, body: unknown): Promise<void> {
  const { req, res, view, principal, address } = exchange;
  const { fairlead } = ground;
  const lists = await fairlead.lists(view, principal);
  const ending: Ending = { headers: [], error: undefined };
  const bus = new InMemoryServerEventBus();
  const handler = createMcpHandler(
    () =>
      createSdkServer({
        fairlead,
        view,
        principal,
        address,
        lists,
        onEnd: hear(ending),
        surface: "http",
        era: "modern",
        canPush: false,
      }),
    { legacy: "reject", bus, maxSubscriptions: 1, maxRequestBodySize: ground.maxBodyBytes },
  );
  const answer = async (parsedBody: unknown) => {
    const signal = abortWhenGone(res).signal;
    const request = await toWebRequest(toLike(req), UNREAD, { signal });
    const response = await handler.fetch(request, { parsedBody });
    await sendWebResponse(res, ...toldBy(ground, exchange, response, ending));
  };
  if (!isRecord(body) || body.method !== "subscriptions/listen") return answer(body);
  const listen = recogniseTaskListen(body, req.headers);
  if (listen !== undefined) {
    return streamTasks(ground, exchange, listen, (uris) => permitted(ground, exchange, uris));
  }

  const refuse = (error: RpcError) =>
    sendRpcError(res, 200, error, body.id as string | number, exchange.headers);
  const forget = ground.streams.add(() => void handler.close());
  if (forget === undefined) {
    return refuse({ code: -32603, message: "Too many streams are open. Try again later." });
  }
  let stop = () => {};
  // The stream lives no longer than what opened it.
  const unwatch = fairlead.onEnded(principal, () => void handler.close());
  try {
    await payForStream(ground, exchange);
    const allowed = await withoutForbidden(ground, exchange, body);
    const channel = changesChannel(principal.tenant_id);
    let unread = 0;
    stop = await fairlead.shared.subscribe(channel, (message) => {
      unread = res.writableNeedDrain ? unread + message.length : 0;
      if (unread > MAX_UNREAD_BYTES) res.destroy();
      else bus.publish(JSON.parse(message) as ServerEvent);
    });
    await answer(allowed);
  } catch (thrown) {
    if (!(thrown instanceof FairleadError)) throw thrown;
    refuse(toRpcError(thrown, "modern", exchange.view));
  } finally {
    stop();
    unwatch();
    forget();
  }
}

/** A subscription is an action: what the caller may not read is left out of what it listens to. */
async function withoutForbidden(
  ground: HttpGround,
  exchange: Exchange,
  body: Record<string, unknown>,
): Promise<unknown> {
  const { params } = body;
  if (!isRecord(params) || !isRecord(params.notifications)) return body;
  const { resourceSubscriptions: uris, ...others } = params.notifications;
  if (!Array.isArray(uris) || !uris.every((uri) => typeof uri === "string")) return body;
  const allowed = await permitted(ground, exchange, uris);
  const notifications = { ...others, resourceSubscriptions: allowed };
  return { ...body, params: { ...params, notifications } };
}

async function permitted(
  ground: HttpGround,
  { view, principal, address }: Exchange,
  uris: readonly string[],
): Promise<string[]> {
  const allowed: string[] = [];
  for (const uri of uris.slice(0, MAX_SUBSCRIPTIONS)) {
    try {
      const action = { kind: "subscription", uri } as const;
      await ground.fairlead.call({
        ...{ action, view, principal, address },
        ...{ surface: "http", client: NO_CLIENT },
      });
      allowed.push(uri);
    } catch (thrown) {
      const { code } = toFairleadError(thrown);
      if (code !== "not_found" && code !== "forbidden") throw thrown;
    }
  }
  return allowed;
}

async function answerLegacy(
  ground: HttpGround,
  exchange: Exchange,
  outcome: InboundClassificationOutcome & { kind: "legacy" },
  body: unknown,
): Promise<void> {
  const { req, res, view, principal, address, session } = exchange;
  if (session !== undefined) await routeToCall(ground, session, body);
  const { fairlead, sessions } = ground;
  const lists = await fairlead.lists(view, principal);
  const ending: Ending = { headers: [], error: undefined };
  const transport = new WebStandardStreamableHTTPServerTransport({
    enableJsonResponse: true,
    maxRequestBodySize: ground.maxBodyBytes,
  });
  const server = createSdkServer({
    fairlead,
    view,
    principal,
    address,
    lists,
    onEnd: hear(ending),
    surface: "http",
    era: "legacy",
    canPush: false,
    ...(session === undefined ? {} : sessionParts(sessions, session)),
  });
  transport.setSupportedProtocolVersions(LEGACY_VERSIONS);
  await server.connect(transport);
  const gone = abortWhenGone(res);
  const left = new Promise<undefined>((resolve) => {
    gone.signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });
  const untrack = trackRequest(ground, session, body, () => gone.abort());
  try {
    const request = await toWebRequest(toLike(req), UNREAD, { signal: gone.signal });
    // The transport waits for its handlers, whether or not anybody waits for the answer.
    const handled = transport.handleRequest(request, { parsedBody: body });
    const response = await Promise.race([handled, left]);
    if (response === undefined) return endUnanswered(exchange);
    const opened =
      outcome.reason === "initialize" ? await openSession(ground, exchange, body, response) : [];
    const [told, more] = toldBy(ground, exchange, response, ending);
    await sendWebResponse(res, told, [...more, ...opened]);
  } finally {
    untrack();
    await server.close();
  }
}

function sessionParts(sessions: HttpGround["sessions"], session: Session) {
  const state = sessions.stateOf(session);
  return {
    session: state,
    onTask: (taskId: string) => void state.followTask(taskId).catch(() => {}),
  };
}

/** What a call left for the headers of its answer. */
interface Ending {
  headers: readonly string[];
  error: FairleadError | undefined;
}

function hear(ending: Ending): (request: CallRequest, error?: FairleadError) => void {
  return (request, error) => {
    ending.headers = allowanceHeaders(request);
    ending.error = error;
  };
}

/** The SDK's answer with how the allowance stands, when to come back, and 403 where a token can be stepped up. */
function toldBy(
  ground: HttpGround,
  exchange: Exchange,
  response: Response,
  { headers: allowance, error }: Ending,
): [Response, readonly string[]] {
  const headers = [...exchange.headers, ...allowance];
  if (error === undefined) return [response, headers];
  const wait = error.details?.retry_after_s;
  if (typeof wait === "number") headers.push("Retry-After", String(wait));
  const challenge = stepUpChallenge(ground, exchange, error);
  const isJson = response.headers.get("content-type")?.startsWith("application/json") === true;
  if (challenge === undefined || !isJson) return [response, headers];
  const refused = new Response(response.body, { status: 403, headers: response.headers });
  return [refused, [...headers, "WWW-Authenticate", challenge]];
}

/** Lets the session's client cancel this request by a notification. */
function trackRequest(
  { push }: HttpGround,
  session: Exchange["session"],
  body: unknown,
  cancel: () => void,
): () => void {
  if (session === undefined || !isRecord(body)) return () => {};
  const { id } = body;
  if (typeof id !== "string" && typeof id !== "number") return () => {};
  return push.track(session, id, cancel);
}

/** Who cancelled expects no answer, but the HTTP request has to end. */
function endUnanswered({ res, headers }: Exchange): void {
  const stream = new EventStream(res, headers);
  stream.open();
  stream.end();
}

/** Replies to pushed requests and cancellations belong to a call that runs elsewhere, maybe on another replica. */
async function routeToCall(
  ground: HttpGround,
  session: NonNullable<Exchange["session"]>,
  body: unknown,
): Promise<void> {
  if (!isRecord(body)) return;
  if (body.method === "notifications/cancelled" && isRecord(body.params)) {
    const { requestId } = body.params;
    if (typeof requestId === "string" || typeof requestId === "number") {
      await ground.push.cancel(session, requestId);
    }
    return;
  }
  if (body.method !== undefined || typeof body.id !== "string") return;
  const { id, result, error } = body;
  const failed = isRecord(error) ? { error: { code: 0, message: String(error.message) } } : {};
  await ground.push.deliver(session, { id, result, ...failed });
}

async function openSession(
  { sessions }: HttpGround,
  { principal }: Exchange,
  body: unknown,
  response: Response,
): Promise<string[]> {
  if (!response.ok) return [];
  const answer: unknown = await response.clone().json();
  if (!isRecord(answer) || !isRecord(answer.result)) return [];
  const params = isRecord(body) && isRecord(body.params) ? body.params : {};
  const capabilities = isRecord(params.capabilities) ? params.capabilities : {};
  const version = String(answer.result.protocolVersion);
  return ["Mcp-Session-Id", await sessions.open(principal, capabilities, version)];
}

function paramMismatch({ view, req }: Exchange, body: unknown): RpcError | undefined {
  if (!isRecord(body) || body.method !== "tools/call" || !isRecord(body.params)) return undefined;
  if (req.headers["mcp-method"] === undefined) return undefined;
  const { name, arguments: args } = body.params;
  return headerMismatch(view.tools.get(String(name))?.headerParameters, args, req.headers);
}

function headersOf(headers: Exchange["req"]["headers"]): {
  protocolVersionHeader?: string;
  mcpMethodHeader?: string;
  mcpNameHeader?: string;
} {
  const version = headers["mcp-protocol-version"];
  const method = headers["mcp-method"];
  const name = headers["mcp-name"];
  return {
    ...(version === undefined ? {} : { protocolVersionHeader: String(version) }),
    ...(method === undefined ? {} : { mcpMethodHeader: String(method) }),
    ...(name === undefined ? {} : { mcpNameHeader: String(name) }),
  };
}

/** The SDK's view of a Node request, which knows no property that is there and undefined. */
function toLike(req: Exchange["req"]): NodeIncomingMessageLike {
  return {
    method: req.method ?? "POST",
    url: req.url ?? "/",
    headers: req.headers,
    [Symbol.asyncIterator]: () => req[Symbol.asyncIterator](),
  };
}
