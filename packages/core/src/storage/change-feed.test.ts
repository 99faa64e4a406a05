import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createManualClock, type ManualClock, until } from "@fairlead/testkit/clock";
import { type CollectingLogger, createCollectingLogger } from "@fairlead/testkit/logger";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type ChangeFeed, createChangeFeed } from "./change-feed.ts";
import { createMemoryShared } from "./memory-shared.ts";
import { loadSqlite } from "./node-sqlite.ts";
import type { Change } from "./records.ts";
import type { Shared } from "./shared.ts";
import { createSqliteStore } from "./sqlite.ts";
import type { Store } from "./store.ts";

const HOUR_MS = 3_600_000;
let folder: string;
let file: string;
let clock: ManualClock;
const closing: (() => unknown)[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fairlead-feed-"));
  file = join(folder, "fairlead.db");
  clock = createManualClock();
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  rmSync(folder, { recursive: true, force: true });
});

interface Replica {
  store: Store;
  shared: Shared;
  feed: ChangeFeed;
  logger: CollectingLogger;
  /** What it heard of: ids, and "gap". */
  heard: string[];
}

/** A process of its own on the file: nothing is shared with the others but that. */
async function startReplica(shared: Shared = createMemoryShared(clock)): Promise<Replica> {
  const store = await createSqliteStore(file, { clock });
  const logger = createCollectingLogger();
  const feed = await createChangeFeed(store, shared, clock, logger);
  const heard: string[] = [];
  feed.on(
    ({ ref }) => heard.push(ref),
    () => heard.push("gap"),
  );
  closing.push(
    () => store.close(),
    () => feed.close(),
  );
  return { store, shared, feed, logger, heard };
}

function change(store: Store, ref: string): Promise<number> {
  const topic: Change["topic"] = "key";
  return store.changes.append({ tenant_id: "ten_a", topic, ref });
}

/** Renames the table below the store, as if it were away. */
function withRaw(sql: string): void {
  const { DatabaseSync } = loadSqlite();
  const raw = new DatabaseSync(file);
  raw.exec(sql);
  raw.close();
}

describe("a feed", () => {
  test("says since when it has not read", async () => {
    const { feed } = await startReplica();
    await feed.nudge();
    expect(feed.ageMs).toBe(0);
    withRaw("alter table counters rename to gone");
    clock.advance(300);
    await feed.nudge();
    expect(feed.ageMs).toBe(300);
    withRaw("alter table gone rename to counters");
    await feed.nudge();
    expect(feed.ageMs).toBe(0);
  });

  test("tells its own process at once", async () => {
    const { store, feed, heard } = await startReplica();
    await change(store, "key_a");
    await feed.nudge();
    expect(heard).toEqual(["key_a"]);
  });

  test("tells another process within half a second, without a message", async () => {
    const one = await startReplica();
    const other = await startReplica();
    await change(one.store, "key_a");
    expect(other.heard).toEqual([]);
    clock.advance(400);
    await until(() => other.heard.length > 0);
    expect(other.heard).toEqual(["key_a"]);
  });

  test("tells another process as soon as a message comes", async () => {
    const one = await startReplica();
    const other = await startReplica(one.shared);
    await change(one.store, "key_a");
    await one.feed.nudge();
    await until(() => other.heard.length > 0);
    expect(other.heard).toEqual(["key_a"]);
  });

  test("tells each change once and in order, however many look for it", async () => {
    const one = await startReplica();
    const other = await startReplica(one.shared);
    const refs = Array.from({ length: 1_200 }, (_, n) => `key_${n}`);
    await one.store.transaction(async (store) => {
      for (const ref of refs) await change(store, ref);
    });
    await Promise.all([one.feed.nudge(), one.feed.nudge(), other.feed.nudge()]);
    expect(one.heard).toEqual(refs);
    expect(other.heard).toEqual(refs);
  });

  test("tells nothing of what was changed before it began, or rolled back", async () => {
    const one = await startReplica();
    await change(one.store, "before");
    const other = await startReplica();
    await one.store
      .transaction(async (store) => {
        await change(store, "rolled back");
        throw new Error("The tide turned.");
      })
      .catch(() => {});
    await change(one.store, "after");
    await other.feed.nudge();
    expect(other.heard).toEqual(["after"]);
  });

  test("reads again for a change that came while it was reading", async () => {
    const { store, feed, heard } = await startReplica();
    await change(store, "first");
    const looking = feed.nudge();
    await change(store, "second");
    await Promise.all([looking, feed.nudge()]);
    expect(heard).toEqual(["first", "second"]);
  });

  test("looks anew right after it has looked", async () => {
    const { store, feed, heard } = await startReplica();
    for (let n = 0; n < 50; n++) {
      await change(store, `${n}`);
      await feed.nudge();
      expect(heard.at(-1)).toBe(`${n}`);
    }
  });

  test("tells the others what one listener stumbles over, and logs that", async () => {
    const { store, feed, logger, heard } = await startReplica();
    feed.on(
      () => {
        throw new Error("The crane is stuck.");
      },
      () => {},
    );
    await change(store, "first");
    await change(store, "second");
    await feed.nudge();
    expect(heard).toEqual(["first", "second"]);
    expect(logger.lines.filter(({ level }) => level === "error")).toHaveLength(2);
  });

  test("tells nobody who has stopped listening, and nobody once it is closed", async () => {
    const { store, feed, heard } = await startReplica();
    const briefly: string[] = [];
    const stop = feed.on(
      ({ ref }) => briefly.push(ref),
      () => {},
    );
    stop();
    await change(store, "first");
    await feed.nudge();
    await change(store, "second");
    const looking = feed.nudge();
    feed.close();
    await looking;
    clock.advance(10_000);
    expect(briefly).toEqual([]);
    expect(heard).toEqual(["first"]);
    expect(clock.waiting).toEqual([]);
  });

  test("says that it missed something when what it had not seen was swept", async () => {
    const one = await startReplica();
    const sleeper = await startReplica();
    for (const ref of ["a", "b", "c"]) await change(one.store, ref);
    await one.store.sweep(clock.now() + HOUR_MS + 1);
    await sleeper.feed.nudge();
    expect(sleeper.heard).toEqual(["gap", "c"]);
    await change(one.store, "d");
    await sleeper.feed.nudge();
    expect(sleeper.heard).toEqual(["gap", "c", "d"]);
  });

  test("says so too when the records turn out to be older than what it has seen", async () => {
    const { store, feed, heard } = await startReplica();
    for (const ref of ["a", "b"]) await change(store, ref);
    await feed.nudge();
    withRaw("delete from changes where seq > 1; update counters set value = 1");
    await feed.nudge();
    expect(heard).toEqual(["a", "b", "gap"]);
    await change(store, "another b");
    await feed.nudge();
    expect(heard).toEqual(["a", "b", "gap", "another b"]);
  });
});

describe("while the records cannot be read", () => {
  const goAway = () => withRaw("alter table counters rename to hidden");
  const comeBack = () => withRaw("alter table hidden rename to counters");

  test("it goes on looking, and misses nothing", async () => {
    const { store, feed, heard } = await startReplica();
    await change(store, "a");
    goAway();
    await feed.nudge();
    expect(heard).toEqual([]);
    comeBack();
    clock.advance(400);
    await until(() => heard.length > 0);
    expect(heard).toEqual(["a"]);
  });

  test("it has everything forgotten when others say that something changed", async () => {
    const { shared, heard } = await startReplica();
    goAway();
    await shared.publish("changes of records", "");
    await until(() => heard.length > 0);
    expect(heard).toEqual(["gap"]);
    comeBack();
  });

  test("it has everything forgotten after ten seconds, and not before", async () => {
    const { logger, heard } = await startReplica();
    const failures = () => logger.lines.filter(({ level }) => level === "debug").length;
    goAway();
    clock.step(9_600);
    clock.advance(400);
    await until(() => failures() === 1);
    expect(heard).toEqual([]);
    clock.advance(400);
    await until(() => failures() === 2);
    expect(heard).toEqual(["gap"]);
    comeBack();
  });
});

test("has everything forgotten after ten seconds also while a reading hangs", async () => {
  const store = await createSqliteStore(file, { clock });
  let hangs = false;
  const hanging: Store = {
    ...store,
    changes: {
      ...store.changes,
      last: () => (hangs ? new Promise<never>(() => {}) : store.changes.last()),
    },
  };
  const shared = createMemoryShared(clock);
  const feed = await createChangeFeed(hanging, shared, clock, createCollectingLogger());
  closing.push(
    () => store.close(),
    () => feed.close(),
  );
  const heard: string[] = [];
  feed.on(
    () => heard.push("change"),
    () => heard.push("gap"),
  );
  hangs = true;
  const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
  clock.advance(9_999);
  await turn();
  expect(heard).toEqual([]);
  clock.advance(1);
  await turn();
  expect(heard).toEqual(["gap"]);
});

describe("while messages cannot be heard", () => {
  test("it begins all the same, and listens as soon as it can", async () => {
    const shared = createMemoryShared(clock);
    let isAway = true;
    const flaky: Shared = {
      ...shared,
      subscribe: (...given) =>
        isAway ? Promise.reject(new Error("Away.")) : shared.subscribe(...given),
    };
    const { store, heard } = await startReplica(flaky);
    isAway = false;
    clock.advance(400);
    await until(() => clock.waiting.length > 0);
    await change(store, "a");
    await shared.publish("changes of records", "");
    await until(() => heard.length > 0);
    expect(heard).toEqual(["a"]);
  });
});
