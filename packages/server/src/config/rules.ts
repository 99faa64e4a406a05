import type { Connector } from "@fairlead/core/connector";
import type { Given } from "./config.ts";
import { isLoopback } from "./loopback.ts";
import { didYouMean } from "./names.ts";
import { PAIRED } from "./observe.ts";
import type { Problem } from "./problem.ts";
import type { Settings } from "./settings.ts";

interface Checked extends Given {
  values: Settings;
  connectors: readonly Connector[];
  /** Settings that are wrong by themselves. */
  faulty: ReadonlySet<string>;
}

interface Findings {
  problems: Problem[];
  warnings: Problem[];
}

const SHORTEST_KEY = 16;
const NEW_KEY = "the output of: openssl rand -hex 32";

/** What only several settings together can get wrong. */
export function checkRules(checked: Checked): Findings {
  const findings: Findings = { problems: [], warnings: [] };
  checkKeys(checked, findings);
  checkToolsets(checked, findings);
  checkState(checked, findings);
  checkIssuers(checked, findings);
  checkSignIn(checked, findings);
  checkPairs(checked, findings);
  if (checked.mode === "serve") {
    checkReach(checked, findings);
    checkPort(checked, findings);
  }
  return findings;
}

/** The setting by which callers from elsewhere are expected, through a proxy if need be; undefined when none are. */
export function foreignName({ PUBLIC_URL, ALLOWED_HOSTS = [] }: Settings): string | undefined {
  if (PUBLIC_URL !== undefined) return "PUBLIC_URL";
  const name = ALLOWED_HOSTS.find((host) => !isLoopback(host.replace(/^\[(.*)\]$/, "$1")));
  return name === undefined ? undefined : `ALLOWED_HOSTS=${name}`;
}

function checkReach({ values, local = false, faulty }: Checked, findings: Findings): void {
  const { problems, warnings } = findings;
  const { HOST, PUBLIC_URL, ALLOWED_HOSTS = [], FAIRLEAD_API_KEY = [] } = values;
  const isExposed = !isLoopback(HOST);
  const open = isExposed ? `HOST=${HOST}` : foreignName(values);
  if (local && open !== undefined) {
    const message = `makes every caller the local user, and ${open} lets other machines in. Drop one of the two`;
    problems.push({ name: "--local", message });
  }
  const hasName = PUBLIC_URL !== undefined || ALLOWED_HOSTS.length > 0;
  const triedName = faulty.has("PUBLIC_URL") || faulty.has("ALLOWED_HOSTS");
  if (isExposed && !hasName && !triedName) {
    const message = `is beyond loopback (${HOST}), so callers need a name for this server. Set PUBLIC_URL, such as https://fairlead.example.com, or ALLOWED_HOSTS`;
    problems.push({ name: "HOST", message });
  }
  if (local || FAIRLEAD_API_KEY.length > 0) return;
  const { DATABASE_URL, OAUTH_ISSUERS } = values;
  const hasOtherCallers = DATABASE_URL !== undefined || OAUTH_ISSUERS !== undefined;
  if (open !== undefined && hasOtherCallers) {
    const message =
      "is not set: callers need a key of a tenant (`fairlead keys create`) or a token of OAUTH_ISSUERS";
    warnings.push({ name: "FAIRLEAD_API_KEY", message });
  } else if (isExposed) {
    const message = `is needed, since HOST=${HOST} lets other machines in. Set it to ${NEW_KEY}`;
    problems.push({ name: "FAIRLEAD_API_KEY", message });
  } else if (!(values.FAIRLEAD_HEADER_CREDENTIALS ?? open === undefined)) {
    const message = `is not set, and header credentials are off: nobody could call. Set it to ${NEW_KEY}`;
    problems.push({ name: "FAIRLEAD_API_KEY", message });
  } else {
    const message =
      "is not set: only callers that send credentials of their own get in. Set it, or start with --local";
    warnings.push({ name: "FAIRLEAD_API_KEY", message });
  }
}

function checkKeys({ mode, values }: Checked, { problems }: Findings): void {
  const { HOST, FAIRLEAD_API_KEY = [] } = values;
  const name = "FAIRLEAD_API_KEY";
  const keys = FAIRLEAD_API_KEY.map((key) => key.reveal());
  if (keys.some((key) => !/^[\x21-\x7e]+$/.test(key))) {
    const message = `has a key that cannot be sent in a header. Set it to ${NEW_KEY}`;
    problems.push({ name, message });
  }
  if (mode !== "serve" || isLoopback(HOST)) return;
  if (keys.some((key) => key.length < SHORTEST_KEY)) {
    const message = `has a key of less than ${SHORTEST_KEY} characters, too short beyond loopback. Set it to ${NEW_KEY}`;
    problems.push({ name, message });
  }
}

function checkState({ values }: Checked, { problems }: Findings): void {
  const { DATABASE_URL, ENCRYPTION_KEY, ENCRYPTION_KEY_COMMAND } = values;
  if (ENCRYPTION_KEY !== undefined && ENCRYPTION_KEY_COMMAND !== undefined) {
    const message = "is set, and so is ENCRYPTION_KEY. Keep one of them";
    problems.push({ name: "ENCRYPTION_KEY_COMMAND", message });
  }
  if (DATABASE_URL === undefined) return;
  if (ENCRYPTION_KEY !== undefined || ENCRYPTION_KEY_COMMAND !== undefined) return;
  const message = `is needed with DATABASE_URL: every replica has to open what another sealed. Set it to ${NEW_KEY}, the same on all of them`;
  problems.push({ name: "ENCRYPTION_KEY", message });
}

function checkSignIn({ values }: Checked, { problems }: Findings): void {
  const { FAIRLEAD_SIGN_IN_ISSUER: issuer, FAIRLEAD_SIGN_IN_CLIENT_ID: client } = values;
  if (issuer !== undefined && client === undefined) {
    const message = "is needed with FAIRLEAD_SIGN_IN_ISSUER: register this server there";
    problems.push({ name: "FAIRLEAD_SIGN_IN_CLIENT_ID", message });
  }
  const { FAIRLEAD_SIGN_IN_TENANT: tenant, FAIRLEAD_SIGN_IN_ROLES: roles } = values;
  if ((tenant === undefined) !== (roles === undefined)) {
    const message = "goes with FAIRLEAD_SIGN_IN_ROLES: set both, or neither";
    problems.push({ name: "FAIRLEAD_SIGN_IN_TENANT", message });
  }
}

function checkIssuers({ values, connectors }: Checked, { problems }: Findings): void {
  const isNameless = values.OAUTH_ISSUERS?.some(({ audience }) => audience === undefined) === true;
  if (isNameless && values.PUBLIC_URL === undefined) {
    const message =
      "needs PUBLIC_URL, or an audience for each issuer: a token has to be meant for this server";
    problems.push({ name: "OAUTH_ISSUERS", message });
  }
  const known = connectors.map(({ id }) => id);
  for (const named of values.ANONYMOUS_CONNECTORS ?? []) {
    if (known.includes(named)) continue;
    const message = `there is no connector "${named}".${didYouMean(named, known)} There are: ${known.join(", ")}`;
    problems.push({ name: "ANONYMOUS_CONNECTORS", message });
  }
}

function checkToolsets({ values, connectors }: Checked, { problems }: Findings): void {
  const valid = new Set<string>();
  for (const { id, tools } of connectors) {
    for (const { toolset } of tools) {
      if (toolset !== undefined) valid.add(toolset).add(`${id}:${toolset}`);
    }
  }
  for (const toolset of values.FAIRLEAD_TOOLSETS ?? []) {
    if (valid.has(toolset)) continue;
    const all = [...valid].filter((each) => !each.includes(":")).sort();
    const message = `there is no toolset "${toolset}".${didYouMean(toolset, [...valid])} There are: ${all.join(", ") || "none"}`;
    problems.push({ name: "FAIRLEAD_TOOLSETS", message });
  }
}

/** Kubernetes sets FAIRLEAD_PORT to an address; somebody who means PORT sets it to a number. */
function checkPort({ environment }: Checked, { warnings }: Findings): void {
  if (!/^\d+$/.test(environment.FAIRLEAD_PORT ?? "")) return;
  warnings.push({ name: "FAIRLEAD_PORT", message: "has no effect. The port is set with PORT" });
}

function checkPairs({ values, faulty }: Checked, { problems }: Findings): void {
  for (const [given, needed] of PAIRED) {
    if (values[given] === undefined || values[needed] !== undefined || faulty.has(needed)) continue;
    problems.push({ name: given, message: `does nothing without ${needed}. Set that as well` });
  }
}
