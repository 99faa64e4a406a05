import type { IncomingMessage } from "node:http";
import { createAddressList, isAddressRange, parseAddress } from "@fairlead/core/identity/network";

/** The header that the proxies in front write; the other one is the client's own and says nothing. */
export type ProxyHeader = "x-forwarded-for" | "forwarded";

export type AddressOf = (req: Pick<IncomingMessage, "socket" | "headers">) => string;

const NAMED: Readonly<Record<string, readonly string[]>> = {
  loopback: ["127.0.0.0/8", "::1/128"],
  private: ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"],
};

/** Whether this is a range, or one of the names `loopback` and `private`. */
export function isTrustedProxy(text: string): boolean {
  return Object.hasOwn(NAMED, text) || isAddressRange(text);
}

/**
 * The client's address: the socket's, unless that is a trusted proxy; then the entry nearest to us that no trusted
 * proxy has, since all before it may be made up. What cannot be read leaves the address of the proxy that sent it.
 */
export function createAddressOf(
  trusted: readonly string[],
  header: ProxyHeader = "x-forwarded-for",
): AddressOf {
  if (trusted.length === 0) return ({ socket }) => plain(socket.remoteAddress);
  const isTrusted = createAddressList(trusted.flatMap((name) => NAMED[name] ?? [name]));

  return ({ socket, headers }) => {
    let address = plain(socket.remoteAddress);
    const value = headers[header];
    if (value === undefined) return address;
    // Several headers are one list in their order (RFC 9110, section 5.3).
    const entries =
      header === "forwarded" ? splitOutside(String(value), ",") : String(value).split(",");
    while (isTrusted(address)) {
      const entry = entries.pop();
      const next = entry === undefined ? undefined : readEntry(entry, header);
      if (next === undefined) return address;
      address = next;
    }
    return address;
  };
}

function plain(address = ""): string {
  return address.startsWith("::ffff:") ? (parseAddress(address) ?? address) : address;
}

function readEntry(entry: string, header: ProxyHeader): string | undefined {
  const node = header === "forwarded" ? forwardedFor(entry) : entry.trim();
  return node === undefined ? undefined : parseNode(node);
}

/** The `for` of one element of Forwarded (RFC 7239, section 4); undefined when it has none, or more than one. */
function forwardedFor(element: string): string | undefined {
  const values = splitOutside(element, ";").flatMap((pair) => {
    const [, value] = /^\s*for=(.*)$/i.exec(pair) ?? [];
    return value === undefined ? [] : [value.trim()];
  });
  const [node] = values;
  if (node === undefined || values.length > 1) return undefined;
  return /^"([^"\\]*)"$/.exec(node)?.[1] ?? node;
}

/**
 * Parts between separators that stand outside quotes: a Host that a proxy quotes may hold whatever a client likes. A
 * quote that nobody closes, as a client may send ahead of the proxy's own entry, makes all of it unreadable.
 */
function splitOutside(text: string, separator: string): string[] {
  const parts = [""];
  let isQuoted = false;
  for (let index = 0; index < text.length; index += 1) {
    const char = text.charAt(index);
    if (char === separator && !isQuoted) {
      parts.push("");
      continue;
    }
    if (char === '"') isQuoted = !isQuoted;
    const escaped = isQuoted && char === "\\" ? text.charAt(++index) : "";
    parts[parts.length - 1] += char + escaped;
  }
  return isQuoted ? [] : parts;
}

/** `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:4711`. */
function parseNode(text: string): string | undefined {
  const [, bracketed] = /^\[([0-9a-fA-F:.]+)\](?::\d{1,5})?$/.exec(text) ?? [];
  if (bracketed !== undefined) return bracketed.includes(":") ? parseAddress(bracketed) : undefined;
  const [, withoutPort] = /^(\d+\.\d+\.\d+\.\d+):\d{1,5}$/.exec(text) ?? [];
  return parseAddress(withoutPort ?? text);
}
