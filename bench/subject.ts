import { z } from "zod";
import { compileServer } from "./build.ts";
import { startGenerator } from "./generator.ts";
import type { Journal } from "./journal.ts";
import { launch } from "./process.ts";
import type { Endpoint, Era } from "./wire.ts";

/** A server to measure: which program, and which protocol era it is spoken to in. */
export interface Subject {
  readonly label: string;
  /** The file in servers/, without `.ts`. */
  readonly server: string;
  readonly args: readonly string[];
  readonly era: Era;
  /** Sends the same arguments each time. */
  readonly repeats?: boolean;
}

export const subjects = {
  raw: { label: "raw node:http", server: "raw", args: [], era: "2026-07-28" },
  sdkModern: { label: "SDK 2026-07-28", server: "sdk-modern", args: [], era: "2026-07-28" },
  modern: { label: "Fairlead 2026-07-28", server: "fairlead", args: [], era: "2026-07-28" },
  sdkSession: { label: "SDK 2025-11-25", server: "sdk-session", args: [], era: "2025-11-25" },
  sdkSessionJson: {
    label: "SDK 2025-11-25 (JSON)",
    server: "sdk-session",
    args: ["--json"],
    era: "2025-11-25",
  },
  session: { label: "Fairlead 2025-11-25", server: "fairlead", args: [], era: "2025-11-25" },
  embedded: {
    ...{ label: "key, roles, limits, cache, audit; embedded", server: "trusted" },
    ...{ args: ["--embedded"], era: "2026-07-28", repeats: true },
  },
  services: {
    ...{ label: "the same on PostgreSQL and Redis", server: "trusted" },
    ...{ args: ["--services"], era: "2026-07-28", repeats: true },
  },
  ruled: {
    ...{ label: "the same embedded, a rule on an argument", server: "trusted" },
    ...{ args: ["--embedded", "--policy"], era: "2026-07-28", repeats: true },
  },
} as const satisfies Record<string, Subject>;

const firstMessage = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("ready"),
    url: z.string().startsWith("http://127.0.0.1:"),
    headers: z.record(z.string(), z.string()).default({}),
    views: z.record(z.string(), z.string().startsWith("http://127.0.0.1:")).default({}),
  }),
  z.object({ type: z.literal("unavailable"), reason: z.string() }),
]);

const usage = z.object({
  type: z.literal("usage"),
  cpuUs: z.number(),
  rssBytes: z.number(),
  heapBytes: z.number(),
  resources: z.array(z.string()),
});

export interface RunningServer extends AsyncDisposable {
  readonly endpoint: Endpoint;
  readonly views: Readonly<Record<string, string>>;
  usage(): Promise<z.infer<typeof usage>>;
}

/** Thrown by a server that says it cannot be measured. */
export class Unavailable extends Error {}

/** Measures; of a server that says it cannot be measured it notes the reason, and the bench goes on. */
export async function whenAvailable<Result>(
  label: string,
  journal: Journal,
  measure: () => Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await measure();
  } catch (cause) {
    if (!(cause instanceof Unavailable)) throw cause;
    journal.missing(label, cause.message);
    return undefined;
  }
}

const serverCore = 0;
const compiled = new Map<string, Promise<string>>();

/** Runs this file as the Fairlead server instead of compiling servers/fairlead.ts. */
export function useFairlead(file: string): void {
  compiled.set("fairlead", Promise.resolve(file));
}

/** Starts a fresh process of the subject on the servers' core, and waits until it answers. */
export async function startServer(
  { server, args }: Subject,
  { extraArgs = [], nodeArgs = [] }: { extraArgs?: string[]; nodeArgs?: string[] } = {},
): Promise<RunningServer> {
  const build = compiled.get(server) ?? compileServer(server);
  compiled.set(server, build);
  const file = await build;
  const program = launch({ file, args: [...args, ...extraArgs], nodeArgs, core: serverCore });
  const first = firstMessage.parse(await program.firstMessage);
  if (first.type === "unavailable") {
    await program[Symbol.asyncDispose]();
    throw new Unavailable(first.reason);
  }
  const { url, headers, views } = first;
  return {
    endpoint: { url, headers },
    views,
    usage: async () => usage.parse(await program.ask({ ask: "usage" })),
    [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
  };
}

/** A load on a running server, in the subject's era. */
export function startLoad(
  { era, repeats = false }: Subject,
  { endpoint }: Pick<RunningServer, "endpoint">,
  connections: number,
  tool = "echo",
) {
  return startGenerator({ endpoint, era, connections, tool, repeats });
}
