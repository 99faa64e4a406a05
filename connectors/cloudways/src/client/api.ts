import type { ClientEnvironment } from "@fairlead/core/connector";
import { FairleadError } from "@fairlead/core/errors";
import { Secret } from "@fairlead/core/secret";
import { z } from "zod";
import type { paths } from "../contract.generated.ts";
import { accountOf, isAccessToken, type Settings } from "../settings.ts";
import { parsePayload, readAnswer } from "./answer.ts";
import { type BudgetStatus, createBudget } from "./budget.ts";
import { exchange, type UpstreamRequest } from "./exchange.ts";
import { repeat } from "./repeat.ts";
import {
  createAccessTokenSession,
  createLoginSession,
  type Session,
  type TokenStatus,
} from "./session.ts";
import { withinDeadline } from "./wait.ts";

const LOGIN_PATH = "/oauth/access_token";

/** Paths of the contract that can be read. */
export type ReadPath = {
  [P in keyof paths]: paths[P] extends { get: object } ? P : never;
}[keyof paths];

/** What the contract wants in path and query. */
export interface Parameters {
  path?: Record<string, string | number>;
  query?: Record<string, string | number>;
}

export type ParametersOf<P extends ReadPath> = paths[P] extends {
  get: { parameters: infer A };
}
  ? Pick<A, keyof A & keyof Parameters>
  : never;

/** Requests to one Cloudways account: with a token, within the budget, repeated where that is safe. */
export interface Api {
  get<P extends ReadPath, S extends z.ZodType>(
    path: P,
    parameters: ParametersOf<P> & Parameters,
    answer: S,
    signal: AbortSignal,
  ): Promise<z.output<S>>;
  /** Makes sure that there is a token, asking Cloudways only when there is none. */
  logIn(signal: AbortSignal): Promise<void>;
  readonly usesAccessToken: boolean;
  tokenStatus(): TokenStatus;
  budgetStatus(): Promise<BudgetStatus>;
  close(): void;
}

const loginAnswer = z.object({
  access_token: z.string().min(1).max(4_096),
  expires_in: z.coerce.number().min(60).max(86_400).catch(3_600),
});

export function createApi(environment: ClientEnvironment<Settings>): Api {
  const { settings, credential, clock, shared, logger } = environment;
  const root = `${settings.base_url.replace(/\/+$/, "")}/api/${settings.api_version}`;
  const account = environment.keyedHash("account cloudways", accountOf(credential));
  const budget = createBudget(shared, clock, account, settings.requests_per_minute);
  // Who only names an account must not spend or pause what its owner has: logins of a pair that Cloudways never took
  // have a budget of their own.
  const unproven = environment.keyedHash("unproven cloudways", accountOf(credential));
  const unprovenBudget = createBudget(shared, clock, unproven, settings.requests_per_minute);
  const apiKey = new Secret(credential.api_key?.reveal().trim() ?? "");
  const usesAccessToken = isAccessToken(apiKey);
  const session: Session = usesAccessToken
    ? createAccessTokenSession(apiKey, clock)
    : createLoginSession({ ...environment, login });

  let isProven = usesAccessToken;

  /** One request, paid for; everything that leaves for Cloudways leaves here. */
  async function send(request: UpstreamRequest, signal: AbortSignal): Promise<unknown> {
    const payer = isProven ? budget : unprovenBudget;
    await payer.take(signal);
    const startedAt = clock.now();
    const answer = await exchange(environment, request, settings.request_timeout_ms, signal);
    const { method, path } = request;
    const { status } = answer;
    logger.debug({ method, path, status, duration_ms: clock.now() - startedAt }, "asked Cloudways");
    try {
      return readAnswer(request, answer, hideSecrets);
    } catch (error) {
      const isLimit = error instanceof FairleadError && error.code === "rate_limited";
      if (isLimit) payer.pause(Number(error.details?.retry_after_s) * 1000);
      throw error;
    }
  }

  /** What is done for a caller ends in time, whatever it has to wait for. */
  function bounded<T>(
    path: string,
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<T>,
  ) {
    return withinDeadline(clock, settings.total_timeout_ms, signal, path, work);
  }

  function login(ended: AbortSignal): Promise<{ token: Secret; lifetimeMs: number }> {
    const email = credential.email?.reveal().trim() ?? "";
    const request: UpstreamRequest = {
      ...{ method: "POST", path: LOGIN_PATH, url: `${root}${LOGIN_PATH}`, access: "read" },
      headers: { accept: "application/json", "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ email, api_key: apiKey.reveal() }).toString(),
    };
    return bounded(LOGIN_PATH, ended, async (signal) => {
      const payload = await repeat(environment, "read", signal, () => send(request, signal)).catch(
        toLoginRefusal,
      );
      const { access_token, expires_in } = parsePayload(loginAnswer, payload, LOGIN_PATH);
      if (!isProven) {
        isProven = true;
        // It was a request of this account after all; that it has none left is for the next one to hear.
        await budget.take(signal).catch(() => {});
      }
      return { token: new Secret(access_token), lifetimeMs: expires_in * 1000 };
    });
  }

  function withToken(request: UpstreamRequest, token: Secret, signal: AbortSignal) {
    const headers = { ...request.headers, authorization: `Bearer ${token.reveal()}` };
    return repeat(environment, request.access, signal, () => send({ ...request, headers }, signal));
  }

  function hideSecrets(text: string): string {
    const secrets = [...session.secrets, apiKey, ...(credential.email ? [credential.email] : [])];
    return secrets
      .map((secret) => secret.reveal().trim())
      .filter((secret) => secret !== "")
      .reduce((hidden, secret) => hidden.replaceAll(secret, "[redacted]"), text);
  }

  return {
    get(path, parameters, answer, signal) {
      const url = `${root}${toAddress(path, parameters)}`;
      const headers = { accept: "application/json" };
      const request: UpstreamRequest = { method: "GET", path, url, headers, access: "read" };
      return bounded(path, signal, async (signal) => {
        const token = await session.token(signal);
        const payload = await withToken(request, token, signal).catch(async (error: unknown) => {
          if (!isTokenRefusal(error)) throw error;
          return withToken(request, await session.replace(token, signal), signal);
        });
        return parsePayload(answer, payload, path);
      });
    },
    async logIn(signal) {
      await session.token(signal);
    },
    usesAccessToken,
    tokenStatus: () => session.status(),
    budgetStatus: () => budget.status(),
    close: () => session.close(),
  };
}

function toAddress(path: string, { path: segments = {}, query = {} }: Parameters): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(segments[name] ?? ""),
  );
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) search.append(name, String(value));
  return search.size === 0 ? filled : `${filled}?${search}`;
}

function isTokenRefusal(error: unknown): boolean {
  return error instanceof FairleadError && error.code === "unauthenticated";
}

/** A refused login is always about the pair, whichever status Cloudways chooses for it. */
function toLoginRefusal(error: unknown): never {
  if (!(error instanceof FairleadError)) throw error;
  if (error.code === "forbidden") {
    throw new FairleadError(
      "forbidden",
      "Cloudways does not let this account log in from here. It refuses logins from its own servers' addresses, among others.",
      { details: { reason: "login_forbidden" }, cause: error },
    );
  }
  const isAboutPair = ["unauthenticated", "invalid_input", "upstream_rejected"].includes(
    error.code,
  );
  if (!isAboutPair) throw error;
  throw new FairleadError(
    "unauthenticated",
    "Cloudways rejected the e-mail and API key of this connection. Check both, or make an access token in the Cloudways platform.",
    { details: { reason: "login_refused" }, cause: error },
  );
}
