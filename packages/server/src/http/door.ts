import type { IncomingHttpHeaders } from "node:http";

export interface DoorConfig {
  /** Host names by which this server may be addressed, besides loopback's when it listens there. */
  allowedHosts: readonly string[];
  /** Origins of web pages that may call (CORS); none by default. */
  allowedOrigins: readonly string[];
  /** True when the server listens on loopback only: then loopback names are good hosts and origins. */
  loopback: boolean;
}

export interface Door {
  /** Why the request is refused, or undefined when it may pass. */
  refuse(request: {
    headers: IncomingHttpHeaders;
    rawHeaders: readonly string[];
  }): string | undefined;
  /** Whether a page of this origin may read the answer. */
  isListedOrigin(origin: string | undefined): origin is string;
}

const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];
const REMEMBERED = 256;

/**
 * Keeps web pages from talking to a server on the user's own machine (DNS rebinding): the Host must be one of ours,
 * and an Origin, when there is one, must be listed (MCP 2026-07-28, Streamable HTTP, "Security & Endpoint").
 */
export function createDoor(config: DoorConfig): Door {
  const hosts = new Set([...config.allowedHosts, ...(config.loopback ? LOOPBACK : [])]);
  const origins = new Set(config.allowedOrigins);
  const knownHosts = new Set<string>();

  function isGoodHost(host: string): boolean {
    if (knownHosts.has(host)) return true;
    const name = hostnameOf(`http://${host}`);
    if (name === undefined || !hosts.has(name)) return false;
    if (knownHosts.size < REMEMBERED) knownHosts.add(host);
    return true;
  }

  function isGoodOrigin(origin: string): boolean {
    if (origins.has(origin)) return true;
    const name = hostnameOf(origin);
    return name !== undefined && config.loopback && LOOPBACK.includes(name);
  }

  return {
    refuse({ headers: { host, origin }, rawHeaders }) {
      const repeated = repeatedHeader(rawHeaders);
      if (repeated !== undefined) return repeated;
      if (host === undefined) return "Missing Host header";
      if (!isGoodHost(host)) {
        return "Invalid Host header: this server does not go by that name. Its operator can list it in ALLOWED_HOSTS.";
      }
      if (origin !== undefined && !isGoodOrigin(origin)) {
        return "Invalid Origin header: pages of this origin may not call. The operator can list it in ALLOWED_ORIGINS.";
      }
      return undefined;
    },
    isListedOrigin: (origin): origin is string => origin !== undefined && origins.has(origin),
  };
}

/**
 * Says which header came twice that may come once. Node keeps the first and says nothing of the second (RFC 9112,
 * section 3.2, has it refused).
 */
export function repeatedHeader(rawHeaders: readonly string[]): string | undefined {
  let hosts = 0;
  let credentials = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? "";
    if (name.length === 4 && name.toLowerCase() === "host") hosts += 1;
    else if (name.length === 13 && name.toLowerCase() === "authorization") credentials += 1;
  }
  const name = credentials > 1 ? "Authorization" : hosts > 1 ? "Host" : undefined;
  if (name === undefined) return undefined;
  return `Two ${name} headers: send one, since a proxy may read the other.`;
}

function hostnameOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).hostname : undefined;
}
