/** What the engine is handed from outside; nothing in core reaches for these on its own. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls back after `ms`, unless the returned function was called before. Does not keep the process alive. */
  after(ms: number, callback: () => void): () => void;
}

export type Fetch = typeof globalThis.fetch;

export type RandomBytes = (size: number) => Buffer;

export interface Logger {
  debug(fields: Record<string, unknown>, message: string): void;
  info(fields: Record<string, unknown>, message: string): void;
  warn(fields: Record<string, unknown>, message: string): void;
  error(fields: Record<string, unknown>, message: string): void;
  /** A logger whose lines carry the module's name and follow its level. */
  child(module: string): Logger;
}

export const SYSTEM_CLOCK: Clock = {
  now: () => Date.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

export const SILENT: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => SILENT,
};
