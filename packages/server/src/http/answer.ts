import type { View } from "@fairlead/core/catalogue/view";
import { serverInfoOf } from "../mcp/server-info.ts";
import { META, type RpcError } from "../mcp/wire.ts";
import { compressResult } from "./compress.ts";
import type { EventStream } from "./event-stream.ts";
import type { Exchange } from "./exchange.ts";
import type { PlainRequest } from "./recognise.ts";
import { sendJson, sendRpcError } from "./respond.ts";

const completeMarks = new WeakMap<View, string>();

/** What every modern result carries: that it is complete, and who answered. */
export function completeMark(view: View): string {
  let mark = completeMarks.get(view);
  if (mark === undefined) {
    const meta = JSON.stringify({ [META.serverInfo]: serverInfoOf(view) });
    mark = `"resultType":"complete","_meta":${meta}`;
    completeMarks.set(view, mark);
  }
  return mark;
}

/** An answer with this result. Modern ones say what they are, and who answered. */
export function resultBody({ id, era }: PlainRequest, view: View, result: object): string {
  const marked =
    era === "legacy"
      ? result
      : { resultType: "complete", ...result, _meta: { [META.serverInfo]: serverInfoOf(view) } };
  return JSON.stringify({ jsonrpc: "2.0", id, result: marked });
}

export function errorBody({ id }: PlainRequest, error: RpcError): string {
  return JSON.stringify({ jsonrpc: "2.0", id, error });
}

/** Tells of what a request lacks; a modern client learns it from the status as well. */
export function refuse(
  { res, headers }: Exchange,
  stream: EventStream,
  plain: PlainRequest,
  error: RpcError,
): void {
  if (stream.isOpen) return stream.end(errorBody(plain, error));
  sendRpcError(res, plain.era === "modern" ? 400 : 200, error, plain.id, headers);
}

export async function send(
  { req, res, headers }: Exchange,
  stream: EventStream,
  body: string,
  holdsSecret: boolean,
): Promise<void> {
  if (stream.isOpen) return stream.end(body);
  const packed = holdsSecret
    ? undefined
    : await compressResult(body, req.headers["accept-encoding"]);
  if (packed === undefined) return sendJson(res, 200, body, headers);
  sendJson(res, 200, packed, [...headers, "Content-Encoding", "gzip", "Vary", "Accept-Encoding"]);
}

/** A legacy client that cancelled expects no answer, but its HTTP request has to end. */
export function endQuietly({ res }: Exchange, stream: EventStream): void {
  if (stream.isOpen) return stream.end();
  if (!res.headersSent && !res.destroyed) {
    stream.open();
    stream.end();
  }
}
