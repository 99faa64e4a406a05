import { hash, randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Clock } from "@fairlead/core/ports";
import { exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";

/** Somebody who is signed in at the provider, as its claims say. */
export interface ProviderUser {
  sub: string;
  name?: string;
  email?: string;
  email_verified?: boolean;
}

/** An OpenID Connect provider on loopback that agrees to everything; a test bends what it answers. */
export interface OidcProvider {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** Who is asked about; changes who signs in next. */
  user: ProviderUser;
  /** Claims that stand in the place of the right ones in the next ID tokens. */
  claims: Record<string, unknown>;
  /** Parameters that stand in the place of the right ones when the browser is sent back; undefined leaves one out. */
  answer: Record<string, string | undefined>;
  /** Claims that only the user info has. */
  userInfo: Record<string, unknown> | undefined;
  /** Signs ID tokens with a key that is not published. */
  signsWrongly: boolean;
  isAway: boolean;
  /** Codes that were traded. */
  readonly redeemed: string[];
  /** Access and ID tokens that were given for them. */
  readonly issued: string[];
  close(): Promise<void>;
}

interface Grant {
  nonce: string;
  challenge: string;
  redirect_uri: string;
  user: ProviderUser;
}

export async function startOidcProvider(clock: Clock): Promise<OidcProvider> {
  const right = await generateKeyPair("ES256", { extractable: true });
  const wrong = await generateKeyPair("ES256");
  const jwk: JWK = { ...(await exportJWK(right.publicKey)), kid: "one", alg: "ES256", use: "sig" };
  const grants = new Map<string, Grant>();
  const redeemed: string[] = [];
  const issued: string[] = [];

  async function idToken({ nonce, user }: Grant): Promise<string> {
    const now = Math.floor(clock.now() / 1000);
    const { sub, ...profile } = user;
    const claims = {
      ...{ iss: provider.issuer, aud: provider.clientId, sub, nonce, iat: now, exp: now + 300 },
      ...(provider.userInfo === undefined ? profile : {}),
      ...provider.claims,
    };
    return new SignJWT(claims)
      .setProtectedHeader({ alg: "ES256", kid: "one" })
      .sign(provider.signsWrongly ? wrong.privateKey : right.privateKey);
  }

  function authorize(query: URLSearchParams, res: ServerResponse): void {
    const code = randomBytes(16).toString("hex");
    const redirect_uri = query.get("redirect_uri") ?? "";
    const isAsked =
      query.get("client_id") === provider.clientId &&
      query.get("response_type") === "code" &&
      query.get("code_challenge_method") === "S256";
    if (!isAsked) return end(res, 400, { error: "invalid_request" });
    grants.set(code, {
      nonce: query.get("nonce") ?? "",
      challenge: query.get("code_challenge") ?? "",
      redirect_uri,
      user: provider.user,
    });
    const back = new URL(redirect_uri);
    const parameters = { code, state: query.get("state") ?? "", iss: provider.issuer };
    for (const [name, value] of Object.entries({ ...parameters, ...provider.answer })) {
      if (value !== undefined) back.searchParams.set(name, value);
    }
    res.writeHead(302, { location: back.href }).end();
  }

  async function token(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const form = new URLSearchParams(await readText(req));
    const code = form.get("code") ?? "";
    const grant = grants.get(code);
    const { clientId, clientSecret } = provider;
    if (basicOf(req) !== `${clientId}:${clientSecret}`) {
      return end(res, 401, { error: "invalid_client" });
    }
    const challenge = hash("sha256", form.get("code_verifier") ?? "", "base64url");
    const isRight =
      grant?.challenge === challenge && grant.redirect_uri === form.get("redirect_uri");
    if (grant === undefined || !isRight) return end(res, 400, { error: "invalid_grant" });
    grants.delete(code);
    redeemed.push(code);
    const id_token = await idToken(grant);
    const access_token = randomBytes(24).toString("base64url");
    issued.push(access_token, id_token);
    end(res, 200, { access_token, token_type: "Bearer", id_token });
  }

  async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const url = new URL(req.url ?? "/", provider.issuer);
    if (provider.isAway) return end(res, 503, {});
    switch (url.pathname) {
      case "/.well-known/openid-configuration":
        return end(res, 200, metadata());
      case "/keys":
        return end(res, 200, { keys: [jwk] });
      case "/authorize":
        return authorize(url.searchParams, res);
      case "/token":
        return token(req, res);
      case "/userinfo":
        return end(res, 200, { sub: provider.user.sub, ...provider.userInfo });
      default:
        return end(res, 404, {});
    }
  }

  function metadata() {
    const at = (path: string) => `${provider.issuer}${path}`;
    return {
      issuer: provider.issuer,
      authorization_endpoint: at("/authorize"),
      token_endpoint: at("/token"),
      jwks_uri: at("/keys"),
      ...(provider.userInfo === undefined ? {} : { userinfo_endpoint: at("/userinfo") }),
      response_types_supported: ["code"],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: ["ES256"],
      code_challenge_methods_supported: ["S256"],
      authorization_response_iss_parameter_supported: true,
    };
  }

  const server = createServer((req, res) => void answer(req, res));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const provider: OidcProvider = {
    issuer: `http://127.0.0.1:${port}`,
    clientId: "fairlead",
    clientSecret: "a secret of the client",
    user: { sub: "ann", name: "Ann", email: "ann@example.com", email_verified: true },
    claims: {},
    answer: {},
    userInfo: undefined,
    signsWrongly: false,
    isAway: false,
    ...{ redeemed, issued },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return provider;
}

/** Name and secret are form-encoded before they are joined (RFC 6749, section 2.3.1). */
function basicOf({ headers }: IncomingMessage): string {
  const encoded = /^Basic (.+)$/.exec(headers.authorization ?? "")?.[1] ?? "";
  const [name = "", secret = ""] = Buffer.from(encoded, "base64").toString("utf8").split(":");
  const form = new URLSearchParams(`name=${name}&secret=${secret}`);
  return `${form.get("name")}:${form.get("secret")}`;
}

function end(res: ServerResponse, status: number, json: unknown): void {
  res.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(json));
}

async function readText(req: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of req) parts.push(part);
  return Buffer.concat(parts).toString("utf8");
}
