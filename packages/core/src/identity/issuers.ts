import { z } from "zod";
import { ROLES } from "../policy/roles.ts";

/** Public-key algorithms of RFC 7518, RFC 8037 and RFC 9864; with a shared secret anybody who checks could sign. */
const ALGORITHMS = [
  ...["EdDSA", "Ed25519", "ES256", "ES384", "ES512"],
  ...["PS256", "PS384", "PS512", "RS256", "RS384", "RS512"],
] as const;

const issuerUrl = z
  .string()
  .refine(isIssuerUrl, "has to be an https URL without query or fragment");

const claims = z.strictObject({
  /** Names the tenant, by id or name. The principal has to be of it. */
  tenant: z.string().min(1).optional(),
  /** Lists roles; they stand in place of the stored ones. */
  roles: z.string().min(1).optional(),
  /** Lists scopes; `scope`, else `scp`. */
  scopes: z.string().min(1).optional(),
});

/** An authorization server whose tokens are taken. */
const issuer = z.strictObject({
  /** As it stands in the tokens, letter by letter. */
  issuer: issuerUrl,
  /** What tokens have to be meant for, instead of the URLs of this server's endpoints; then good on all of them. */
  audience: z
    .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
    .transform((given) => (typeof given === "string" ? [given] : given))
    .optional(),
  /** Where its keys are; else what its metadata says. */
  jwks_uri: z
    .string()
    .refine((text) => webUrlOf(text) !== undefined, "has to be an https URL")
    .optional(),
  algorithms: z
    .array(z.enum(ALGORITHMS))
    .min(1)
    .default([...ALGORITHMS]),
  /** Older tokens are refused, whatever their own expiry. */
  max_token_age_s: z.number().int().min(60).default(86_400),
  claims: claims.default({}),
  /** A token without a scope of ours gives nothing; else it gives what the roles give. */
  require_scope: z.boolean().default(false),
  /** Whom this issuer vouches for without being known here becomes a principal of this tenant (id or name) … */
  tenant: z.string().min(1).optional(),
  /** … with these roles. */
  roles: z.array(z.enum(ROLES)).default([]),
});

export type Issuer = z.output<typeof issuer>;
export type GivenIssuer = z.input<typeof issuer>;

const issuers = z
  .array(issuer)
  .refine(
    (all) => new Set(all.map((each) => each.issuer)).size === all.length,
    "has to list each issuer once",
  );

/** Takes a JSON list of issuers, one as a JSON object, or URLs between commas. Throws an `Error` that says what is wrong. */
export function parseIssuers(text: string): readonly Issuer[] {
  const given = text.trim();
  const isJson = given.startsWith("[") || given.startsWith("{");
  if (!isJson) {
    const urls = given.split(/[,\n]/).map((url) => url.trim());
    return toIssuers(urls.filter((url) => url !== "").map((url) => ({ issuer: url })));
  }
  let json: unknown;
  try {
    json = JSON.parse(given);
  } catch {
    throw new Error("has to be JSON, or URLs between commas; this is broken JSON");
  }
  return toIssuers(Array.isArray(json) ? json : [json]);
}

function toIssuers(given: unknown): readonly Issuer[] {
  const parsed = issuers.safeParse(given);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.join(".")}: ${message}`,
  );
  throw new Error(problems.join("; "));
}

/** RFC 8414, section 2. Without TLS only on this machine, for trying things out. */
function isIssuerUrl(text: string): boolean {
  const url = webUrlOf(text);
  return url !== undefined && url.search === "" && url.hash === "" && url.username === "";
}

/** A URL that keys may be fetched from. */
export function webUrlOf(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.protocol === "https:") return url;
  return url.protocol === "http:" && isThisMachine(url.hostname) ? url : undefined;
}

function isThisMachine(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(host);
}
