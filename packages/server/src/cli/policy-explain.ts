import { createConnections } from "@fairlead/core/connections/connections";
import { pickConnection } from "@fairlead/core/connections/pick";
import type { Connector } from "@fairlead/core/connector";
import { FairleadError } from "@fairlead/core/errors";
import { LOCAL_TENANT, LOCAL_USER, type Principal } from "@fairlead/core/identity/principal";
import {
  connectorOf,
  type ExplainedRule,
  type Explanation,
  explainCall,
} from "@fairlead/core/policy/explain";
import { scopesOfRoles } from "@fairlead/core/policy/roles";
import type { Store } from "@fairlead/core/storage/store";
import type { Invocation } from "./command.ts";
import { consentInWords } from "./consent-words.ts";
import { CliError, EXIT } from "./exit.ts";
import { plain, print, printJson, printTable, wantsJson } from "./output.ts";
import { type CommandState, withState } from "./state.ts";

/** Says what would become of a call, which rule decides it, and which asks for consent. */
export async function runPolicyExplain(invocation: Invocation): Promise<number> {
  const tool = required(invocation, "tool");
  const given = argumentsOf(invocation);
  const time = optionOf(invocation, "at");
  const at = time === undefined ? undefined : Date.parse(time);
  if (Number.isNaN(at)) {
    throw new CliError("usage", "--at takes a time such as 2026-12-24T22:00:00Z.");
  }
  return withState(invocation, async (state) => {
    const { store, connectors, clock } = state;
    const tenant_id = await tenantOf(store, optionOf(invocation, "tenant"));
    const principal = await principalOf(store, tenant_id, optionOf(invocation, "principal"));
    const connector = connectorOf(connectors, tool);
    const named = optionOf(invocation, "connection");
    const explanation = explainCall({ connectors, clock }, await store.policies.list(tenant_id), {
      ...{ principal, tool, arguments: given, at: at ?? clock.now() },
      connection: await connectionOf(state, principal, connector, tool, named),
    });
    if (wantsJson(invocation)) printJson(explanation);
    else show(explanation, tool, principal);
    return explanation.allowed ? EXIT.ok.code : EXIT.failed.code;
  });
}

function optionOf({ options }: Invocation, name: string): string | undefined {
  const value = options[name];
  return typeof value === "string" ? value : undefined;
}

function required(invocation: Invocation, name: string): string {
  const value = optionOf(invocation, name);
  if (value !== undefined) return value;
  throw new CliError("usage", `fairlead policy explain needs --${name}.`);
}

function argumentsOf(invocation: Invocation): unknown {
  const text = optionOf(invocation, "arguments");
  if (text === undefined) return {};
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : "";
    throw new CliError("usage", `--arguments is no JSON: ${reason}.`);
  }
}

async function tenantOf(store: Store, named: string | undefined): Promise<string> {
  if (named === undefined) return LOCAL_TENANT;
  const tenant = (await store.tenants.findByName(named)) ?? (await store.tenants.find(named));
  if (tenant !== undefined) return tenant.id;
  throw new CliError("usage", `There is no tenant "${named}". See: fairlead tenants list`);
}

async function principalOf(
  store: Store,
  tenant_id: string,
  id: string | undefined,
): Promise<Principal> {
  if (id === LOCAL_USER.id || (id === undefined && tenant_id === LOCAL_TENANT)) {
    return { ...LOCAL_USER, tenant_id };
  }
  const row = id === undefined ? undefined : await store.principals.find(tenant_id, id);
  if (row === undefined) {
    const whom = id === undefined ? "--principal is needed" : `There is no principal ${id}`;
    throw new CliError("usage", `${whom}. See: fairlead principals list --tenant ${tenant_id}`);
  }
  const { kind, label, roles } = row;
  return { id: row.id, tenant_id, kind, label, roles, scopes: scopesOfRoles(roles) };
}

/** As a call picks it: the one that is named, or the only one. Rules can be looked at before there is any. */
async function connectionOf(
  { store, vault, changes, config }: CommandState,
  principal: Principal,
  connector: Connector,
  tool: string,
  named: string | undefined,
): Promise<{ id: string; label: string } | undefined> {
  if (!needsConnection(connector, tool)) return undefined;
  const connections = createConnections({ store, vault, changes, given: config.connections });
  try {
    return await pickConnection(connections, connector, principal, named);
  } catch (thrown) {
    const isNone = thrown instanceof FairleadError && thrown.details?.reason === "no_connection";
    if (isNone && named === undefined) return undefined;
    throw thrown;
  } finally {
    connections.close();
  }
}

function needsConnection({ tools, prompts = [] }: Connector, name: string): boolean {
  const tool = tools.find((each) => each.name === name);
  if (tool !== undefined) return tool.needsConnection !== false;
  return prompts.find((each) => each.name === name)?.needsConnection === true;
}

function show(
  { allowed, scope, decision, consent, rules, unreadable }: Explanation,
  tool: string,
  { label, id }: Principal,
): void {
  print(plain(`${tool} by ${label} (${id}): ${allowed ? "allowed" : "refused"}`));
  print(`Scope ${scope.needed}: ${scope.held ? "held" : "not held, so rules are not asked"}`);
  if (decision === null) print("No rule refuses anything; roles and scopes decide alone.");
  else if (decision.errors.length > 0)
    print(`Could not be evaluated: ${decision.errors.join(", ")}`);
  else if (decision.reasons.length > 0) print(`Decided by: ${decision.reasons.join(", ")}`);
  else print(decision.allowed ? "No rule forbids it." : "No rule permits it.");
  if (unreadable.length === 0 && rules.some((rule) => rule.consent !== null)) showConsent(consent);
  for (const policy_id of unreadable)
    print(`${policy_id} cannot be read, so everything is refused.`);
  if (rules.length === 0) return;
  printTable(
    ["POLICY", "EFFECT", "OUTCOME", "NAME"],
    rules.map(({ policy_id, outcome, problem, name, ...rule }) => [
      policy_id,
      effectOf(rule),
      outcome.replaceAll("_", " "),
      problem === null ? name : `${name}: ${problem}`,
    ]),
  );
}

function showConsent(consent: Explanation["consent"]): void {
  const { level, policy_ids, errors } = consent;
  if (errors.length > 0)
    print(`Whether consent is needed cannot be evaluated: ${errors.join(", ")}`);
  else if (level === "none") print("No rule asks for consent.");
  else print(`Consent that rules ask for: ${consentInWords(consent)} (${policy_ids.join(", ")})`);
}

function effectOf({ effect, consent }: Pick<ExplainedRule, "effect" | "consent">): string {
  return consent === null ? effect : `${effect} without ${consentInWords(consent)}`;
}
