import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import type { Hono } from "hono";
import type { Env } from "./connection.ts";

/** `url` is the base of version 2, as the product's default is; v1 is at `${origin}/api/v1`. */
export type Listening = { origin: string; url: string; port: number; close(): Promise<void> };

export async function listen(app: Hono<Env>, port: number): Promise<Listening> {
  const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false });
  const { promise: ready, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  server.listen(port, "127.0.0.1", resolve);
  await ready;

  const origin = `http://127.0.0.1:${toPort(server.address())}`;
  return {
    origin,
    url: `${origin}/api/v2`,
    port: toPort(server.address()),
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        if ("closeAllConnections" in server) server.closeAllConnections();
      }),
  };
}

function toPort(address: AddressInfo | string | null): number {
  if (typeof address !== "object" || !address) throw new Error("The fake is not on a TCP port");
  return address.port;
}
