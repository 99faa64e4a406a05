import { createHash } from "node:crypto";
import { FairleadError } from "@fairlead/core/errors";
import { Secret } from "@fairlead/core/secret";

/** Where Redis is and how to sign in there. */
export interface RedisAddress {
  /** One, or some nodes of a cluster. */
  hosts: readonly { host: string; port: number }[];
  isCluster: boolean;
  tls: boolean;
  username: string | undefined;
  password: Secret | undefined;
  database: number;
}

const SHAPE =
  /^(redis|rediss|valkey|valkeys)(-cluster)?:\/\/(?:([^@/]*)@)?([^/?#]+)(?:\/(\d*))?(\?[^#]*)?$/;
const HOST = /^(\[[0-9a-fA-F:.]+\]|[^:[\]]+)(?::(\d{1,5}))?$/;
const DEFAULT_PORT = 6379;

/**
 * Reads `redis://user:password@host:6379/0`; `rediss:` with TLS; `redis-cluster:` or `rediss-cluster:`, or several hosts
 * between commas, for a cluster. `valkey` for `redis` is the same. The message of the error repeats nothing of it.
 */
export function parseRedisUrl(url: Secret): RedisAddress {
  const [, scheme, cluster, user, hostList = "", database, query] =
    SHAPE.exec(url.reveal().trim()) ?? [];
  const hosts = hostList.split(",").map(parseHost);
  if (scheme === undefined || query !== undefined || !hosts.every((host) => host !== undefined)) {
    throw invalid("It has to look like redis://user:password@host:6379/0, without a query.");
  }
  const isCluster = cluster !== undefined || hosts.length > 1;
  if (isCluster && Number(database ?? 0) !== 0) throw invalid("A cluster has database 0 only.");
  return {
    hosts,
    isCluster,
    tls: scheme === "rediss" || scheme === "valkeys",
    ...parseUser(user ?? ""),
    database: Number(database ?? 0),
  };
}

/** Names the place, so that replicas can tell whether they share it. No secret is in it. */
export function toReach({ hosts, database }: RedisAddress, prefix: string): string {
  const names = hosts.map(({ host, port }) => `${host}:${port}`).sort();
  return createHash("sha256")
    .update(JSON.stringify([names, database, prefix]))
    .digest("hex")
    .slice(0, 16);
}

function parseHost(text: string): { host: string; port: number } | undefined {
  const [, host, port] = HOST.exec(text) ?? [];
  if (host === undefined || Number(port ?? DEFAULT_PORT) > 65_535) return undefined;
  return { host: host.replace(/^\[|\]$/g, ""), port: Number(port ?? DEFAULT_PORT) };
}

function parseUser(user: string): Pick<RedisAddress, "username" | "password"> {
  const colon = user.indexOf(":");
  const username = colon === -1 ? user : user.slice(0, colon);
  const password = colon === -1 ? "" : user.slice(colon + 1);
  try {
    return {
      username: username === "" ? undefined : decodeURIComponent(username),
      password: password === "" ? undefined : new Secret(decodeURIComponent(password)),
    };
  } catch {
    throw invalid("Its user or password is not percent-encoded as in a URL.");
  }
}

function invalid(why: string): FairleadError {
  return new FairleadError("invalid_input", `The URL of Redis cannot be read. ${why}`);
}
