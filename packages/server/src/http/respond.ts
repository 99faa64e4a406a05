import type { IncomingMessage, ServerResponse } from "node:http";

/** On every answer, whatever it is. Kept as the flat list that `writeHead` takes without another copy. */
export const SECURITY_HEADERS: readonly string[] = [
  "X-Content-Type-Options",
  "nosniff",
  "X-Frame-Options",
  "DENY",
  "Referrer-Policy",
  "no-referrer",
  "Cross-Origin-Resource-Policy",
  "same-origin",
  "Content-Security-Policy",
  "default-src 'none'; frame-ancestors 'none'",
];

const JSON_HEAD = [
  ...SECURITY_HEADERS,
  "Cache-Control",
  "no-store",
  "Content-Type",
  "application/json",
];
const STREAM_HEAD = [
  ...SECURITY_HEADERS,
  "Cache-Control",
  "no-cache, no-transform",
  "X-Accel-Buffering",
  "no",
  "Content-Type",
  "text/event-stream",
];

/** Answers with JSON; `extra` are further headers, name and value in turn. */
export function sendJson(
  res: ServerResponse,
  status: number,
  body: string | Buffer,
  extra: readonly string[] = [],
): void {
  const length = typeof body === "string" ? Buffer.byteLength(body) : body.length;
  res.writeHead(status, [...JSON_HEAD, ...extra, "Content-Length", String(length)]);
  res.end(body);
}

/** A JSON-RPC error as an HTTP answer, in the words of the transport. */
export function sendRpcError(
  res: ServerResponse,
  status: number,
  error: { code: number; message: string; data?: unknown },
  id: string | number | null = null,
  extra: readonly string[] = [],
): void {
  sendJson(res, status, JSON.stringify({ jsonrpc: "2.0", error, id }), extra);
}

/** How long a sender may go on before it is cut off. */
const LINGER_MS = 1_000;

/**
 * Refuses a request whose body nobody will read. The answer leaves at once, and the connection is closed when the
 * sender is done: closed before, it would be reset, and most clients lose an answer to that.
 */
export function sendUnread(
  req: IncomingMessage,
  res: ServerResponse,
  status: number,
  error: { code: number; message: string },
  extra: readonly string[],
): void {
  const body = JSON.stringify({ jsonrpc: "2.0", error, id: null });
  const length = ["Connection", "close", "Content-Length", String(Buffer.byteLength(body))];
  res.writeHead(status, [...JSON_HEAD, ...extra, ...length]);
  res.write(body);
  const timer = setTimeout(() => res.end(), LINGER_MS);
  req.once("close", () => {
    clearTimeout(timer);
    res.end();
  });
  req.resume();
}

export function startStream(res: ServerResponse, extra: readonly string[] = []): void {
  res.writeHead(200, [...STREAM_HEAD, ...extra]);
}

/** Copies a web `Response` onto the wire, and stops reading when the client has gone. */
export async function sendWebResponse(
  res: ServerResponse,
  response: Response,
  extra: readonly string[] = [],
): Promise<void> {
  const own = new Set(["connection", "content-length", "transfer-encoding"]);
  const headers = [...response.headers].filter(([name]) => !own.has(name)).flat();
  const isStream = response.headers.get("content-type") === "text/event-stream";
  if (response.body === null || !isStream) {
    const body = Buffer.from(await response.arrayBuffer());
    const caching = response.headers.has("cache-control") ? [] : ["Cache-Control", "no-store"];
    const length = response.status === 202 ? [] : ["Content-Length", String(body.length)];
    res.writeHead(response.status, [
      ...SECURITY_HEADERS,
      ...caching,
      ...headers,
      ...extra,
      ...length,
    ]);
    res.end(body);
    return;
  }
  res.writeHead(response.status, [...SECURITY_HEADERS, ...headers, ...extra]);
  res.flushHeaders();
  const reader = response.body.getReader();
  res.once("close", () => void reader.cancel().catch(() => {}));
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    if (res.destroyed) return;
    if (!res.write(part.value)) await drained(res);
  }
  res.end();
}

function drained(res: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      res.off("drain", done);
      res.off("close", done);
      resolve();
    };
    res.once("drain", done);
    res.once("close", done);
  });
}
