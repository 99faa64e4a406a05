import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";

/** How the upstream takes the first request for a thing. All further ones it takes plainly. */
export const WAYS = [
  "plain",
  "applies and drops",
  "applies and fails",
  "applies and is silent",
  "applies late",
  "drops and applies late",
  "fails",
  "refuses",
  "is silent",
] as const;
export type Way = (typeof WAYS)[number];

/** When it kills whoever asks: the request has arrived by then, so that it is done all the same. */
export const DEATHS = ["upstream: arrived", "upstream: applied"] as const;
export type Death = (typeof DEATHS)[number];

/** Outside of every process that is killed: what really happened. */
export interface Upstream {
  readonly url: string;
  /** How the next request for a thing goes. */
  expect(thing: string, way: Way, death: Death | undefined): void;
  effects(thing: string): number;
  /** Things of which two requests were at work at once although they have one lane. */
  readonly collisions: readonly string[];
  /** Resolves when nothing is left that it does later. */
  quiet(): Promise<void>;
  close(): Promise<void>;
}

interface Asked {
  thing: string;
  /** What only one request at a time works on; null for one that waits for nobody. */
  lane: string | null;
  pid: number;
}

const LATE_MS = 120;

export async function startUpstream(): Promise<Upstream> {
  const effects = new Map<string, number>();
  const expected = new Map<string, { way: Way; death: Death | undefined }>();
  const lanes = new Map<string, number>();
  const collisions: string[] = [];
  const later = new Set<Promise<void>>();

  const apply = (thing: string) => effects.set(thing, (effects.get(thing) ?? 0) + 1);

  function applyLate(thing: string): Promise<void> {
    const applied = sleep(LATE_MS).then(() => void apply(thing));
    later.add(applied);
    void applied.then(() => later.delete(applied));
    return applied;
  }

  /** Undefined for an answer that never comes. */
  async function take({ thing, pid }: Asked, drop: () => void): Promise<number | undefined> {
    const { way, death } = expected.get(thing) ?? { way: "plain", death: undefined };
    expected.delete(thing);
    if (death === "upstream: arrived") kill(pid);
    if (death === "upstream: applied") {
      apply(thing);
      kill(pid);
      return undefined;
    }
    if (way === "applies late") {
      await applyLate(thing);
      return 200;
    }
    if (way === "drops and applies late") void applyLate(thing);
    else if (way === "plain" || way.startsWith("applies")) apply(thing);
    if (way === "applies and drops" || way === "drops and applies late") drop();
    if (way === "fails" || way === "applies and fails") return 500;
    if (way === "refuses") return 422;
    return way === "plain" ? 200 : undefined;
  }

  async function change(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked: Asked = JSON.parse(await textOf(request));
    const { lane } = asked;
    if (lane !== null) {
      const others = lanes.get(lane) ?? 0;
      if (others > 0) collisions.push(asked.thing);
      lanes.set(lane, others + 1);
      response.once("close", () => lanes.set(lane, (lanes.get(lane) ?? 1) - 1));
    }
    const status = await take(asked, () => response.destroy());
    if (status === undefined) return;
    response.writeHead(status).end(JSON.stringify({ thing: asked.thing }));
  }

  const server = createServer((request, response) => {
    if (request.method === "POST") return void change(request, response).catch(() => {});
    const thing = decodeURIComponent(request.url?.slice(1) ?? "");
    response.end(JSON.stringify({ isThere: effects.has(thing) }));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    expect: (thing, way, death) => void expected.set(thing, { way, death }),
    effects: (thing) => effects.get(thing) ?? 0,
    collisions,
    quiet: async () => void (await Promise.all(later)),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const part of request) text += part;
  return text;
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It was killed before the request was read.
  }
}
