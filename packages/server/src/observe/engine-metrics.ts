import type { Tally, TokenReading } from "@fairlead/core/observe/tally";
import type { Clock } from "@fairlead/core/ports";
import { Counter, Gauge, type Registry } from "prom-client";

export interface EngineSources {
  tally: Tally;
  alerts?: () => ReadonlyMap<string, Readonly<Record<string, number>>>;
  perConnection?: boolean;
  state: { clock: Clock };
}

/** What the engine tallies: allowances, caches, tokens of upstreams, alerts. Read when somebody asks. */
export function addEngineMetrics(registry: Registry, sources: EngineSources): void {
  const { tally, alerts, perConnection = false, state } = sources;
  addAllowances(registry, tally);
  addCaches(registry, tally);
  addTokens(registry, tally, state.clock, perConnection);
  if (alerts === undefined) return;
  new Counter({
    name: "fairlead_alerts_total",
    help: "Alerts by kind, and what became of them: raised here, delivered to the webhook, or failed there.",
    labelNames: ["kind", "outcome"],
    registers: [registry],
    collect() {
      this.reset();
      for (const [kind, outcomes] of alerts()) {
        for (const [outcome, count] of Object.entries(outcomes)) this.inc({ kind, outcome }, count);
      }
    },
  });
}

function addAllowances(registry: Registry, { allowances }: Tally): void {
  const registers = [registry];
  new Counter({
    name: "fairlead_limit_takes_total",
    help: "Calls that asked for a part of their caller's allowance, by tier, and whether they got it.",
    labelNames: ["tier", "outcome"],
    registers,
    collect() {
      this.reset();
      for (const [tier, { admitted, refused }] of allowances) {
        this.inc({ tier, outcome: "admitted" }, admitted);
        this.inc({ tier, outcome: "refused" }, refused);
      }
    },
  });
  new Counter({
    name: "fairlead_limit_degraded_total",
    help: "Those of them that were decided by this process alone, with shared state away.",
    labelNames: ["tier"],
    registers,
    collect() {
      this.reset();
      for (const [tier, { degraded }] of allowances) this.inc({ tier }, degraded);
    },
  });
}

function addCaches(registry: Registry, { caches }: Tally): void {
  new Counter({
    name: "fairlead_cache_lookups_total",
    help: "Lookups of cached answers, and of what connectors keep (clients), by how they ended: hits, stale (served while renewed), joined (waited for a load under way), shared (from other replicas) or misses.",
    labelNames: ["cache", "outcome"],
    registers: [registry],
    collect() {
      this.reset();
      for (const [cache, counts] of Object.entries(caches)) {
        for (const [outcome, count] of Object.entries(counts)) this.inc({ cache, outcome }, count);
      }
    },
  });
}

function addTokens(registry: Registry, tally: Tally, clock: Clock, perConnection: boolean): void {
  const registers = [registry];
  new Counter({
    name: "fairlead_token_renewals_total",
    help: "Tokens of upstreams that this process tried to obtain, by outcome: ok or the code of an error.",
    labelNames: ["connector", "outcome"],
    registers,
    collect() {
      this.reset();
      for (const [connector, outcomes] of tally.renewals) {
        for (const [outcome, count] of outcomes) this.inc({ connector, outcome }, count);
      }
    },
  });
  new Gauge({
    name: "fairlead_tokens",
    help: "Tokens of upstreams that this process holds: valid, expired, failing (the last renewal failed) or unused.",
    labelNames: ["connector", "state"],
    registers,
    collect() {
      this.reset();
      for (const token of tally.tokens)
        this.inc({ connector: token.connector, state: stateOf(token, clock.now()) });
    },
  });
  const whose = (token: TokenReading) =>
    perConnection
      ? { connector: token.connector, connection: token.connection_id }
      : { connector: token.connector };
  const labelNames = perConnection ? ["connector", "connection"] : ["connector"];
  new Gauge({
    name: "fairlead_token_expiry_timestamp_seconds",
    help: "When the token in use that ends first will end, in seconds since the epoch.",
    labelNames,
    registers,
    collect() {
      this.reset();
      const first = new Map<string, TokenReading & { expires_at: number }>();
      for (const token of tally.tokens) {
        const { expires_at } = token;
        if (expires_at === undefined) continue;
        const key = JSON.stringify(whose(token));
        if (expires_at < (first.get(key)?.expires_at ?? Number.POSITIVE_INFINITY))
          first.set(key, { ...token, expires_at });
      }
      for (const token of first.values()) this.set(whose(token), token.expires_at / 1000);
    },
  });
  new Gauge({
    name: "fairlead_token_failures",
    help: "Times in a row that a token could not be obtained; the worst of them.",
    labelNames,
    registers,
    collect() {
      this.reset();
      const worst = new Map<string, TokenReading>();
      for (const token of tally.tokens) {
        const key = JSON.stringify(whose(token));
        if (token.failures >= (worst.get(key)?.failures ?? 0)) worst.set(key, token);
      }
      for (const token of worst.values()) this.set(whose(token), token.failures);
    },
  });
}

function stateOf({ expires_at, failures }: TokenReading, now: number): string {
  if (failures > 0) return "failing";
  if (expires_at === undefined) return "unused";
  return expires_at > now ? "valid" : "expired";
}
