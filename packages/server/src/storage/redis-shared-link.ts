import type { Logger } from "@fairlead/core/ports";
import { SYSTEM_CLOCK } from "@fairlead/core/ports";
import { sharedStateAway } from "@fairlead/core/storage/shared";
import { createClient, createCluster, ErrorReply } from "@redis/client";
import type { RedisAddress } from "./redis-shared-url.ts";

/** One open connection. It is never repaired: who finds it broken drops it, and the link opens another. */
export interface Connection {
  connect(): Promise<unknown>;
  /** `key` leads to the node of a cluster. */
  send(key: string, args: string[]): Promise<unknown>;
  subscribe(
    channels: string[],
    listener: (message: string, channel: string) => void,
  ): Promise<void>;
  unsubscribe(channel: string): Promise<void>;
  onBroken(callback: (error: unknown) => void): void;
  /** What is under way on it fails. */
  destroy(): void;
}

/** Keeps one connection open, and opens the next when it breaks. */
export interface Link {
  /** The connection at hand; throws at once while there is none. */
  use(): Connection;
  readonly isUp: boolean;
  drop(connection: Connection, error: unknown): void;
  /** Resolves after the first attempt, however it went. */
  readonly tried: Promise<void>;
  close(): void;
}

export interface LinkOptions {
  what: string;
  open: (attempt: number) => Connection;
  /** Prepares a connection before anybody uses it. */
  prepare?: (connection: Connection) => Promise<void>;
  onUp?: (connection: Connection) => void;
  timeoutMs: number;
  logger: Logger;
}

const FIRST_BACKOFF_MS = 50;
const MAX_BACKOFF_MS = 1_000;

export function createLink({ what, open, prepare, onUp, timeoutMs, logger }: LinkOptions): Link {
  const tried = Promise.withResolvers<void>();
  let connection: Connection | undefined;
  let failures = 0;
  let attempts = 0;
  let lastError: unknown;
  let isClosed = false;
  let stopTimer = () => {};

  async function connect(): Promise<void> {
    const fresh = open(attempts);
    attempts += 1;
    // Also before it is in use: an error that nobody listens to would end the process.
    fresh.onBroken((error) => drop(fresh, error));
    try {
      await inTime(timeoutMs, fresh.connect());
      if (prepare !== undefined) await inTime(timeoutMs, prepare(fresh));
      if (isClosed) return fresh.destroy();
      connection = fresh;
      if (failures > 0) logger.info({}, `${what} is back`);
      failures = 0;
      onUp?.(fresh);
    } catch (error) {
      fresh.destroy();
      failed(error);
    } finally {
      tried.resolve();
    }
  }

  function failed(error: unknown): void {
    lastError = error;
    failures += 1;
    if (isClosed) return;
    if (failures === 1) logger.warn({ reason: reasonOf(error) }, `${what} cannot be reached`);
    const backoffMs = Math.min(FIRST_BACKOFF_MS * 2 ** (failures - 1), MAX_BACKOFF_MS);
    // Replicas that lost it together do not come back together.
    stopTimer = SYSTEM_CLOCK.after(backoffMs * (0.5 + Math.random() / 2), () => void connect());
  }

  function drop(broken: Connection, error: unknown): void {
    if (broken !== connection) return;
    connection = undefined;
    // On a cluster, what is under way on other nodes may end well yet; each has its own time limit.
    SYSTEM_CLOCK.after(timeoutMs, () => broken.destroy());
    failed(error);
  }

  void connect();
  return {
    tried: tried.promise,
    drop,
    get isUp() {
      return connection !== undefined;
    },
    use() {
      if (connection === undefined) throw sharedStateAway(lastError);
      return connection;
    },
    close() {
      isClosed = true;
      stopTimer();
      connection?.destroy();
      connection = undefined;
    },
  };
}

/** Rejects when there is no answer in time. */
export function inTime<T>(ms: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      // A process that was held up itself looks at what has arrived before it complains.
      setImmediate(() => reject(new Error(`no answer in ${ms} ms`)));
    }, ms);
    work.then(
      (result) => {
        clearTimeout(timer);
        resolve(result);
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}

/** An answer of Redis, if an unwelcome one: the connection itself is well. */
export function isReply(error: unknown): error is ErrorReply {
  return error instanceof ErrorReply;
}

/** A code such as ECONNREFUSED or WRONGPASS, never more of the text. */
function reasonOf(error: unknown): string {
  if (isReply(error)) return error.message.split(" ", 1)[0] ?? "error";
  if (!(error instanceof Error)) return "unknown";
  return "code" in error && typeof error.code === "string" ? error.code : error.message;
}

interface OpenOptions {
  address: RedisAddress;
  timeoutMs: number;
  /** Certificate authorities in PEM beside those of the system. */
  ca?: string | undefined;
}

/** For commands: one connection, or one to each node of a cluster that is needed. */
export function openConnection(options: OpenOptions): Connection {
  return options.address.isCluster ? openCluster(options) : openSingle(options, 0);
}

/** For messages, which every node of a cluster passes on: to one node, the next one at each attempt. */
export function openSingle(options: OpenOptions, attempt: number): Connection {
  const { hosts, database } = options.address;
  const client = createClient({
    ...clientOptions(options),
    database,
    socket: { ...socketOptions(options), ...hosts[attempt % hosts.length] },
  });
  return {
    connect: () => client.connect(),
    send: (_key, args) => client.sendCommand(args),
    subscribe: (channels, listener) => client.subscribe(channels, listener),
    unsubscribe: (channel) => client.unsubscribe(channel),
    onBroken: (callback) => void client.on("error", callback),
    destroy: () => client.destroy(),
  };
}

function openCluster(options: OpenOptions): Connection {
  const cluster = createCluster({
    rootNodes: options.address.hosts.map((socket) => ({ socket })),
    defaults: { ...clientOptions(options), socket: socketOptions(options) },
    // A node that is down must not keep the others from being used.
    minimizeConnections: true,
  });
  return {
    connect: () => cluster.connect(),
    send: (key, args) => cluster.sendCommand(key, false, args),
    subscribe: (channels, listener) => cluster.subscribe(channels, listener),
    unsubscribe: (channel) => cluster.unsubscribe(channel),
    onBroken(callback) {
      cluster.on("node-error", callback);
      // Of the search for nodes, which `connect` reports.
      cluster.on("error", () => {});
    },
    destroy: () => cluster.destroy(),
  };
}

function clientOptions({ address: { username, password } }: OpenOptions) {
  return {
    // The password is a string only while it is sent.
    ...(password === undefined && username === undefined
      ? {}
      : {
          credentialsProvider: {
            type: "async-credentials-provider" as const,
            credentials: async () => ({
              ...(username === undefined ? {} : { username }),
              ...(password === undefined ? {} : { password: password.reveal() }),
            }),
          },
        }),
    // Nothing waits for a connection: who comes while there is none is told so.
    disableOfflineQueue: true,
    disableClientInfo: true,
    maintNotifications: "disabled" as const,
    // A timer per command of theirs would not cover the wait for the answer; ours does.
    commandOptions: { timeout: 0 },
  };
}

function socketOptions({ address, timeoutMs, ca }: OpenOptions) {
  return {
    connectTimeout: timeoutMs,
    reconnectStrategy: false as const,
    ...(address.tls ? { tls: true as const, ...(ca === undefined ? {} : { ca }) } : {}),
  };
}
