import type { Clock } from "../ports.ts";
import type { Queue } from "./queue.ts";

const RETRY_MS = 1_000;

/** Work waiting in one process, gone with it. */
export function createMemoryQueue(clock: Clock): Queue {
  const waiting = new Map<string, string[]>();
  const workers = new Map<string, (id: string) => Promise<void>>();
  const running = new Map<string, Promise<void>>();
  let closed = false;

  async function work(topic: string): Promise<void> {
    const ids = waiting.get(topic) ?? [];
    for (let id = ids.shift(); id !== undefined; id = ids.shift()) {
      const worker = workers.get(topic);
      if (worker === undefined || closed) {
        ids.unshift(id);
        return;
      }
      try {
        await worker(id);
      } catch {
        const again = id;
        clock.after(RETRY_MS, () => publish(topic, again));
      }
    }
  }

  function publish(topic: string, id: string): void {
    const ids = waiting.get(topic);
    // The list that is being worked on, not a copy: what waits in it would be handed over twice.
    if (ids === undefined) waiting.set(topic, [id]);
    else ids.push(id);
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
    async close() {
      closed = true;
      await Promise.all(running.values());
    },
  };
}
