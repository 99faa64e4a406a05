import { createCloudwaysFake } from "@fairlead/cloudways/fake";
import { SYSTEM_CLOCK } from "@fairlead/core/ports";
import { createAgentPair, createTestAccount } from "@fairlead/testkit/agents";
import { bearer, type Caller } from "@fairlead/testkit/caller";
import { type Agent, loginAgent, type Person, signInPerson } from "@fairlead/testkit/entrances";
import type { Json } from "@fairlead/testkit/http";
import {
  createKey,
  type Installation,
  type NewKey,
  startInstallation,
} from "@fairlead/testkit/installation";
import { type OidcProvider, startOidcProvider } from "@fairlead/testkit/oidc-provider";
import { harbour } from "./harbour.ts";
import { routesAddedBy } from "./routes.ts";

/** All that one tenant owns: an account at the upstream with data of its own, keys, people, rules. */
export interface Tenant {
  id: string;
  name: string;
  /** Stands in every label of its data, and nowhere else. */
  mark: string;
  owner: Caller;
  /** The session of somebody with that role. */
  ownerInPerson: Caller;
  viewer: Caller;
  ownerKey: NewKey;
  viewerKey: NewKey;
  /** One of each, by the first part of an act's name. */
  ids: Readonly<Record<string, string>>;
  connections: { cloudways: string; harbour: string };
  /** What its owner made, for Fairlead's own tools to be asked about. */
  made: Made;
  /** Signed in with a key pair. */
  agent: Agent;
  /** Signed in in a browser, by an invitation. */
  person: Person;
  /** Of an invitation that nobody has accepted. */
  invitationToken: string;
  /** Of its account at the upstream; the other one has a server and an application of the same ids. */
  server_id: number;
  app_id: number;
}

export interface TwoTenants {
  installation: Installation;
  /** Where people sign in. */
  provider: OidcProvider;
  acme: Tenant;
  other: Tenant;
  /** Every route besides `/mcp`. */
  routes: readonly string[];
  close(): Promise<void>;
}

export async function startTwoTenants(
  environment: Readonly<Record<string, string>>,
): Promise<TwoTenants> {
  const opened: { close(): Promise<void> }[] = [];
  const close = async () => {
    for (const each of opened.splice(0).reverse()) await each.close();
  };
  try {
    const provider = await startOidcProvider(SYSTEM_CLOCK);
    opened.push(provider);
    const installation = await startInstallation({
      environment: { ...environment, ...entrancesOf(provider) },
      extraConnectors: [harbour],
    });
    opened.push(installation);
    // The app is built for the first request that is not for `/mcp`.
    const routes = await routesAddedBy(() => installation.http.send({ method: "GET", path: "/" }));
    const createTenant = async (name: string, seed: number) => {
      const { tenant, upstream } = await fill({ installation, provider }, name, seed);
      opened.push(upstream);
      return tenant;
    };
    const acme = await createTenant("acme", 1);
    const other = await createTenant("other", 2);
    return { installation, provider, acme, other, routes, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** People sign in at the provider; callers are told apart by the network that a proxy says they are in. */
function entrancesOf({ issuer, clientId, clientSecret }: OidcProvider) {
  return {
    FAIRLEAD_SIGN_IN_ISSUER: issuer,
    FAIRLEAD_SIGN_IN_CLIENT_ID: clientId,
    FAIRLEAD_SIGN_IN_CLIENT_SECRET: clientSecret,
    TRUSTED_PROXIES: "127.0.0.1",
    FAIRLEAD_EGRESS_ALLOW: "127.0.0.1",
  };
}

async function fill(
  { installation, provider }: { installation: Installation; provider: OidcProvider },
  name: string,
  seed: number,
) {
  const mark = `${name.toUpperCase()}MARK`;
  const fake = createCloudwaysFake({
    ...{ seed, budgetPerMinute: 100_000, operationSeconds: 0, taskSeconds: 0 },
  });
  // Fakes of one process have parts of their data in common.
  Object.assign(fake.state, structuredClone(fake.state));
  relabel(fake.state, mark);
  const [server_id = 0] = fake.state.servers.keys();
  const [app_id = 0] = fake.state.apps.keys();
  const upstream = await fake.listen();
  const { operator } = installation;
  const { id } = await operator.act<{ id: string }>("POST", "/api/tenants", { name });
  const at = (path: string) => `${path}?tenant=${name}`;
  const create = (path: string, body: object) =>
    operator.act<{ id: string; token: string }>("POST", at(path), body);
  const make = async (path: string, body: object) => (await create(path, body)).id;

  const { email, apiKey: api_key } = fake.credentials;
  const settings = { base_url: upstream.origin, requests_per_minute: 100_000 };
  const cloudways = await make("/api/connections", {
    ...{ connector: "cloudways", label: "main", settings, credential: { email, api_key } },
  });
  const harbourId = await make("/api/connections", {
    ...{ connector: "harbour", label: "main", credential: { name: mark } },
  });
  const account = createTestAccount(String(seed).repeat(64));
  const principals = await make("/api/principals", {
    ...{ kind: "agent", label: `${mark} agent`, roles: ["viewer"] },
    ...{ issuer: "formation", subject: account.address },
  });
  const invited = await create("/api/invitations", { label: `${mark} invited`, roles: ["viewer"] });
  const accepted = await create("/api/invitations", { label: `${mark} came`, roles: ["owner"] });
  const policies = await make("/api/policies", {
    ...{ name: `${mark} rule`, enabled: true },
    text: `forbid (principal, action, resource) when { principal.label == "${mark} nobody" };`,
  });
  const ownerKey = await createKey(installation, name, {
    ...{ label: `${mark} owner`, roles: ["owner"] },
  });
  const viewerKey = await createKey(installation, name, {
    ...{ label: `${mark} viewer`, roles: ["viewer"] },
  });
  const spare = await createKey(installation, name, { label: `${mark} spare` });
  const pair = createAgentPair(String(seed + 2).repeat(64));
  const agent = await loginAgent(installation, { account, pair });
  const also = await create("/api/invitations", { label: `${mark} colleague`, roles: ["viewer"] });
  const colleague = await signInPerson({ url: installation.server.url, provider }, also.token, {
    ...{ sub: `colleague-of-${name}`, name: `${mark} colleague` },
  });
  const person = await signInPerson({ url: installation.server.url, provider }, accepted.token, {
    ...{ sub: `person-of-${name}`, name: `${mark} person` },
    ...{ email: `person@${name}.example`, email_verified: true },
  });
  const owner = installation.as(bearer(ownerKey.key));
  const touched = { uri: `harbour://berths/${mark}` };
  const planned = { tool: "harbour_touch", arguments: touched };
  const plans = String((await answerOf(owner, "fairlead_plan", planned)).plan_id);
  const made = await makeOne(installation, owner, mark);
  const delegations = (
    await sessionOf(installation, person).act<{ id: string }>("POST", "/api/delegations", {
      to_principal_id: colleague.principal_id,
    })
  ).id;
  const tenant: Tenant = {
    ...{ id, name, mark, ownerKey, viewerKey, server_id, app_id },
    ...{ agent, person, invitationToken: invited.token },
    ...{ owner, made, ownerInPerson: sessionOf(installation, person) },
    viewer: installation.as(bearer(viewerKey.key)),
    ids: {
      ...{ principals, policies, keys: spare.id, connections: cloudways },
      ...{ invitations: invited.id, agents: principals, plans, delegations },
      operations: made.operation_id,
    },
    connections: { cloudways, harbour: harbourId },
  };
  return { tenant, upstream };
}

/** One of each thing that a caller has to itself. */
export interface Made {
  /** Of mooring a ship; not carried out. */
  plan_id: string;
  /** Of one that was moored. */
  undo_id: string;
  /** Of an answer that was too long. */
  result_id: string;
  /** Of one that completed. */
  operation_id: string;
  /** Of one that waits until people agree. */
  waiting_id: string;
}

/** Makes one of each; `ship` stands in all that is made. */
export async function makeOne(
  { server }: Pick<Installation, "server">,
  caller: Caller,
  ship: string,
): Promise<Made> {
  const call = (tool: string, args: Json) => answerOf(caller, tool, args);
  const planned = { tool: "harbour_moor", arguments: { ship } };
  const plan = await call("fairlead_plan", planned);
  const moored = await call("harbour_moor", { ship });
  const towed = await call("harbour_tow", { ship });
  const { text } = await caller.call("harbour_read_log");
  const [, result_id = ""] = /fairlead:\/\/results\/([0-9a-f]+)/.exec(text) ?? [];
  return {
    plan_id: String(plan.plan_id),
    undo_id: (moored.undo as { undo_id: string }).undo_id,
    result_id,
    operation_id: String(towed.operation_id),
    waiting_id: await suspendOne(server, caller, ship),
  };
}

/** Its structured answer. */
export async function answerOf(caller: Caller, tool: string, args: Json): Promise<Json> {
  const { json, text } = await caller.call(tool, args);
  const { structuredContent } = json.result as { structuredContent?: Json };
  if (structuredContent === undefined) throw new Error(`${tool} answered ${text}`);
  return structuredContent;
}

/** What destroys, for a client that takes tasks: it waits for a person. */
async function suspendOne(
  { fairlead }: Installation["server"],
  { headers }: Caller,
  ship: string,
): Promise<string> {
  const lowered = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  const principal = await fairlead.admit({
    ...{ surface: "http", address: "127.0.0.1", connectors: [] },
    headers: Object.fromEntries(lowered),
  });
  const reply = await fairlead.call({
    ...{ principal, surface: "http", view: fairlead.view({ endpoint: "all" }) },
    action: { kind: "tool", name: "harbour_cast_off", arguments: { ship } },
    client: { capabilities: {}, takesTasks: true },
  });
  if (reply.kind !== "task") throw new Error(`A task was to wait, and ${reply.kind} came.`);
  return reply.operation.operation_id;
}

/** Over REST, as a page of the server would. */
function sessionOf({ as }: Installation, { browser, csrf }: Person): Caller {
  return as({ Cookie: `fairlead=${browser.cookies.get("fairlead")}`, "X-CSRF-Token": csrf });
}

const NAMES = new Set(["label", "subject", "desc", "name"]);

/** Ids stay the same for both: what is kept under an id alone would show. */
function relabel(value: unknown, mark: string): void {
  if (typeof value !== "object" || value === null) return;
  const entries = value instanceof Map ? value.entries() : Object.entries(value);
  for (const [name, each] of entries) {
    if (typeof each === "string" && NAMES.has(name))
      Object.assign(value, { [name]: `${mark} ${each}` });
    else relabel(each, mark);
  }
}
