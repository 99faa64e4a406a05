import type { Clock } from "../ports.ts";
import type { Queue } from "./queue.ts";

const RETRY_MS = 1_000;

/** Work waiting in one process, gone with it. */
export function createMemoryQueue(clock: Clock): Queue {
  const waiting = new Map<string, { id: string; since: number }[]>();
  const workers = new Map<string, (id: string) => Promise<void>>();
  const running = new Map<string, Promise<void>>();
  let closed = false;

  async function work(topic: string): Promise<void> {
    const ids = waiting.get(topic) ?? [];
    for (let next = ids.shift(); next !== undefined; next = ids.shift()) {
      const worker = workers.get(topic);
      if (worker === undefined || closed) {
        ids.unshift(next);
        return;
      }
      try {
        await worker(next.id);
      } catch {
        const again = next.id;
        clock.after(RETRY_MS, () => publish(topic, again));
      }
    }
  }

  function publish(topic: string, id: string): void {
    const entry = { id, since: clock.now() };
    const ids = waiting.get(topic);
    // The list that is being worked on, not a copy: what waits in it would be handed over twice.
    if (ids === undefined) waiting.set(topic, [entry]);
    else ids.push(entry);
    start(topic);
  }

  function start(topic: string): void {
    if (running.has(topic) || !workers.has(topic) || closed) return;
    const run = Promise.resolve()
      .then(() => work(topic))
      .finally(() => {
        running.delete(topic);
        if ((waiting.get(topic)?.length ?? 0) > 0) start(topic);
      });
    running.set(topic, run);
  }

  return {
    async publish(topic, id) {
      publish(topic, id);
    },
    async consume(topic, worker) {
      if (workers.has(topic))
        throw new Error(`Topic ${topic} has a worker in this process already.`);
      workers.set(topic, worker);
      start(topic);
      return async () => {
        workers.delete(topic);
        await running.get(topic);
      };
    },
    async backlog() {
      const all = [...waiting.values()].flat();
      const since = Math.min(...all.map((each) => each.since), clock.now());
      return { waiting: all.length, oldestMs: clock.now() - since };
    },
    async close() {
      closed = true;
      await Promise.all(running.values());
    },
  };
}
