import { Secret } from "@fairlead/core/secret";
import { z } from "zod";

/** Begins every access token made in the Cloudways platform; anything else is an account API key. */
const ACCESS_TOKEN_PREFIX = "cw_";

const secret = z.instanceof(Secret);

export const credential = z
  .object({ email: secret.optional(), api_key: secret })
  .refine(({ api_key }) => /^[\x21-\x7e]{1,500}$/.test(api_key.reveal().trim()), {
    path: ["api_key"],
    message: "has to be one word of at most 500 characters",
  })
  .refine(({ email, api_key }) => isAccessToken(api_key) || isEmail(email), {
    path: ["email"],
    message: "is needed with an account API key",
  });

export const settings = z.object({
  base_url: z
    .url({ protocol: /^https?$/ })
    .refine(isProtected, "has to begin with https://; plain http:// is only for this very machine")
    .refine(isPlain, "has to be without a user and password: settings are no place for secrets")
    .default("https://api.cloudways.com"),
  api_version: z.enum(["v2", "v1"]).default("v2"),
  /** Cloudways allows an account 100 requests a minute; the rest is for whatever else uses the account. */
  requests_per_minute: z.coerce.number().int().min(1).max(1_000_000).default(90),
  /** Milliseconds until one request to Cloudways is given up. */
  request_timeout_ms: z.coerce.number().int().min(100).default(20_000),
  /** Milliseconds for a request with its login, waits and repetitions. */
  total_timeout_ms: z.coerce.number().int().min(100).default(28_000),
});

export type Settings = z.output<typeof settings>;
export type Credential = Readonly<Record<string, Secret>>;

export function isAccessToken(apiKey: Secret): boolean {
  return apiKey.reveal().trim().startsWith(ACCESS_TOKEN_PREFIX);
}

/** What stands for the Cloudways account: its e-mail, or the access token, which no e-mail goes with. */
export function accountOf({ email, api_key }: Credential): string {
  if (api_key !== undefined && isAccessToken(api_key)) return api_key.reveal().trim();
  return email?.reveal().trim().toLowerCase() ?? "";
}

/** Every request carries the credential or a token. */
function isProtected(url: string): boolean {
  if (!URL.canParse(url)) return true; // what it is instead is another check's matter
  const { protocol, hostname } = new URL(url);
  return protocol === "https:" || isLoopback(hostname);
}

/** Settings are kept and shown as they are. */
function isPlain(url: string): boolean {
  if (!URL.canParse(url)) return true;
  const { username, password } = new URL(url);
  return username === "" && password === "";
}

/** As `URL` writes host names: lower case, addresses in their usual form. */
function isLoopback(hostname: string): boolean {
  return /^(.+\.)?localhost$|^127\.\d+\.\d+\.\d+$|^\[::1\]$/.test(hostname);
}

function isEmail(email: Secret | undefined): boolean {
  return email !== undefined && /^[^\s@]{1,64}@[^\s@]{1,255}$/.test(email.reveal().trim());
}
