import { z } from "zod";
import type { Clock, Logger, RandomBytes } from "../ports.ts";
import type { Lease, Shared } from "../storage/shared.ts";
import type { KeyedHash } from "../vault/keyed-hash.ts";
import type { Sealer } from "../vault/sealer.ts";
import { isPlain } from "./plain.ts";

const keptAnswer = z.object({
  value: z.unknown(),
  freshUntil: z.number(),
  staleUntil: z.number(),
  versions: z.array(z.string()),
});

/** An answer as one replica leaves it to the others; the times are by its own clock. */
export interface Kept {
  value: unknown;
  freshUntil: number;
  staleUntil: number;
}

export interface Look {
  /** One for each mark, another after each invalidation; undefined while the shared state is away. */
  versions: readonly string[] | undefined;
  /** What is kept, when nothing it hangs on was invalidated since. */
  kept: Kept | undefined;
  /** When the look began, by the clock and by the tier's count of gaps. */
  at: number;
  epoch: number;
}

/**
 * What replicas share of their caches: sealed answers, and a version for every key and tag that was ever invalidated.
 * An answer carries the versions it was loaded under, and counts only while they are the present ones: so neither a load
 * that overlapped an invalidation, nor a message that was lost, nor a clock that is off brings an old answer back.
 * Nothing here throws.
 */
export interface SharedTier {
  /** How a key or a tag is called outside this process. */
  mark(kind: "key" | "tag", text: string): string;
  /** Grows whenever invalidations may have been missed. What was checked before counts no more. */
  readonly epoch: number;
  /** False while invalidations may be missed. */
  readonly listening: boolean;
  /** The present versions; with `wantsKept` also what is kept under the first of the marks. */
  look(marks: readonly string[], wantsKept: boolean): Promise<Look>;
  /** The right to load; `held` while another replica does, undefined while there is none or the shared state is away. */
  claim(mark: string): Promise<Lease | "held" | undefined>;
  /** Leaves an answer to the other replicas, when there are any and it is plain data. */
  keep(mark: string, versions: readonly string[], answer: Kept): Promise<void>;
  /** Returns when every replica was told, or when it is certain to be told as soon as that is possible. */
  invalidate(mark: string): Promise<void>;
  onInvalidated(listener: (mark: string) => void): void;
  close(): void;
}

export interface SharedTierParts {
  shared: Shared;
  sealer: Pick<Sealer, "sealBytes" | "openBytes">;
  keyedHash: KeyedHash;
  clock: Clock;
  random: RandomBytes;
  logger: Logger;
  /** This program's version: another one's tools may answer in another shape, so its answers are not read. */
  version: string;
}

const PURPOSE = "cached answers";
/** 128 bits of a keyed hash. */
const MARK_CHARS = 32;
const CHANNEL = "cache invalidated";
/** Outlives every answer: a cache keeps none longer than two days. */
const VERSION_KEPT_MS = 50 * 60 * 60 * 1000;
const RETRY_MS = 1_000;
/** For how long a replica that died while it loaded holds up the others. */
export const LEASE_MS = 5_000;
const MAX_CHARS = 1_000_000;
const MAX_UNSENT = 10_000;
const BATCH = 100;

/** Undefined where there is only one process, which needs no second tier. */
export function createSharedTier(parts: SharedTierParts): SharedTier | undefined {
  const { shared, sealer, clock } = parts;
  if (shared.reach === "memory") return undefined;
  const logger = parts.logger.child("cache");
  const me = parts.random(9).toString("base64url");
  const listeners = new Set<(mark: string) => void>();
  /** Invalidations on their way, which a look at the same mark must not overtake. */
  const leaving = new Map<string, Promise<void>>();
  /** Invalidations that could not be told yet. While there are any, the shared state counts as away. */
  const unsent = new Set<string>();
  let epoch = 0;
  let isAway = false;
  let isClosed = false;
  let stopListening: (() => void) | undefined;

  const versionKey = (mark: string) => `cache version ${mark}`;
  const leaseKey = (mark: string) => `cache lease ${mark}`;
  const keptKey = (mark: string) => `cache kept ${parts.version} ${mark}`;

  /** Undefined while the shared state is away. Only who is asking as it leaves waits for that: a second at most. */
  async function ask<T>(question: () => Promise<T>): Promise<{ answer: T } | undefined> {
    if (isAway) return undefined;
    try {
      return { answer: await question() };
    } catch (err) {
      leave(err);
      return undefined;
    }
  }

  function leave(err: unknown): void {
    if (isAway || isClosed) return;
    isAway = true;
    logger.warn({ err }, "the shared state is away; cached answers come from memory alone");
    clock.after(RETRY_MS, () => void comeBack());
  }

  /** Tries until the shared state answers, and tells it first what the other replicas must not miss. */
  async function comeBack(): Promise<void> {
    if (isClosed) return;
    try {
      if (unsent.size === 0) await shared.get(versionKey(""));
      while (unsent.size > 0) {
        const marks = [...unsent].slice(0, BATCH);
        await announce(marks);
        for (const mark of marks) unsent.delete(mark);
      }
    } catch {
      clock.after(RETRY_MS, () => void comeBack());
      return;
    }
    isAway = false;
    epoch += 1;
    logger.info({}, "the shared state is back; cached answers are checked with it again");
  }

  async function announce(marks: readonly string[]): Promise<void> {
    const version = parts.random(9).toString("base64url");
    await Promise.all(
      marks.flatMap((mark) => [
        shared.set(versionKey(mark), version, VERSION_KEPT_MS),
        shared.delete(keptKey(mark)),
      ]),
    );
    await Promise.all(marks.map((mark) => shared.publish(CHANNEL, `${me} ${mark}`)));
  }

  function postpone(mark: string): void {
    if (unsent.size >= MAX_UNSENT) {
      for (const oldest of unsent) {
        unsent.delete(oldest);
        logger.error(
          {},
          "an invalidation was given up; other replicas keep its answers to their end",
        );
        break;
      }
    }
    unsent.add(mark);
  }

  function listen(): void {
    if (isClosed) return;
    const heard = (message: string) => {
      const [from, mark] = message.split(" ", 2);
      if (from === me || mark === undefined) return;
      for (const listener of listeners) listener(mark);
    };
    const missed = () => {
      epoch += 1;
    };
    shared.subscribe(CHANNEL, heard, missed).then(
      (stop) => {
        missed();
        if (isClosed) stop();
        else stopListening = stop;
      },
      () => clock.after(RETRY_MS, listen),
    );
  }

  function openKept(key: string, sealed: string, versions: readonly string[]): Kept | undefined {
    const bytes = sealer.openBytes(PURPOSE, key, Buffer.from(sealed, "base64"));
    if (bytes === undefined) return undefined;
    const { data } = keptAnswer.safeParse(JSON.parse(bytes.toString("utf8")));
    return data !== undefined && isSame(data.versions, versions) ? data : undefined;
  }

  listen();

  return {
    mark: (kind, text) => parts.keyedHash(`cache ${kind}`, text).slice(0, MARK_CHARS),
    get epoch() {
      return epoch;
    },
    get listening() {
      return stopListening !== undefined && shared.listening;
    },
    async look(marks, wantsKept) {
      const began = { at: clock.now(), epoch };
      if (leaving.size > 0) await Promise.all(marks.map((mark) => leaving.get(mark)));
      const [first = ""] = marks;
      const told = await ask(() =>
        Promise.all([
          Promise.all(marks.map((mark) => shared.get(versionKey(mark)))),
          wantsKept ? shared.get(keptKey(first)) : undefined,
        ]),
      );
      if (told === undefined) return { ...began, versions: undefined, kept: undefined };
      const [found, sealed] = told.answer;
      const versions = found.map((version) => version ?? "");
      const kept = sealed === undefined ? undefined : openKept(keptKey(first), sealed, versions);
      return { ...began, versions, kept };
    },
    async claim(mark) {
      // Nobody else would load the same, or find what is left. The versions are kept all the same, for who comes next.
      if (shared.isAlone) return undefined;
      const told = await ask(() => shared.lease(leaseKey(mark), LEASE_MS));
      return told === undefined ? undefined : (told.answer ?? "held");
    },
    async keep(mark, versions, answer) {
      const ttlMs = answer.staleUntil - clock.now();
      if (ttlMs <= 0 || isAway || shared.isAlone || !isPlain(answer.value)) return;
      const text = JSON.stringify({ ...answer, versions });
      if (text.length > MAX_CHARS) return;
      const key = keptKey(mark);
      const sealed = sealer.sealBytes(PURPOSE, key, Buffer.from(text)).toString("base64");
      await ask(() => shared.set(key, sealed, ttlMs));
    },
    async invalidate(mark) {
      const told = ask(() => announce([mark])).then((done) => {
        if (done === undefined) postpone(mark);
        if (leaving.get(mark) === told) leaving.delete(mark);
      });
      leaving.set(mark, told);
      await told;
    },
    onInvalidated(listener) {
      listeners.add(listener);
    },
    close() {
      isClosed = true;
      stopListening?.();
    },
  };
}

/** Whether an answer that was loaded under some versions counts under others. */
export function isSame(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((version, index) => version === others[index]);
}
