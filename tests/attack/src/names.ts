import dns from "node:dns";
import { syncBuiltinESMExports } from "node:module";
import { isIP } from "node:net";

/** The resolver of this process, in a test's hands. */
export interface Names {
  /** Names that were asked for, oldest first. */
  readonly lookups: string[];
  /** Addresses by turns: what the first lookup gets, the second, and so on; the last one stays. */
  answer(...turns: string[][]): void;
  restore(): void;
}

type Callback = (error: null, found: { address: string; family: number }[]) => void;

/** Every name, but for what is an address already, resolves to what the test says, from now until it is restored. */
export function takeOverNames(): Names {
  const { lookup } = dns;
  const lookups: string[] = [];
  let answers: string[][] = [];
  const stub = (host: string, options: object, callback: Callback) => {
    if (isIP(host) !== 0) return lookup(host, options, callback as never);
    lookups.push(host);
    const found = (answers.length > 1 ? answers.shift() : answers[0]) ?? [];
    callback(
      null,
      found.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
    );
  };
  const put = (own: unknown) => {
    Object.assign(dns, { lookup: own });
    syncBuiltinESMExports();
  };
  put(stub);
  return {
    lookups,
    answer(...turns) {
      answers = turns;
    },
    restore: () => put(lookup),
  };
}
