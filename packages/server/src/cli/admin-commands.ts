import type { Command, Option } from "./command.ts";

const TENANT: Option = {
  name: "tenant",
  value: "<name>",
  description: "Tenant it is about, by name or id; the local one when left out",
};

const JSON_OUTPUT: Option = {
  name: "json",
  description: "Write JSON, as it does whenever standard output is no terminal",
};

const ENV_FILE: Option = {
  name: "env-file",
  value: "<path>",
  description: "Read variables from this file; those of the environment stand before it",
};

const CREDENTIAL: Option = {
  name: "credential-file",
  value: "<path>",
  description: "JSON object with the fields of the credential; - reads it from standard input",
};

interface Noun {
  name: string;
  summary: string;
  verbs: readonly string[];
  more?: readonly string[];
  options?: readonly Option[];
  /** What is meant when nothing is said. */
  otherwise?: string;
  examples: Command["examples"];
}

const NOUNS: readonly Noun[] = [
  {
    name: "tenants",
    summary: "Manage tenants: customers with callers, connections and keys of their own",
    verbs: ["create", "list", "get", "update", "delete"],
    examples: [
      { line: "fairlead tenants create --name acme", what: "a tenant for a customer" },
      { line: "fairlead tenants update acme --status disabled", what: "nobody gets in" },
      { line: "fairlead tenants delete acme --confirm acme", what: "for good" },
    ],
  },
  {
    name: "principals",
    summary: "Manage who may get in: people, services, OAuth clients and agents",
    verbs: ["create", "list", "update", "delete"],
    examples: [
      { line: "fairlead principals list --tenant acme", what: "who there is" },
      {
        line: "fairlead principals update prn_1f --tenant acme --roles viewer",
        what: "from now on it only reads",
      },
    ],
  },
  {
    name: "invitations",
    summary: "Invite people into a tenant",
    verbs: ["create", "list", "delete"],
    examples: [
      {
        line: "fairlead invitations create --tenant acme --label Ann --roles admin",
        what: "a token to send to Ann, shown this once",
      },
    ],
  },
  {
    name: "keys",
    summary: "Manage API keys: create, rotate, revoke",
    verbs: ["create", "list", "rotate", "revoke"],
    more: ["A key is shown once, when it is made; what is kept is a hash."],
    examples: [
      {
        line: "fairlead keys create --tenant acme --label ci --roles operator --expires-in-s 7776000",
        what: "a key for 90 days",
      },
      {
        line: "fairlead keys rotate key_8Fq --tenant acme",
        what: "the old one goes on for a day",
      },
      {
        line: "fairlead keys revoke key_8Fq --tenant acme",
        what: "refused everywhere within 1 s",
      },
    ],
  },
  {
    name: "agents",
    summary: "Manage the key pairs that agents sign in with",
    verbs: ["list", "revoke"],
    more: ["An agent itself is a principal: fairlead principals create --kind agent."],
    examples: [
      { line: "fairlead agents list prn_1f --tenant acme", what: "its key pairs" },
      {
        line: "fairlead agents revoke prn_1f 9f86…0a08 --tenant acme",
        what: "refused with every token it got",
      },
    ],
  },
  {
    name: "connections",
    summary: "Manage connections: accounts of upstreams, with their sealed credentials",
    verbs: ["create", "list", "update", "delete"],
    more: [
      "The credential is read from a file or from standard input, so that it stands in no list of processes and in no history of a shell.",
    ],
    options: [CREDENTIAL],
    examples: [
      {
        line: "fairlead connections create --tenant acme --connector cloudways --label main --credential-file -",
        what: "reads the credential's fields as JSON from standard input",
      },
    ],
  },
  {
    name: "policies",
    summary: "Manage Cedar policies of a tenant",
    verbs: ["create", "list", "update", "delete"],
    more: ["Check one before it is kept, or ask which decided: fairlead policy."],
    options: [{ name: "text-file", value: "<path>", description: "File with the policy's text" }],
    examples: [
      {
        line: "fairlead policies create --tenant acme --name no-deletes --text-file no-deletes.cedar",
        what: "checked against the catalogue, then in force everywhere within 1 s",
      },
    ],
  },
  {
    name: "plans",
    summary: "Show plans that wait to be agreed to or carried out",
    verbs: ["list", "get"],
    otherwise: "list",
    more: ["Decide on one: fairlead approve, fairlead deny."],
    examples: [
      { line: "fairlead plans --tenant acme", what: "what waits" },
      { line: "fairlead plans get pln_1f --tenant acme", what: "all that one of them says" },
    ],
  },
  {
    name: "operations",
    summary: "Manage work that takes long, or whose outcome nobody knows",
    verbs: ["list", "get", "cancel", "settle"],
    otherwise: "list",
    more: [
      "settle is for who looked at the upstream themselves, and works at a terminal only: what is settled as did_not_happen may be tried again.",
    ],
    examples: [
      {
        line: "fairlead operations list --tenant acme --status unknown",
        what: "what is to settle",
      },
      {
        line: "fairlead operations settle opn_1f --tenant acme --outcome happened --note 'Gone in the panel.'",
        what: "says what became of it",
      },
    ],
  },
  {
    name: "delegations",
    summary: "Manage who may approve plans in whose place",
    verbs: ["create", "list", "delete"],
    examples: [
      {
        line: "fairlead delegations create --tenant acme --from-principal-id prn_1f --to-principal-id prn_2e",
        what: "for a week",
      },
    ],
  },
  {
    name: "budgets",
    summary: "Show how far budgets of effects are used, by FAIRLEAD_EFFECT_BUDGETS",
    verbs: ["get"],
    otherwise: "get",
    examples: [{ line: "fairlead budgets get --tenant acme", what: "of everybody in the tenant" }],
  },
  {
    name: "usage",
    summary: "Show what a tenant used, by principal, tool and hour",
    verbs: ["get"],
    examples: [{ line: "fairlead usage get --tenant acme", what: "the last 24 hours" }],
  },
  {
    name: "cost",
    summary: "Show what a tenant's month has cost, by FAIRLEAD_PRICES",
    verbs: ["get"],
    examples: [
      {
        line: "fairlead cost get --tenant acme --month 2026-03",
        what: "a month; this one without it",
      },
    ],
  },
];

/** `fairlead <noun> <verb>`: one for each act of an administrator; options are the act's own fields. */
export const ADMIN_COMMANDS: readonly Command[] = NOUNS.map((noun) => ({
  name: noun.name,
  usage: noun.otherwise === undefined ? `<${noun.verbs.join("|")}>` : `[${noun.verbs.join("|")}]`,
  summary: noun.summary,
  more: [
    ...(noun.more ?? []),
    `fairlead ${noun.name} ${noun.verbs[0]} --help shows what that takes. What is done is audited as done by the local user.`,
  ],
  options: [TENANT, ...(noun.options ?? []), JSON_OUTPUT, ENV_FILE],
  takesAnyOption: true,
  words: noun.verbs,
  verbs: async () => (await import("./admin-verbs.ts")).verbsOf(noun.name),
  examples: noun.examples,
  load: async () => {
    const { runAct } = await import("./admin.ts");
    return (invocation) => runAct(noun.name, invocation, noun.otherwise);
  },
}));

const REASON: Option = { name: "reason", value: "<text>", description: "Why; kept in the audit" };

const TENANT_OF_PLAN: Option = {
  ...TENANT,
  description: "Tenant of the plan, by name or id; found when left out, unless it is no record",
};

/** What a person decides. */
export const DECISION_COMMANDS: readonly Command[] = [
  {
    name: "approve",
    usage: "<plan id>",
    summary: "Agree to a plan, at the operator's own terminal",
    more: [
      "Shows the plan and asks to type the last characters of its id. It needs a terminal, and no option stands in for one: " +
        "a program that runs commands must not approve in passing. Whoever controls the terminal of this machine is the " +
        "operator; nothing proves more than that.",
    ],
    options: [TENANT_OF_PLAN, REASON, ENV_FILE],
    examples: [{ line: "fairlead approve pln_1f", what: "look, and decide" }],
    load: async () => (await import("./decide.ts")).runApprove,
  },
  {
    name: "deny",
    usage: "<plan id>",
    summary: "Turn a plan down for good",
    options: [
      TENANT_OF_PLAN,
      { ...REASON, description: "Needed. Why; whoever asked is told" },
      JSON_OUTPUT,
      ENV_FILE,
    ],
    examples: [{ line: "fairlead deny pln_1f --reason 'Not on a Friday.'", what: "for good" }],
    load: async () => (await import("./decide.ts")).runDeny,
  },
];
