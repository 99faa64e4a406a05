/** One answer of an HTTP/1.1 server. `body` is a view that is valid until the next read. */
export interface HttpResponse {
  readonly status: number;
  readonly head: string;
  readonly body: Buffer;
}

const headEnd = Buffer.from("\r\n\r\n");
const lineEnd = Buffer.from("\r\n");
const nothing = Buffer.alloc(0);

/**
 * Cuts the bytes of one keep-alive connection into answers. Requests are never pipelined, so bytes
 * after the end of an answer are an error of the server.
 */
export class ResponseReader {
  #held: Buffer = nothing;

  /** Takes what has arrived; returns the answer once it is whole. */
  push(chunk: Buffer): HttpResponse | undefined {
    const bytes = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    const response = parseResponse(bytes);
    // The socket reuses its buffer, so an unfinished answer has to be copied.
    this.#held = response ? nothing : bytes === chunk ? Buffer.from(chunk) : bytes;
    return response;
  }
}

function parseResponse(bytes: Buffer): HttpResponse | undefined {
  const headLength = bytes.indexOf(headEnd);
  if (headLength < 0) return undefined;
  const head = bytes.toString("latin1", 0, headLength);
  if (!head.startsWith("HTTP/1.1 "))
    throw new Error(`Not an HTTP/1.1 answer: ${head.slice(0, 80)}`);
  const status = Number(head.slice(9, 12));
  const start = headLength + headEnd.length;

  const framed = cutBody(bytes, start, head, status);
  if (!framed) return undefined;
  if (framed.end !== bytes.length) throw new Error("Bytes after the end of an answer");
  return { status, head, body: framed.body };
}

interface FramedBody {
  readonly body: Buffer;
  readonly end: number;
}

function cutBody(
  bytes: Buffer,
  start: number,
  head: string,
  status: number,
): FramedBody | undefined {
  const length = /\r\ncontent-length: *(\d+)/i.exec(head);
  if (length) {
    const end = start + Number(length[1]);
    return bytes.length < end ? undefined : { body: bytes.subarray(start, end), end };
  }
  if (/\r\ntransfer-encoding: *chunked/i.test(head)) return joinChunks(bytes, start);
  if (status === 204 || status === 304) return { body: nothing, end: start };
  throw new Error(`Answer ${status} has neither Content-Length nor chunks`);
}

function joinChunks(bytes: Buffer, start: number): FramedBody | undefined {
  const parts: Buffer[] = [];
  let at = start;
  for (;;) {
    const sizeEnd = bytes.indexOf(lineEnd, at);
    if (sizeEnd < 0) return undefined;
    const size = Number.parseInt(bytes.toString("latin1", at, sizeEnd), 16);
    if (Number.isNaN(size)) throw new Error("Chunk without a size");
    const from = sizeEnd + lineEnd.length;
    const to = from + size;
    if (bytes.length < to + lineEnd.length) return undefined;
    if (bytes.indexOf(lineEnd, to) !== to) throw new Error("Chunk without an end");
    at = to + lineEnd.length;
    if (size === 0) return { body: parts.length === 1 ? parts[0]! : Buffer.concat(parts), end: at };
    parts.push(bytes.subarray(from, to));
  }
}

/** The JSON text of an answer, out of plain JSON or out of the last event of an SSE stream. */
export function jsonTextOf(response: HttpResponse): string {
  const text = response.body.toString("utf8");
  if (!/\r\ncontent-type: *text\/event-stream/i.test(response.head)) return text;
  if (!text.endsWith("\n\n")) throw new Error("SSE stream ends inside an event");
  const data = text.split("\n").filter((line) => line.startsWith("data:") && line.length > 6);
  return data.at(-1)?.slice(5).trimStart() ?? "";
}
