import { LRUCache } from "lru-cache";
import { atMost } from "../cache/bounded.ts";
import type { Clock } from "../ports.ts";
import type { Principal } from "./principal.ts";
import { createTagged, tagsOf } from "./tagged.ts";
import type { Known } from "./way.ts";

/** Who verified tokens belong to, by the hash of the token, for as long as nothing they depend on changes. */
export interface Remembered {
  get(digest: string): Known | undefined;
  /** What is found out from now on counts only while nothing it depends on changes. */
  begin(): Beginning;
  /** Forgets what depends on this. */
  drop(tag: string): void;
  dropAll(): void;
  /** Whether something this principal depends on has changed since it was verified. */
  isOutdated(principal: Principal): boolean;
  readonly size: number;
}

export interface Beginning {
  /** False when a change overtook it: then it is not remembered, and better asked again. */
  remember(digest: string, known: Known): boolean;
}

interface Entry {
  known: Known;
  until: number;
  tags: readonly string[];
}

interface Birth {
  digest: string;
  at: number;
  tags: readonly string[];
}

const MOST = 10_000;
const RECENT_CHANGES = 10_000;
/**
 * However quiet it is: bounds what a replica believes that cannot reach the Store, and for how long a key outlives
 * its withdrawal by the issuer.
 */
export const REMEMBERED_MS = 300_000;

export function createRemembered(clock: Clock, most = MOST): Remembered {
  const byTag = createTagged<string>();
  const entries = new LRUCache<string, Entry>({
    ...atMost(most),
    dispose: ({ tags }, digest) => byTag.remove(tags, digest),
  });
  const births = new WeakMap<Principal, Birth>();

  // Numbers of changes: the latest of each tag, and the latest of those that are forgotten.
  let number = 0;
  let floor = 0;
  const changedAt = new LRUCache<string, number>({
    ...atMost(RECENT_CHANGES),
    dispose(at, _tag, reason) {
      if (reason === "evict") floor = Math.max(floor, at);
    },
  });

  function changedSince(at: number, tags: readonly string[]): boolean {
    return at < floor || tags.some((tag) => (changedAt.peek(tag) ?? 0) > at);
  }

  return {
    get(digest) {
      const entry = entries.get(digest);
      if (entry === undefined) return undefined;
      if (clock.now() < entry.until) return entry.known;
      entries.delete(digest);
      return undefined;
    },
    begin() {
      const at = number;
      return {
        remember(digest, known) {
          const { principal } = known;
          const tags = tagsOf(principal, known.related);
          births.set(principal, { digest, at, tags });
          if (changedSince(at, tags)) return false;
          const { expires_at } = principal.credential ?? {};
          const until = Math.min(
            known.until ?? Number.POSITIVE_INFINITY,
            expires_at ?? Number.POSITIVE_INFINITY,
            clock.now() + REMEMBERED_MS,
          );
          entries.set(digest, { known, until, tags });
          byTag.add(tags, digest);
          return true;
        },
      };
    },
    drop(tag) {
      number += 1;
      changedAt.set(tag, number);
      for (const digest of byTag.of(tag)) entries.delete(digest);
    },
    dropAll() {
      number += 1;
      floor = number;
      entries.clear();
    },
    isOutdated(principal) {
      const birth = births.get(principal);
      if (birth === undefined) return false;
      const isHeld = entries.peek(birth.digest)?.known.principal === principal;
      return !isHeld && changedSince(birth.at, birth.tags);
    },
    get size() {
      return entries.size;
    },
  };
}
