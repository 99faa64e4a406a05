import { hash } from "node:crypto";
import { atMost } from "@fairlead/core/cache/bounded";
import type { Clock, Logger } from "@fairlead/core/ports";
import type { Shared } from "@fairlead/core/storage/shared";
import { wait } from "@fairlead/core/wait";
import { LRUCache } from "lru-cache";
import type { Webhook } from "./webhook.ts";

export const ALERT_KINDS = [
  "usage_spike",
  "error_rate",
  "cost_threshold",
  "token_renewal",
  "audit_loss",
] as const;

export interface Alert {
  kind: (typeof ALERT_KINDS)[number];
  /** What it is about. The same kind about the same is told once in each window, by one replica. */
  about: string;
  windowMs: number;
  message: string;
  /** Never a secret, nor text of an upstream. */
  facts: Readonly<Record<string, string | number>>;
  /** Only this process can know: nobody else is asked. */
  isLocal?: boolean;
  /** While shared state is away it waits, rather than be told by several. */
  mustBeOnce?: boolean;
}

export interface Alerts {
  /** Tells it to the log and the webhook, unless it was told already. Never throws. */
  raise(alert: Alert): void;
  /** By kind, what became of them. */
  readonly counts: ReadonlyMap<string, AlertCounts>;
  /** Resolves when nothing is being told. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

export type AlertCounts = Record<"raised" | "delivered" | "failed" | "dropped", number>;

export interface AlertsParts {
  shared: Pick<Shared, "setIfAbsent" | "set">;
  clock: Clock;
  logger: Logger;
  webhook?: Webhook | undefined;
}

/** Longer than the webhook tries: whoever dies meanwhile is followed by another replica. */
const CLAIM_MS = 15 * 60_000;
const RETRY_MS = 5_000;
/** After so long without shared state, telling it twice is better than not at all. */
const PATIENCE_MS = 60_000;
const MAX_UNDER_WAY = 200;
const MAX_REMEMBERED = 10_000;

/** Tells people what they have to know, once: across replicas by a claim in shared state that outlives the telling. */
export function createAlerts({ shared, clock, logger, webhook }: AlertsParts): Alerts {
  const counts = new Map<string, AlertCounts>();
  const toldUntil = new LRUCache<string, number>(atMost(MAX_REMEMBERED));
  const underWay = new Set<Promise<void>>();
  const ended = new AbortController();

  function countsOf(kind: string): AlertCounts {
    let own = counts.get(kind);
    if (own === undefined) {
      own = { raised: 0, delivered: 0, failed: 0, dropped: 0 };
      counts.set(kind, own);
    }
    return own;
  }

  async function claim(alert: Alert, key: string): Promise<boolean> {
    if (alert.isLocal === true) return true;
    for (let waitedMs = 0; !ended.signal.aborted; waitedMs += RETRY_MS) {
      try {
        return await shared.setIfAbsent(key, "", Math.min(CLAIM_MS, alert.windowMs));
      } catch {
        if (waitedMs >= PATIENCE_MS && alert.mustBeOnce !== true) return true;
        await wait(clock, RETRY_MS, ended.signal).catch(() => {});
      }
    }
    return false;
  }

  async function tell(alert: Alert, key: string): Promise<void> {
    const isMine = await claim(alert, key);
    if (!isMine) {
      // Whoever has the claim may not live to tell it: this one looks again then.
      toldUntil.set(key, clock.now() + Math.min(CLAIM_MS, alert.windowMs));
      return;
    }
    const { kind, message, facts } = alert;
    countsOf(kind).raised += 1;
    logger.warn({ kind, ...facts }, message);
    if (webhook !== undefined && !(await deliver(webhook, alert))) {
      toldUntil.delete(key);
      return;
    }
    if (alert.isLocal !== true) await shared.set(key, "", alert.windowMs).catch(() => {});
  }

  async function deliver(hook: Webhook, alert: Alert): Promise<boolean> {
    const { kind, message, facts, windowMs, about } = alert;
    const now = clock.now();
    // The same whoever sends it, so that its receiver can tell a repetition.
    const window = Math.floor(now / windowMs);
    const id = `alt_${hash("sha256", JSON.stringify([kind, about, window]), "hex").slice(0, 32)}`;
    const event = {
      type: `alert.${kind}`,
      timestamp: new Date(now).toISOString(),
      data: { message, ...facts },
    };
    const isTaken = await hook.send(id, JSON.stringify(event));
    countsOf(kind)[isTaken ? "delivered" : "failed"] += 1;
    if (!isTaken) logger.error({ kind, id }, "an alert could not be delivered to the webhook");
    return isTaken;
  }

  return {
    counts,
    raise(alert) {
      const key = `alert ${alert.kind} ${alert.about}`;
      const now = clock.now();
      if (ended.signal.aborted || now < (toldUntil.get(key) ?? 0)) return;
      if (underWay.size >= MAX_UNDER_WAY) {
        countsOf(alert.kind).dropped += 1;
        return;
      }
      toldUntil.set(key, now + alert.windowMs);
      const telling = tell(alert, key)
        .catch((error: unknown) => logger.error({ err: error }, "an alert could not be told"))
        .finally(() => underWay.delete(telling));
      underWay.add(telling);
    },
    async settled() {
      await Promise.all(underWay);
    },
    async close() {
      ended.abort();
      webhook?.close();
      await Promise.all(underWay);
    },
  };
}
