import type { Shared } from "@fairlead/core/storage/shared";

const KEPT_MS = 30 * 86_400_000;

interface Ground {
  shared: Shared;
  /** No longer than this after the last login. */
  maxKeptMs?: number | undefined;
}

/**
 * Whether Cloudways has ever accepted a credential. Who only names an account must not spend or pause what its owner
 * has, so logins of a pair without this proof are paid from a budget of their own.
 */
export interface Proof {
  isThere(): Promise<boolean>;
  note(): Promise<void>;
  withdraw(): Promise<void>;
}

/** `credential` is a keyed hash of the whole pair. Without shared state nothing is proven. */
export function createProof({ shared, maxKeptMs }: Ground, credential: string): Proof {
  const key = `proven cloudways ${credential}`;
  return {
    isThere: () =>
      shared.get(key).then(
        (found) => found !== undefined,
        () => false,
      ),
    note: () => shared.set(key, "1", Math.min(KEPT_MS, maxKeptMs ?? KEPT_MS)).catch(() => {}),
    withdraw: () => shared.delete(key).catch(() => {}),
  };
}
