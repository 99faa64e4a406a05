import { createCloudwaysFake } from "@fairlead/cloudways/fake";
import { freePort } from "./child.ts";
import { type Replica, startReplica } from "./replica.ts";
import { type Service, startNginx, startPostgres, startRedis } from "./services.ts";

/** What an operator would run: replicas behind a proxy, on PostgreSQL and Redis, with one upstream. */
export interface Installation {
  /** Through the proxy. */
  readonly url: string;
  readonly replicas: readonly Replica[];
  readonly redis: Service;
  readonly postgres: Service;
  readonly upstream: ReturnType<typeof createCloudwaysFake>;
  readonly operatorKey: string;
  close(): Promise<void>;
}

const OPERATOR_KEY = "operator-key-of-these-tests";
const MASTER_KEY = "a master key for these tests, the same for all";

export async function startInstallation(count = 3): Promise<Installation> {
  const opened: { close(): unknown }[] = [];
  const open = <T extends { close(): unknown }>(each: T): T => {
    opened.push(each);
    return each;
  };
  const close = async () => {
    for (const each of opened.splice(0).reverse()) await each.close();
  };
  try {
    const redis = open(await startRedis());
    const postgres = open(await startPostgres());
    const upstream = createCloudwaysFake();
    const { origin } = open(await upstream.listen(0));
    const ports = await Promise.all(Array.from({ length: count }, () => freePort()));
    const proxy = open(await startNginx(ports));
    const replicas = await Promise.all(
      ports.map(async (port) => {
        const replica = await startReplica(port, {
          DATABASE_URL: postgres.url,
          REDIS_URL: redis.url,
          ENCRYPTION_KEY: MASTER_KEY,
          FAIRLEAD_API_KEY: OPERATOR_KEY,
          PUBLIC_URL: proxy.url,
          TRUSTED_PROXIES: "127.0.0.1",
          FAIRLEAD_DATABASE_POOL: "5",
          FAIRLEAD_EGRESS_ALLOW: "127.0.0.1",
          FAIRLEAD_CONNECTORS: "cloudways",
          FAIRLEAD_TIERS: "key=1000,narrow=60",
          FAIRLEAD_ADDRESS_REQUESTS: "1000000",
          CLOUDWAYS_BASE_URL: origin,
          LOG_LEVEL: "info",
        });
        open({ close: () => replica.kill() });
        return replica;
      }),
    );
    const { url } = proxy;
    return { url, replicas, redis, postgres, upstream, operatorKey: OPERATOR_KEY, close };
  } catch (error) {
    await close();
    throw error;
  }
}
