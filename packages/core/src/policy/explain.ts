import { z } from "zod";
import { badArguments, validateTool } from "../call/validate.ts";
import type { Connector } from "../connector.ts";
import { toScope } from "../effect.ts";
import { FairleadError } from "../errors.ts";
import { hasScope, type Principal } from "../identity/principal.ts";
import { type Clock, SILENT } from "../ports.ts";
import type { StoredPolicy } from "../storage/records.ts";
import { createShapes } from "./action-shapes.ts";
import { type Cedar, createCedar } from "./cedar.ts";
import type { Mark } from "./mark.ts";
import { readTenantRules } from "./policies.ts";
import type { Decision, GuardedCall, Marking } from "./policy.ts";
import { demandOf, isBlind, toQuestion } from "./question.ts";
import type { Rule } from "./rule.ts";
import type { RecordShape } from "./shape.ts";
import { createTenantPolicy } from "./tenant-policy.ts";

/** A call somebody wonders about. */
export interface CallInQuestion {
  principal: Principal;
  /** Full name of a tool, or of a prompt. */
  tool: string;
  /** As the caller would give them. */
  arguments: unknown;
  connection: { id: string; label: string } | undefined;
  /** Milliseconds since the epoch. */
  at: number;
}

export interface ExplainedRule {
  policy_id: string;
  name: string;
  effect: "permit" | "forbid";
  /** What it asks for instead of deciding; null for a rule that decides. */
  consent: Mark | null;
  /** Whether it is about this call, and what became of its conditions. */
  outcome: "out_of_scope" | "does_not_hold" | "holds" | "fails";
  /** Why it failed. */
  problem: string | null;
}

export interface Explanation {
  allowed: boolean;
  /** Scopes are asked first; rules only when they cover the call. */
  scope: { needed: string; held: boolean };
  /** Null where no rule could change anything. */
  decision: Decision | null;
  /** What rules ask for before the call is made; the tool may ask for more. */
  consent: Marking;
  rules: ExplainedRule[];
  /** Enabled policies that cannot be read; any refuses everything. */
  unreadable: string[];
}

/**
 * Says which rule decides a call, and which asks for consent, by the same path that decides it. Nothing is called. Throws
 * `invalid_input` for arguments that the tool would refuse, `not_found` for a tool that is not there.
 */
export function explainCall(
  { connectors, clock }: { connectors: readonly Connector[]; clock: Clock },
  policies: readonly StoredPolicy[],
  asked: CallInQuestion,
): Explanation {
  const cedar = createCedar();
  const enabled = policies.filter(({ enabled }) => enabled);
  const read = readTenantRules(asked.principal.tenant_id, enabled, cedar, SILENT);
  const shapes = createShapes(connectors);
  const call = toCall(connectors, asked);
  const ground = { cedar, shapeOf: shapes.of, clock, logger: SILENT };
  const policy = createTenantPolicy(read, ground);
  const held = hasScope(asked.principal, call.scope);
  const decision = policy.hasRules ? policy.decide(asked.principal, call) : null;
  const consent = policy.consentOf(asked.principal, call);
  return {
    allowed: held && decision?.allowed !== false && consent.errors.length === 0,
    scope: { needed: call.scope, held },
    decision,
    consent,
    rules: read.rules.map((rule) => ({
      policy_id: rule.policy_id,
      name: read.names.get(rule.policy_id) ?? "",
      effect: rule.effect,
      consent: rule.mark ?? null,
      ...outcomeOf(rule, cedar, asked.principal, call, shapes.of(call.name)),
    })),
    unreadable: [...read.unreadable],
  };
}

/** The connector whose tool or prompt this is. Throws `not_found`. */
export function connectorOf(connectors: readonly Connector[], tool: string): Connector {
  const connector = connectors.find(({ tools, prompts = [] }) =>
    [...tools, ...prompts].some(({ name }) => name === tool),
  );
  if (connector !== undefined) return connector;
  throw new FairleadError("not_found", `There is no tool "${tool}". See: fairlead tools`);
}

function toCall(connectors: readonly Connector[], asked: CallInQuestion): GuardedCall {
  const connector = connectorOf(connectors, asked.tool);
  const tool = connector.tools.find(({ name }) => name === asked.tool);
  const { connection, at: now } = asked;
  const facts = { name: asked.tool, connector: connector.id, connection, now };
  if (tool !== undefined) {
    const { effect, toolset } = tool;
    const { input } = validateTool(tool, asked.arguments);
    return { ...facts, effect, toolset, scope: toScope(connector.id, effect), input };
  }
  const prompt = connector.prompts?.find(({ name }) => name === asked.tool);
  const schema = prompt?.arguments ?? z.object({});
  const parsed = schema.safeParse(asked.arguments ?? {});
  if (!parsed.success) throw badArguments(asked.tool, parsed.error, schema);
  return { ...facts, effect: "read", scope: toScope(connector.id, "read"), input: parsed.data };
}

function outcomeOf(
  rule: Rule,
  cedar: Cedar,
  principal: Principal,
  call: GuardedCall,
  shape: RecordShape | undefined,
): Pick<ExplainedRule, "outcome" | "problem"> {
  const { scope, key, conditions } = rule;
  const isInScope =
    scope.matchesAction(call) &&
    scope.matchesPrincipal(principal) &&
    scope.matchesConnection(call.connection?.id ?? "none");
  if (!isInScope) return { outcome: "out_of_scope", problem: null };
  const question = toQuestion(demandOf([rule]), principal, call, shape);
  if (isBlind(rule, question.hidden)) {
    return { outcome: "fails", problem: "it looks at an argument that no rule can be shown" };
  }
  const { reason, errors } = cedar.evaluate(
    `alone ${key}`,
    () => ({ [key]: conditions }),
    question.call,
  ).diagnostics;
  const [error] = errors;
  if (error !== undefined) return { outcome: "fails", problem: error.error.message };
  return { outcome: reason.length > 0 ? "holds" : "does_not_hold", problem: null };
}
