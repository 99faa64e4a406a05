import { setTimeout as sleep } from "node:timers/promises";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import type { Connection } from "./connection.ts";
import type { Fault } from "./faults.ts";
import type { Answer } from "./refusal.ts";

export function toResponse({ status, body, headers = {} }: Answer): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/json", ...headers },
  });
}

/** Carries out a fault; `undefined` means that the request goes on as usual. */
export async function deliverFault(
  fault: Fault,
  connection: Connection,
  answer: Answer = { status: 200, body: { status: true } },
): Promise<Response | undefined> {
  switch (fault.kind) {
    case "slow":
      await delay(fault.ms, connection);
      return undefined;
    case "hang":
      await connection.closed;
      return RESPONSE_ALREADY_SENT;
    case "reset":
      return reset(connection);
    case "truncate":
      return truncate(connection, answer);
    case "empty":
      return new Response(null, { status: 200, headers: { "content-type": "application/json" } });
    case "html":
      return new Response("<html><body><h1>502 Bad Gateway</h1></body></html>", {
        status: fault.status ?? 502,
        headers: { "content-type": "text/html" },
      });
    case "status":
      if (fault.text !== undefined) return new Response(fault.text, { status: fault.status });
      return toResponse({ status: fault.status, body: { message: "Internal error" } });
    case "status_false":
      return toResponse({
        status: 200,
        body: { status: false, message: fault.message ?? "The request could not be completed" },
      });
    case "unauthorized":
      return toResponse({
        status: 401,
        body: { error: "access_denied", error_description: "Access token invalid or expired" },
      });
    case "rate_limit":
      return toResponse({
        status: 429,
        body: { message: "Too many requests" },
        headers: toRetryAfter(fault.retry_after),
      });
    case "fail_operation":
    case "stick_operation":
      return undefined;
  }
}

function toRetryAfter(value: number | string | null = 30): Record<string, string> {
  return value === null ? {} : { "retry-after": String(value) };
}

/** A client that goes away ends the wait, so that no timer outlives a test. */
async function delay(ms: number, connection: Connection): Promise<void> {
  const waiting = new AbortController();
  const timer = sleep(ms, undefined, { signal: waiting.signal }).catch(() => {});
  await Promise.race([timer, connection.closed]);
  waiting.abort();
}

function reset(connection: Connection): Response {
  const outgoing = requireSocket(connection);
  connection.expectCut();
  outgoing.socket?.resetAndDestroy();
  return RESPONSE_ALREADY_SENT;
}

/** Announces the whole body, sends half of it and closes. */
function truncate(connection: Connection, { status, body }: Answer): Response {
  const outgoing = requireSocket(connection);
  const bytes = Buffer.from(JSON.stringify(body));
  connection.expectCut();
  outgoing.writeHead(status, {
    "content-type": "application/json",
    "content-length": bytes.length,
  });
  outgoing.write(bytes.subarray(0, bytes.length / 2), () => outgoing.socket?.destroy());
  return RESPONSE_ALREADY_SENT;
}

function requireSocket({ outgoing }: Connection) {
  if (!outgoing) throw new Error("This fault breaks a socket: reach the fake through listen()");
  return outgoing;
}
