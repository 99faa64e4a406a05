/** What scanners of source and logs look for: shapes of credentials, and names that stand before one. */
const SHAPES: Record<string, RegExp> = {
  "a bearer token": /bearer\s+[a-z0-9._~+/=-]{8,}/i,
  "basic credentials": /basic\s+[a-z0-9+/]{12,}={0,2}/i,
  "a JWT or JWE": /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*/,
  "an AWS key": /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/,
  "a GitHub token": /\bgh[pousr]_[A-Za-z0-9]{30,}/,
  "a Stripe or OpenAI key": /\bsk[-_](?:live|test|proj)?[-_]?[A-Za-z0-9]{20,}/,
  "a private key": /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  "credentials in a URL": /[a-z][a-z0-9+.-]*:\/\/[^\s/:@"]+:[^\s/@"]+@/i,
  "a named secret":
    /(?:password|passwd|secret|api[_-]?key|access[_-]?token|token)\\?["']?\s*[:=]\s*\\?["']?(?!\[redacted\])[^\s"',}\\]{6,}/i,
};

/** Which shapes of secrets a text holds. */
export function secretsIn(text: string): string[] {
  return Object.entries(SHAPES)
    .filter(([, shape]) => shape.test(text))
    .map(([name, shape]) => `${name}: ${shape.exec(text)?.[0]}`);
}
