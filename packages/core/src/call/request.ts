import type { View } from "../catalogue/view.ts";
import type { PromptMessage, ResourceContents } from "../content.ts";
import type { LogLevel } from "../context.ts";
import type { Principal } from "../identity/principal.ts";
import type { ClientCapabilities, InputRequests, InputResponses } from "../interaction.ts";
import type { Surface } from "../observe/audit-event.ts";
import type { OperationView } from "../operations/view.ts";
import type { CallerSignal } from "./runs.ts";
import type { ToolAnswer } from "./shape.ts";

export type Action =
  | { kind: "tool"; name: string; arguments: unknown }
  | { kind: "resource"; uri: string }
  | { kind: "prompt"; name: string; arguments: Record<string, string> | undefined }
  | {
      kind: "completion";
      ref: { type: "ref/prompt"; name: string } | { type: "ref/resource"; uri: string };
      argument: { name: string; value: string };
      others: Record<string, string>;
    }
  | { kind: "subscription"; uri: string };

/** The client at the other end, as far as a call needs it. */
export interface ClientSide {
  capabilities: ClientCapabilities;
  /** Sends a notification that belongs to this call; absent where nothing can be sent before the answer. */
  notify?: (method: string, params: Record<string, unknown>) => void;
  progressToken?: string | number;
  /** The least severity it wants to read; none when it did not ask. */
  logLevel?: LogLevel;
  /** Answers to what an earlier round of this call asked. */
  inputResponses?: InputResponses;
  requestState?: string;
  /** It takes a task in the place of an answer that is not there yet. */
  takesTasks?: boolean;
  /** Names the request: the same one under the same key changes the world once. */
  idempotencyKey?: string;
}

export interface CallRequest {
  action: Action;
  view: View;
  principal: Principal;
  surface: Surface;
  client: ClientSide;
  signal?: CallerSignal;
  /** W3C trace context of the caller, if it sent one. */
  trace_id?: string | undefined;
  parent_span_id?: string | undefined;
  /** Whether the caller keeps its part of the trace. */
  trace_sampled?: boolean | undefined;
  /** The caller's network address, for the audit. */
  address?: string | undefined;
  /** Set by the worker: the key in the journal that a call had which goes on. */
  journal_key?: string | undefined;
  /** Set by the path: how the caller's allowance stands after this call, for the surface to tell. */
  allowance?: AllowanceState;
}

export interface AllowanceState {
  tier: string;
  limit: number;
  remaining: number;
  /** Seconds until it is whole again. */
  reset_s: number;
  /** Shared state is away, and a fraction is all there is. */
  degraded: boolean;
}

export interface Completion {
  values: string[];
  total: number;
  hasMore: boolean;
}

export type Reply =
  | { kind: "tool"; answer: ToolAnswer; holdsSecret: boolean }
  | { kind: "resource"; contents: ResourceContents[]; ttlMs: number }
  | { kind: "prompt"; description: string; messages: PromptMessage[] }
  | { kind: "completion"; completion: Completion }
  | { kind: "subscription" }
  /** Only for a client that takes tasks: the call goes on as this operation. */
  | { kind: "task"; operation: OperationView }
  | { kind: "input_required"; requests: InputRequests; requestState: string };

export const NO_CLIENT: ClientSide = { capabilities: {} };
