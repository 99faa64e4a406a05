import { AsyncLocalStorage } from "node:async_hooks";
import type { AuditEvent } from "../observe/audit-event.ts";

/** What outside calls need to know of the call they are made for. Small: pooled sockets keep it for a while. */
export interface CurrentCall {
  request_id: string;
  trace_id: string;
  /** Whose call it is. */
  connector: string | undefined;
  /** Requests that left for an upstream so far. */
  upstreamCalls: number;
  /** A request left that may change the world: from here on only an answer tells whether it did. */
  effectLeft: boolean;
  /** The span that outside calls hang under; undefined where this call is not traced. */
  span_id: string | undefined;
}

const current = new AsyncLocalStorage<CurrentCall>();

/** The call this code runs for; undefined outside of any, and for what a cache refreshes by itself. */
export function currentCall(): CurrentCall | undefined {
  return current.getStore();
}

/** For clients of upstreams: called just before a request leaves that may change something. */
export function markEffectLeaving(): void {
  const call = current.getStore();
  if (call !== undefined) call.effectLeft = true;
}

/**
 * Runs the part of a call that may reach outside, and notes on its trail how often it did. `onCounted` hears of it too:
 * the call may be over by then, answered from memory while this goes on, or given up by its caller.
 */
export async function underCall<T>(
  trail: AuditEvent,
  work: () => Promise<T>,
  span_id?: string,
  onCounted?: (upstreamCalls: number) => void,
): Promise<T> {
  const { request_id, trace_id, connector } = trail;
  const call: CurrentCall = {
    ...{ request_id, trace_id, connector, span_id },
    ...{ upstreamCalls: 0, effectLeft: false },
  };
  try {
    return await current.run(call, work);
  } finally {
    if (call.upstreamCalls > 0) {
      trail.upstream_calls = call.upstreamCalls;
      onCounted?.(call.upstreamCalls);
    }
  }
}
