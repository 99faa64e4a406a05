/** One thing that a call would change. */
export interface PlannedStep {
  /** The thing, by kind, name and id: `application "larkspur-blog" (3100101)`. */
  on: string;
  /** What happens to it, in the present tense: `is deleted`. */
  does: string;
  from?: unknown;
  to?: unknown;
}

/** What a call would change, worked out before it runs. A person reads this, so it names things as people do. */
export interface PlannedChange {
  /** One sentence. */
  summary: string;
  changes: readonly PlannedStep[];
  /** What is gone afterwards, or interrupted. */
  loses?: readonly string[];
  /** Whether there is a way back: an undo handle, another call that repairs it, or none. */
  undo: { kind: "reversible" | "compensable" | "irreversible"; how: string };
  /**
   * What the plan rests on, as plain JSON: it is read again just before the call, and a difference ends it with
   * `plan_changed`. Leave out what changes by itself (load, times, counters) and every secret.
   */
  state: Readonly<Record<string, unknown>>;
}

/** The call that takes another one back: an ordinary call, which is planned and consented like any other. */
export interface UndoCall {
  /** Full name of the tool. */
  tool: string;
  arguments: Readonly<Record<string, unknown>>;
  /** One sentence: what it brings back. */
  summary: string;
  /** Seconds the handle is good for; a week unless said. */
  expires_in_s?: number;
}

/** What budgets of effects count. Money in cents of the price list's currency, estimated for a month. */
export const EFFECT_BUDGETS = ["deletes", "creates", "money_cents"] as const;
export type EffectBudget = (typeof EFFECT_BUDGETS)[number];
export type Spending = Readonly<Partial<Record<EffectBudget, number>>>;

/** What the upstream shows of a call whose answer never came. */
export type Evidence<O> =
  | { found: "happened"; output: O }
  /** No trace of it. Counts as proof only once the settle time has passed. */
  | { found: "nothing" }
  | { found: "unclear" };

/** Where an upstream keeps track of what it was asked to do. Plain JSON; its connector reads it again to follow. */
export type UpstreamPointer = Readonly<Record<string, string | number>>;

/** What following a pointer showed. */
export type Followed =
  | {
      status: "running";
      /** From 0 to 1, where the upstream says. */
      progress?: number;
      message?: string;
      /** Milliseconds until it is worth asking again. */
      againInMs: number;
    }
  | { status: "completed"; result: unknown }
  | { status: "failed"; message: string };
