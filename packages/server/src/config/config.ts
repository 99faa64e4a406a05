import type { Connector } from "@fairlead/core/connector";
import type { EngineConfig } from "@fairlead/core/fairlead";
import type { Secret } from "@fairlead/core/secret";
import type { GivenConnection } from "../build.ts";
import type { EgressConfig } from "../egress/egress.ts";
import type { HttpConfig } from "../http/server.ts";
import type { ProxyHeader } from "../identity/client-address.ts";
import type { LogConfig } from "../observe/logger.ts";
import type { ObserveConfig } from "../observe/observe.ts";
import { chooseConnectors } from "./choose-connectors.ts";
import { type ConnectorSettings, readConnections } from "./connections.ts";
import { effectBudgetsOf } from "./effect-budgets.ts";
import { isLoopback } from "./loopback.ts";
import { findMisspelt } from "./names.ts";
import { observeOf, secretsOfObserving } from "./observe.ts";
import { ConfigError, type Problem, withoutUser } from "./problem.ts";
import { checkRules, foreignName } from "./rules.ts";
import { aboutOf, RESERVED, SETTING_NAMES, type Settings, settings } from "./settings.ts";
import { type SignInSettings, signInOf } from "./sign-in.ts";
import { collect, type Environment, type Flags, type Stated } from "./sources.ts";
import { type StateConfig, stateOf } from "./state.ts";

/** `serve` listens; `stdio` serves the one local user; `once` does one thing and ends. */
export type Mode = "serve" | "stdio" | "once";

export interface Given {
  mode: Mode;
  environment: Environment;
  /** Values from the command line, by the setting they stand for. */
  flags?: Flags;
  /** Every caller is the local user. */
  local?: boolean;
  /** Whether somebody reads the log on a terminal. */
  isTerminal?: boolean;
  /** Connectors besides those that are chosen by name. */
  extraConnectors?: readonly Connector[];
}

export interface Config {
  engine: EngineConfig;
  http: Omit<HttpConfig, "addressOf" | "challenge">;
  publicUrl: string | undefined;
  /** Only this machine reaches the server. */
  isPrivate: boolean;
  log: LogConfig;
  state: StateConfig;
  signIn: SignInSettings;
  egress: EgressConfig;
  trustedProxies: readonly string[];
  proxyHeader: ProxyHeader;
  auditRetentionDays: number;
  observe: ObserveConfig;
  connections: readonly GivenConnection[];
  /** Settings that hold for every connection of a connector. */
  connectorSettings: ConnectorSettings;
}

export interface Loaded {
  config: Config;
  connectors: readonly Connector[];
  /** What was given, by name; what is missing has its default. */
  stated: ReadonlyMap<string, Stated>;
  warnings: readonly Problem[];
}

/** Reads what was given, once, at start. Throws a `ConfigError` that names every problem. */
export async function loadConfig(given: Given): Promise<Loaded> {
  const { environment, flags = {}, extraConnectors = [] } = given;
  const chosen = await chooseConnectors(environment, flags, extraConnectors);
  const { connectors } = chosen;
  const collected = collect(environment, flags, sourcesOf(connectors));
  const { stated } = collected;
  const parsed = parse(stated);
  const faulty = new Set(parsed.problems.map(({ name }) => name));
  const rules = checkRules({ ...given, values: parsed.values, connectors, faulty });
  const read = readConnections(connectors, stated);

  const problems = [
    ...chosen.problems,
    ...collected.problems,
    ...parsed.problems,
    ...rules.problems.filter(({ name }) => !faulty.has(name)),
    ...read.problems,
    ...findMisspelt(environment, [...sourcesOf(connectors)]),
  ];
  if (problems.length > 0) throw new ConfigError(problems, stated, connectors);
  const own = toConfig(parsed.values, given);
  const secrets = secretsOf(own, read.found.connections);
  return {
    config: deepFreeze({ ...own, ...read.found, log: { ...own.log, secrets } }),
    connectors,
    stated,
    warnings: [...collected.warnings, ...rules.warnings],
  };
}

/** Every name that may be given, and whether it may lie in a file. */
function sourcesOf(connectors: readonly Connector[]): { name: string; secret: boolean }[] {
  return [
    ...SETTING_NAMES.map((name) => ({ name, secret: aboutOf(name).secret === true })),
    ...connectors.flatMap(({ environment = {} }) =>
      Object.values(environment).map(({ name, secret = false }) => ({ name, secret })),
    ),
    ...Object.keys(RESERVED).map((name) => ({ name, secret: true })),
  ];
}

function parse(stated: ReadonlyMap<string, Stated>): { values: Settings; problems: Problem[] } {
  const texts = SETTING_NAMES.flatMap((name) => {
    const text = stated.get(name)?.text;
    return text === undefined ? [] : [[name, text] as const];
  });
  const parsed = settings.safeParse(Object.fromEntries(texts));
  if (parsed.success) return { values: parsed.data, problems: [] };

  const problems = parsed.error.issues.map(({ path, message }) => {
    const name = String(path[0]);
    return { name, message: withValue(message, stated.get(name), name) };
  });
  // What is right is parsed again by itself, so that rules between settings are checked all the same.
  const right = texts.filter(([name]) => !problems.some((problem) => problem.name === name));
  return { values: settings.parse(Object.fromEntries(right)), problems };
}

function withValue(message: string, stated: Stated | undefined, name: string): string {
  const isSecret = SETTING_NAMES.some((each) => each === name && aboutOf(each).secret);
  if (stated === undefined || isSecret) return message;
  if (message.includes('"')) return withoutUser(message, stated.text);
  const where = stated.source === "flag" ? ` (${stated.from})` : "";
  return `${message}, not "${withoutUser(stated.text).slice(0, 100)}"${where}`;
}

type OwnConfig = Omit<Config, "connections" | "connectorSettings">;

function toConfig(
  values: Settings,
  { mode, local = false, isTerminal = false, environment }: Given,
): OwnConfig {
  const isPrivate = isLoopback(values.HOST) && foreignName(values) === undefined;
  const perSecond = (count: number) => count / values.RATE_LIMIT_WINDOW;
  const bucket = (count: number) => ({ capacity: count, refillPerSecond: perSecond(count) });
  const { PUBLIC_URL, ALLOWED_HOSTS = [], ALLOWED_ORIGINS = [], TRUSTED_PROXIES = [] } = values;
  const publicUrl = PUBLIC_URL?.href.replace(/\/$/, "");
  const level = values.LOG_LEVEL?.level ?? (mode === "once" ? "warn" : "info");
  return {
    engine: {
      identity: {
        trustLocal: local,
        headerCredentials:
          values.FAIRLEAD_HEADER_CREDENTIALS ?? (isPrivate && TRUSTED_PROXIES.length === 0),
        operatorKeys: values.FAIRLEAD_API_KEY ?? [],
        issuers: values.OAUTH_ISSUERS ?? [],
        publicUrl,
        anonymousConnectors: values.ANONYMOUS_CONNECTORS ?? [],
        tiers: values.FAIRLEAD_TIERS,
      },
      degradedFraction: values.FAIRLEAD_DEGRADED_SHARE / 100,
      callerBucket: bucket(values.RATE_LIMIT_REQUESTS),
      addressBucket: bucket(values.FAIRLEAD_ADDRESS_REQUESTS),
      deadlineMs: values.FAIRLEAD_CALL_DEADLINE,
      resultTokenBudget: values.FAIRLEAD_RESULT_TOKENS,
      readonly: values.FAIRLEAD_READONLY,
      effectBudgets: effectBudgetsOf(values),
      toolsets: values.FAIRLEAD_TOOLSETS,
    },
    http: {
      host: values.HOST,
      port: values.PORT,
      door: {
        allowedHosts: [...ALLOWED_HOSTS, ...(PUBLIC_URL ? [PUBLIC_URL.hostname] : [])],
        allowedOrigins: [...ALLOWED_ORIGINS, ...(PUBLIC_URL ? [PUBLIC_URL.origin] : [])],
      },
      maxBodyBytes: values.FAIRLEAD_MAX_BODY,
      maxConnections: values.FAIRLEAD_MAX_CONNECTIONS,
      maxStreams: values.FAIRLEAD_MAX_STREAMS,
      headersTimeoutMs: values.FAIRLEAD_HEADERS_TIMEOUT,
      requestTimeoutMs: values.FAIRLEAD_REQUEST_TIMEOUT,
      keepAliveTimeoutMs: values.FAIRLEAD_KEEP_ALIVE_TIMEOUT,
      drainMs: values.FAIRLEAD_DRAIN_TIMEOUT,
    },
    publicUrl,
    trustedProxies: TRUSTED_PROXIES,
    proxyHeader: values.PROXY_HEADER,
    auditRetentionDays: values.FAIRLEAD_AUDIT_RETENTION,
    observe: observeOf(values),
    egress: {
      // On one's own machine what is near is one's own; a server for others must not be led there.
      allowPrivate: mode !== "serve" || (isPrivate && TRUSTED_PROXIES.length === 0),
      allow: values.FAIRLEAD_EGRESS_ALLOW ?? [],
      connectionsPerHost: 32,
      connectTimeoutMs: 10_000,
      totalTimeoutMs: values.FAIRLEAD_EGRESS_TIMEOUT,
      maxResponseBytes: values.FAIRLEAD_EGRESS_MAX_BYTES,
    },
    isPrivate,
    log: {
      level,
      modules: values.LOG_LEVEL?.modules ?? {},
      readable: (values.LOG_FORMAT ?? (isTerminal ? "text" : "json")) === "text",
      batched: mode === "serve",
    },
    state: stateOf(values, environment),
    signIn: signInOf(values),
  };
}

function secretsOf(own: OwnConfig, connections: readonly GivenConnection[]): readonly Secret[] {
  const { databaseUrl, redisUrl, encryptionKey, previousKeys } = own.state;
  return [
    ...(own.engine.identity.operatorKeys ?? []),
    ...previousKeys,
    ...[databaseUrl, redisUrl, encryptionKey, own.signIn.issuer?.clientSecret].filter(
      (secret) => secret !== undefined,
    ),
    ...secretsOfObserving(own.observe),
    ...connections.flatMap(({ credential }) => Object.values(credential)),
  ];
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  for (const each of Object.values(value)) deepFreeze(each);
  return Object.freeze(value);
}
