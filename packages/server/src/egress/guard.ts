import { type LookupAddress, lookup as lookUp } from "node:dns";
import type { LookupFunction } from "node:net";
import { FairleadError } from "@fairlead/core/errors";
import ipaddr from "ipaddr.js";

export interface GuardConfig {
  /** Whether loopback, private and link-local addresses may be reached: on one's own machine. */
  allowPrivate: boolean;
  /** Addresses, CIDR ranges and host names that may be reached although they are private. */
  allow: readonly string[];
}

export interface Guard {
  /** Refuses an address that is written out; a name is judged by what it resolves to. */
  checkHost(host: string): void;
  /** Resolves for `net.connect`: what it hands over is what was checked, so a name that changes wins nothing. */
  readonly lookup: LookupFunction;
}

type Range = [ipaddr.IPv4 | ipaddr.IPv6, number];

/** Well-known prefix of NAT64 (RFC 6052): the address behind it counts. */
const NAT64 = ipaddr.IPv6.parseCIDR("64:ff9b::/96");

/** All of IPv6 that is global unicast (IANA, "IPv6 Global Unicast Address Assignments"). */
const GLOBAL = ipaddr.IPv6.parseCIDR("2000::/3");

/** Says which addresses an outside call may connect to. */
export function createGuard({ allowPrivate, allow }: GuardConfig): Guard {
  const ranges = allow.filter(isRange).map(toRange);
  const names = new Set(
    allow.filter((each) => !isRange(each)).map((each) => each.toLowerCase().replace(/\.$/, "")),
  );

  function isAllowed(text: string): boolean {
    const address = parse(text);
    if (address === undefined) return false;
    if (allowPrivate || isPublic(address)) return !isNowhere(address);
    return ranges.some(
      ([network, bits]) =>
        network.kind() === address.kind() && address.match(network as never, bits),
    );
  }

  return {
    checkHost(host) {
      const bare = host.replace(/^\[(.*)\]$/, "$1");
      if (!ipaddr.isValid(bare) || isAllowed(bare)) return;
      throw refusal(host);
    },
    lookup(host, options, callback) {
      const isListed = names.has(host.toLowerCase().replace(/\.$/, ""));
      const { family, hints } = options;
      lookUp(host, { family: family ?? 0, hints: hints ?? 0, all: true }, (error, found) => {
        if (error !== null) return callback(error, "", 0);
        const allowed = isListed ? found : found.filter(({ address }) => isAllowed(address));
        if (allowed.length === 0) return callback(refusal(host) as NodeJS.ErrnoException, "", 0);
        if (options.all === true) return callback(null, allowed as never, 0);
        const [first] = allowed as [LookupAddress];
        callback(null, first.address, first.family);
      });
    },
  };
}

function refusal(host: string): FairleadError {
  // Without the address: who may choose host names must not learn how they resolve inside.
  return new FairleadError(
    "forbidden",
    `Fairlead does not connect to ${host.slice(0, 100)}: it is in a private or special network. Its operator can list it in FAIRLEAD_EGRESS_ALLOW.`,
    { details: { reason: "egress" } },
  );
}

function parse(text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  const bare = text.split("%", 1)[0] ?? "";
  if (!ipaddr.isValid(bare)) return undefined;
  const address = ipaddr.process(bare);
  if (address.kind() === "ipv6" && address.match(NAT64[0] as never, NAT64[1])) {
    return ipaddr.fromByteArray(address.toByteArray().slice(12));
  }
  return address;
}

/**
 * Anything that has a name in the registries of special addresses (RFC 6890) is not the public internet, and no address
 * of IPv6 beyond what was ever given out: the rest holds IPv4 in disguise, such as `::10.0.0.1` (RFC 4291, 2.5.5.1).
 */
function isPublic(address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  if (address.kind() === "ipv6" && !address.match(GLOBAL[0] as never, GLOBAL[1])) return false;
  return address.range() === "unicast";
}

/** Addresses that lead nowhere a client means to go, on any network. */
function isNowhere(address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  return ["unspecified", "broadcast", "multicast"].includes(address.range());
}

function isRange(text: string): boolean {
  return ipaddr.isValid(text) || ipaddr.isValidCIDR(text);
}

function toRange(text: string): Range {
  if (ipaddr.isValidCIDR(text)) return ipaddr.parseCIDR(text) as Range;
  const address = ipaddr.process(text);
  return [address, address.kind() === "ipv4" ? 32 : 128];
}
