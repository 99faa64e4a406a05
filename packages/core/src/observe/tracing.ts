import type { AuditEvent } from "./audit-event.ts";

/** The W3C trace context that a caller sent. */
export interface TraceParent {
  trace_id?: string | undefined;
  parent_span_id?: string | undefined;
  /** Whether the caller keeps its part of the trace. */
  trace_sampled?: boolean | undefined;
}

/** Follows actions as spans, for whoever keeps traces. Core knows no more of it than this. */
export interface Tracer {
  /** Begins the span of an action, in the trace that the trail names; undefined where it is not sampled. */
  start(trail: AuditEvent, parent: TraceParent): CallSpan | undefined;
}

export interface CallSpan {
  /** What requests to the outside hang under: 16 hex digits. */
  readonly span_id: string;
  /** Ends it as the trail says by then. */
  end(trail: AuditEvent): void;
}
