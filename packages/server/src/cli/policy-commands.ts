import type { Command, Option } from "./command.ts";

const SELECTION: readonly Option[] = [
  {
    name: "connectors",
    value: "<a,b>",
    description: "Connectors to load",
    setting: "FAIRLEAD_CONNECTORS",
  },
  {
    name: "env-file",
    value: "<path>",
    description: "Read variables from this file; those of the environment stand before it",
  },
];

/** Looks at rules; `fairlead policies` keeps them. */
export const POLICY_COMMANDS: readonly Command[] = [
  {
    name: "policy",
    usage: "<check <file…>|explain>",
    summary: "Check Cedar policies, or say which one decides a call",
    more: [
      "check reads policies from files (- reads standard input) and compares them with the tools there are: every name, " +
        "every argument and its type. It says which consent rules ask for. It needs no database. It ends with 1 when there " +
        "is an error.",
      "explain says what would become of a call, which rule decides, and which consent rules ask for; the tool may ask " +
        "for more. Nothing is called. It looks at what the principal's roles give; a key or a token may give less. It " +
        "ends with 1 when the call would be refused.",
    ],
    words: ["check", "explain"],
    options: [
      {
        name: "tenant",
        value: "<name>",
        description: "explain: tenant by name or id; the local one when left out",
      },
      { name: "principal", value: "<id>", description: "explain: who calls (prn_…)" },
      { name: "tool", value: "<name>", description: "explain: the tool or prompt that is called" },
      {
        name: "arguments",
        value: "'{…}'",
        description: "explain: its arguments as a JSON object; none when left out",
      },
      {
        name: "connection",
        value: "<id>",
        description: "explain: the connection by id or label; the only one when left out",
      },
      {
        name: "at",
        value: "<time>",
        description: "explain: when, such as 2026-12-24T22:00:00Z; now when left out",
      },
      ...SELECTION,
      {
        name: "json",
        description: "Write JSON, as it does whenever standard output is no terminal",
      },
    ],
    examples: [
      { line: "fairlead policy check night.cedar", what: "before it is kept" },
      {
        line: `fairlead policy explain --tenant acme --principal prn_1f --tool cloudways_get_server_details --arguments '{"server_id":50482}'`,
        what: "which rule decides",
      },
    ],
    load: async () => (await import("./policy.ts")).runPolicy,
  },
];
