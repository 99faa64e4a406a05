import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import type { Fetch } from "./ports.ts";

export interface ConnectOptions {
  host: string;
  port: number;
  /** TLS with these names and authorities; plain TCP when absent. */
  tls?: { servername?: string; ca?: string; cert?: string; key?: string; alpn?: string[] };
  signal?: AbortSignal;
  timeoutMs?: number;
}

/**
 * The only way out. Addresses are checked when they are connected to, after the name was resolved, and again after
 * every redirect. Refuses with `forbidden`, reason `egress`.
 */
export interface Egress {
  /** Size and time are bounded; redirects are followed only where the target passes the same check. */
  fetch: Fetch;
  /** A raw connection, for brokers and nodes. */
  connect(options: ConnectOptions): Promise<Socket | TLSSocket>;
  close(): Promise<void>;
}
