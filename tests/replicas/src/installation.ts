import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createCloudwaysFake } from "@fairlead/cloudways/fake";
import { say } from "@fairlead/testkit/redis";
import { freePort } from "./child.ts";
import { type Replica, startReplica } from "./replica.ts";
import { startRoundRobin } from "./round-robin.ts";
import { startNginx, startPostgres, startRedis } from "./services.ts";

/** What an operator would run: replicas behind a proxy, on PostgreSQL and Redis, with one upstream. */
export interface Installation {
  /** Through the proxy. */
  readonly url: string;
  readonly replicas: readonly Replica[];
  readonly upstream: ReturnType<typeof createCloudwaysFake>;
  readonly operatorKey: string;
  /** The time by which replicas count, in whole milliseconds. */
  now(): Promise<number>;
  close(): Promise<void>;
}

const OPERATOR_KEY = "operator-key-of-these-tests";
const MASTER_KEY = "a-master-key-for-these-tests-the-same-for-all";

/** Actions an hour, which is also how many may come at once. */
export const TIERS = { narrow: 60, outage: 300, quick: 36_000 } as const;

const COMMON = {
  FAIRLEAD_API_KEY: OPERATOR_KEY,
  FAIRLEAD_CONNECTORS: "cloudways",
  FAIRLEAD_TIERS: tiersOf({ key: 1_000, ...TIERS }),
  FAIRLEAD_ADDRESS_REQUESTS: "1000000",
  RATE_LIMIT_REQUESTS: "1000000",
};

/** Closes in reverse what was opened, also when the opening fails half-way. */
async function assemble<T>(
  build: (open: <E extends { close(): unknown }>(each: E) => E) => Promise<T>,
): Promise<T & { close(): Promise<void> }> {
  const opened: { close(): unknown }[] = [];
  const close = async () => {
    for (const each of opened.splice(0).reverse()) await each.close();
  };
  try {
    const built = await build((each) => {
      opened.push(each);
      return each;
    });
    return { ...built, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Three replicas behind nginx, on a PostgreSQL and a Redis of their own. */
export function startInstallation(count = 3) {
  return assemble(async (open) => {
    const redis = open(await startRedis());
    const postgres = open(await startPostgres());
    const upstream = createCloudwaysFake();
    const { origin } = open(await upstream.listen(0));
    const ports = await Promise.all(Array.from({ length: count }, () => freePort()));
    const proxy = open(await startNginx(ports));
    const replicas = await startAll(ports, open, {
      ...COMMON,
      DATABASE_URL: postgres.url,
      REDIS_URL: redis.url,
      ENCRYPTION_KEY: MASTER_KEY,
      PUBLIC_URL: proxy.url,
      TRUSTED_PROXIES: "127.0.0.1",
      FAIRLEAD_DATABASE_POOL: "5",
      FAIRLEAD_EGRESS_ALLOW: "127.0.0.1",
      CLOUDWAYS_BASE_URL: origin,
    });
    const { url } = proxy;
    const now = () => timeOf(redis.port);
    return { url, replicas, redis, postgres, upstream, operatorKey: OPERATOR_KEY, now };
  });
}

/** Three servers on one directory: SQLite, and nothing installed, behind a proxy of these tests. */
export function startEmbedded(count = 3): Promise<Installation> {
  return assemble(async (open) => {
    const directory = mkdtempSync(join(tmpdir(), "fairlead-embedded-"));
    open({ close: () => rmSync(directory, { recursive: true, force: true }) });
    const upstream = createCloudwaysFake();
    const { origin } = open(await upstream.listen(0));
    const ports = await Promise.all(Array.from({ length: count }, () => freePort()));
    const replicas = await startAll(ports, open, {
      ...COMMON,
      FAIRLEAD_STATE: directory,
      CLOUDWAYS_BASE_URL: origin,
    });
    const { url } = open(await startRoundRobin(ports));
    const now = async () => Date.now();
    return { url, replicas, upstream, operatorKey: OPERATOR_KEY, now };
  });
}

/** Redis answers with seconds and, apart from them, microseconds. */
async function timeOf(port: number): Promise<number> {
  const [, , seconds, , micros] = (await say(port, "TIME")).split("\r\n");
  return Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000);
}

function tiersOf(tiers: Readonly<Record<string, number>>): string {
  return Object.entries(tiers)
    .map(([name, perHour]) => `${name}=${perHour}`)
    .join(",");
}

function startAll(
  ports: readonly number[],
  open: <E extends { close(): unknown }>(each: E) => E,
  environment: Record<string, string>,
): Promise<Replica[]> {
  return Promise.all(
    ports.map(async (port) => {
      const replica = await startReplica(port, environment);
      open({ close: () => replica.kill() });
      return replica;
    }),
  );
}
