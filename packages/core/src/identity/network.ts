import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

/** Whether an address is in a list of ranges. What is no address is in none. */
export type AddressList = (address: string) => boolean;

type Address = ReturnType<typeof ipaddr.process>;

/** The one spelling of an address; IPv4 also where it comes mapped into IPv6. Undefined when it is none. */
export function parseAddress(text: string): string | undefined {
  return read(text)?.toString();
}

/** What one client is counted by: an IPv4 address, or a /64 of IPv6, of which one client has all (RFC 6177). */
export function networkOf(address: string): string {
  const parsed = read(address);
  if (parsed?.kind() !== "ipv6") return parsed?.toString() ?? address;
  const bytes = parsed.toByteArray().fill(0, 8);
  return `${ipaddr.fromByteArray(bytes).toString()}/64`;
}

/** Whether this is an address or a CIDR range such as `10.0.0.0/8`. */
export function isAddressRange(text: string): boolean {
  return parseRange(text) !== undefined;
}

/** Takes addresses and CIDR ranges. Throws an `Error` that names the first that is neither. */
export function createAddressList(ranges: readonly string[]): AddressList {
  const parsed = ranges.map((text) => {
    const range = parseRange(text);
    if (range === undefined) throw new Error(`"${text}" is no address or range of addresses.`);
    return range;
  });
  return (text) => {
    const address = read(text);
    return address !== undefined && parsed.some((range) => contains(range, address));
  };
}

interface Range {
  network: Address;
  bits: number;
}

function contains({ network, bits }: Range, address: Address): boolean {
  if (network.kind() === "ipv4" && address.kind() === "ipv4") return address.match(network, bits);
  return network.kind() === "ipv6" && address.kind() === "ipv6" && address.match(network, bits);
}

function parseRange(text: string): Range | undefined {
  const [base = "", length, ...rest] = text.trim().split("/");
  const network = read(base);
  if (network === undefined || rest.length > 0) return undefined;
  const isMapped = network.kind() === "ipv4" && base.includes(":");
  const most = network.kind() === "ipv4" ? 32 : 128;
  if (length === undefined) return { network, bits: most };
  if (!/^\d{1,3}$/.test(length)) return undefined;
  const bits = isMapped ? Number(length) - 96 : Number(length);
  return bits >= 0 && bits <= most ? { network, bits } : undefined;
}

/**
 * Stricter than the library, which takes `127.1` and `0x7f.1` too, and `::10.0.0.1` for an address of IPv4, which it is
 * not; a zone belongs to one machine only.
 */
function read(text: string): Address | undefined {
  if (isIP(text) === 0 || text.includes("%") || /^::\d+\./.test(text)) return undefined;
  return ipaddr.process(text);
}
