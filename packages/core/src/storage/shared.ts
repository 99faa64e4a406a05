import { FairleadError } from "../errors.ts";

export interface Bucket {
  /** Tokens it holds when full. */
  capacity: number;
  /** Tokens that come back each second. */
  refillPerSecond: number;
}

/** So many in any stretch of so long: what an upstream counts, which a bucket that starts full would overrun. */
export interface Window {
  limit: number;
  windowMs: number;
}

export interface Take {
  admitted: boolean;
  /** Whole tokens left. */
  remaining: number;
  /** Milliseconds until the tokens asked for would be there; 0 when admitted. */
  retryAfterMs: number;
  /** Milliseconds until the bucket is full, or the window empty, again. */
  resetMs: number;
}

export interface Lease {
  /** Grows with every holder, so that a late one can be told from the present one. */
  fence: number;
  /** Holds it for so long from now; false when it was lost meanwhile. */
  renew(ttlMs: number): Promise<boolean>;
  /** Gives the lease back, if it is still this holder's. */
  release(): Promise<void>;
}

/**
 * What replicas agree on, by one shared clock. Every key is made by the caller with its tenant (or the hash of an
 * account) in it. Throws `upstream_unavailable`, reason `shared_state`, at once or within a second while it is away.
 */
export interface Shared {
  /** Takes tokens in one atomic step. */
  take(key: string, bucket: Bucket, cost: number): Promise<Take>;
  /** What a take of nothing would say. */
  peek(key: string, bucket: Bucket): Promise<Take>;
  /** Counts in one atomic step what happened in the last `windowMs`, exactly. A cost of 0 only looks. */
  takeWindow(key: string, window: Window, cost: number): Promise<Take>;
  /** Admits nothing under a window's key for so long: the upstream itself said no. What was counted stays visible. */
  pauseWindow(key: string, ms: number): Promise<void>;
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string, ttlMs: number): Promise<void>;
  /** True for exactly one of many, until `ttlMs` passed: for what must happen once. */
  setIfAbsent(key: string, value: string, ttlMs: number): Promise<boolean>;
  /**
   * Sets, unless a greater fence set the value that is there: false then. So the late holder of a lease overwrites
   * nothing newer.
   */
  setFenced(key: string, value: string, ttlMs: number, fence: number): Promise<boolean>;
  delete(key: string): Promise<void>;
  /** An exclusive claim until released or `ttlMs` passed; undefined while somebody else holds it. */
  lease(key: string, ttlMs: number): Promise<Lease | undefined>;
  publish(channel: string, message: string): Promise<void>;
  /**
   * Calls back for each message on the channel, also one's own, until the returned function is called. `onGap` is
   * called when messages may have been missed: the connection was lost and is back.
   */
  subscribe(
    channel: string,
    listener: (message: string) => void,
    onGap?: () => void,
  ): Promise<() => void>;
  /** False while messages of others may not arrive. */
  readonly listening: boolean;
  /** Whether other processes see the same: what a replica must have. `memory`, `file`, or a hash of the Redis URL. */
  readonly reach: string;
  /** True while no other process would profit from what this one leaves behind. It may change at any moment. */
  readonly isAlone?: boolean;
  close(): Promise<void>;
}

const AWAY = "shared_state";

/** What every method of `Shared` throws while the state cannot be reached. */
export function sharedStateAway(cause?: unknown): FairleadError {
  return new FairleadError(
    "upstream_unavailable",
    "The state that replicas share cannot be reached. Reads go on at a fraction of their limits; try a write again in a few seconds.",
    { details: { reason: AWAY }, cause },
  );
}

export function isSharedStateAway(thrown: unknown): thrown is FairleadError {
  return thrown instanceof FairleadError && thrown.details?.reason === AWAY;
}
