import type { FairleadError } from "@fairlead/core/errors";

export interface ChallengeOptions {
  /** Where the endpoint's RFC 9728 metadata is, if there is any. */
  metadataUrl?: string | undefined;
  /** Scopes to ask for in the beginning. */
  scopes?: readonly string[];
}

/**
 * The value of `WWW-Authenticate` that goes with a refusal (RFC 6750, section 3; RFC 9728, section 5.1; MCP 2026-07-28,
 * authorization): how to get in, or which scope this very operation lacks. Undefined for what no sign-in would help.
 */
export function challengeOf(
  { code, details, message }: Pick<FairleadError, "code" | "details" | "message">,
  { metadataUrl, scopes = [] }: ChallengeOptions = {},
): string | undefined {
  if (code === "unauthenticated") {
    // Who showed nothing is told of no error (RFC 6750, section 3.1).
    const isBad = details?.challenge === "invalid_token";
    const error = isBad ? { error: "invalid_token", error_description: message } : {};
    return write({ ...error, scope: scopes.join(" "), resource_metadata: metadataUrl });
  }
  const scope = details?.scope;
  if (code !== "forbidden" || typeof scope !== "string") return undefined;
  return write({
    error: "insufficient_scope",
    error_description: message,
    scope,
    resource_metadata: metadataUrl,
  });
}

function write(parameters: Record<string, string | undefined>): string {
  const parts = Object.entries({ realm: "fairlead", ...parameters })
    .filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== "")
    .map(([name, value]) => `${name}="${quotable(value)}"`);
  return `Bearer ${parts.join(", ")}`;
}

/** What may stand between quotes in all three parameters (RFC 6750, section 3): printable ASCII but `"` and `\`. */
function quotable(text: string): string {
  return text.replace(/[^\x20\x21\x23-\x5b\x5d-\x7e]/g, "'").slice(0, 500);
}
