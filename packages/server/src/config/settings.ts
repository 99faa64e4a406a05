import { z } from "zod";
import {
  flag,
  host,
  hostNames,
  list,
  logLevels,
  origins,
  publicUrl,
  seconds,
  secret,
  secrets,
  wholeNumber,
} from "./kinds.ts";

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

export type Group = "Listening" | "Callers" | "Catalogue" | "Limits" | "State" | "Logging";

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

const NO_DRIVER = "cannot be used yet: this version keeps state in memory only. Unset it";

/** Servers that keep state outside; their drivers are not part of this version. */
function laterDriver(what: string) {
  return setting(
    z.string().refine(() => false, NO_DRIVER),
    {
      group: "State",
      description: `${what}. This version keeps state in memory only and refuses to start when it is set.`,
      otherwise: "state in memory, gone when the process ends",
      secret: true,
    },
  );
}

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
  ENCRYPTION_KEY: setting(
    secret.refine((key) => key.reveal().length >= 32, "has to have at least 32 characters"),
    {
      group: "Callers",
      description:
        "Seals sessions and what passes through a client's hands: 32 characters or more, such as `openssl rand -hex 32` makes.",
      otherwise: "a random one, so that sessions end with the process",
      secret: true,
    },
  ),

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

  DATABASE_URL: laterDriver("A database for durable records"),
  REDIS_URL: laterDriver("A Redis that replicas share"),
  RABBITMQ_URL: laterDriver("A RabbitMQ that carries operations"),

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
