import type { ServerResponse } from "node:http";
import { startStream } from "./respond.ts";

const KEEP_ALIVE_MS = 15_000;
/** A client that leaves this much unread is taken for gone. */
export const MAX_UNREAD_BYTES = 4_194_304;

/** An answer that goes out in pieces (server-sent events). Nothing is sent until the first message. */
export class EventStream {
  readonly #res: ServerResponse;
  readonly #headers: readonly string[];
  #keepAlive: NodeJS.Timeout | undefined;

  constructor(res: ServerResponse, headers: readonly string[]) {
    this.#res = res;
    this.#headers = headers;
  }

  get isOpen(): boolean {
    return this.#keepAlive !== undefined;
  }

  open(): void {
    const res = this.#res;
    if (this.isOpen || res.writableEnded || res.destroyed) return;
    startStream(res, this.#headers);
    res.flushHeaders();
    this.#keepAlive = setInterval(() => res.write(": keepalive\n\n"), KEEP_ALIVE_MS);
    this.#keepAlive.unref();
    res.once("close", () => clearInterval(this.#keepAlive));
  }

  send(message: string): void {
    this.open();
    const res = this.#res;
    if (res.writableEnded || res.destroyed) return;
    res.write(frame(message));
    if (res.writableLength > MAX_UNREAD_BYTES) res.destroy();
  }

  end(message?: string): void {
    clearInterval(this.#keepAlive);
    const res = this.#res;
    if (res.writableEnded || res.destroyed) return;
    res.end(message === undefined ? undefined : frame(message));
  }

  /** The whole answer in one event. */
  sendOnly(message: string): void {
    startStream(this.#res, this.#headers);
    this.#res.end(frame(message));
  }
}

function frame(message: string): string {
  return `event: message\ndata: ${message}\n\n`;
}
