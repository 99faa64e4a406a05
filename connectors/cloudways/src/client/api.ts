import type { ObtainedToken } from "@fairlead/core/connections/shared-token";
import type { ClientEnvironment } from "@fairlead/core/connector";
import { FairleadError, toFairleadError } from "@fairlead/core/errors";
import { Secret } from "@fairlead/core/secret";
import { z } from "zod";
import type { paths } from "../contract.generated.ts";
import type { Credential, Settings } from "../settings.ts";
import { type Account, createAccount } from "./account.ts";
import { parsePayload, readAnswer } from "./answer.ts";
import { type Budget, type BudgetStatus, createBudget } from "./budget.ts";
import { withinDeadline } from "./deadline.ts";
import { exchange, type UpstreamRequest } from "./exchange.ts";
import { createProof } from "./proof.ts";
import type { HideSecrets } from "./refusal.ts";
import { repeat } from "./repeat.ts";
import {
  type FieldsOf,
  type Parameters,
  type ParametersOf,
  type ReadPath,
  toAddress,
  toBody,
  type WriteMethod,
  type WritePath,
} from "./request.ts";
import {
  createAccessTokenSession,
  createLoginSession,
  type Session,
  type TokenStatus,
} from "./session.ts";

const RENEW_AHEAD_MS = 300_000;
const LOGIN_PATH = "/oauth/access_token";
const METHODS = { post: "POST", put: "PUT", delete: "DELETE" } as const;

/** Requests to one Cloudways account: with a token, within the budget, repeated where that is safe. */
export interface Api {
  get<P extends ReadPath, S extends z.ZodType>(
    path: P,
    parameters: ParametersOf<P> & Parameters,
    answer: S,
    signal: AbortSignal,
  ): Promise<z.output<S>>;
  /** Changes something. It leaves once: only a refusal that proves that nothing was done is followed by another try. */
  write<M extends WriteMethod, P extends WritePath<M>, S extends z.ZodType>(
    method: M,
    path: P,
    fields: FieldsOf<paths[P][M]> & Parameters,
    answer: S,
    signal: AbortSignal,
  ): Promise<z.output<S>>;
  /** Makes sure that there is a token, asking Cloudways only when there is none. */
  logIn(signal: AbortSignal): Promise<void>;
  /** Whether the credential is sent as it is, or exchanged for a token. */
  kind(): Promise<TokenStatus["kind"]>;
  tokenStatus(): Promise<TokenStatus>;
  budgetStatus(): Promise<BudgetStatus>;
  close(): void;
}

const loginAnswer = z.object({
  access_token: z.string().min(1).max(4_096),
  expires_in: z.coerce.number().min(60).max(86_400).catch(3_600),
});

export function createApi(environment: ClientEnvironment<Settings>): Api {
  const { settings, clock, shared, logger } = environment;
  const root = `${settings.base_url.replace(/\/+$/, "")}/api/${settings.api_version}`;
  const account = createAccount(environment);
  const budgetOf = (name: string) =>
    createBudget(shared, clock, name, settings.requests_per_minute);
  let opening: Promise<Session> | undefined;
  let isClosed = false;

  /** One request, paid for; everything that leaves for Cloudways leaves here. */
  async function send(
    request: UpstreamRequest,
    ask: (signal: AbortSignal) => Promise<unknown>,
    payer: Budget,
    signal: AbortSignal,
  ): Promise<unknown> {
    await payer.take(request.access, signal);
    try {
      return await ask(signal);
    } catch (error) {
      const isLimit = error instanceof FairleadError && error.code === "rate_limited";
      if (isLimit) await payer.pause(Number(error.details?.retry_after_s) * 1000);
      throw error;
    }
  }

  async function exchangeOnce(request: UpstreamRequest, signal: AbortSignal) {
    const startedAt = clock.now();
    const answer = await exchange(environment, request, settings.request_timeout_ms, signal);
    const { method, path } = request;
    const { status } = answer;
    logger.debug({ method, path, status, duration_ms: clock.now() - startedAt }, "asked Cloudways");
    return answer;
  }

  /** Sends what `fill` makes of the open credential. It is closed again before anything else happens. */
  function askWithCredential(
    request: UpstreamRequest,
    fill: (credential: Credential) => Partial<UpstreamRequest>,
    signal: AbortSignal,
  ): Promise<unknown> {
    return environment.withCredential(async (credential) => {
      const answer = await exchangeOnce({ ...request, ...fill(credential) }, signal);
      return readAnswer(request, answer, hiding(Object.values(credential)));
    });
  }

  /** Sends a token. The credential is open only while the answer is read, so that no error repeats it. */
  async function askWithToken(
    request: UpstreamRequest,
    token: Secret,
    signal: AbortSignal,
  ): Promise<unknown> {
    const answer = await exchangeOnce(bearing(request, token), signal);
    return environment.withCredential((credential) =>
      readAnswer(request, answer, hiding([token, ...Object.values(credential)])),
    );
  }

  /** What is done for a caller ends in time, whatever it has to wait for. */
  function bounded<T>(
    path: string,
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<T>,
  ) {
    return withinDeadline(clock, settings.total_timeout_ms, signal, path, work);
  }

  /** Exchanges e-mail and API key for a token. */
  function logIn(own: Account, ended: AbortSignal): Promise<ObtainedToken> {
    const request: UpstreamRequest = {
      ...{ method: "POST", path: LOGIN_PATH, url: `${root}${LOGIN_PATH}`, access: "read" },
      headers: { accept: "application/json", "content-type": "application/x-www-form-urlencoded" },
    };
    const ask = (signal: AbortSignal) => askWithCredential(request, toLoginForm, signal);
    const proof = createProof(environment, own.credential);
    return bounded(LOGIN_PATH, ended, async (signal) => {
      const isProven = await proof.isThere();
      const payer = budgetOf(isProven ? own.account : own.unproven);
      const payload = await repeat(environment, "read", signal, () =>
        send(request, ask, payer, signal),
      ).catch(async (error: unknown) => {
        const refusal = toLoginRefusal(error);
        if (refusal.code === "unauthenticated") await proof.withdraw();
        throw refusal;
      });
      const { access_token, expires_in } = parsePayload(loginAnswer, payload, LOGIN_PATH);
      await proof.note();
      if (!isProven) {
        // It was a request of this account after all; that it has none left is for the next one to hear.
        await budgetOf(own.account)
          .take("read", signal)
          .catch(() => {});
      }
      return { token: new Secret(access_token), lifetimeMs: expires_in * 1000 };
    });
  }

  async function openSession(): Promise<Session> {
    const own = await account();
    const session =
      own.kind === "access_token"
        ? createAccessTokenSession(environment, own.credential)
        : createLoginSession(
            environment.sharedToken({
              account: own.credential,
              obtain: (signal) => logIn(own, signal),
              renewAheadMs: RENEW_AHEAD_MS,
            }),
          );
    if (isClosed) session.close();
    return session;
  }

  function session(): Promise<Session> {
    opening ??= openSession().catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    return opening;
  }

  /** A request with the credential or its token; a 401 means that nothing was done, so another token may try again. */
  function ask<S extends z.ZodType>(
    request: UpstreamRequest,
    answer: S,
    signal: AbortSignal,
  ): Promise<z.output<S>> {
    return bounded(request.path, signal, async (signal) => {
      const payer = budgetOf((await account()).account);
      const payload = await (await session()).authorized(signal, (shown) => {
        const askOnce = (signal: AbortSignal) =>
          shown === "credential"
            ? askWithCredential(request, ({ api_key }) => bearing(request, api_key), signal)
            : askWithToken(request, shown.token, signal);
        return repeat(environment, request.access, signal, () =>
          send(request, askOnce, payer, signal),
        );
      });
      return parsePayload(answer, payload, request.path);
    });
  }

  return {
    get(path, parameters, answer, signal) {
      const url = `${root}${toAddress(path, parameters)}`;
      const headers = { accept: "application/json" };
      return ask({ method: "GET", path, url, headers, access: "read" }, answer, signal);
    },
    write(method, path, fields, answer, signal) {
      const url = `${root}${toAddress(path, fields)}`;
      const name = METHODS[method];
      return ask({ method: name, path, url, access: "write", ...toBody(fields) }, answer, signal);
    },
    logIn: async (signal) => (await session()).logIn(signal),
    kind: async () => (await account()).kind,
    tokenStatus: async () => (await session()).status(),
    budgetStatus: async () => budgetOf((await account()).account).status(),
    close() {
      isClosed = true;
      opening?.then(
        (session) => session.close(),
        () => {},
      );
    },
  };
}

function bearing(request: UpstreamRequest, token: Secret | undefined): UpstreamRequest {
  const authorization = `Bearer ${token?.reveal().trim() ?? ""}`;
  return { ...request, headers: { ...request.headers, authorization } };
}

function toLoginForm({ email, api_key }: Credential): Pick<UpstreamRequest, "body"> {
  const form = { email: email?.reveal().trim() ?? "", api_key: api_key?.reveal().trim() ?? "" };
  return { body: new URLSearchParams(form).toString() };
}

/** Takes secrets out of a text, as long as they are open. */
function hiding(secrets: readonly Secret[]): HideSecrets {
  return (text) =>
    secrets
      .map((secret) => secret.reveal().trim())
      .filter((secret) => secret !== "")
      .reduce((hidden, secret) => hidden.replaceAll(secret, "[redacted]"), text);
}

/** A refused login is always about the pair, whichever status Cloudways chooses for it. */
function toLoginRefusal(thrown: unknown): FairleadError {
  const error = toFairleadError(thrown);
  // What Fairlead itself did not let out says so.
  if (error.code === "forbidden" && error.details?.reason !== "egress") {
    return new FairleadError(
      "forbidden",
      "Cloudways does not let this account log in from here. It refuses logins from its own servers' addresses, among others.",
      { details: { reason: "login_forbidden" }, cause: error },
    );
  }
  const isAboutPair = ["unauthenticated", "invalid_input", "upstream_rejected"].includes(
    error.code,
  );
  if (!isAboutPair) return error;
  return new FairleadError(
    "unauthenticated",
    "Cloudways rejected the e-mail and API key of this connection. Check both, or make an access token in the Cloudways platform.",
    { details: { reason: "login_refused" }, cause: error },
  );
}
