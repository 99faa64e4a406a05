import type { DegradableTake } from "../limits/fallback.ts";

/** What the engine counts besides its events. Plain numbers, added to in place, so that a call pays an addition. */
export interface Tally {
  /** Of cached answers, and of what connectors keep by themselves. */
  readonly caches: { readonly answers: CacheCounts; readonly clients: CacheCounts };
  /** What was taken from callers' allowances, by tier. */
  readonly allowances: ReadonlyMap<string, AllowanceCounts>;
  /** Tokens this process tried to obtain, by connector, then by outcome: `ok` or an error code. */
  readonly renewals: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** Tokens this process holds or tries to get. */
  readonly tokens: ReadonlySet<TokenReading>;
  /** Requests that left for an upstream after their call was recorded, by connector. */
  readonly lateCalls: ReadonlyMap<string, number>;
  calledLate(connector: string | undefined, upstreamCalls: number): void;
  took(tier: string, take: DegradableTake): void;
  /** Watches the token of a connection until it is closed. */
  watchToken(whose: TokenOwner): TokenWatch;
}

export interface CacheCounts {
  /** Fresh from memory. */
  hits: number;
  /** Served stale while a new one was fetched. */
  stale: number;
  /** Waited for a load that was under way. */
  joined: number;
  /** Taken over from another replica, or confirmed by the state all share. */
  shared: number;
  /** Loaded. */
  misses: number;
}

export interface AllowanceCounts {
  admitted: number;
  refused: number;
  /** Of both, those paid locally while shared state was away. */
  degraded: number;
}

export interface TokenOwner {
  connector: string;
  connection_id: string;
  tenant_id: string;
}

export interface TokenReading extends TokenOwner {
  /** Milliseconds since the epoch; undefined while there is none. */
  expires_at: number | undefined;
  /** Times in a row that none could be obtained, and why at last. */
  failures: number;
  last_code: string | undefined;
}

/** What a token tells of itself. */
export interface TokenWatch {
  /** This process obtained it. */
  obtained(): void;
  failed(code: string): void;
  /** In use from now on, also when another replica obtained it. */
  held(expires_at: number): void;
  closed(): void;
}

export function createTally(): Tally {
  const allowances = new Map<string, AllowanceCounts>();
  const renewals = new Map<string, Map<string, number>>();
  const tokens = new Set<TokenReading>();
  const lateCalls = new Map<string, number>();

  function countRenewal(connector: string, outcome: string): void {
    let outcomes = renewals.get(connector);
    if (outcomes === undefined) {
      outcomes = new Map();
      renewals.set(connector, outcomes);
    }
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  }

  return {
    caches: { answers: noLookups(), clients: noLookups() },
    ...{ allowances, renewals, tokens, lateCalls },
    calledLate(connector = "none", upstreamCalls) {
      lateCalls.set(connector, (lateCalls.get(connector) ?? 0) + upstreamCalls);
    },
    took(tier, { admitted, degraded }) {
      let counts = allowances.get(tier);
      if (counts === undefined) {
        counts = { admitted: 0, refused: 0, degraded: 0 };
        allowances.set(tier, counts);
      }
      if (admitted) counts.admitted += 1;
      else counts.refused += 1;
      if (degraded) counts.degraded += 1;
    },
    watchToken(whose) {
      const reading: TokenReading = {
        ...{ ...whose, expires_at: undefined },
        ...{ failures: 0, last_code: undefined },
      };
      tokens.add(reading);
      return {
        obtained: () => countRenewal(whose.connector, "ok"),
        failed(code) {
          countRenewal(whose.connector, code);
          reading.failures += 1;
          reading.last_code = code;
        },
        held(expires_at) {
          Object.assign(reading, { expires_at, failures: 0, last_code: undefined });
        },
        closed: () => tokens.delete(reading),
      };
    },
  };
}

export function noLookups(): CacheCounts {
  return { hits: 0, stale: 0, joined: 0, shared: 0, misses: 0 };
}
