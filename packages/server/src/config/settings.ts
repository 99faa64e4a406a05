import { z } from "zod";
import { effectLimits } from "./effect-budgets.ts";
import {
  flag,
  host,
  hostNames,
  issuers,
  issuerUrl,
  keyPrefix,
  list,
  logLevels,
  masterKey,
  origins,
  proxies,
  publicUrl,
  redisUrl,
  roleNames,
  seconds,
  secret,
  secrets,
  serviceUrl,
  tiers,
  wholeNumber,
} from "./kinds.ts";
import {
  amount,
  exporter,
  httpUrl,
  pairs,
  prices,
  sampler,
  secretPairs,
  share,
  webhookUrl,
} from "./observe.ts";

/** What the reference page says of a setting. */
export interface About {
  group: Group;
  /** One sentence. */
  description: string;
  /** Of a number. */
  unit?: string;
  /** Text that stands in when nothing is given. */
  default?: string;
  /** What happens without it, where that is no plain value. */
  otherwise?: string;
  example?: string;
  /** Never shown; also taken from the file that `<NAME>_FILE` names. */
  secret?: boolean;
  /** The flag that stands before the variable. */
  flag?: string;
}

export type Group =
  | "Listening"
  | "Callers"
  | "Secrets"
  | "Catalogue"
  | "Limits"
  | "State"
  | "Outside calls"
  | "Audit and cost"
  | "Alerts"
  | "Metrics and traces"
  | "Logging";

export const abouts = z.registry<About>();

function setting<S extends z.ZodType<unknown, string>>(
  schema: S,
  about: About & { default: string },
): z.ZodPrefault<S>;
function setting<S extends z.ZodType<unknown, string>>(
  schema: S,
  about: About & { otherwise: string },
): z.ZodOptional<S>;
function setting(schema: z.ZodType<unknown, string>, about: About): z.ZodType {
  const whole = about.default === undefined ? schema.optional() : schema.prefault(about.default);
  return whole.register(abouts, about);
}

const NO_DRIVER = "cannot be used yet: this version keeps operations in the store. Unset it";

/** Every setting of the server itself. Connectors add their own. */
export const settings = z.object({
  HOST: setting(host, {
    group: "Listening",
    description: "Address to listen on; beyond loopback it also takes a name and an API key.",
    default: "127.0.0.1",
    flag: "--host",
  }),
  PORT: setting(wholeNumber(0, 65_535), {
    group: "Listening",
    description: "TCP port to listen on; 0 takes any free one.",
    default: "7000",
    flag: "--port",
  }),
  PUBLIC_URL: setting(publicUrl, {
    group: "Listening",
    description: "Where the world reaches this server; its host name counts as allowed.",
    otherwise: "only names of loopback and of ALLOWED_HOSTS are answered",
    example: "https://fairlead.example.com",
  }),
  ALLOWED_HOSTS: setting(hostNames, {
    group: "Listening",
    description: "Host names, between commas, by which the server may be addressed.",
    otherwise: "the host of PUBLIC_URL, and the names of loopback when listening there",
    example: "fairlead.example.com,fairlead.internal",
  }),
  ALLOWED_ORIGINS: setting(origins, {
    group: "Listening",
    description: "Origins of web pages, between commas, that may call (CORS).",
    otherwise: "none but pages on loopback when listening there",
    example: "https://chat.example.com",
  }),

  FAIRLEAD_API_KEY: setting(secrets, {
    group: "Callers",
    description:
      "API key that callers send, or several between commas, such as `openssl rand -hex 32` makes; beyond loopback 16 characters or more.",
    otherwise: "callers need credentials of their own, or `serve --local`",
    secret: true,
  }),
  FAIRLEAD_HEADER_CREDENTIALS: setting(flag, {
    group: "Callers",
    description: "Whether callers may send the credential of an upstream account in headers.",
    otherwise: "true on loopback under no name but its own, else false",
  }),
  OAUTH_ISSUERS: setting(issuers, {
    group: "Callers",
    description:
      'Authorization servers whose tokens are taken: their URLs between commas, or JSON such as `[{"issuer":"https://id.example.com","tenant":"acme","roles":["viewer"]}]`. Needs PUBLIC_URL.',
    otherwise: "tokens of no issuer are taken",
    example: "https://id.example.com",
  }),
  FAIRLEAD_SIGN_IN_ISSUER: setting(issuerUrl, {
    group: "Callers",
    description: "OpenID Connect issuer at which people sign in, in a browser.",
    otherwise: "nobody signs in by a browser",
    example: "https://id.example.com",
  }),
  FAIRLEAD_SIGN_IN_CLIENT_ID: setting(z.string(), {
    group: "Callers",
    description: "Client id that the issuer knows this server by.",
    otherwise: "needed with FAIRLEAD_SIGN_IN_ISSUER",
  }),
  FAIRLEAD_SIGN_IN_CLIENT_SECRET: setting(secret, {
    group: "Callers",
    description: "Client secret at that issuer.",
    otherwise: "this server is a public client",
    secret: true,
  }),
  FAIRLEAD_SIGN_IN_TENANT: setting(z.string(), {
    group: "Callers",
    description: "Tenant, by name or id, that people join who sign in and are not known here.",
    otherwise: "people need an invitation",
    example: "acme",
  }),
  FAIRLEAD_SIGN_IN_ROLES: setting(roleNames, {
    group: "Callers",
    description: "Roles they have there, between commas.",
    otherwise: "needed with FAIRLEAD_SIGN_IN_TENANT",
    example: "viewer",
  }),
  FAIRLEAD_AGENT_TOKEN_TTL: setting(wholeNumber(60, 86_400), {
    group: "Callers",
    description: "How long the token of an agent is good for that signed in with its key pair.",
    default: "3600",
    unit: "seconds",
  }),
  FAIRLEAD_AGENT_SIGNATURES: setting(
    z.enum(["optional", "required"], "can be: optional, required"),
    {
      group: "Callers",
      description: "Whether every request of an agent has to be signed by its key pair.",
      default: "optional",
    },
  ),
  TRUSTED_PROXIES: setting(proxies, {
    group: "Callers",
    description:
      "Proxies, as addresses, CIDR ranges, `loopback` or `private` between commas, whose word on a client's address counts.",
    otherwise: "none: a client's address is its connection's",
    example: "10.0.0.0/8",
  }),
  PROXY_HEADER: setting(
    z
      .string()
      .toLowerCase()
      .pipe(z.enum(["x-forwarded-for", "forwarded"], "can be: x-forwarded-for, forwarded")),
    {
      group: "Callers",
      description: "The header in which trusted proxies name the client.",
      default: "x-forwarded-for",
    },
  ),
  ANONYMOUS_CONNECTORS: setting(list, {
    group: "Callers",
    description: "Connectors, between commas, that anybody may read without a credential.",
    otherwise: "none",
    example: "libdocs",
  }),

  ENCRYPTION_KEY: setting(masterKey, {
    group: "Secrets",
    description:
      "Master key that wraps the key of each tenant: 32 characters or more without comma or line break, such as `openssl rand -hex 32` makes. All replicas have the same.",
    otherwise:
      "a key made once in a file beside the embedded store; with DATABASE_URL it has to be set",
    secret: true,
  }),
  ENCRYPTION_KEY_PREVIOUS: setting(
    secrets.refine(
      (keys) => keys.every((key) => key.reveal().length >= 32),
      "has to list keys of at least 32 characters",
    ),
    {
      group: "Secrets",
      description:
        "Master keys that still open what was wrapped with them, between commas, while `fairlead vault rotate-master` moves to a new one.",
      otherwise: "none",
      secret: true,
    },
  ),
  ENCRYPTION_KEY_COMMAND: setting(z.string(), {
    group: "Secrets",
    description:
      "Command that writes the master key, such as a call of a KMS; run once at start, instead of ENCRYPTION_KEY.",
    otherwise: "none",
    example: "vault kv get -field=key secret/fairlead",
  }),

  FAIRLEAD_CONNECTORS: setting(list, {
    group: "Catalogue",
    description: "Connectors to load, between commas.",
    otherwise: "all there are",
    example: "cloudways",
    flag: "--connectors",
  }),
  FAIRLEAD_TOOLSETS: setting(list, {
    group: "Catalogue",
    description:
      "Toolsets to offer, between commas: `servers`, or `cloudways:servers` of one connector.",
    otherwise: "all there are",
    example: "servers,apps",
    flag: "--toolsets",
  }),
  FAIRLEAD_READONLY: setting(flag, {
    group: "Catalogue",
    description: "Offers nothing but tools that read, whatever a caller asks for.",
    default: "false",
    flag: "--readonly",
  }),
  FAIRLEAD_VIEW: setting(z.enum(["all"], "can be: all"), {
    group: "Catalogue",
    description: "How tools are listed: `all` lists every one.",
    default: "all",
    flag: "--view",
  }),
  FAIRLEAD_RESULT_TOKENS: setting(wholeNumber(500, 1_000_000), {
    group: "Catalogue",
    description: "Longest answer of a tool; a longer list comes in pages.",
    default: "10000",
    unit: "tokens",
  }),

  RATE_LIMIT_REQUESTS: setting(wholeNumber(1, 1_000_000_000), {
    group: "Limits",
    description: "Actions that one caller may take in each RATE_LIMIT_WINDOW.",
    default: "600",
    unit: "actions",
  }),
  RATE_LIMIT_WINDOW: setting(wholeNumber(1, 86_400), {
    group: "Limits",
    description: "Time in which a used-up limit fills again.",
    default: "60",
    unit: "seconds",
  }),
  FAIRLEAD_ADDRESS_REQUESTS: setting(wholeNumber(1, 1_000_000_000), {
    group: "Limits",
    description:
      "Requests from one network address in each RATE_LIMIT_WINDOW; behind a proxy all callers share its address.",
    default: "6000",
    unit: "requests",
  }),
  FAIRLEAD_TIERS: setting(tiers, {
    group: "Limits",
    description:
      "Actions an hour by tier, between commas: `key` for API keys, `open_source` for projects it was granted to, `anonymous` for each network, and names of your own.",
    default: "key=1000,open_source=5000,anonymous=100",
    unit: "actions an hour",
    example: "key=2000,gold=100000",
  }),
  FAIRLEAD_DEGRADED_SHARE: setting(wholeNumber(1, 100), {
    group: "Limits",
    description:
      "Share of its limit that a caller has for reads while shared state cannot be reached; writes are refused then.",
    default: "10",
    unit: "percent",
  }),
  FAIRLEAD_EFFECT_BUDGETS: setting(effectLimits, {
    group: "Limits",
    description:
      "What one caller may change at most, between commas: `deletes` and `creates` in a day, `money` (whole units, estimated) in a month, UTC. More is refused before anything is sent.",
    otherwise: "no bounds",
    example: "deletes=5,creates=3,money=200",
  }),
  FAIRLEAD_TENANT_EFFECT_BUDGETS: setting(effectLimits, {
    group: "Limits",
    description: "The same for all callers of a tenant together.",
    otherwise: "no bounds",
    example: "deletes=20,creates=10,money=1000",
  }),
  FAIRLEAD_CALL_DEADLINE: setting(seconds(1, 3_600), {
    group: "Limits",
    description: "How long an action may take before it answers `timeout`.",
    default: "30",
    unit: "seconds",
  }),
  FAIRLEAD_MAX_BODY: setting(wholeNumber(1_024, 1_073_741_824), {
    group: "Limits",
    description: "Largest body of a request.",
    default: "4194304",
    unit: "bytes",
  }),
  FAIRLEAD_MAX_CONNECTIONS: setting(wholeNumber(1, 1_000_000), {
    group: "Limits",
    description: "Connections of clients open at a time; more are turned away.",
    default: "10000",
    unit: "connections",
  }),
  FAIRLEAD_MAX_STREAMS: setting(wholeNumber(0, 1_000_000), {
    group: "Limits",
    description: "Event streams of clients open at a time.",
    default: "1000",
    unit: "streams",
  }),
  FAIRLEAD_HEADERS_TIMEOUT: setting(seconds(1, 3_600), {
    group: "Limits",
    description: "How long a client may take to send the headers of a request.",
    default: "30",
    unit: "seconds",
  }),
  FAIRLEAD_REQUEST_TIMEOUT: setting(seconds(1, 3_600), {
    group: "Limits",
    description: "How long a client may take to send a whole request.",
    default: "60",
    unit: "seconds",
  }),
  FAIRLEAD_KEEP_ALIVE_TIMEOUT: setting(seconds(1, 3_600), {
    group: "Limits",
    description: "How long an idle connection is kept; longer than the proxy in front keeps it.",
    default: "65",
    unit: "seconds",
  }),
  FAIRLEAD_DRAIN_TIMEOUT: setting(seconds(0, 3_600), {
    group: "Limits",
    description: "How long actions under way may go on when the server is told to stop.",
    default: "10",
    unit: "seconds",
  }),

  FAIRLEAD_STATE: setting(z.string(), {
    group: "State",
    description:
      "Directory of the embedded store (SQLite) and its key, or `memory` for state that ends with the process.",
    otherwise: "`fairlead` in XDG_DATA_HOME, or in ~/.local/share; memory where neither is known",
    example: "/var/lib/fairlead",
  }),
  FAIRLEAD_SQLITE_SYNC: setting(z.enum(["normal", "full"], "can be: normal, full"), {
    group: "State",
    description:
      "When the embedded store waits for the disk: `normal` can lose the last commits when power fails, `full` none; a killed process loses none with either.",
    default: "normal",
  }),
  DATABASE_URL: setting(serviceUrl(["postgres", "postgresql"], "postgres://user@host/database"), {
    group: "State",
    description: "PostgreSQL that keeps durable records for all replicas, instead of SQLite.",
    otherwise: "the embedded store",
    secret: true,
    example: "postgres://fairlead@db.internal/fairlead",
  }),
  FAIRLEAD_DATABASE_POOL: setting(wholeNumber(1, 1_000), {
    group: "State",
    description: "Connections to PostgreSQL that one process keeps at most.",
    default: "10",
    unit: "connections",
  }),
  REDIS_URL: setting(redisUrl, {
    group: "State",
    description:
      "Redis or Valkey through which replicas share limits, leases, sessions and cached answers; several hosts of a cluster as `redis-cluster://a:6379,b:6379`. Unset it means embedded: no Redis is looked for on this machine.",
    otherwise:
      "embedded: shared among the processes on this machine through a file beside the store, with FAIRLEAD_STATE=memory in memory",
    secret: true,
    example: "redis://cache.internal:6379",
  }),
  FAIRLEAD_REDIS_PREFIX: setting(keyPrefix, {
    group: "State",
    description:
      "Begins every key and channel in that Redis. All replicas of one installation have the same, and no other installation does.",
    default: "fairlead",
  }),
  RABBITMQ_URL: setting(
    z.string().refine(() => false, NO_DRIVER),
    {
      group: "State",
      description:
        "A RabbitMQ that carries operations. This version keeps them in the store and refuses to start when it is set.",
      otherwise: "operations wait in the store",
      secret: true,
    },
  ),

  FAIRLEAD_EGRESS_ALLOW: setting(list, {
    group: "Outside calls",
    description:
      "Private addresses, CIDR ranges and host names, between commas, that outside calls may reach.",
    otherwise:
      "none; on stdio, and when listening on loopback without PUBLIC_URL, private networks are open",
    example: "10.20.0.0/16,broker.internal",
  }),
  FAIRLEAD_EGRESS_TIMEOUT: setting(seconds(1, 3_600), {
    group: "Outside calls",
    description: "How long one outside call may take in all.",
    default: "60",
    unit: "seconds",
  }),
  FAIRLEAD_EGRESS_MAX_BYTES: setting(wholeNumber(1_024, 1_073_741_824), {
    group: "Outside calls",
    description: "Longest answer that is read of an outside call.",
    default: "33554432",
    unit: "bytes",
  }),

  FAIRLEAD_AUDIT_RETENTION: setting(wholeNumber(1, 36_500), {
    group: "Audit and cost",
    description: "How long audit events are kept.",
    default: "400",
    unit: "days",
  }),

  FAIRLEAD_PRICES: setting(prices, {
    group: "Audit and cost",
    description:
      "What things cost, between commas: `upstream_call`, `gigabyte_out` (10^9 bytes of answers) and `gigabyte_month` (10^9 bytes kept for a month), in the currency of your choice.",
    otherwise: "nothing has a price",
    example: "upstream_call=0.0001,gigabyte_out=0.05,gigabyte_month=0.10",
  }),
  FAIRLEAD_MONTHLY_BUDGET: setting(amount, {
    group: "Audit and cost",
    description:
      "What each tenant may cost in a month, by FAIRLEAD_PRICES; at 80 % and at all of it an alert is raised, and nothing is refused.",
    otherwise: "no bounds, and no alerts",
    example: "25",
  }),

  FAIRLEAD_ALERT_WEBHOOK: setting(webhookUrl, {
    group: "Alerts",
    description:
      "Address that alerts are sent to as signed Standard Webhooks; a private one has to be listed in FAIRLEAD_EGRESS_ALLOW.",
    otherwise: "alerts go to the log alone",
    secret: true,
    example: "https://hooks.example.com/fairlead",
  }),
  FAIRLEAD_ALERT_SECRET: setting(
    secret.refine((key) => key.reveal().length >= 24, "has to have at least 24 characters"),
    {
      group: "Alerts",
      description:
        "Secret that signs what is sent to FAIRLEAD_ALERT_WEBHOOK: `whsec_` and base64, or any text of 24 characters or more.",
      otherwise: "needed with FAIRLEAD_ALERT_WEBHOOK",
      secret: true,
    },
  ),
  FAIRLEAD_ALERT_ERRORS: setting(wholeNumber(1, 100), {
    group: "Alerts",
    description:
      "Share of the actions of five minutes, of fifty at least, whose failure here or upstream raises an alert.",
    default: "20",
    unit: "percent",
  }),
  FAIRLEAD_ALERT_SPIKE: setting(wholeNumber(2, 1_000), {
    group: "Alerts",
    description:
      "How many times its usual hour (of a week) a tenant's hour has to have, and 1,000 calls at least, to raise an alert.",
    default: "5",
    unit: "times",
  }),

  FAIRLEAD_METRICS_CONNECTIONS: setting(flag, {
    group: "Metrics and traces",
    description:
      "Tells the expiry of upstream tokens for each connection, by its id, rather than for each connector; for few connections.",
    default: "false",
  }),
  OTEL_EXPORTER_OTLP_ENDPOINT: setting(httpUrl, {
    group: "Metrics and traces",
    description:
      "Collector of OpenTelemetry that spans are sent to, by OTLP over HTTP as JSON; `/v1/traces` is added.",
    otherwise: "nothing is traced",
    example: "http://collector:4318",
  }),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: setting(httpUrl, {
    group: "Metrics and traces",
    description: "The same with its whole path, instead of OTEL_EXPORTER_OTLP_ENDPOINT.",
    otherwise: "OTEL_EXPORTER_OTLP_ENDPOINT and /v1/traces",
    example: "http://collector:4318/v1/traces",
  }),
  OTEL_EXPORTER_OTLP_HEADERS: setting(secretPairs, {
    group: "Metrics and traces",
    description: "Headers sent to the collector: `name=value` between commas, percent-encoded.",
    otherwise: "none",
    secret: true,
  }),
  OTEL_TRACES_EXPORTER: setting(exporter, {
    group: "Metrics and traces",
    description: "`otlp` traces to a collector on this machine too, `none` traces nothing.",
    otherwise: "otlp where an endpoint is set, else none",
  }),
  OTEL_TRACES_SAMPLER: setting(sampler, {
    group: "Metrics and traces",
    description: "Which traces are kept, as OpenTelemetry names it.",
    default: "parentbased_always_on",
  }),
  OTEL_TRACES_SAMPLER_ARG: setting(share, {
    group: "Metrics and traces",
    description: "Share of the traces that the samplers by ratio keep, from 0 to 1.",
    default: "1",
  }),
  OTEL_SERVICE_NAME: setting(z.string().min(1).max(100), {
    group: "Metrics and traces",
    description: "Name of this service in traces.",
    default: "fairlead",
  }),
  OTEL_RESOURCE_ATTRIBUTES: setting(pairs, {
    group: "Metrics and traces",
    description: "Further attributes of this service: `name=value` between commas.",
    otherwise: "none",
    example: "deployment.environment.name=production",
  }),
  FAIRLEAD_TRACE_HOSTS: setting(hostNames, {
    group: "Metrics and traces",
    description:
      "Hosts, between commas, whose requests carry `traceparent`; other upstreams are told nothing of traces.",
    otherwise: "none",
    example: "backend.internal",
  }),

  LOG_LEVEL: setting(logLevels, {
    group: "Logging",
    description:
      "Least severity that is logged: trace, debug, info, warn, error or silent; `module=level` for a part.",
    otherwise: "info; warn for commands that end by themselves",
    example: "info,cloudways=debug",
    flag: "--log-level",
  }),
  LOG_FORMAT: setting(
    z
      .string()
      .toLowerCase()
      .pipe(z.enum(["json", "text"], "can be: json, text")),
    {
      group: "Logging",
      description: "Lines of `json`, or `text` for people.",
      otherwise: "text on a terminal, else json",
    },
  ),
});

export type Settings = z.output<typeof settings>;
export type SettingName = keyof Settings;
export const SETTING_NAMES = Object.keys(settings.shape) as SettingName[];

export function aboutOf(name: SettingName): About {
  const about = abouts.get(settings.shape[name]);
  if (about === undefined) throw new Error(`${name} is not described.`);
  return about;
}

/** Variables of a connector that is not part of this version; set for other programs, they are no mistake. */
export const RESERVED: Readonly<Record<string, string>> = {
  ROCKETNET_EMAIL: "E-mail address of the Rocket.net account.",
  ROCKETNET_PASSWORD: "Password of the Rocket.net account.",
};
