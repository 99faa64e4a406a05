import { ADMIN_COMMANDS, DECISION_COMMANDS } from "./admin-commands.ts";
import { AUDIT_COMMANDS } from "./audit-commands.ts";
import type { Command, Option } from "./command.ts";
import { POLICY_COMMANDS } from "./policy-commands.ts";
import { STATE_COMMANDS } from "./state-commands.ts";
import { VAULT_COMMANDS } from "./vault-commands.ts";

const JSON_OUTPUT: Option = {
  name: "json",
  description: "Write JSON, as it does whenever standard output is no terminal",
};

const ENV_FILE: Option = {
  name: "env-file",
  value: "<path>",
  description: "Read variables from this file; those of the environment stand before it",
};

const LOG_LEVEL: Option = {
  name: "log-level",
  value: "<level>",
  description: "Least severity to log, such as debug or info,cloudways=debug",
  setting: "LOG_LEVEL",
};

/** What part of the catalogue is meant. */
const SELECTION: readonly Option[] = [
  {
    name: "connectors",
    value: "<a,b>",
    description: "Connectors to load",
    setting: "FAIRLEAD_CONNECTORS",
  },
  {
    name: "toolsets",
    value: "<a,b>",
    description: "Toolsets to offer",
    setting: "FAIRLEAD_TOOLSETS",
  },
  {
    name: "readonly",
    description: "Offer nothing but tools that read",
    setting: "FAIRLEAD_READONLY",
  },
  {
    name: "view",
    value: "<view>",
    choices: ["all"],
    description: "How tools are listed",
    setting: "FAIRLEAD_VIEW",
  },
  ENV_FILE,
  LOG_LEVEL,
  {
    name: "connector-module",
    value: "<path>",
    repeatable: true,
    hidden: true,
    description: "Load a connector from this module besides",
  },
];

const LISTENING: readonly Option[] = [
  { name: "port", short: "p", value: "<port>", description: "Port to listen on", setting: "PORT" },
  { name: "host", value: "<address>", description: "Address to listen on", setting: "HOST" },
];

/** Every command. Help, completions and docs/reference/cli.md are made from this. */
export const COMMANDS: readonly Command[] = [
  {
    name: "demo",
    summary: "Try Fairlead against imitations of the upstreams, without any account",
    more: [
      "Starts an imitation of each upstream and the real server in front of them, all in this process and on this " +
        "machine only, with an API key made for the occasion. Nothing is kept when it ends.",
      "Without --port or PORT it takes 7000, or a free port when that is taken.",
    ],
    options: [
      {
        name: "port",
        short: "p",
        value: "<port>",
        description: "Port to listen on; 0 takes any free one",
      },
      { name: "json", description: "Write one line of JSON when ready: addresses, key and pid" },
      LOG_LEVEL,
    ],
    examples: [
      { line: "fairlead demo", what: "start it and read on" },
      { line: "fairlead demo --json --port 0", what: "for programs: one line when it is ready" },
    ],
    load: async () => (await import("./demo.ts")).runDemo,
  },
  {
    name: "serve",
    summary: "Serve MCP over HTTP",
    more: [
      "SIGTERM or SIGINT lets the actions under way finish; a second one ends the server at once.",
    ],
    options: [
      ...LISTENING,
      ...SELECTION,
      {
        name: "local",
        description: "Take every caller for the local user; on loopback only",
      },
    ],
    examples: [
      { line: "fairlead serve --local", what: "for programs on this machine, without keys" },
      { line: "FAIRLEAD_API_KEY_FILE=key.txt fairlead serve -p 8080", what: "with an API key" },
    ],
    load: async () => (await import("./serve.ts")).runServe,
  },
  {
    name: "stdio",
    summary: "Serve MCP over standard input and output, for one local user",
    more: ["Ends when its standard input closes. The log goes to standard error."],
    options: [
      ...SELECTION,
      {
        name: "endpoint",
        value: "<connector>",
        description: "One connector alone, its tools by their short names, as on /mcp/<connector>",
      },
    ],
    examples: [{ line: "fairlead stdio --readonly", what: "what an MCP client starts" }],
    load: async () => (await import("./stdio.ts")).runStdioCommand,
  },
  {
    name: "tools",
    summary: "List the tools",
    options: [
      ...SELECTION,
      JSON_OUTPUT,
      { name: "names", hidden: true, description: "Write the names alone, for completions" },
    ],
    examples: [
      { line: "fairlead tools --toolsets servers", what: "those of one toolset" },
      { line: "fairlead tools --json | jq -r .[].name", what: "their names" },
    ],
    load: async () => (await import("./tools.ts")).runTools,
  },
  {
    name: "call",
    usage: "<tool> [--<argument> <value> …]",
    summary: "Call a tool",
    more: [
      "Arguments are options named like them: --server_id 50482. --arg server_id=50482 says the same, and helps where " +
        "an argument bears the name of an option. A list is written with commas, or the option is repeated.",
      "--json followed by an object gives all arguments at once; --json alone asks for JSON on standard output.",
      "At a terminal it asks you before it carries out what needs a person's consent, and waits for what takes long. " +
        "Elsewhere it ends with consent_required and the plan's id, or with the operation's id.",
    ],
    takesAnyOption: true,
    options: [
      ...SELECTION,
      {
        name: "arg",
        value: "<name=value>",
        repeatable: true,
        description: "One argument of the tool",
      },
      {
        name: "json",
        value: "'{…}'",
        optional: /^\s*\{|^-$/,
        description: "All arguments as a JSON object (- reads it from standard input)",
      },
    ],
    examples: [
      { line: "fairlead call cloudways_list_servers", what: "without arguments" },
      { line: "fairlead call cloudways_get_server_details --server_id 50482", what: "with one" },
      {
        line: `fairlead call cloudways_get_server_details --json '{"server_id":50482}'`,
        what: "the same",
      },
    ],
    load: async () => (await import("./call.ts")).runCall,
  },
  {
    name: "resources",
    usage: "[read <uri>]",
    summary: "List the resources, or read one",
    words: ["read"],
    options: [...SELECTION, JSON_OUTPUT],
    examples: [
      { line: "fairlead resources", what: "list them" },
      { line: "fairlead resources read cloudways://servers", what: "read one" },
    ],
    load: async () => (await import("./resources.ts")).runResources,
  },
  {
    name: "prompts",
    usage: "[get <name>]",
    summary: "List the prompts, or get one",
    words: ["get"],
    options: [
      ...SELECTION,
      {
        name: "arg",
        value: "<name=value>",
        repeatable: true,
        description: "One argument of the prompt",
      },
      JSON_OUTPUT,
    ],
    examples: [
      { line: "fairlead prompts", what: "list them" },
      {
        line: "fairlead prompts get cloudways_slow_site --arg app=larkspur-blog",
        what: "get one",
      },
    ],
    load: async () => (await import("./prompts.ts")).runPrompts,
  },
  ...DECISION_COMMANDS,
  ...ADMIN_COMMANDS,
  ...AUDIT_COMMANDS,
  ...POLICY_COMMANDS,
  ...VAULT_COMMANDS,
  ...STATE_COMMANDS,
  {
    name: "doctor",
    summary: "Check configuration, upstreams, credentials and clock, and say what to do",
    options: [...LISTENING, ...SELECTION, JSON_OUTPUT],
    examples: [{ line: "fairlead doctor", what: "check everything" }],
    load: async () => (await import("./doctor.ts")).runDoctor,
  },
  {
    name: "config",
    summary: "Show the settings in effect and where each came from; secrets stay hidden",
    options: [...LISTENING, ...SELECTION, JSON_OUTPUT],
    examples: [{ line: "fairlead config --env-file .env", what: "what this file would do" }],
    load: async () => (await import("./config.ts")).runConfig,
  },
  {
    name: "completion",
    usage: "<bash|zsh|fish>",
    summary: "Write the completion script of a shell",
    words: ["bash", "zsh", "fish"],
    options: [],
    examples: [
      { line: "source <(fairlead completion bash)", what: "for this shell" },
      {
        line: "fairlead completion fish > ~/.config/fish/completions/fairlead.fish",
        what: "for good",
      },
    ],
    load: async () => (await import("./completion.ts")).runCompletion,
  },
];
