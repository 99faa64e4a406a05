import type { ServerResponse } from "node:http";
import type { HttpBindings } from "@hono/node-server";
import type { Context } from "hono";
import type { Counters } from "./counters.ts";

export type Env = { Bindings: Partial<HttpBindings> };

/** One request's socket, as far as faults and counters need it. */
export type Connection = {
  /** Resolves when the client has gone or the answer is out. */
  closed: Promise<void>;
  isClosed(): boolean;
  /** Absent when the app is called in process, without a socket. */
  outgoing: ServerResponse | undefined;
  /** Tells the counters that the fake itself cuts this connection. */
  expectCut(): void;
  /** Ends the count of a call made in process; a socket ends its own. */
  done(): void;
};

export function watchConnection(c: Context<Env>, counters: Counters): Connection {
  // Hono leaves env undefined when a request comes without a server.
  const outgoing: ServerResponse | undefined = c.env?.outgoing;
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  let isCut = false;
  let isOpen = true;

  const end = (aborted: boolean) => {
    if (!isOpen) return;
    isOpen = false;
    counters.open -= 1;
    if (aborted && !isCut) counters.aborted += 1;
    resolve();
  };

  counters.open += 1;
  if (outgoing) outgoing.once("close", () => end(!outgoing.writableFinished));
  else c.req.raw.signal.addEventListener("abort", () => end(true), { once: true });

  return {
    closed,
    isClosed: () => !isOpen,
    outgoing,
    expectCut: () => {
      isCut = true;
    },
    done: () => {
      if (!outgoing) end(false);
    },
  };
}
