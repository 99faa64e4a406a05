import { createManualClock } from "@fairlead/testkit/clock";
import { type ConnectionChanges, keepConnection, openTestVault } from "@fairlead/testkit/engine";
import { describe, expect, test } from "vitest";
import { SILENT } from "../ports.ts";
import { Secret } from "../secret.ts";
import { createChangeFeed } from "../storage/change-feed.ts";
import { createMemoryShared } from "../storage/memory-shared.ts";
import { createSqliteStore } from "../storage/sqlite.ts";
import { withCredential } from "./connection.ts";
import { createConnections, type GivenConnection } from "./connections.ts";

/** One set of records, and as many replicas as a test wants. */
async function setUp(given: readonly GivenConnection[] = []) {
  const clock = createManualClock();
  const store = await createSqliteStore(":memory:", { clock });
  const vault = await openTestVault(store);
  let reads = 0;
  let gate: Promise<void> = Promise.resolve();
  const counted = {
    connections: {
      ...store.connections,
      async list(tenant_id: string) {
        reads += 1;
        const found = await store.connections.list(tenant_id);
        await gate;
        return found;
      },
    },
  };
  const replica = async () => {
    const own = createManualClock();
    const changes = await createChangeFeed(store, createMemoryShared(own), own, SILENT);
    return { clock: own, changes, ...createConnections({ store: counted, vault, changes, given }) };
  };
  return {
    ...{ clock, store, vault, replica },
    keep: (changes: ConnectionChanges = {}) =>
      keepConnection(store, vault, clock.now(), { connector: "harbour", ...changes }),
    reads: () => reads,
    /** Whatever is read from now on arrives when the returned function is called. */
    hold() {
      const held = Promise.withResolvers<void>();
      gate = held.promise;
      return held.resolve;
    },
  };
}

const ENVIRONMENT: GivenConnection = {
  connector: "harbour",
  label: "environment",
  settings: { region: "north" },
  credential: { token: new Secret("from the environment") },
};

const labels = async (list: unknown) =>
  [await list].flat().map((each) => (each as { label: string }).label);

describe("a tenant's connections", () => {
  test("are read once, and then given from memory without a wait", async () => {
    const { keep, reads, replica } = await setUp();
    await keep({ label: "main" });
    const { list } = await replica();
    expect(list("ten_acme", "harbour")).toBeInstanceOf(Promise);
    expect(await labels(list("ten_acme", "harbour"))).toEqual(["main"]);
    expect(list("ten_acme", "harbour")).toMatchObject([{ label: "main" }]);
    expect(list("ten_acme", "lighthouse")).toEqual([]);
    expect(reads()).toBe(1);
  });

  test("are read once for however many ask at the same time", async () => {
    const { keep, reads, replica } = await setUp();
    await keep();
    const { list } = await replica();
    await Promise.all(Array.from({ length: 100 }, () => list("ten_acme", "harbour")));
    expect(reads()).toBe(1);
  });

  test("are nobody else's", async () => {
    const { keep, replica } = await setUp([ENVIRONMENT]);
    await keep();
    const { list } = await replica();
    expect(await list("ten_other", "harbour")).toEqual([]);
    expect(await labels(list("ten_acme", "harbour"))).toEqual(["main"]);
  });

  test("are those of the environment too in the local tenant, and these are written nowhere", async () => {
    const { keep, replica, store } = await setUp([ENVIRONMENT]);
    await keep({ tenant_id: "ten_local", label: "kept" });
    const { list } = await replica();
    expect(await list("ten_local", "harbour")).toMatchObject([
      { id: "con_harbour_1", label: "environment", settings: { region: "north" } },
      { label: "kept" },
    ]);
    expect(await store.connections.list("ten_local")).toMatchObject([{ label: "kept" }]);
  });

  test("are read again once one of them changed, on every replica", async () => {
    const { keep, replica } = await setUp();
    await keep({ label: "old" });
    const replicas = [await replica(), await replica()];
    for (const { list } of replicas) {
      expect(await labels(list("ten_acme", "harbour"))).toEqual(["old"]);
    }
    await keep({ label: "new" });
    for (const { changes, list } of replicas) {
      await changes.nudge();
      expect(await labels(list("ten_acme", "harbour"))).toEqual(["new"]);
    }
  });

  test("are heard of within half a second by a replica that nobody nudges", async () => {
    const { keep, replica } = await setUp();
    await keep({ label: "old" });
    const { clock, list } = await replica();
    await list("ten_acme", "harbour");
    await keep({ label: "new" });
    clock.advance(400);
    await new Promise((resolve) => setImmediate(resolve));
    expect(await labels(list("ten_acme", "harbour"))).toEqual(["new"]);
  });

  test("are not remembered as they were when a change overtook the reading", async () => {
    const { hold, keep, replica } = await setUp();
    await keep({ label: "old" });
    const { changes, list } = await replica();
    const arrive = hold();
    const overtaken = list("ten_acme", "harbour");
    await keep({ label: "new" });
    await changes.nudge();
    arrive();
    expect(await labels(overtaken)).toEqual(["old"]);
    expect(await labels(list("ten_acme", "harbour"))).toEqual(["new"]);
  });

  test("are asked for anew after a reading that failed", async () => {
    const { keep, replica, store } = await setUp();
    await keep();
    const { changes } = await replica();
    let isBroken = true;
    const broken = {
      connections: {
        ...store.connections,
        list: (tenant_id: string) =>
          isBroken
            ? Promise.reject(new Error("The disk is full."))
            : store.connections.list(tenant_id),
      },
    };
    const { list } = createConnections({
      store: broken,
      vault: await openTestVault(store),
      changes,
      given: [],
    });
    await expect(list("ten_acme", "harbour")).rejects.toThrow("The disk is full.");
    isBroken = false;
    expect(await labels(list("ten_acme", "harbour"))).toEqual(["main"]);
  });

  test("are forgotten when changes may have been missed", async () => {
    const { clock, keep, replica, store } = await setUp();
    await keep({ label: "old" });
    const { changes, list } = await replica();
    await list("ten_acme", "harbour");
    await keep({ label: "new" });
    await store.changes.append({ tenant_id: "ten_other", topic: "key", ref: "key_1" });
    // While this replica slept, all that it had to hear was swept but for the newest.
    await store.sweep(clock.now() + 2 * 3_600_000);
    await changes.nudge();
    expect(await labels(list("ten_acme", "harbour"))).toEqual(["new"]);
  });
});

describe("a kept connection", () => {
  test("holds its credential sealed, and opens it anew each time it is used", async () => {
    const { keep, replica } = await setUp();
    await keep({ credential: { token: new Secret("pier-9") } });
    const { list } = await replica();
    const [connection] = await list("ten_acme", "harbour");
    if (connection === undefined) return expect.unreachable();
    const opened = await withCredential(connection, ({ token }) => {
      expect(token?.reveal()).toBe("pier-9");
      return token;
    });
    expect(() => opened?.reveal()).toThrow("overwritten");
    expect(await withCredential(connection, ({ token }) => token?.reveal())).toBe("pier-9");
    expect(JSON.stringify(connection)).not.toContain("pier-9");
  });

  test("does not open in the place of another", async () => {
    const { keep, replica, store } = await setUp();
    const mine = await keep();
    await keep({ tenant_id: "ten_other" });
    const theirs = (await store.connections.list("ten_other")).at(0);
    if (theirs === undefined) return expect.unreachable();
    const { sealed_credential } = mine;
    await store.connections.update({ ...theirs, sealed_credential, version: 2 });
    const { list } = await replica();
    const [moved] = await list("ten_other", "harbour");
    if (moved === undefined) return expect.unreachable();
    await expect(withCredential(moved, () => "open")).rejects.toMatchObject({ code: "internal" });
  });
});
