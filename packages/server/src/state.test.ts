import { randomBytes } from "node:crypto";
import { createManualClock } from "@fairlead/testkit/clock";
import { expect, onTestFinished, test, vi } from "vitest";
import { createLog } from "./observe/logger.ts";
import { openState, type StateParts } from "./state.ts";

async function open(changes: Partial<StateParts> = {}) {
  const state = await openState({
    config: {
      ...{ databaseUrl: undefined, redisUrl: undefined, directory: undefined },
      ...{ synchronous: "normal", poolSize: 1, keyCommand: undefined },
      ...{ encryptionKey: undefined, previousKeys: [] },
    },
    log: createLog({ level: "silent", modules: {}, readable: false, batched: false }),
    clock: createManualClock(),
    random: randomBytes,
    auditRetentionDays: 0,
    ...changes,
  });
  onTestFinished(() => state.close());
  return state;
}

test("tells others of this process", async () => {
  const { store } = await open();
  await vi.waitFor(async () => expect(await store.processes.list(0)).toHaveLength(1));
});

test("tells nobody of a command that ends by itself", async () => {
  const clock = createManualClock();
  const { store, unready } = await open({ clock, beats: false });
  clock.advance(60_000);
  await store.check();
  expect(await store.processes.list(0)).toEqual([]);
  expect(await unready()).toBeUndefined();
});
