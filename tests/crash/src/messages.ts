import type { KillPoint } from "./kill-points.ts";
import type { Place } from "./place.ts";

/** What a replica begins with. */
export interface Start {
  place: Place;
  /** Unlike that of any other process, of those that died as well. */
  seed: number;
  /** How far time was moved on by then. */
  shift: number;
  upstream: string;
  settleMs: number;
}

/** What a replica is told. */
export type Told =
  | { do: "begin"; start: Start }
  | { do: "arm"; point: KillPoint | undefined }
  | { do: "call"; id: number; tool: string; given: Record<string, unknown> }
  | { do: "advance"; ms: number };

/** What a replica says. */
export type Said = { is: "ready" } | { is: "advanced" } | { is: "reply"; id: number; reply: Reply };

/** How a call was answered. */
export type Reply =
  | { kind: "success"; structured: unknown }
  | { kind: "failure"; code: string; reason: string | undefined; message: string };
