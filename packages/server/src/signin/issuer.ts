import { FairleadError } from "@fairlead/core/errors";
import type { Clock, Fetch, Logger } from "@fairlead/core/ports";
import type { Configuration, CustomFetch, ServerMetadata } from "openid-client";
import type { SignInConfig } from "./config.ts";

/** Who the issuer says has signed in. Names and addresses come from outside. */
export interface Person {
  issuer: string;
  subject: string;
  name: string | undefined;
  /** Lower case; only one that the issuer verified. */
  email: string | undefined;
}

/** What belongs to one sign-in and is only known to us and to the browser that began it. */
export interface Proof {
  state: string;
  nonce: string;
  /** PKCE (RFC 7636). */
  verifier: string;
}

/** The one issuer that people sign in at, by the authorization code flow. */
export interface SignInIssuer {
  begin(redirectUri: string): Promise<{ url: URL; proof: Proof }>;
  /** Throws `unauthenticated` when the answer is not one to this proof, or the issuer refused. */
  finish(answer: URL, proof: Proof): Promise<Person>;
}

interface Parts {
  config: SignInConfig;
  fetch: Fetch;
  clock: Clock;
  logger: Logger;
}

const TIMEOUT_S = 5;
const FRESH_MS = 600_000;
const SCOPE = "openid email profile";

export function createSignInIssuer({ config, fetch, clock, logger }: Parts): SignInIssuer {
  const isPlain = new URL(config.issuer).protocol === "http:";
  const send: CustomFetch = (url, { body, signal, ...options }) =>
    fetch(url, {
      ...options,
      ...(body === undefined ? {} : { body }),
      ...(signal === undefined ? {} : { signal }),
    });
  let held: { metadata: ServerMetadata; at: number } | undefined;

  async function discover(): Promise<ServerMetadata> {
    if (held !== undefined && clock.now() - held.at < FRESH_MS) return held.metadata;
    const client = await import("openid-client");
    try {
      const found = await client.discovery(
        new URL(config.issuer),
        config.clientId,
        undefined,
        undefined,
        {
          [client.customFetch]: send,
          timeout: TIMEOUT_S,
          execute: isPlain ? [client.allowInsecureRequests] : [],
        },
      );
      held = { metadata: found.serverMetadata(), at: clock.now() };
      return held.metadata;
    } catch (error) {
      throw issuerAway(error);
    }
  }

  /** Of one sign-in: it looks at the issuer's keys as they are now. */
  async function configure(): Promise<Configuration> {
    const client = await import("openid-client");
    const metadata = await discover();
    const made = new client.Configuration(
      metadata,
      config.clientId,
      { [client.clockSkew]: Math.round((clock.now() - Date.now()) / 1000) },
      clientAuth(client, config, metadata),
    );
    made.timeout = TIMEOUT_S;
    made[client.customFetch] = send;
    if (isPlain) client.allowInsecureRequests(made);
    client.enableNonRepudiationChecks(made);
    return made;
  }

  async function exchange(answer: URL, proof: Proof): Promise<Person> {
    const client = await import("openid-client");
    const made = await configure();
    const tokens = await client.authorizationCodeGrant(made, answer, {
      expectedState: proof.state,
      expectedNonce: proof.nonce,
      pkceCodeVerifier: proof.verifier,
      idTokenExpected: true,
    });
    const claims = tokens.claims();
    if (claims === undefined) throw new Error("the issuer sent no ID token");
    const hasUserInfo = made.serverMetadata().userinfo_endpoint !== undefined;
    if (claims.email !== undefined || !hasUserInfo) return toPerson(claims);
    const info = await client.fetchUserInfo(made, tokens.access_token, claims.sub);
    return toPerson({ ...info, ...claims });
  }

  return {
    async begin(redirectUri) {
      const client = await import("openid-client");
      const proof = {
        state: client.randomState(),
        nonce: client.randomNonce(),
        verifier: client.randomPKCECodeVerifier(),
      };
      const url = client.buildAuthorizationUrl(await configure(), {
        ...{ redirect_uri: redirectUri, scope: SCOPE, response_type: "code" },
        ...{ state: proof.state, nonce: proof.nonce },
        code_challenge: await client.calculatePKCECodeChallenge(proof.verifier),
        code_challenge_method: "S256",
      });
      return { url, proof };
    },
    async finish(answer, proof) {
      try {
        return await exchange(answer, proof);
      } catch (error) {
        if (error instanceof FairleadError) throw error;
        logger.info({ err: error }, "a sign-in was not completed");
        throw notCompleted(error);
      }
    },
  };
}

type Client = typeof import("openid-client");

function clientAuth(
  client: Client,
  { clientSecret }: SignInConfig,
  { token_endpoint_auth_methods_supported: methods }: ServerMetadata,
) {
  if (clientSecret === undefined) return client.None();
  const isBasic = methods === undefined || methods.includes("client_secret_basic");
  return isBasic
    ? client.ClientSecretBasic(clientSecret.reveal())
    : client.ClientSecretPost(clientSecret.reveal());
}

function toPerson(claims: {
  iss: string;
  sub: string;
  name?: unknown;
  email?: unknown;
  email_verified?: unknown;
}): Person {
  const { iss, sub, name, email, email_verified } = claims;
  const isVerified = email_verified === true && typeof email === "string";
  return {
    ...{ issuer: iss, subject: sub },
    name: typeof name === "string" ? name : undefined,
    email: isVerified ? email.toLowerCase() : undefined,
  };
}

function issuerAway(cause: unknown): FairleadError {
  return new FairleadError(
    "upstream_unavailable",
    "The server that people sign in at cannot be reached. Try again in a minute.",
    { details: { reason: "issuer" }, cause },
  );
}

function notCompleted(cause: unknown): FairleadError {
  return new FairleadError("unauthenticated", "The sign-in was not completed. Start it again.", {
    details: { reason: "sign_in" },
    cause,
  });
}
