import { createHmac } from "node:crypto";
import { FairleadError } from "@fairlead/core/errors";
import type { Clock, Fetch, Logger, RandomBytes } from "@fairlead/core/ports";
import type { Secret } from "@fairlead/core/secret";
import { wait } from "@fairlead/core/wait";

export interface WebhookConfig {
  /** Some services put a token into the address. */
  url: Secret;
  /** `whsec_` and base64, as the Standard Webhooks libraries make it, or any text of the operator's. */
  secret: Secret;
}

export interface Webhook {
  /** Sends it until somebody takes it; whether anybody did. */
  send(id: string, body: string): Promise<boolean>;
  /** Ends what waits for another attempt. */
  close(): void;
}

export interface WebhookParts {
  config: WebhookConfig;
  /** Through the egress guard: the address may be anybody's idea of where to knock. */
  fetch: Fetch;
  clock: Clock;
  random: RandomBytes;
  logger: Logger;
}

/** Milliseconds before each attempt. All of them together end before a claim on the alert does. */
const ATTEMPTS_MS = [0, 5_000, 30_000, 120_000, 240_000];
const TIMEOUT_MS = 10_000;

/** Delivers events as Standard Webhooks (https://www.standardwebhooks.com): signed, timed, repeated, never redirected. */
export function createWebhook({ config, fetch, clock, random, logger }: WebhookParts): Webhook {
  const ended = new AbortController();

  /** True when taken, false when another attempt may help, undefined when none will. */
  async function attempt(id: string, body: string): Promise<boolean | undefined> {
    const timestamp = Math.floor(clock.now() / 1000);
    const signal = AbortSignal.any([ended.signal, AbortSignal.timeout(TIMEOUT_MS)]);
    try {
      const response = await fetch(config.url.reveal(), {
        method: "POST",
        headers: {
          "content-type": "application/json",
          "webhook-id": id,
          "webhook-timestamp": String(timestamp),
          "webhook-signature": sign(config.secret, id, timestamp, body),
        },
        ...{ body, signal, redirect: "manual" },
      });
      await response.body?.cancel().catch(() => {});
      if (response.ok) return true;
      logger.warn({ id, status: response.status }, "the webhook did not take an alert");
      // 410: its owner wants no more of them.
      return response.status === 410 ? undefined : false;
    } catch (error) {
      if (ended.signal.aborted) return undefined;
      const isRefused = error instanceof FairleadError && error.details?.reason === "egress";
      if (isRefused) logger.error({ id, err: error }, "the webhook may not be reached");
      else logger.warn({ id, err: nameOf(error) }, "the webhook could not be reached");
      return isRefused ? undefined : false;
    }
  }

  return {
    async send(id, body) {
      for (const ms of ATTEMPTS_MS) {
        if (ms > 0) await wait(clock, spread(ms, random), ended.signal).catch(() => {});
        if (ended.signal.aborted) return false;
        const isTaken = await attempt(id, body);
        if (isTaken !== false) return isTaken === true;
      }
      return false;
    },
    close: () => ended.abort(),
  };
}

/** `v1,` and the base64 of an HMAC-SHA256 over id, timestamp and body, with dots between. */
export function sign(secret: Secret, id: string, timestamp: number, body: string): string {
  const given = secret.reveal();
  const key = given.startsWith("whsec_") ? Buffer.from(given.slice(6), "base64") : given;
  const mac = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
  return `v1,${mac}`;
}

/** What fetch fails with may quote the address; its kind is enough. */
function nameOf(error: unknown): string {
  const { name, cause } = Object(error) as { name?: unknown; cause?: { code?: unknown } };
  return String(cause?.code ?? name);
}

/** Up to a quarter more, so that replicas do not knock together. */
function spread(ms: number, random: RandomBytes): number {
  return Math.round(ms * (1 + random(2).readUInt16BE() / 0xffff / 4));
}
