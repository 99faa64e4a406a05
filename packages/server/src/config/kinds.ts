import { parseIssuers, webUrlOf } from "@fairlead/core/identity/issuers";
import { DEFAULT_TIERS, type Tiers } from "@fairlead/core/limits/tiers";
import { isRole, ROLES, type Role } from "@fairlead/core/policy/roles";
import { Secret } from "@fairlead/core/secret";
import { z } from "zod";
import { isTrustedProxy } from "../identity/client-address.ts";
import { parseRedisUrl } from "../storage/redis-shared-url.ts";
import { LEVELS, type LogLevels, parseLogLevels } from "./log-level.ts";

// Kinds of values. Each takes text, as the environment and flags give it, and says what it has to be.

export function wholeNumber(min: number, max: number) {
  const error = `has to be a whole number from ${min} to ${max}`;
  const inRange = (value: number) => value >= min && value <= max;
  return z
    .string()
    .regex(/^\d{1,15}$/, { error, abort: true })
    .transform(Number)
    .refine(inRange, error);
}

/** Whole seconds outside, milliseconds inside. */
export function seconds(min: number, max: number) {
  return wholeNumber(min, max).transform((value) => value * 1_000);
}

const TRUE = ["true", "1", "yes", "on"];
const FALSE = ["false", "0", "no", "off"];

export const flag = z
  .string()
  .toLowerCase()
  .refine((text) => [...TRUE, ...FALSE].includes(text), "has to be true or false")
  .transform((text) => TRUE.includes(text));

export const secret = z.string().transform((text) => new Secret(text));

/** Words between commas; a line break counts as a comma, so that a file can have one per line. */
export const list = z.string().transform(splitList);

export const secrets = list.transform((words) => words.map((word) => new Secret(word)));

export const host = z
  .string()
  .regex(/^[A-Za-z0-9.:_-]+$/, "has to be an address or host name to listen on, such as 0.0.0.0");

/** A host name in whatever way people write it, down to the name alone. */
export const hostNames = list.transform((words, ctx) =>
  words.flatMap((word) => {
    const bare = URL.canParse(`http://${word}`) ? new URL(`http://${word}`) : undefined;
    const isName = bare !== undefined && !word.includes("/") && !word.includes("*");
    if (isName) return bare.hostname;
    ctx.addIssue(`has to list host names such as fairlead.example.com; "${word}" is none`);
    return [];
  }),
);

export const origins = list.transform((words, ctx) =>
  words.flatMap((word) => {
    const url = URL.canParse(word) ? new URL(word) : undefined;
    if (url !== undefined && url.origin === word.replace(/\/$/, "")) return url.origin;
    ctx.addIssue(`has to list origins such as https://chat.example.com; "${word}" is none`);
    return [];
  }),
);

export const publicUrl = z
  .url({ protocol: /^https?$/, error: "has to be a URL such as https://fairlead.example.com" })
  .transform((text) => new URL(text))
  .refine(
    ({ search, hash, username }) => search === "" && hash === "" && username === "",
    "has to be a plain URL without a query, fragment or user",
  );

/** Address of a service, password included. */
export function serviceUrl(schemes: readonly string[], example: string) {
  return z
    .string()
    .refine(
      (text) => URL.canParse(text) && schemes.includes(new URL(text).protocol.replace(":", "")),
      `has to be a URL such as ${example}`,
    )
    .transform((text) => new Secret(text));
}

/** Redis or Valkey, alone or a cluster: several hosts between commas, which `URL` cannot read. */
export const redisUrl = z.string().transform((text, ctx) => {
  const url = new Secret(text);
  try {
    parseRedisUrl(url);
    return url;
  } catch {
    ctx.addIssue(
      "has to be a URL such as redis://user:password@host:6379/0, or redis-cluster://host-1:6379,host-2:6379",
    );
    return z.NEVER;
  }
});

/** Begins every name in a Redis that others use too. */
export const keyPrefix = z
  .string()
  .regex(
    /^[A-Za-z0-9_.-]{1,64}$/,
    "has to be 1 to 64 letters, digits, dots, dashes or underscores",
  );

const SHORTEST_MASTER_KEY = 32;

/** A master key that can stand in a list of old ones later. */
export const masterKey = secret
  .refine((key) => key.reveal().length >= SHORTEST_MASTER_KEY, {
    error: `has to have at least ${SHORTEST_MASTER_KEY} characters`,
    abort: true,
  })
  .refine(
    (key) => !/[\p{Cc},]|^ | $/u.test(key.reveal()),
    "has to be text without a comma, a line break or space at its ends, to be listed in ENCRYPTION_KEY_PREVIOUS one day",
  );

/** Addresses, CIDR ranges, and the names `loopback` and `private`. */
export const proxies = list.transform((words, ctx) => {
  for (const word of words) {
    if (isTrustedProxy(word)) continue;
    ctx.addIssue(
      `has to list addresses, ranges such as 10.0.0.0/8, or loopback; "${word}" is none`,
    );
  }
  return words;
});

export const issuers = z.string().transform((text, ctx) => {
  try {
    return parseIssuers(text);
  } catch (error) {
    ctx.addIssue(error instanceof Error ? error.message : "cannot be read");
    return z.NEVER;
  }
});

export const issuerUrl = z
  .string()
  .refine(
    (text) => webUrlOf(text) !== undefined,
    "has to be an https URL such as https://id.example.com",
  );

export const roleNames = list.transform((words, ctx): Role[] =>
  words.flatMap((word) => {
    if (isRole(word)) return [word];
    ctx.addIssue(`has to list roles (${ROLES.join(", ")}); "${word}" is none`);
    return [];
  }),
);

/** `name=count` between commas; what is not named keeps its default. */
export const tiers = list.transform((words, ctx): Tiers => {
  const given = words.flatMap((word) => {
    const [, name, count] = /^([a-z][a-z0-9_]{0,31})=(\d{1,12})$/.exec(word) ?? [];
    if (name !== undefined && Number(count) > 0) return [[name, { perHour: Number(count) }]];
    ctx.addIssue(`has to list tiers such as gold=100000; "${word}" is none`);
    return [];
  });
  return { ...DEFAULT_TIERS, ...Object.fromEntries(given) };
});

export const logLevels = z.string().transform((text, ctx): LogLevels => {
  const levels = parseLogLevels(text);
  if (!("wrong" in levels)) return levels;
  ctx.addIssue(
    `has to be ${LEVELS.join(", ")}, or a list such as info,cloudways=debug; "${levels.wrong}" is neither`,
  );
  return z.NEVER;
});

function splitList(text: string): string[] {
  return text
    .split(/[,\n]/)
    .map((word) => word.trim())
    .filter((word) => word !== "");
}
