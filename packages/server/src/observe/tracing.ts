import type { CurrentCall } from "@fairlead/core/call/current";
import type { AuditEvent } from "@fairlead/core/observe/audit-event";
import type { CallSpan, TraceParent, Tracer } from "@fairlead/core/observe/tracing";
import type { Secret } from "@fairlead/core/secret";
import {
  type Attributes,
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { defaultResource, resourceFromAttributes } from "@opentelemetry/resources";
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  RandomIdGenerator,
  type Sampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import type { Follower, Leaving } from "../egress/egress.ts";
import { VERSION } from "../version.ts";
import { whyFailed } from "./outside-metrics.ts";

export const SAMPLERS = [
  "always_on",
  "always_off",
  "traceidratio",
  "parentbased_always_on",
  "parentbased_always_off",
  "parentbased_traceidratio",
] as const;

export interface TracingConfig {
  /** Where spans are sent by OTLP over HTTP, as JSON: `http://collector:4318/v1/traces`. The operator's own. */
  url: string;
  headers: Readonly<Record<string, Secret>>;
  serviceName: string;
  /** Further attributes of the resource, such as `deployment.environment.name`. */
  resource: Readonly<Record<string, string>>;
  sampler: (typeof SAMPLERS)[number];
  /** Share of traces that a ratio sampler keeps, from 0 to 1. */
  ratio: number;
  /** Hosts that are sent the trace context; others have no use for it. */
  hosts: readonly string[];
}

export interface Tracing {
  tracer: Tracer;
  /** A span for a request to the outside; undefined where its call is not traced. */
  leaving(leaving: Leaving): Follower | undefined;
  /** Sends what is left. */
  close(): Promise<void>;
}

const EXPORT_MS = 5_000;

/** MCP methods by kind of action (OpenTelemetry GenAI conventions, "MCP"). */
const METHODS: Partial<Record<AuditEvent["action"], string>> = {
  tool: "tools/call",
  resource: "resources/read",
  prompt: "prompts/get",
  completion: "completion/complete",
  subscription: "resources/subscribe",
};

/** Keeps traces by the OpenTelemetry SDK. Spans hold names, ids and outcomes; no argument, no path, no query, no text. */
export function createTracing(config: TracingConfig): Tracing {
  const ids = createIds();
  const exporter = new OTLPTraceExporter({
    ...{ url: config.url, timeoutMillis: EXPORT_MS },
    headers: Object.fromEntries(
      Object.entries(config.headers).map(([name, value]) => [name, value.reveal()]),
    ),
  });
  const provider = new TracerProvider({
    idGenerator: ids,
    sampler: samplerOf(config),
    spanProcessors: [new BatchSpanProcessor({ exporter })],
    resource: defaultResource().merge(
      resourceFromAttributes({
        ...config.resource,
        "service.name": config.serviceName,
        "service.version": VERSION,
      }),
    ),
  });
  const spans = provider.getTracer("fairlead", VERSION);
  const hosts = new Set(config.hosts.map((host) => host.toLowerCase()));

  function start(trail: AuditEvent, parent: TraceParent): CallSpan | undefined {
    const method = METHODS[trail.action];
    if (method === undefined) return undefined;
    ids.nextTraceId = trail.trace_id;
    const span = spans.startSpan(method, { kind: SpanKind.SERVER }, contextOf(parent));
    if (!span.isRecording()) return undefined;
    return {
      span_id: span.spanContext().spanId,
      end: (ended) => endCall(span, method, ended),
    };
  }

  function leaving({ method, url, call }: Leaving): Follower | undefined {
    if (call?.span_id === undefined) return undefined;
    const attributes = {
      "http.request.method": method,
      "server.address": url.hostname,
      "server.port": Number(url.port) || (url.protocol === "http:" ? 80 : 443),
      "fairlead.request.id": call.request_id,
    };
    const options = { kind: SpanKind.CLIENT, attributes };
    const span = spans.startSpan(method, options, contextOfCall(call, call.span_id));
    return follow(span, hosts.has(url.hostname));
  }

  return {
    tracer: { start },
    leaving,
    close: () => provider.shutdown(),
  };
}

function follow(span: Span, isTold: boolean): Follower {
  const { traceId, spanId } = span.spanContext();
  return {
    ...(isTold ? { headers: { traceparent: `00-${traceId}-${spanId}-01` } } : {}),
    answered(status) {
      span.setAttribute("http.response.status_code", status);
      if (status >= 400) fail(span, String(status));
      span.end();
    },
    failed(error) {
      fail(span, whyFailed(error));
      span.end();
    },
  };
}

function endCall(span: Span, method: string, trail: AuditEvent): void {
  const { action, name, surface, outcome } = trail;
  if (name !== "") span.updateName(`${method} ${name}`);
  const attributes: Attributes = {
    "mcp.method.name": method,
    "network.transport": surface === "stdio" ? "pipe" : "tcp",
    "fairlead.request.id": trail.request_id,
    "fairlead.surface": surface,
    "fairlead.outcome": outcome,
  };
  if (action === "tool" && name !== "") {
    attributes["gen_ai.operation.name"] = "execute_tool";
    attributes["gen_ai.tool.name"] = name;
  }
  if (action === "prompt" && name !== "") attributes["gen_ai.prompt.name"] = name;
  for (const [key, value] of [
    ["fairlead.tenant.id", trail.tenant_id],
    ["fairlead.connector", trail.connector],
    ["fairlead.connection.id", trail.connection_id],
    ["fairlead.effect", trail.effect],
    ["fairlead.upstream_calls", trail.upstream_calls],
  ] as const) {
    if (value !== undefined) attributes[key] = value;
  }
  span.setAttributes(attributes);
  if (outcome !== "ok" && outcome !== "input_required") fail(span, outcome);
  span.end();
}

function fail(span: Span, type: string): void {
  span.setAttribute("error.type", type);
  span.setStatus({ code: SpanStatusCode.ERROR });
}

/** The span of a call is known by its ids alone: what goes on under it may be running in a pool or a cache. */
function contextOfCall({ trace_id }: CurrentCall, spanId: string): Context {
  const parent = { traceId: trace_id, spanId, traceFlags: TraceFlags.SAMPLED };
  return trace.setSpanContext(ROOT_CONTEXT, parent);
}

function contextOf({ trace_id, parent_span_id, trace_sampled }: TraceParent): Context {
  if (trace_id === undefined || parent_span_id === undefined) return ROOT_CONTEXT;
  const traceFlags = trace_sampled === false ? TraceFlags.NONE : TraceFlags.SAMPLED;
  const parent = { traceId: trace_id, spanId: parent_span_id, traceFlags, isRemote: true };
  return trace.setSpanContext(ROOT_CONTEXT, parent);
}

/** A trace that begins here has the id that log and audit know the call by. */
function createIds() {
  const random = new RandomIdGenerator();
  return {
    nextTraceId: undefined as string | undefined,
    generateTraceId() {
      const traceId = this.nextTraceId ?? random.generateTraceId();
      this.nextTraceId = undefined;
      return traceId;
    },
    generateSpanId: () => random.generateSpanId(),
  };
}

function samplerOf({ sampler, ratio }: TracingConfig): Sampler {
  const [, isParentBased, name] = /^(parentbased_)?(.+)$/.exec(sampler) ?? [];
  const own =
    name === "always_off"
      ? new AlwaysOffSampler()
      : name === "traceidratio"
        ? new TraceIdRatioBasedSampler(ratio)
        : new AlwaysOnSampler();
  return isParentBased === undefined ? own : new ParentBasedSampler({ root: own });
}
