/** What every server under test shares: where it listens, and what it tells the bench about itself. */
import type { Server } from "node:http";

/** Sent once, when the server answers requests. */
export interface Ready {
  readonly type: "ready";
  /** Where `tools/call` and `tools/list` are answered. */
  readonly url: string;
  /** Sent with every request, such as an Authorization header. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Further addresses whose tools/list is to be weighed, by the name of the view. */
  readonly views?: Readonly<Record<string, string>>;
}

/** Sent instead of `ready` by a server that cannot be measured here. */
export interface Unavailable {
  readonly type: "unavailable";
  readonly reason: string;
}

/** The answer to `{ "ask": "usage" }`. */
export interface Usage {
  readonly type: "usage";
  /** User and system time of the whole process since its start. */
  readonly cpuUs: number;
  readonly rssBytes: number;
  /** Objects on the heap and the memory outside that they hold. */
  readonly heapBytes: number;
  /** `process.getActiveResourcesInfo()`: what keeps the process busy, sockets and timers included. */
  readonly resources: readonly string[];
}

/** Listens on a free port of the loopback interface. */
export async function listen(server: Server): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", () => resolve());
  await promise;
  const address = server.address();
  if (!address || typeof address === "string") throw new Error("The server has no port");
  return `http://127.0.0.1:${address.port}`;
}

/** Reports for duty, and from then on answers the bench's questions over IPC. */
export function report(first: Ready | Unavailable): void {
  process.on("message", () => process.send?.(usage()));
  process.on("disconnect", () => process.exit(0));
  process.send?.(first);
}

function usage(): Usage {
  // Only with --expose-gc, which the soaks use: garbage would look like a leak.
  globalThis.gc?.();
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed, external } = process.memoryUsage();
  return {
    type: "usage",
    cpuUs: user + system,
    rssBytes: rss,
    heapBytes: heapUsed + external,
    resources: process.getActiveResourcesInfo(),
  };
}

/** `--tools 1000`: how many tools to register; the first is called `echo`. */
export function toolCount(argv: readonly string[] = process.argv): number {
  const at = argv.indexOf("--tools");
  return at < 0 ? 1 : Number(argv[at + 1]);
}
