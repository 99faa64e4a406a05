import type { IncomingMessage, ServerResponse } from "node:http";
import type { View } from "@fairlead/core/catalogue/view";
import { ERROR_CODES, FairleadError, toFairleadError } from "@fairlead/core/errors";
import type { Principal } from "@fairlead/core/identity/principal";
import { isRecord } from "@fairlead/core/is-record";
import { isJsonContentType } from "@modelcontextprotocol/server";
import { LEGACY_VERSIONS, META } from "../mcp/wire.ts";
import { type Body, readBody } from "./body.ts";
import type { Door } from "./door.ts";
import { abortWhenGone, type Exchange, type HttpGround } from "./exchange.ts";
import { openLegacyStream } from "./legacy-stream.ts";
import { answerOther } from "./other.ts";
import { answerPlain } from "./plain.ts";
import { recognise } from "./recognise.ts";
import { SECURITY_HEADERS, sendRpcError, sendUnread } from "./respond.ts";
import type { Route } from "./route.ts";

/** Codes of the transport itself, as the official SDK uses them. */
const REFUSED = -32000;
const NO_SESSION = -32001;

/** Editors and some HTTP libraries put it in front (RFC 8259, 8.1: a parser may ignore it). */
const BYTE_ORDER_MARK = "\ufeff";

export type McpHandler = (req: IncomingMessage, res: ServerResponse) => Promise<void>;

export interface McpHandlerParts {
  ground: HttpGround;
  door: Door;
  route: Route;
  /** The client's address: the socket's, or what a trusted proxy says. */
  addressOf: (req: IncomingMessage) => string;
}

/** Serves `/mcp` and `/mcp/{connector}`, straight on node:http. */
export function createMcpHandler(parts: McpHandlerParts): McpHandler {
  const { ground, door, route } = parts;

  return async (req, res) => {
    const refusal = door.refuse(req);
    if (refusal !== undefined) {
      return sendRpcError(res, 403, { code: REFUSED, message: refusal });
    }
    const headers = corsHeaders(door, req);
    if (req.method === "OPTIONS") return answerPreflight(door, req, res);

    if (req.method !== "POST" && req.headers["mcp-session-id"] === undefined) {
      return sendNotAllowed(res, headers);
    }

    let view: View | undefined;
    let principal: Principal;
    const address = parts.addressOf(req);
    // A signature over the request covers its body, which is read before its sender is known only then.
    const body =
      req.headers["x-mcp-signature"] === undefined ? undefined : readBody(req, ground.maxBodyBytes);
    try {
      view = route(req.url ?? "/mcp");
      principal = await ground.fairlead.admit({
        surface: "http",
        address,
        resource: view.endpoint,
        headers: req.headers,
        method: req.method ?? "POST",
        path: req.url ?? "/mcp",
        body: body && (async () => toBytes(await body)),
        connectors: view.connectors,
        // Not a getter: one written here would give every request a hidden class of its own, which V8
        // keeps with all it refers to until the next full collection.
        signal: () => abortWhenGone(res).signal,
      });
    } catch (thrown) {
      const error = toFairleadError(thrown);
      return sendRefusal(req, res, error, ground.challenge(error, view), headers);
    }
    const session = undefined;
    const exchange: Exchange = { req, res, view, principal, address, body, session, headers };
    if (req.method === "POST") return answerPost(ground, exchange);
    return answerSession(ground, exchange);
  };
}

async function answerPost(ground: HttpGround, exchange: Exchange): Promise<void> {
  const { req, res, headers } = exchange;
  const contentType = req.headers["content-type"];
  if (contentType !== "application/json" && !isJsonContentType(contentType ?? null)) {
    const message = "Unsupported Media Type: Content-Type must be application/json";
    return sendRpcError(res, 415, { code: REFUSED, message }, null, headers);
  }
  const body = await (exchange.body ?? readBody(req, ground.maxBodyBytes));
  if (body.kind === "broken") return;
  if (body.kind === "too_large") {
    const message = `Payload Too Large: Request body must not exceed ${ground.maxBodyBytes} bytes`;
    return sendUnread(req, res, 413, { code: REFUSED, message }, headers);
  }
  let message: unknown;
  try {
    message = JSON.parse(body.text.startsWith(BYTE_ORDER_MARK) ? body.text.slice(1) : body.text);
  } catch {
    return answerUnreadable(exchange);
  }
  const plain = recognise(message, req.headers);
  if (plain?.era !== "modern") {
    const found = await findSession(ground, exchange, message);
    if (found === "unknown") return sendNoSession(exchange);
    exchange.session = found;
  }
  if (plain !== undefined) return answerPlain(ground, exchange, plain);
  return answerOther(ground, exchange, message);
}

function toBytes(body: Body): Uint8Array {
  if (body.kind === "text") return Buffer.from(body.text, "utf8");
  throw new FairleadError("invalid_input", "The body of a signed request could not be read.");
}

function answerUnreadable({ req, res, headers }: Exchange): void {
  const { accept } = req.headers;
  if (!accept?.includes("application/json") || !accept.includes("text/event-stream")) {
    const message =
      "Not Acceptable: Client must accept both application/json and text/event-stream";
    return sendRpcError(res, 406, { code: REFUSED, message }, null, headers);
  }
  return sendRpcError(
    res,
    400,
    { code: -32700, message: "Parse error: Invalid JSON" },
    null,
    headers,
  );
}

/** The session a request shows; a handshake opens a new one, whatever it shows. */
async function findSession(
  ground: HttpGround,
  { req, principal }: Exchange,
  message: unknown,
): Promise<Exchange["session"] | "unknown"> {
  const token = req.headers["mcp-session-id"];
  if (typeof token !== "string" || isModernVersion(req)) return undefined;
  if (isRecord(message) && (message.method === "initialize" || claimsModern(message))) {
    return undefined;
  }
  return (await ground.sessions.find(token, principal)) ?? "unknown";
}

/** Sessions belong to the era before; a modern message may carry an old token, which means nothing. */
function claimsModern({ params }: Record<string, unknown>): boolean {
  return isRecord(params) && isRecord(params._meta) && META.protocolVersion in params._meta;
}

function isModernVersion(req: IncomingMessage): boolean {
  const version = req.headers["mcp-protocol-version"];
  return typeof version === "string" && version >= "2026";
}

function sendNoSession({ res, headers }: Exchange): void {
  sendRpcError(res, 404, { code: NO_SESSION, message: "Session not found" }, null, headers);
}

/** GET and DELETE belong to the sessions of legacy clients; without one they get told what this is. */
async function answerSession(ground: HttpGround, exchange: Exchange): Promise<void> {
  const { req, res, headers, principal } = exchange;
  const token = req.headers["mcp-session-id"];
  const isKnownMethod = req.method === "GET" || req.method === "DELETE";
  if (!isKnownMethod || typeof token !== "string") return sendNotAllowed(res, headers);
  const session = await ground.sessions.find(token, principal);
  if (session === undefined) return sendNoSession(exchange);
  const version = req.headers["mcp-protocol-version"];
  if (version !== undefined && !LEGACY_VERSIONS.includes(String(version))) {
    const supported = LEGACY_VERSIONS.join(", ");
    const message = `Bad Request: Unsupported protocol version (supported versions: ${supported})`;
    return sendRpcError(res, 400, { code: REFUSED, message }, null, headers);
  }
  if (req.method === "DELETE") {
    await ground.sessions.end(session);
    res.writeHead(200, [...SECURITY_HEADERS, ...headers, "Content-Length", "0"]);
    res.end();
    return;
  }
  if (!req.headers.accept?.includes("text/event-stream")) {
    const message = "Not Acceptable: Client must accept text/event-stream";
    return sendRpcError(res, 406, { code: REFUSED, message }, null, headers);
  }
  return openLegacyStream(ground, { ...exchange, session });
}

/** Also what a person reads who opens the address in a browser. */
function sendNotAllowed(res: ServerResponse, headers: readonly string[]): void {
  const message =
    "Method not allowed. This is a Fairlead MCP endpoint (Streamable HTTP): add its URL and your API key to an MCP client, which talks to it by POST.";
  sendRpcError(res, 405, { code: REFUSED, message }, null, [...headers, "Allow", "POST"]);
}

function sendRefusal(
  req: IncomingMessage,
  res: ServerResponse,
  error: FairleadError,
  challenge: string | undefined,
  headers: readonly string[],
): void {
  const status = ERROR_CODES[error.code].http;
  const code = status === 404 || status === 400 ? -32600 : ERROR_CODES[error.code].rpc;
  const extra = [...headers];
  if (challenge !== undefined) extra.push("WWW-Authenticate", challenge);
  const wait = error.details?.retry_after_s;
  if (typeof wait === "number") extra.push("Retry-After", String(wait));
  sendUnread(req, res, status, { code, message: error.message }, extra);
}

const EXPOSED =
  "Mcp-Session-Id, WWW-Authenticate, Retry-After, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset";

function corsHeaders(door: Door, req: IncomingMessage): readonly string[] {
  const { origin } = req.headers;
  if (!door.isListedOrigin(origin)) return NO_HEADERS;
  return [
    "Access-Control-Allow-Origin",
    origin,
    "Access-Control-Expose-Headers",
    EXPOSED,
    "Vary",
    "Origin",
  ];
}

const NO_HEADERS: readonly string[] = [];

function answerPreflight(door: Door, req: IncomingMessage, res: ServerResponse): void {
  const cors = corsHeaders(door, req);
  if (cors.length === 0) {
    const error = { code: REFUSED, message: "Method not allowed." };
    return sendRpcError(res, 405, error, null, ["Allow", "POST"]);
  }
  const asked = req.headers["access-control-request-headers"];
  res.writeHead(204, [
    ...SECURITY_HEADERS,
    ...cors,
    "Access-Control-Allow-Methods",
    "POST, GET, DELETE",
    "Access-Control-Allow-Headers",
    String(asked ?? "content-type"),
    "Access-Control-Max-Age",
    "600",
  ]);
  res.end();
}
