export interface Bucket {
  /** Tokens it holds when full. */
  capacity: number;
  /** Tokens that come back each second. */
  refillPerSecond: number;
}

export interface Take {
  admitted: boolean;
  /** Whole tokens left. */
  remaining: number;
  /** Milliseconds until the tokens asked for would be there; 0 when admitted. */
  retryAfterMs: number;
  /** Milliseconds until the bucket is full again. */
  resetMs: number;
}

export interface Lease {
  /** Grows with every holder, so that a late one can be told from the present one. */
  fence: number;
  /** Gives the lease back, if it is still this holder's. */
  release(): Promise<void>;
}

/** What replicas agree on. Every key is made by the caller with its tenant (or the hash of an account) in it. */
export interface Shared {
  /** Takes tokens in one atomic step. */
  take(key: string, bucket: Bucket, cost: number): Promise<Take>;
  /** What a take of nothing would say. */
  peek(key: string, bucket: Bucket): Promise<Take>;
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string, ttlMs: number): Promise<void>;
  delete(key: string): Promise<void>;
  /** An exclusive claim until released or `ttlMs` passed; undefined while somebody else holds it. */
  lease(key: string, ttlMs: number): Promise<Lease | undefined>;
  publish(channel: string, message: string): Promise<void>;
  /** Calls back for each message on the channel, also one's own, until the returned function is called. */
  subscribe(channel: string, listener: (message: string) => void): Promise<() => void>;
  close(): Promise<void>;
}
