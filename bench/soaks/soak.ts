import type { Subject } from "../subject.ts";

export interface SoakContext {
  readonly subjects: readonly Subject[];
  /** Go on for at least this long; a soak has a useful length of its own without it. */
  readonly seconds: number;
  /** How often, where that is not the soak's own number. */
  readonly count?: number;
  /** On PostgreSQL and Redis, where a soak can do with a directory as well. */
  readonly services?: boolean;
  say(line: string): void;
}

/** One thing a soak looked at when it was over. */
export interface Finding {
  readonly what: string;
  readonly found: string;
  readonly ok: boolean;
}

/** Something that is done many times, after which everything has to be as before. */
export interface Soak {
  readonly about: string;
  run(context: SoakContext): Promise<readonly Finding[]>;
}
