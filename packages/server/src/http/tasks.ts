import { FairleadError, toFairleadError } from "@fairlead/core/errors";
import { missingCapability } from "@fairlead/core/interaction";
import { isRecord } from "@fairlead/core/is-record";
import { effectOf, runTaskMethod, type TaskGround, type TaskMethod } from "../mcp/tasks/methods.ts";
import type { Ask } from "../mcp/tasks/questions.ts";
import { declaresTasks, TASKS_NOT_DECLARED } from "../mcp/tasks/support.ts";
import { META, toRpcError } from "../mcp/wire.ts";
import { endQuietly, errorBody, refuse, resultBody, send } from "./answer.ts";
import { EventStream } from "./event-stream.ts";
import { abortWhenGone, allowanceHeaders, type Exchange, type HttpGround } from "./exchange.ts";
import type { PlainRequest } from "./recognise.ts";
import type { Session } from "./session.ts";

/** An answer that takes longer becomes a stream, whose keep-alives show that it is still coming. */
const QUIET_MS = 5_000;

/** Answers a client that asks about its tasks. */
export async function answerTask(
  ground: HttpGround,
  exchange: Exchange,
  plain: PlainRequest,
  method: TaskMethod,
): Promise<void> {
  const { view, principal, res } = exchange;
  const { fairlead } = ground;
  const declared = plain.meta[META.clientCapabilities];
  if (plain.era === "modern" && !(isRecord(declared) && declaresTasks(declared)))
    return refuse(exchange, new EventStream(res, exchange.headers), plain, TASKS_NOT_DECLARED);
  const gone = abortWhenGone(res);
  let stream = new EventStream(res, exchange.headers);
  let stop = () => {};
  try {
    const allowance = await fairlead.pay(principal, 1, effectOf(method));
    exchange.headers = [...exchange.headers, ...allowanceHeaders({ allowance })];
    stream = new EventStream(res, exchange.headers);
    if (method === "tasks/result") stop = keepWaiting(ground, exchange, plain, stream, gone);
    const { signal } = gone;
    const { session } = exchange;
    const ask = session === undefined ? undefined : askOn(ground, session, stream, signal);
    const waiting = { signal, ask };
    const own = taskGroundOf(ground, exchange);
    const result = await runTaskMethod(own, plain.era, method, plain.params, waiting);
    return await send(exchange, stream, resultBody(plain, view, result), true);
  } catch (thrown) {
    if (gone.signal.aborted) return endQuietly(exchange, stream);
    const error = toFairleadError(thrown);
    const wait = error.details?.retry_after_s;
    if (typeof wait === "number")
      exchange.headers = [...exchange.headers, "Retry-After", String(wait)];
    return await send(exchange, stream, errorBody(plain, toRpcError(error, plain.era, view)), true);
  } finally {
    stop();
  }
}

export function taskGroundOf(
  { fairlead }: HttpGround,
  { view, principal, address }: Exchange,
): TaskGround {
  return { fairlead, view, principal, address, surface: "http" };
}

/** For as long as it takes, and no longer than who asked may. */
function keepWaiting(
  { fairlead, streams, push }: HttpGround,
  { principal, session }: Exchange,
  { id }: PlainRequest,
  stream: EventStream,
  gone: AbortController,
): () => void {
  const end = () => gone.abort();
  const forget = streams.add(end);
  if (forget === undefined)
    throw new FairleadError("conflict", "Too many streams are open. Ask again with tasks/get.");
  const stopClock = fairlead.clock.after(QUIET_MS, () => stream.open());
  const unwatch = fairlead.onEnded(principal, end);
  const untrack = session === undefined ? () => {} : push.track(session, id, end);
  return () => {
    forget();
    stopClock();
    unwatch();
    untrack();
  };
}

/** Puts a task's questions to the client of a session on one of its streams. */
export function askOn(
  { push }: HttpGround,
  session: Session,
  stream: EventStream,
  signal: AbortSignal,
): Ask {
  return async (requests) =>
    missingCapability(requests, session.capabilities) === undefined
      ? push.ask(session, stream, requests, signal)
      : undefined;
}
