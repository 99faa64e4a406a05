const TRACEPARENT =
  /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:-|$)/;
const SAMPLED = 1;

export interface TraceParent {
  trace_id?: string;
  parent_span_id?: string;
  /** Whether the caller keeps its part of the trace. */
  trace_sampled?: boolean;
}

const NONE: TraceParent = Object.freeze({});

/**
 * What a W3C `traceparent` says: that of `_meta` (MCP 2026-07-28 basic, "_meta"), else that of the request's header.
 * Nothing when it is none.
 */
export function traceOf(traceparent: unknown, header?: unknown): TraceParent {
  const given = traceparent ?? header;
  if (typeof given !== "string") return NONE;
  const [, trace_id, parent_span_id, flags] = TRACEPARENT.exec(given) ?? [];
  if (trace_id === undefined || parent_span_id === undefined) return NONE;
  const trace_sampled = (Number.parseInt(flags ?? "0", 16) & SAMPLED) === SAMPLED;
  return { trace_id, parent_span_id, trace_sampled };
}
