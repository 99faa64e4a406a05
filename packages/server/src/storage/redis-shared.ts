import { partsOf, toMeasure } from "@fairlead/core/limits/token-bucket";
import { type Clock, type Logger, SILENT } from "@fairlead/core/ports";
import type { Secret } from "@fairlead/core/secret";
import {
  type Bucket,
  type Shared,
  sharedStateAway,
  type Take,
} from "@fairlead/core/storage/shared";
import { z } from "zod";
import { createLink, inTime, isReply, openConnection, openSingle } from "./redis-shared-link.ts";
import { createRedisMessages } from "./redis-shared-messages.ts";
import * as scripts from "./redis-shared-scripts.ts";
import { parseRedisUrl, toReach } from "./redis-shared-url.ts";

export interface RedisSharedOptions {
  /** As `parseRedisUrl` reads it. */
  url: Secret;
  /** Of every key and channel; replicas that agree have the same. */
  prefix?: string;
  /** Milliseconds until Redis counts as away. */
  commandTimeoutMs?: number;
  logger?: Logger;
  /** Certificate authorities in PEM that TLS trusts; default: those of the system. */
  ca?: string;
  /** For tests only: time passes by this clock and not by that of Redis. */
  clock?: Clock;
}

const COMMAND_TIMEOUT_MS = 1_000;
/** How long the last fence of a lease is remembered; after that the time of Redis is later anyway. */
const FENCE_KEPT_MS = 86_400_000;
/** With a clock of a test, keys outlive their time by that clock. */
const TEST_SLACK_MS = 600_000;

const flag = z.union([z.literal(0), z.literal(1)]).transform((one) => one === 1);
const text = z.string().nullable();
const taken = z.tuple([flag, z.number()]);
const takenOfWindow = z.tuple([flag, z.number(), z.number(), z.number(), z.number()]);

/**
 * What any number of replicas agree on by the clock of one Redis (6.2 or later) or Valkey, or of a cluster. Each step is
 * one script on one key, or on two in the same slot; what is asked for in one turn of the event loop leaves in one
 * write. While Redis is away every call fails at once, or after `commandTimeoutMs` for the first ones to notice, and
 * connections come back by themselves. A Redis that lost its memory (FLUSHALL, a restart without persistence, a failover
 * to a replica that lags) has full buckets and empty windows once: nobody gets more than one fresh allowance by it.
 *
 * Resolves after the first attempt to connect, also when that failed.
 */
export async function createRedisShared(options: RedisSharedOptions): Promise<Shared> {
  const { prefix = "fairlead", commandTimeoutMs: timeoutMs = COMMAND_TIMEOUT_MS } = options;
  const { logger = SILENT, clock, ca } = options;
  const address = parseRedisUrl(options.url);
  const opening = { address, timeoutMs, ca };
  const link = createLink({
    what: "Redis",
    ...{ timeoutMs, logger },
    open: () => openConnection(opening),
  });
  const messages = createRedisMessages({
    ...{ timeoutMs, logger },
    prefix: `${escapeTag(prefix)}:`,
    open: (attempt) => openSingle(opening, attempt),
  });

  async function send(key: string, args: string[]): Promise<unknown> {
    const connection = link.use();
    try {
      return await inTime(timeoutMs, connection.send(key, args));
    } catch (error) {
      if (isReply(error) && error.message.startsWith("NOSCRIPT")) throw error;
      // A server that became a replica answers, but will not do: the name may lead to another by now.
      if (!isReply(error) || error.message.startsWith("READONLY")) link.drop(connection, error);
      throw sharedStateAway(error);
    }
  }

  /** Runs a script on keys of one slot. */
  async function run(
    { sha, source }: scripts.Script,
    keys: [string, ...string[]],
    ...args: (string | number)[]
  ): Promise<unknown> {
    const time = clock === undefined ? ["", "0"] : [`${clock.now()}`, `${TEST_SLACK_MS}`];
    const rest = [`${keys.length}`, ...keys, ...time, ...args.map(String)];
    try {
      return await send(keys[0], ["EVALSHA", sha, ...rest]);
    } catch (error) {
      if (!isReply(error)) throw error;
      return await send(keys[0], ["EVAL", source, ...rest]);
    }
  }

  function keyOf(kind: "bucket" | "window" | "pause" | "value" | "lease", key: string): string {
    return `${escapeTag(prefix)}:${kind}:{.${escapeTag(key)}}`;
  }

  async function take(key: string, bucket: Bucket, cost: number): Promise<Take> {
    const measure = toMeasure(bucket);
    const { full, partsPerToken, partsPerMs } = measure;
    const asked = partsOf(cost, measure);
    const args = [full, partsPerToken, partsPerMs, asked];
    const reply = await run(scripts.TAKE, [keyOf("bucket", key)], ...args);
    const [admitted, parts] = taken.parse(reply);
    return {
      admitted,
      remaining: Math.floor(parts / partsPerToken),
      retryAfterMs: admitted ? 0 : Math.ceil((asked - parts) / partsPerMs),
      resetMs: Math.ceil((full - parts) / partsPerMs),
    };
  }

  async function renew(key: string, fence: number, ttlMs: number): Promise<boolean> {
    const args = [ttlMs, FENCE_KEPT_MS, fence];
    return flag.parse(await run(scripts.RENEW, [keyOf("lease", key)], ...args));
  }

  await Promise.all([link.tried, messages.tried]);
  return {
    reach: toReach(address, prefix),
    get listening() {
      return messages.listening;
    },
    take,
    peek: (key, bucket) => take(key, bucket, 0),
    async takeWindow(key, { limit, windowMs }, cost) {
      const keys: [string, string] = [keyOf("window", key), keyOf("pause", key)];
      const reply = await run(scripts.TAKE_WINDOW, keys, limit, windowMs, cost);
      const [admitted, used, pausedMs, waitMs, emptyMs] = takenOfWindow.parse(reply);
      return {
        admitted,
        remaining: Math.max(0, limit - used - (admitted ? cost : 0)),
        retryAfterMs: Math.max(pausedMs, waitMs),
        resetMs: Math.max(pausedMs, emptyMs),
      };
    },
    async pauseWindow(key, ms) {
      await run(scripts.PAUSE, [keyOf("pause", key)], ms);
    },
    async get(key) {
      return text.parse(await run(scripts.GET, [keyOf("value", key)])) ?? undefined;
    },
    async set(key, value, ttlMs) {
      await run(scripts.SET, [keyOf("value", key)], value, ttlMs);
    },
    async setIfAbsent(key, value, ttlMs) {
      return flag.parse(await run(scripts.SET_IF_ABSENT, [keyOf("value", key)], value, ttlMs));
    },
    async setFenced(key, value, ttlMs, fence) {
      return flag.parse(await run(scripts.SET_FENCED, [keyOf("value", key)], value, ttlMs, fence));
    },
    async delete(key) {
      await send(keyOf("value", key), ["DEL", keyOf("value", key)]);
    },
    async lease(key, ttlMs) {
      const reply = await run(scripts.LEASE, [keyOf("lease", key)], ttlMs, FENCE_KEPT_MS);
      const given = text.parse(reply);
      if (given === null) return undefined;
      const fence = Number(given);
      return {
        fence,
        renew: (ms) => renew(key, fence, ms),
        release: async () => void (await renew(key, fence, 0)),
      };
    },
    async publish(channel, message) {
      const name = `${escapeTag(prefix)}:${channel}`;
      await send(name, ["PUBLISH", name, message]);
    },
    subscribe: (channel, listener, onGap) => messages.subscribe(channel, listener, onGap),
    async close() {
      messages.close();
      link.close();
    },
  };
}

/** What is between the first braces of a key decides on its slot, so no key may have braces of its own. */
function escapeTag(key: string): string {
  return /[%{}]/.test(key) ? key.replace(/[%{}]/g, encodeURIComponent) : key;
}
