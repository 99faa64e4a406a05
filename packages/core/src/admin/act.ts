import type { z } from "zod";
import type { Connector } from "../connector.ts";
import type { CostConfig } from "../cost/cost.ts";
import type { Effect } from "../effect.ts";
import type { Principal } from "../identity/principal.ts";
import type { EffectBudgets } from "../journal/effect-budgets.ts";
import type { RandomBytes } from "../ports.ts";
import type { Change } from "../storage/records.ts";
import type { Store } from "../storage/store.ts";
import type { ApprovalRow, OperationRow } from "../storage/write-records.ts";
import type { Vault } from "../vault/vault.ts";

/**
 * Who may do it. `operator`: whoever runs this Fairlead. A scope: somebody who has it in the tenant it is about, or the
 * operator. `person`: a person of the tenant who signed in in a browser, or somebody at the operator's own terminal; no
 * key or token, not even the operator's. `caller`: anybody the tenant knows; such an act looks itself at what is theirs.
 */
export type Needs = "operator" | "fairlead:admin" | "fairlead:owner" | "person" | "caller";

export interface ActContext {
  /** Who does it. */
  principal: Principal;
  /** The tenant it is done in. */
  tenant_id: string;
  isOperator: boolean;
  /** Whether that is somebody at the operator's own terminal, and no key of theirs. */
  isAtTerminal: boolean;
  /** How the caller's word comes here. */
  way: Exclude<ApprovalRow["way"], "elicitation">;
  /** For looking things up before the transaction begins. */
  store: Store;
  vault: Vault;
  connectors: readonly Connector[];
  /** Names of tiers that can be granted; any where absent. */
  tiers?: readonly string[] | undefined;
  /** What things cost; undefined where nothing has a price. */
  cost: CostConfig | undefined;
  /** What may be changed at most. */
  effectBudgets: EffectBudgets;
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
  /** An operation that is another than it was. */
  operation?: OperationRow | undefined;
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
  /** Also for the operator in tenants that are no record: those of callers who bring a credential in headers. */
  isForAnyTenant?: boolean;
  /** A person's to say: on the command line only at a terminal, since a program that runs commands has none. */
  isPersons?: boolean;
  /** Fields of a list that a table for people shows; most of them where absent. */
  columns?: readonly string[];
  /** The answer in words, for people at a terminal. */
  text?(result: unknown): string;
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
