import type { ServerResponse } from "node:http";
import { startStream } from "./respond.ts";

const KEEP_ALIVE_MS = 15_000;

/** An answer that goes out in pieces (server-sent events). Nothing is sent until the first message. */
export interface EventStream {
  readonly isOpen: boolean;
  open(): void;
  send(message: string): void;
  end(message?: string): void;
  /** The whole answer in one event. */
  sendOnly(message: string): void;
}

export function createEventStream(
  res: ServerResponse,
  headers: readonly string[] = [],
): EventStream {
  let keepAlive: NodeJS.Timeout | undefined;

  const stream: EventStream = {
    get isOpen() {
      return keepAlive !== undefined;
    },
    open() {
      if (keepAlive !== undefined || res.writableEnded || res.destroyed) return;
      startStream(res, headers);
      res.flushHeaders();
      keepAlive = setInterval(() => res.write(": keepalive\n\n"), KEEP_ALIVE_MS);
      keepAlive.unref();
      res.once("close", () => clearInterval(keepAlive));
    },
    send(message) {
      stream.open();
      if (!res.writableEnded && !res.destroyed) res.write(frame(message));
    },
    end(message) {
      clearInterval(keepAlive);
      if (res.writableEnded || res.destroyed) return;
      res.end(message === undefined ? undefined : frame(message));
    },
    sendOnly(message) {
      startStream(res, headers);
      res.end(frame(message));
    },
  };
  return stream;
}

function frame(message: string): string {
  return `event: message\ndata: ${message}\n\n`;
}
