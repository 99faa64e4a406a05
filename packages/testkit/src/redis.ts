import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";

/** A Redis that tests may use; every test file has a prefix of its own in it. */
export const REDIS_URL = process.env.FAIRLEAD_TEST_REDIS_URL ?? "redis://127.0.0.1:6379";

/** Resolves when it answers; for `requireService`. */
export async function probeRedis(signal: AbortSignal): Promise<void> {
  const { hostname, port } = new URL(REDIS_URL);
  await ping(Number(port), signal, hostname);
}

/** Resolves when a Redis of one's own can be started here; for `requireService`. */
export async function probeRedisServer(): Promise<void> {
  const child = spawn("redis-server", ["--version"], { stdio: "ignore" });
  await once(child, "exit");
}

/** A Redis of one's own, to be broken. */
export interface OwnRedis {
  readonly port: number;
  readonly url: string;
  /** Stops its process in its tracks: connections stay open, and nothing is answered. */
  freeze(): void;
  thaw(): void;
  /** Ends it at once, with all it knew. */
  kill(): Promise<void>;
  /** Starts it again on the same port, empty. */
  start(): Promise<void>;
  close(): Promise<void>;
}

const READY_MS = 15_000;

/** `args` are `redis-server`'s own. */
export async function startRedis(args: readonly string[] = []): Promise<OwnRedis> {
  const port = await freePort();
  const directory = mkdtempSync(join(tmpdir(), "fairlead-redis-"));
  let child: ChildProcess | undefined;

  async function start(): Promise<void> {
    const own = ["--port", `${port}`, "--bind", "127.0.0.1", "--dir", directory];
    const inMemory = ["--save", "", "--appendonly", "no"];
    child = spawn("redis-server", [...own, ...inMemory, ...args], { stdio: "ignore" });
    await ping(port, AbortSignal.timeout(READY_MS));
  }

  async function kill(): Promise<void> {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  }

  await start();
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    freeze: () => void child?.kill("SIGSTOP"),
    thaw: () => void child?.kill("SIGCONT"),
    kill,
    start,
    async close() {
      await kill();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("There is no free port.");
  return address.port;
}

/** Says a command in the inline form and gives what comes back first. */
export async function say(port: number, command: string, host = "127.0.0.1"): Promise<string> {
  const socket = connect(port, host);
  try {
    await once(socket, "connect");
    socket.write(`${command}\r\n`);
    const [answer] = await once(socket, "data");
    return String(answer);
  } finally {
    socket.destroy();
  }
}

async function ping(port: number, signal: AbortSignal, host?: string): Promise<void> {
  let last: unknown;
  while (!signal.aborted) {
    try {
      // Any answer will do, also one that asks for a password.
      await say(port, "PING", host);
      return;
    } catch (error) {
      last = error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  throw last;
}

/** Stands between a client and a server and sees what passes. */
export interface Wire {
  readonly port: number;
  /** Pieces that clients sent, each as it arrived. */
  readonly sent: readonly Buffer[];
  /** From now on nothing passes, and nobody is told. */
  cut(): void;
  /** New connections pass again; cut ones stay dead. */
  mend(): void;
  close(): void;
}

export async function createWire(target: number): Promise<Wire> {
  const sent: Buffer[] = [];
  const sockets = new Set<Socket>();
  const cutOff = new Set<Socket>();
  let isCut = false;
  const server = createServer((client) => {
    const upstream = connect(target, "127.0.0.1");
    for (const socket of [client, upstream]) {
      sockets.add(socket.setNoDelay());
      if (isCut) cutOff.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => sockets.delete(socket));
    }
    client.on("data", (piece) => {
      sent.push(Buffer.from(piece));
      if (!cutOff.has(client)) upstream.write(piece);
    });
    upstream.on("data", (piece) => {
      if (!cutOff.has(upstream)) client.write(piece);
    });
    client.on("close", () => upstream.destroy());
    upstream.on("close", () => client.destroy());
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return {
    port: address === null || typeof address === "string" ? 0 : address.port,
    sent,
    cut() {
      isCut = true;
      for (const socket of sockets) cutOff.add(socket);
    },
    mend() {
      isCut = false;
    },
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
