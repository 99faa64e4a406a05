import { Chain } from "@fairlead/core/call/chain";
import type { CallerSignal } from "@fairlead/core/call/runs";
import { FairleadError } from "@fairlead/core/errors";
import type { Fairlead } from "@fairlead/core/fairlead";
import type { InputRequests, InputResponses } from "@fairlead/core/interaction";
import type { EventStream } from "./event-stream.ts";
import type { Session } from "./session.ts";

/**
 * Requests this server pushes to a legacy client while one of its calls runs. The replica that holds the stream owns
 * them; replies and cancellations that land on another one are sent on through Shared.
 */
export interface Push {
  /** Asks the client and waits for all its answers. */
  ask(
    session: Session,
    stream: EventStream,
    requests: InputRequests,
    signal: CallerSignal,
  ): Promise<InputResponses>;
  /** Hands in what a client answered; wherever it landed. */
  deliver(session: Session, reply: Reply): Promise<void>;
  /** Remembers how to end a call, until it is over. */
  track(session: Session, requestId: string | number, cancel: () => void): () => void;
  cancel(session: Session, requestId: string | number): Promise<void>;
  close(): void;
}

export interface Reply {
  id: string;
  result?: unknown;
  error?: { code: number; message: string };
}

interface TrackedCall {
  session: Session;
  requestId: string | number;
  cancel: () => void;
}

/** How long a person may take; clients usually give up before. */
const ANSWER_MS = 10 * 60_000;

export async function createPush(fairlead: Fairlead): Promise<Push> {
  const { shared, clock } = fairlead;
  const replica = fairlead.newId(6);
  const waiting = new Map<string, { session: string; settle: (reply: Reply) => void }>();
  const calls = new Chain<TrackedCall>();
  const cancelHere = (key: string) => {
    for (const call of calls) {
      if (callKey(call.session, call.requestId) === key) call.cancel();
    }
  };

  const stopReplies = await shared.subscribe(`replies ${replica}`, (message) => {
    const { session, reply }: { session: string; reply: Reply } = JSON.parse(message);
    settleHere(session, reply);
  });
  const stopCancels = await shared.subscribe("cancellations", cancelHere);

  function settleHere(session: string, reply: Reply): void {
    const entry = waiting.get(reply.id);
    if (entry === undefined || entry.session !== session) return;
    waiting.delete(reply.id);
    entry.settle(reply);
  }

  function askOne(
    session: Session,
    stream: EventStream,
    key: string,
    request: { method: string; params?: unknown },
    signal: CallerSignal,
  ): Promise<unknown> {
    const id = `${replica}-${fairlead.newId(8)}`;
    return new Promise((resolve, reject) => {
      const stopTimer = clock.after(ANSWER_MS, () =>
        end(() => reject(new FairleadError("timeout", `Nobody answered "${key}" in time.`))),
      );
      const onAbort = () =>
        end(() => reject(new FairleadError("cancelled", "The caller cancelled the call.")));
      const end = (then: () => void) => {
        stopTimer();
        signal.removeEventListener("abort", onAbort);
        waiting.delete(id);
        then();
      };
      if (signal.aborted) return onAbort();
      signal.addEventListener("abort", onAbort, { once: true });
      waiting.set(id, {
        session: session.id,
        settle: (reply) =>
          end(() =>
            reply.error === undefined ? resolve(reply.result) : reject(refused(key, reply.error)),
          ),
      });
      stream.send(JSON.stringify({ jsonrpc: "2.0", id, ...request }));
    });
  }

  return {
    async ask(session, stream, requests, signal) {
      const answers = await Promise.all(
        Object.entries(requests).map(async ([key, request]) => [
          key,
          await askOne(session, stream, key, request, signal),
        ]),
      );
      return Object.fromEntries(answers);
    },
    async deliver(session, reply) {
      const [owner] = reply.id.split("-");
      if (owner === replica) settleHere(session.id, reply);
      else await shared.publish(`replies ${owner}`, JSON.stringify({ session: session.id, reply }));
    },
    track(session, requestId, cancel) {
      const link = calls.add({ session, requestId, cancel });
      return () => calls.remove(link);
    },
    async cancel(session, requestId) {
      await shared.publish("cancellations", callKey(session, requestId));
    },
    close() {
      stopReplies();
      stopCancels();
    },
  };
}

function callKey(session: Session, requestId: string | number): string {
  return `${session.id} ${JSON.stringify(requestId)}`;
}

function refused(key: string, { message }: { message: string }): FairleadError {
  return new FairleadError(
    "upstream_rejected",
    `The client could not answer "${key}": ${String(message).slice(0, 200)}`,
  );
}
