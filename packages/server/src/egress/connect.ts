import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import type { ConnectOptions } from "@fairlead/core/egress";
import { FairleadError } from "@fairlead/core/errors";
import type { Guard } from "./guard.ts";

/** Opens a raw connection through the guard; resolves when it is up, TLS handshake included. */
export function openConnection(
  guard: Guard,
  defaults: { connectTimeoutMs: number },
  { host, port, tls, signal, timeoutMs = defaults.connectTimeoutMs }: ConnectOptions,
): Promise<Socket | TLSSocket> {
  return new Promise((resolve, reject) => {
    guard.checkHost(host);
    signal?.throwIfAborted();
    const where = { host: host.replace(/^\[(.*)\]$/, "$1"), port, lookup: guard.lookup };
    const socket =
      tls === undefined
        ? connectTcp(where)
        : connectTls({ ...where, ...toTlsOptions(tls, where.host) });
    const ready = tls === undefined ? "connect" : "secureConnect";
    const fail = (error: Error) => {
      release();
      socket.destroy();
      reject(error);
    };
    const onAbort = () => fail(signal?.reason);
    const timer = setTimeout(() => fail(timedOut(host, port, timeoutMs)), timeoutMs);
    const release = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
      socket.off("error", fail);
    };
    signal?.addEventListener("abort", onAbort, { once: true });
    socket.once("error", fail);
    socket.once(ready, () => {
      release();
      resolve(socket);
    });
  });
}

function toTlsOptions(
  { alpn, servername, ...rest }: NonNullable<ConnectOptions["tls"]>,
  host: string,
) {
  return {
    ...rest,
    // An address is no server name (RFC 6066, section 3).
    ...(servername !== undefined
      ? { servername }
      : /^[\d.]+$|:/.test(host)
        ? {}
        : { servername: host }),
    ...(alpn === undefined ? {} : { ALPNProtocols: alpn }),
    minVersion: "TLSv1.2" as const,
  };
}

function timedOut(host: string, port: number, ms: number): FairleadError {
  return new FairleadError("timeout", `${host}:${port} did not answer within ${ms} ms.`);
}
