const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$/;

export interface TraceParent {
  trace_id?: string;
  parent_span_id?: string;
}

const NONE: TraceParent = Object.freeze({});

/** What a W3C `traceparent` says (in `_meta`, MCP 2026-07-28 basic, "_meta"); nothing when it is none. */
export function traceOf(traceparent: unknown): TraceParent {
  if (typeof traceparent !== "string") return NONE;
  const [, trace_id, parent_span_id] = TRACEPARENT.exec(traceparent) ?? [];
  if (trace_id === undefined || parent_span_id === undefined) return NONE;
  return { trace_id, parent_span_id };
}
