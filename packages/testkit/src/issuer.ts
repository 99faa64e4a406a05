import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";

export type Algorithm = "EdDSA" | "ES256" | "RS256";

export interface SigningKey {
  kid: string;
  alg: Algorithm;
  privateKey: CryptoKey;
  publicJwk: JWK;
}

interface Answer {
  status: number;
  headers?: Record<string, string>;
  body: string;
}

/** An authorization server's metadata and keys, served over HTTP on loopback; it issues whatever a test asks for. */
export interface TestIssuer {
  issuer: string;
  /** Published as they stand here. */
  keys: JWK[];
  /** Paths that were asked for, oldest first. */
  requests: string[];
  /** While true it answers 503. */
  isAway: boolean;
  /** Changes metadata before they are served. */
  metadata: Record<string, unknown>;
  /** Answers in place of the metadata and keys, where it gives an answer. */
  override: ((path: string) => Answer | undefined) | undefined;
  /** Makes a key and publishes it. */
  addKey(alg?: Algorithm, kid?: string): Promise<SigningKey>;
  close(): Promise<void>;
}

export async function startIssuer(path = ""): Promise<TestIssuer> {
  const server = createServer((req, res) => {
    const asked = req.url ?? "";
    issuer.requests.push(asked);
    const answer = issuer.override?.(asked) ?? answerOf(asked);
    res.writeHead(issuer.isAway ? 503 : answer.status, answer.headers);
    res.end(issuer.isAway ? "" : answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;

  function answerOf(asked: string): Answer {
    if (asked === `/.well-known/oauth-authorization-server${path}`) {
      return { status: 200, body: JSON.stringify(issuer.metadata) };
    }
    if (asked === "/keys") return { status: 200, body: JSON.stringify({ keys: issuer.keys }) };
    return { status: 404, body: "{}" };
  }

  let made = 0;
  const issuer: TestIssuer = {
    issuer: `${origin}${path}`,
    keys: [],
    requests: [],
    isAway: false,
    metadata: { issuer: `${origin}${path}`, jwks_uri: `${origin}/keys` },
    override: undefined,
    async addKey(alg = "EdDSA", kid = `key ${++made}`) {
      const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
      const publicJwk = { ...(await exportJWK(publicKey)), kid, alg, use: "sig" };
      issuer.keys.push(publicJwk);
      return { kid, alg, privateKey, publicJwk };
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return issuer;
}

/** Signs claims as they are: nothing is added. */
export function signToken(
  { kid, alg, privateKey }: SigningKey,
  claims: Record<string, unknown>,
  header: Record<string, unknown> = {},
): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg, kid, typ: "at+jwt", ...header })
    .sign(privateKey, typeof header.crit === "object" ? { crit: { "x-test": true } } : {});
}
