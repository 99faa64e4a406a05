import type { Connection } from "../connections/connection.ts";
import type { CallContext, LogLevel } from "../context.ts";
import type { Principal } from "../identity/principal.ts";
import {
  declaresCapability,
  InputNeeded,
  type InputRequest,
  type InputRequests,
  type InputResponses,
} from "../interaction.ts";
import { Follow } from "../operations/operation-of.ts";
import type { Clock } from "../ports.ts";
import type { UpstreamPointer } from "../safe-write.ts";
import type { Shared } from "../storage/shared.ts";
import type { Notes } from "../usage/notes.ts";
import type { CallRequest } from "./request.ts";
import type { Round } from "./round.ts";
import type { Run } from "./runs.ts";

const SEVERITY: Record<LogLevel, number> = {
  debug: 0,
  info: 1,
  notice: 2,
  warning: 3,
  error: 4,
  critical: 5,
  alert: 6,
  emergency: 7,
};

/** Channel of change events of one tenant. */
export function changesChannel(tenant_id: string): string {
  return `changes ${tenant_id}`;
}

interface Parts {
  ground: { clock: Clock; shared: Shared; notes: Notes };
  request: CallRequest;
  round: Round;
  run: Run;
  client: unknown;
  connection: Connection | undefined;
  request_id: string;
  /** What the plan read; undefined where nothing was planned. */
  planned?: unknown;
  /** In place of the caller's: of an answer that several wait for, or of a change that nobody can call back. */
  signal?: AbortSignal | undefined;
  /** Several callers wait for the answer, and it outlives any one of them. */
  isShared?: boolean;
}

/** What a handler sees of its call. */
export class Context implements CallContext<never> {
  readonly #parts: Parts;
  readonly request_id: string;
  readonly principal: Principal;
  readonly connection: Connection | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.request_id = parts.request_id;
    this.principal = parts.request.principal;
    this.connection = parts.connection;
  }

  get client(): never {
    return this.#parts.client as never;
  }

  get signal(): AbortSignal {
    return this.#parts.signal ?? this.#parts.run.signal;
  }

  get answers(): InputResponses {
    return this.#parts.round.answers;
  }

  get state(): unknown {
    return this.#parts.round.state;
  }

  now(): number {
    return this.#parts.ground.clock.now();
  }

  progress(progress: number, total?: number, message?: string): void {
    const caller = this.#parts.request.client;
    if (caller.progressToken === undefined) return;
    caller.notify?.("notifications/progress", {
      progressToken: caller.progressToken,
      progress,
      ...(total === undefined ? {} : { total }),
      ...(message === undefined ? {} : { message }),
    });
  }

  log(level: LogLevel, message: unknown): void {
    const caller = this.#parts.request.client;
    if (caller.logLevel === undefined || SEVERITY[level] < SEVERITY[caller.logLevel]) return;
    caller.notify?.("notifications/message", { level, data: message });
  }

  ask(requests: InputRequests, state?: unknown): InputResponses {
    if (this.#parts.isShared === true) {
      throw new Error("A cached answer is for everybody in the tenant; it cannot ask one of them.");
    }
    const open = Object.entries(requests).filter(([key]) => !(key in this.answers));
    if (open.length > 0) throw new InputNeeded(Object.fromEntries(open), state);
    return Object.fromEntries(Object.keys(requests).map((key) => [key, this.answers[key]]));
  }

  canAsk(method: InputRequest["method"]): boolean {
    return declaresCapability(method, this.#parts.request.client.capabilities);
  }

  resourceUpdated(uri: string): void {
    this.#change({ kind: "resource_updated", uri });
  }

  listChanged(list: "tools" | "prompts" | "resources"): void {
    this.#change({ kind: `${list}_list_changed` });
  }

  get planned(): unknown {
    return this.#parts.planned;
  }

  /** A handler returns it and nothing reads it but the path, so it needs no type of its own there. */
  follow(pointer: UpstreamPointer, message?: string): never {
    return new Follow(pointer, message) as never;
  }

  activity(): Promise<{ first_seen_at: number; last_active_at: number }> {
    return this.#parts.ground.notes.activityOf(this.principal);
  }

  #change(event: Record<string, string>): void {
    const channel = changesChannel(this.principal.tenant_id);
    this.#parts.ground.shared.publish(channel, JSON.stringify(event)).catch(() => {});
  }
}
