import type { Connection } from "./connections/connection.ts";
import type { Principal } from "./identity/principal.ts";
import type { InputRequest, InputRequests, InputResponses } from "./interaction.ts";
import type { UpstreamPointer } from "./safe-write.ts";

/** Severity of a message to the client (RFC 5424 names, as MCP uses them). */
export type LogLevel =
  | "debug"
  | "info"
  | "notice"
  | "warning"
  | "error"
  | "critical"
  | "alert"
  | "emergency";

/** What a handler gets besides its arguments. It lives for one call. */
export interface CallContext<C> {
  /** The pooled client of the connection that was picked. */
  readonly client: C;
  /** Aborts when the caller goes away, cancels, or the deadline passes; hand it to every outside call. */
  readonly signal: AbortSignal;
  readonly principal: Principal;
  readonly connection: Connection | undefined;
  readonly request_id: string;
  /** Milliseconds since the epoch, by the injected clock. */
  now(): number;
  /** Tells the client how far the work is. Does nothing when it did not ask. */
  progress(progress: number, total?: number, message?: string): void;
  /** Tells the client something worth reading. Does nothing below the level it asked for. */
  log(level: LogLevel, message: unknown): void;
  /**
   * Asks the client, and the person behind it, for input. Returns the answers by key, once all have come. The handler
   * may run again from the top in between, so whatever stands before must be harmless to repeat.
   */
  ask(requests: InputRequests, state?: unknown): InputResponses;
  /** Whether the client can be asked this; a handler with a choice asks what it can. */
  canAsk(method: InputRequest["method"]): boolean;
  /** Answers that came with this call, before anything is asked. */
  readonly answers: InputResponses;
  /** What an earlier `ask` of this call put by; verified and bound to this caller and call. */
  readonly state: unknown;
  /** Declares that a resource shows something new; subscribers are told. */
  resourceUpdated(uri: string): void;
  /** Declares that the visible tools, prompts or resources changed. */
  listChanged(list: "tools" | "prompts" | "resources"): void;
  /**
   * What the handler of a tool that takes long returns once the upstream took the work: the operation goes on from
   * there, followed by the connector, also after a restart.
   */
  follow(pointer: UpstreamPointer, message?: string): never;
  /** What the plan of this call read, where it was planned. */
  readonly planned: unknown;
  /** When this principal was first and last seen before this call. */
  activity(): Promise<{ first_seen_at: number; last_active_at: number }>;
}
