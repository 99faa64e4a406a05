import {
  type About,
  aboutOf,
  type Group,
  RESERVED,
  SETTING_NAMES,
} from "../../../packages/server/src/config/settings.ts";
import { loadAll, settingsOf } from "./connectors.ts";
import { GENERATED, page, table } from "./markdown.ts";

type Named = About & { name: string };

const GROUPS: Readonly<Record<Group, string>> = {
  Listening:
    "By default the server listens on loopback, where only programs of the same machine reach it. To listen beyond, " +
    "set `HOST`, say by which names it is called (`PUBLIC_URL` or `ALLOWED_HOSTS`), and set an API key.",
  Callers: "Who gets in. An API key comes as `Authorization: Bearer …` or `X-API-Key: …`.",
  Catalogue: "What is offered. Callers can narrow it by the query of `/mcp`, never widen it.",
  Secrets:
    "The master key wraps a key of each tenant, and that seals the tenant's credentials. Whoever loses the master key " +
    "loses what was sealed; whoever has it and the store has all of it. Keep a copy where no copy of the store is.",
  Limits: "What one caller, one connection and one action may take.",
  "Outside calls":
    "Whatever Fairlead connects to passes one guard, which judges addresses after names were resolved.",
  "Audit and cost": "What is kept of what was done, and what it costs.",
  Alerts:
    "What people have to know goes to the log (module `alerts`) and, signed, to a webhook: once, whichever replica sees it " +
    "first. See [Monitor](../guides/monitor.md).",
  "Metrics and traces":
    "Metrics are at `/metrics` without any setting. Traces are off until a collector is named; the names of these " +
    "variables are OpenTelemetry's.",
  State:
    "Unset URLs mean embedded: SQLite in a directory of this machine, and no Redis at all. Several replicas need " +
    "`DATABASE_URL` and `REDIS_URL`.",
  Logging: "The log goes to standard error. Secrets are taken out of it at every level.",
};

const INTRODUCTION = `Fairlead reads its settings once, at start, from environment variables and flags; a flag stands before the
variable. It reports everything that is wrong at once and ends with exit code 3. An unknown variable that begins with
\`FAIRLEAD_\` is an error too, with the nearest valid name. An empty variable counts as not set.

A setting marked *secret* may also lie in a file: \`ENCRYPTION_KEY_FILE=/run/secrets/encryption-key\` instead of
\`ENCRYPTION_KEY\`. Setting both is an error; a file that every user can read is reported in the log. Secrets are never
shown: \`fairlead config\` prints what is in effect, where it comes from, and \`[redacted]\` for them.

\`--env-file .env\` reads variables from a file; those of the environment stand before it. Truth values are \`true\`,
\`yes\`, \`on\`, \`1\` and their opposites.`;

export async function renderConfiguration(): Promise<string> {
  const connectors = await loadAll();
  return page(
    "# Configuration",
    GENERATED,
    INTRODUCTION,
    ...Object.entries(GROUPS).map(([group, words]) =>
      page(
        `## ${group}`,
        words,
        settingsTable(named().filter((each) => each.group === group)),
      ).trim(),
    ),
    ...connectors.map((connector) =>
      page(
        `## ${connector.title}`,
        `For the connector \`${connector.id}\`. The credential makes one connection, labelled \`environment\`; the other settings hold for every connection of the connector.`,
        table(
          ["Variable", "What it does", "Example"],
          settingsOf(connector).map(({ name, description, secret, example }) => [
            code(name),
            secret === true ? `${description} *Secret.*` : description,
            example === undefined ? "" : code(example),
          ]),
        ),
      ).trim(),
    ),
    page(
      "## Reserved",
      "For a connector that is not part of this version. They are accepted and have no effect.",
      table(
        ["Variable", "What it is for"],
        Object.entries(RESERVED).map(([name, description]) => [code(name), description]),
      ),
    ).trim(),
  );
}

/** Every setting with its default, commented out. */
export async function renderEnvironmentExample(): Promise<string> {
  const connectors = await loadAll();
  const groups = Object.keys(GROUPS);
  const blocks = [
    "# Settings of Fairlead. Copy this to .env, take the # away where you change something, and start with\n" +
      "#   fairlead serve --env-file .env\n" +
      "# A secret can lie in a file instead: NAME_FILE=/path. docs/reference/configuration.md says more.",
    ...groups.map((group) =>
      [
        `# ${group}`,
        ...named()
          .filter((each) => each.group === group)
          .map((each) => variable(each.name, whole(each), each.default ?? each.example ?? "")),
      ].join("\n\n"),
    ),
    ...connectors.map((connector) =>
      [
        `# ${connector.title}`,
        ...settingsOf(connector).map(({ name, description, example = "" }) =>
          variable(name, description, example),
        ),
      ].join("\n\n"),
    ),
  ];
  return page(...blocks);
}

function named(): Named[] {
  return SETTING_NAMES.map((name) => ({ name, ...aboutOf(name) }));
}

function settingsTable(all: readonly Named[]): string {
  return table(
    ["Variable", "Flag", "Default", "What it does"],
    all.map((each) => [
      code(each.name),
      each.flag ? code(each.flag) : "",
      defaultOf(each),
      whole(each),
    ]),
  );
}

function whole({ description, secret }: About): string {
  return secret === true ? `${description} *Secret.*` : description;
}

function defaultOf({ default: value, otherwise, unit }: About): string {
  if (value === undefined) return otherwise ?? "";
  return unit === undefined ? code(value) : `${code(value)} ${unit}`;
}

function variable(name: string, description: string, value: string): string {
  return `# ${description.replace(" *Secret.*", "")}\n#${name}=${/\s/.test(value) ? `"${value}"` : value}`;
}

function code(text: string): string {
  return `\`${text}\``;
}
