import type { Store } from "../storage/store.ts";

/** What things cost, in whatever currency the operator thinks in. */
export interface Prices {
  upstream_call: number;
  /** 10^9 bytes of answers. */
  gigabyte_out: number;
  /** 10^9 bytes kept for a month. */
  gigabyte_month: number;
}

export interface CostConfig {
  prices: Prices;
  /** What each tenant may cost in a month; undefined: no bounds. Nothing is refused beyond it: it is told of. */
  budget: number | undefined;
}

export const FREE: Prices = Object.freeze({ upstream_call: 0, gigabyte_out: 0, gigabyte_month: 0 });

export interface Month {
  /** `2026-03`, in UTC. */
  name: string;
  from: number;
  to: number;
}

export interface Cost {
  upstream_calls: number;
  bytes_out: number;
  /** As of now: what was stored at other times is not kept. */
  stored_bytes: number;
  cost: { upstream_calls: number; bytes_out: number; stored_bytes: number; total: number };
}

const GIGABYTE = 1e9;
/** Costs are rounded to so many parts, so that sums read well. */
const PARTS = 1e6;

export function monthOf(at: number): Month {
  const date = new Date(at);
  return startingAt(date.getUTCFullYear(), date.getUTCMonth());
}

/** Undefined when it is no month. */
export function parseMonth(name: string): Month | undefined {
  const [, year, month] = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(name) ?? [];
  return year === undefined ? undefined : startingAt(Number(year), Number(month) - 1);
}

function startingAt(year: number, month: number): Month {
  const from = Date.UTC(year, month);
  return { name: new Date(from).toISOString().slice(0, 7), from, to: Date.UTC(year, month + 1) };
}

/**
 * What a tenant's month has cost so far, by the records that all replicas share. Storage is charged for the part of the
 * month that has passed, by what is stored now.
 */
export async function costOf(
  store: Pick<Store, "usage">,
  tenant_id: string,
  month: Month,
  prices: Prices,
  now: number,
): Promise<Cost> {
  const [used, stored_bytes] = await Promise.all([
    store.usage.total(tenant_id, month),
    store.usage.storedBytes(tenant_id),
  ]);
  return priced({ ...used, stored_bytes }, month, prices, now);
}

export function priced(
  used: { upstream_calls: number; bytes_out: number; stored_bytes: number },
  { from, to }: Month,
  prices: Prices,
  now: number,
): Cost {
  const { upstream_calls, bytes_out, stored_bytes } = used;
  const passed = Math.min(1, Math.max(0, (now - from) / (to - from)));
  const cost = {
    upstream_calls: rounded(upstream_calls * prices.upstream_call),
    bytes_out: rounded((bytes_out / GIGABYTE) * prices.gigabyte_out),
    stored_bytes: rounded((stored_bytes / GIGABYTE) * prices.gigabyte_month * passed),
  };
  const total = rounded(cost.upstream_calls + cost.bytes_out + cost.stored_bytes);
  return { upstream_calls, bytes_out, stored_bytes, cost: { ...cost, total } };
}

function rounded(amount: number): number {
  return Math.round(amount * PARTS) / PARTS;
}
