import process from "node:process";
import type { Fetch } from "@fairlead/core/ports";
import type { Store } from "@fairlead/core/storage/store";
import type { JournalState } from "@fairlead/core/storage/write-records";

/** Moments at which a process may die by itself. Each is between two things that could have become one. */
export const CALL_POINTS = [
  "begin: before",
  "begin: not committed",
  "begin: committed",
  "request: before",
  "request: answered",
  "end: before",
  "end: not committed",
  "end: committed",
  "reply: before",
  "reply: after",
] as const;
/** Those of whoever looks after what another one left. */
export const SETTLE_POINTS = [
  "end: not committed",
  "end: committed",
  "look: before",
  "look: answered",
  "settle: before",
  "settle: not committed",
  "settle: committed",
] as const;
export type KillPoint = (typeof CALL_POINTS)[number] | (typeof SETTLE_POINTS)[number];

export interface KillPoints {
  /** From now on it dies when it comes there. */
  arm(point: KillPoint | undefined): void;
  reach(point: KillPoint): void;
}

export function createKillPoints(): KillPoints {
  let armed: KillPoint | undefined;
  return {
    arm(point) {
      armed = point;
    },
    reach(point) {
      if (point === armed) process.kill(process.pid, "SIGKILL");
    },
  };
}

type Step = "begin" | "end" | "settle";

/** The ports as the engine gets them: nothing of the engine knows where it may die. */
export function dyingStore(store: Store, { reach }: KillPoints): Store {
  return {
    ...store,
    async transaction(work) {
      const steps = new Set<Step>();
      const result = await store.transaction((tx) => {
        steps.clear();
        return work(watched(tx, steps, reach));
      });
      for (const step of steps) reach(`${step}: committed`);
      return result;
    },
  };
}

function watched(tx: Store, steps: Set<Step>, reach: KillPoints["reach"]): Store {
  async function stepped(step: Step, write: () => Promise<boolean>): Promise<boolean> {
    reach(`${step}: before`);
    const isWritten = await write();
    if (isWritten) {
      steps.add(step);
      reach(`${step}: not committed`);
    }
    return isWritten;
  }
  return {
    ...tx,
    attempt: (work) => tx.attempt((inner) => work(watched(inner, steps, reach))),
    journal: {
      ...tx.journal,
      add: (row) => stepped("begin", () => tx.journal.add(row)),
      move: (tenant, id, from, to) =>
        stepped(stepOf(from), () => tx.journal.move(tenant, id, from, to)),
    },
  };
}

function stepOf(from: JournalState): Step {
  if (from === "unknown") return "settle";
  return from === "sent" ? "end" : "begin";
}

export function dyingFetch(fetch: Fetch, { reach }: KillPoints): Fetch {
  return async (url, init) => {
    const what = init?.method === "POST" ? "request" : "look";
    reach(`${what}: before`);
    try {
      return await fetch(url, init);
    } finally {
      reach(`${what}: answered`);
    }
  };
}
