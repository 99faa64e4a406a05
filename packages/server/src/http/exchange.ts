import type { IncomingMessage, ServerResponse } from "node:http";
import type { AllowanceState } from "@fairlead/core/call/request";
import type { CallerSignal } from "@fairlead/core/call/runs";
import type { View } from "@fairlead/core/catalogue/view";
import type { FairleadError } from "@fairlead/core/errors";
import type { Fairlead } from "@fairlead/core/fairlead";
import type { Principal } from "@fairlead/core/identity/principal";
import type { Body } from "./body.ts";
import type { Push } from "./push.ts";
import type { Session, Sessions } from "./session.ts";

/** What answering needs besides the request. */
export interface HttpGround {
  fairlead: Fairlead;
  sessions: Sessions;
  push: Push;
  streams: OpenStreams;
  maxBodyBytes: number;
  /** What a refusal tells a client of how to get in (`WWW-Authenticate`); undefined where it tells nothing. */
  challenge: (error: FairleadError, view: View | undefined) => string | undefined;
}

/** One HTTP request that was let in. */
export interface Exchange {
  req: IncomingMessage;
  res: ServerResponse;
  view: View;
  principal: Principal;
  /** The client's network address: the socket's, or what a trusted proxy says. */
  address: string;
  /** Where somebody had to read it before the request was let in. */
  body: Promise<Body> | undefined;
  /** Of a client that opened with `initialize` and shows its token. */
  session: Session | undefined;
  /** Headers for this caller's answers (CORS), name and value in turn. */
  headers: readonly string[];
}

/** Streams that stay open until somebody ends them; told to end when the server shuts down. */
export interface OpenStreams {
  /** Undefined when there are too many. */
  add(end: () => void): (() => void) | undefined;
  endAll(): void;
}

export function createOpenStreams(max: number): OpenStreams {
  const open = new Set<() => void>();
  let ended = false;
  return {
    add(end) {
      if (ended || open.size >= max) return undefined;
      open.add(end);
      return () => open.delete(end);
    },
    endAll() {
      ended = true;
      for (const end of open) end();
    },
  };
}

/** Aborts when the client has gone before its answer was sent. */
export function abortWhenGone(res: ServerResponse): AbortController {
  const controller = new AbortController();
  res.once("close", () => {
    if (!res.writableFinished) controller.abort();
  });
  return controller;
}

type AbortListener = Parameters<AbortSignal["addEventListener"]>[1];

/**
 * The same for the path of most calls: an `AbortController` and its event target for each of them would cost more
 * than answering from memory does.
 */
export class Departure implements CallerSignal {
  aborted = false;
  readonly #listeners: AbortListener[] = [];

  constructor(res: ServerResponse) {
    res.once("close", () => {
      if (!res.writableFinished) this.abort();
    });
  }

  abort(): void {
    if (this.aborted) return;
    this.aborted = true;
    const event = new Event("abort");
    for (const listener of this.#listeners.splice(0)) {
      if (typeof listener === "function") listener(event);
      else listener.handleEvent(event);
    }
  }

  addEventListener(_type: string, listener: AbortListener): void {
    this.#listeners.push(listener);
  }

  removeEventListener(_type: string, listener: AbortListener): void {
    const index = this.#listeners.indexOf(listener);
    if (index >= 0) this.#listeners.splice(index, 1);
  }
}

/** Headers that tell how the caller's allowance stands (draft-ietf-httpapi-ratelimit-headers, up to 07). */
export function allowanceHeaders({ allowance }: { allowance?: AllowanceState }): string[] {
  if (allowance === undefined) return [];
  return [
    ...["RateLimit-Limit", String(allowance.limit)],
    ...["RateLimit-Remaining", String(allowance.remaining)],
    ...["RateLimit-Reset", String(allowance.reset_s)],
  ];
}
