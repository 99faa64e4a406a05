import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";

/** Somebody outside who is told things: a collector, the owner of a webhook. */
export interface Receiver {
  origin: string;
  readonly received: { path: string; headers: IncomingHttpHeaders; body: Buffer; status: number }[];
  /** Resolves when this came in a body that was taken. */
  until(part: string): Promise<void>;
  close(): Promise<void>;
}

const PATIENCE_MS = 60_000;

/** Keeps all that it is sent; its first answers have these statuses. */
export async function startReceiver(statuses: readonly number[] = []): Promise<Receiver> {
  const received: Receiver["received"] = [];
  const server = createServer(async (req, res) => {
    const body = await buffer(req);
    const status = statuses[received.length] ?? 200;
    received.push({ path: req.url ?? "", headers: req.headers, body, status });
    res.writeHead(status, { "content-type": "application/json" }).end("{}");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    async until(part) {
      const end = Date.now() + PATIENCE_MS;
      while (!received.some(({ body, status }) => status === 200 && body.includes(part))) {
        if (Date.now() > end) throw new Error(`Nobody sent ${part}.`);
        await sleep(100);
      }
    },
    async close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
