import type { Clock } from "../ports.ts";
import type { Principal } from "./principal.ts";
import { createTagged, tagsOf } from "./tagged.ts";

/** Tells whoever holds something open for a principal when what the principal showed is no longer good. */
export interface Endings {
  on(principal: Principal, callback: () => void): () => void;
  /** What depends on this changed. */
  end(tag: string): void;
  endAll(): void;
}

interface Listener {
  tags: readonly string[];
  callback: () => void;
  stopTimer: () => void;
}

/** Timers of Node take 31 bits. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export function createEndings(clock: Clock): Endings {
  const listeners = new Set<Listener>();
  const byTag = createTagged<Listener>();

  function remove(listener: Listener): boolean {
    listener.stopTimer();
    byTag.remove(listener.tags, listener);
    return listeners.delete(listener);
  }

  function fire(listener: Listener): void {
    if (remove(listener)) listener.callback();
  }

  function expireLater(listener: Listener, at: number): void {
    const ms = Math.max(0, at - clock.now());
    listener.stopTimer = clock.after(Math.min(ms, LONGEST_TIMER_MS), () => {
      if (clock.now() < at) expireLater(listener, at);
      else fire(listener);
    });
  }

  return {
    on(principal, callback) {
      const listener: Listener = { tags: tagsOf(principal), callback, stopTimer() {} };
      listeners.add(listener);
      byTag.add(listener.tags, listener);
      const expires_at = principal.credential?.expires_at ?? undefined;
      if (expires_at !== undefined) expireLater(listener, expires_at);
      return () => void remove(listener);
    },
    end(tag) {
      for (const listener of byTag.of(tag)) fire(listener);
    },
    endAll() {
      for (const listener of [...listeners]) fire(listener);
    },
  };
}
