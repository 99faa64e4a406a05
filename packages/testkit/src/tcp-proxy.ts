import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A way to a service that a test can break and mend, while the service itself goes on for others. */
export interface TcpProxy {
  readonly port: number;
  /** Drops every connection and refuses new ones, as when the service has stopped. */
  stop(): Promise<void>;
  /** Takes connections again, on the same port. */
  start(): Promise<void>;
  /** Says nothing more in either direction, but keeps everything open, as when a network or a host has died. */
  freeze(): void;
  /** Goes on, with new connections; frozen ones stay as they are. */
  thaw(): void;
  close(): Promise<void>;
}

export async function startTcpProxy(target: { host: string; port: number }): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let isFrozen = false;
  let port = 0;
  let server = createServer();

  function accept(client: Socket): void {
    const service = connect(target);
    for (const [from, to] of [
      [client, service],
      [service, client],
    ] as const) {
      sockets.add(from);
      from.on("error", () => {});
      from.on("close", () => {
        sockets.delete(from);
        to.destroy();
      });
      from.on("data", (bytes) => {
        if (!isFrozen && !to.destroyed) to.write(bytes);
      });
    }
  }

  async function start(): Promise<void> {
    server = createServer(accept);
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    port = (server.address() as AddressInfo).port;
  }

  async function stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of sockets) socket.destroy();
    await closed;
  }

  await start();
  return {
    get port() {
      return port;
    },
    start,
    stop,
    freeze() {
      isFrozen = true;
    },
    thaw() {
      isFrozen = false;
    },
    close: stop,
  };
}
