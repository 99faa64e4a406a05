import type { z } from "zod";
import type { Connector } from "../connector.ts";
import type { CostConfig } from "../cost/cost.ts";
import type { Effect } from "../effect.ts";
import type { Principal } from "../identity/principal.ts";
import type { RandomBytes } from "../ports.ts";
import type { Change } from "../storage/records.ts";
import type { Store } from "../storage/store.ts";
import type { Vault } from "../vault/vault.ts";

/** Who may do it: whoever runs this Fairlead, or somebody with this scope in the tenant it is about. */
export type Needs = "operator" | "fairlead:admin" | "fairlead:owner";

export interface ActContext {
  /** Who does it. */
  principal: Principal;
  /** The tenant it is done in. */
  tenant_id: string;
  isOperator: boolean;
  /** For looking things up before the transaction begins. */
  store: Store;
  vault: Vault;
  connectors: readonly Connector[];
  /** Names of tiers that can be granted; any where absent. */
  tiers?: readonly string[] | undefined;
  /** What things cost; undefined where nothing has a price. */
  cost: CostConfig | undefined;
  now: number;
  random: RandomBytes;
  /** A fresh id with its kind in front: `newId("key")`. */
  newId(kind: string): string;
}

/** What an act did, beside its answer. */
export interface Outcome {
  result: unknown;
  /** The id of what it was about. */
  target?: string;
  /** For the audit; never a secret. */
  facts?: Readonly<Record<string, unknown>>;
  /** What other replicas must not remember any longer. */
  changes?: readonly Pick<Change, "topic" | "ref">[];
}

/** The part of an act that runs inside the transaction, with the store of that transaction only. */
export type Work = (store: Store) => Promise<Outcome>;

/** An administrator's act: data with a function in it. REST routes and CLI commands are made from these. */
export interface Act {
  /** `<noun>.<verb>`, as in the audit. */
  name: string;
  /** One sentence. */
  summary: string;
  needs: Needs;
  effect: Effect;
  route: { method: "GET" | "POST" | "PATCH" | "DELETE"; path: string };
  /** Fields in `{braces}` of the path are fields of the input. */
  input: z.ZodObject;
  /** The answer holds a secret that is shown this once. */
  revealsSecret?: boolean;
  /** Checks, looks up and seals; what it returns then runs in one transaction with the audit event. */
  handler(input: never, ctx: ActContext): Promise<Work> | Work;
}

interface ActDefinition<I extends z.ZodObject> extends Omit<Act, "input" | "handler"> {
  input: I;
  handler(input: z.output<I>, ctx: ActContext): Promise<Work> | Work;
}

export function defineAct<I extends z.ZodObject>(definition: ActDefinition<I>): Act {
  const act: Act = { ...definition, input: definition.input.strict() };
  return Object.freeze(act);
}
