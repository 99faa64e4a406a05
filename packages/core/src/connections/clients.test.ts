import { createManualClock } from "@fairlead/testkit/clock";
import { createConnection, keepConnection, openTestVault } from "@fairlead/testkit/engine";
import { failureOf } from "@fairlead/testkit/failure-of";
import { seededRandom } from "@fairlead/testkit/random";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { createCache } from "../cache/cache.ts";
import { type ClientEnvironment, defineConnector } from "../connector.ts";
import { SILENT } from "../ports.ts";
import { Secret } from "../secret.ts";
import { createChangeFeed } from "../storage/change-feed.ts";
import { createMemoryShared } from "../storage/memory-shared.ts";
import { createSqliteStore } from "../storage/sqlite.ts";
import { createKeyedHash } from "../vault/keyed-hash.ts";
import { createSealer } from "../vault/sealer.ts";
import { createClients } from "./clients.ts";
import { createConnections } from "./connections.ts";

interface Client {
  environment: ClientEnvironment<{ region: string }>;
}

const HOUR_MS = 3_600_000;
const outside = () => Promise.reject(new Error("No test here reaches outside."));

async function setUp(closeClient?: (client: Client) => Promise<void>) {
  const clock = createManualClock();
  const random = seededRandom();
  const closed: Client[] = [];
  const harbour = defineConnector({
    id: "harbour",
    title: "Harbour",
    description: "A harbour.",
    credential: z.object({ token: z.instanceof(Secret) }),
    settings: z.object({ region: z.string().default("north") }),
    createClient: (environment): Client => ({ environment }),
    closeClient: closeClient ?? (async (client) => void closed.push(client)),
    tools: [],
  });
  const store = await createSqliteStore(":memory:", { clock });
  const shared = createMemoryShared(clock);
  const changes = await createChangeFeed(store, shared, createManualClock(), SILENT);
  const vault = await openTestVault(store, { changes });
  const connections = createConnections({ store, vault, changes, given: [] });
  const clients = createClients({
    ...{ fetch: outside, connect: outside, logger: SILENT },
    ...{ clock, random, shared, changes, cache: createCache({ clock }) },
    keyedHash: createKeyedHash(Buffer.alloc(32, 1)),
    sealer: createSealer({ keys: [Buffer.alloc(32, 2)] }, clock),
  });
  /** The client a call on this connection gets, after the call. */
  const open = (changes = {}) =>
    clients.use(harbour, createConnection(changes), async (client) => client as Client);
  const kept = async (tenant_id = "ten_acme") => {
    const [connection] = await connections.list(tenant_id, "harbour");
    if (connection === undefined) throw new Error("Nothing is kept.");
    return connection;
  };
  return {
    ...{ changes, clients, clock, closed, harbour, kept, open, store, vault },
    keep: async (given = {}) => {
      await keepConnection(store, vault, clock.now(), { connector: "harbour", ...given });
      await changes.nudge();
    },
    use: <T>(connection: Awaited<ReturnType<typeof kept>>, work: (client: Client) => Promise<T>) =>
      clients.use(harbour, connection, (client) => work(client as Client)),
  };
}

test("builds a client with settings and whose it is, but without the credential", async () => {
  const { open } = await setUp();
  const { environment } = await open();
  expect(environment).toMatchObject({
    connection_id: "con_main",
    tenant_id: "ten_acme",
    settings: { region: "north" },
  });
  expect(Object.values(environment).some((value) => value instanceof Secret)).toBe(false);
});

test("opens the credential for one use, and overwrites it then", async () => {
  const { keep, kept, use } = await setUp();
  await keep({ credential: { token: new Secret("pier-9") } });
  const escaped = await use(await kept(), ({ environment }) =>
    environment.withCredential(({ token }) => {
      expect(token?.reveal()).toBe("pier-9");
      return token;
    }),
  );
  expect(() => escaped?.reveal()).toThrow("overwritten");
});

test("overwrites the credential also when its use fails", async () => {
  const { keep, kept, use } = await setUp();
  await keep();
  let escaped: Secret | undefined;
  await use(await kept(), async ({ environment }) => {
    const failing = environment.withCredential(({ token }) => {
      escaped = token;
      throw new Error("The rope broke.");
    });
    await expect(failing).rejects.toThrow("The rope broke.");
  });
  expect(() => escaped?.reveal()).toThrow("overwritten");
});

test("builds one client per connection and keeps it", async () => {
  const { open } = await setUp();
  expect(await open()).toBe(await open());
  expect(await open({ id: "con_other" })).not.toBe(await open());
});

test("builds a new client when the connection changed", async () => {
  const { open } = await setUp();
  const old = await open({ version: 1 });
  expect(await open({ version: 2 })).not.toBe(old);
});

test("hands a call that comes with an older version the client of the newer one", async () => {
  const { open } = await setUp();
  const newer = await open({ version: 2 });
  expect(await open({ version: 1 })).toBe(newer);
});

test("never hands one tenant the client of another, whatever their connections are called", async () => {
  const { open } = await setUp();
  expect(await open({ tenant_id: "ten_other" })).not.toBe(await open());
});

test("never hands out the client of another connector, whatever the connections are called", async () => {
  const { open } = await setUp();
  expect(await open({ connector: "lighthouse" })).not.toBe(await open());
});

test("keeps the cached answers of two connections apart", async () => {
  const { open } = await setUp();
  const { signal } = new AbortController();
  const ask = async (changes: object, answer: string) =>
    (await open(changes)).environment.cache.get(
      "tide",
      { ttlMs: 1_000 },
      signal,
      async () => answer,
    );
  expect(await ask({}, "low")).toBe("low");
  expect(await ask({ id: "con_other" }, "high")).toBe("high");
  expect(await ask({ tenant_id: "ten_other" }, "higher")).toBe("higher");
});

test("refuses a connection whose settings do not fit", async () => {
  const { open } = await setUp();
  const error = await failureOf(open({ settings: { region: 7 } }));
  expect(error.code).toBe("invalid_input");
  expect(error.message).toContain("settings of connection main");
});

test("closes and forgets the client of a connection that is dropped", async () => {
  const { clients, closed, open } = await setUp();
  const dropped = await open();
  clients.drop(createConnection());
  expect(closed).toEqual([dropped]);
  expect(await open()).not.toBe(dropped);
});

test("waits until all clients are closed", async () => {
  const mayClose = Promise.withResolvers<void>();
  const closed: string[] = [];
  const { clients, open } = await setUp(async ({ environment }) => {
    await mayClose.promise;
    closed.push(environment.connection_id);
  });
  await open({ id: "con_a" });
  await open({ id: "con_b" });
  const all = clients.closeAll();
  mayClose.resolve();
  await all;
  expect(closed.sort()).toEqual(["con_a", "con_b"]);
});

test.each([
  ["rejects", () => Promise.reject(new Error("The rope is stuck."))],
  [
    "throws",
    () => {
      throw new Error("The rope is stuck.");
    },
  ],
])("closes the others when the closing of one client %s", async (_, closeClient) => {
  const { clients, open } = await setUp(closeClient);
  await open();
  await open({ id: "con_other" });
  await expect(clients.closeAll()).resolves.toBeUndefined();
});

test("closes at the end also what is in use", async () => {
  const { clients, closed, keep, kept, use } = await setUp();
  await keep();
  const mayEnd = Promise.withResolvers<void>();
  const using = use(await kept(), () => mayEnd.promise);
  clients.drop(await kept());
  expect(closed).toEqual([]);
  await clients.closeAll();
  expect(closed).toHaveLength(1);
  mayEnd.resolve();
  await using;
  expect(closed).toHaveLength(1);
});

describe("the client of a connection that is changed", () => {
  test("leaves at once, and is closed when the calls it serves have ended", async () => {
    const { closed, keep, kept, use } = await setUp();
    await keep({ credential: { token: new Secret("old") } });
    const mayEnd = Promise.withResolvers<void>();
    const old = Promise.withResolvers<Client>();
    const using = use(await kept(), async (client) => {
      old.resolve(client);
      await mayEnd.promise;
    });
    await keep({ credential: { token: new Secret("new") } });
    const next = await use(await kept(), async (client) => client);
    expect(next).not.toBe(await old.promise);
    expect(await next.environment.withCredential(({ token }) => token?.reveal())).toBe("new");
    expect(closed).toEqual([]);
    mayEnd.resolve();
    await using;
    expect(closed).toEqual([await old.promise]);
  });

  test("is gone with all the others of its tenant when that changed", async () => {
    const { changes, closed, open, store } = await setUp();
    for (let one = 0; one < 20; one += 1) {
      await open({ id: `con_${one}`, tenant_id: one % 2 === 0 ? "ten_acme" : "ten_other" });
    }
    await store.changes.append({ tenant_id: "ten_acme", topic: "tenant", ref: "ten_acme" });
    await changes.nudge();
    expect(closed.map(({ environment }) => environment.tenant_id)).toEqual(
      Array.from({ length: 10 }, () => "ten_acme"),
    );
  });

  test("leaves the clients of others where they are", async () => {
    const { closed, keep, kept, use } = await setUp();
    await keep();
    await keep({ tenant_id: "ten_other" });
    const theirs = await use(await kept("ten_other"), async (client) => client);
    await use(await kept(), async () => {});
    await keep({ label: "changed" });
    expect(closed).toHaveLength(1);
    expect(await use(await kept("ten_other"), async (client) => client)).toBe(theirs);
  });
});

test.each(["connection", "tenant", "vault"] as const)(
  "closes the client of what a change of a %s took away",
  async (topic) => {
    const { changes, closed, keep, kept, store, use } = await setUp();
    await keep();
    await use(await kept(), async () => {});
    await store.changes.append({ tenant_id: "ten_acme", topic, ref: "con_main" });
    await changes.nudge();
    expect(closed).toHaveLength(1);
  },
);

test("does not keep what a call that was late built of a connection that is gone", async () => {
  const { changes, closed, keep, kept, store, use } = await setUp();
  await keep();
  const late = await kept();
  await store.transaction(async (tx) => {
    await tx.connections.delete("ten_acme", late.id);
    await tx.changes.append({ tenant_id: "ten_acme", topic: "connection", ref: late.id });
  });
  await changes.nudge();
  await use(late, async () => expect(closed).toEqual([]));
  expect(closed).toHaveLength(1);
});

test("forgets all clients when changes may have been missed", async () => {
  const { changes, clock, closed, keep, kept, store, use } = await setUp();
  await keep();
  await use(await kept(), async () => {});
  for (const ref of ["key_1", "key_2"]) {
    await store.changes.append({ tenant_id: "ten_other", topic: "key", ref });
  }
  // Only the newest is left of what this replica had to hear.
  await store.sweep(clock.now() + 2 * HOUR_MS);
  await changes.nudge();
  expect(closed).toHaveLength(1);
});

describe("a client that nobody uses", () => {
  test("is closed an hour after its last call, not before", async () => {
    const { clock, closed, open } = await setUp();
    const busy = await open({ id: "con_busy" });
    const idle = await open({ id: "con_idle" });
    clock.advance(HOUR_MS - 1);
    expect(await open({ id: "con_busy" })).toBe(busy);
    expect(closed).toEqual([]);
    clock.advance(1);
    expect(closed).toEqual([idle]);
    clock.advance(HOUR_MS - 2);
    expect(closed).toEqual([idle]);
    clock.advance(1);
    expect(closed).toEqual([idle, busy]);
    expect(clock.waiting).toEqual([]);
  });

  test("is not one that a long call still uses", async () => {
    const { clock, closed, keep, kept, use } = await setUp();
    await keep();
    const mayEnd = Promise.withResolvers<void>();
    const using = use(await kept(), () => mayEnd.promise);
    clock.advance(2 * HOUR_MS);
    expect(closed).toEqual([]);
    mayEnd.resolve();
    await using;
    clock.advance(2 * HOUR_MS);
    expect(closed).toHaveLength(1);
  });
});

test("keeps answers for a derived tenant an hour at most", async () => {
  const { clock, open } = await setUp();
  const { signal } = new AbortController();
  const policy = { ttlMs: 24 * HOUR_MS };
  const ask = async (changes: object, answer: string) =>
    (await open(changes)).environment.cache.get("tide", policy, signal, async () => answer);
  const derived = { id: "con_derived", isDerived: true };
  expect([await ask({}, "low"), await ask(derived, "low")]).toEqual(["low", "low"]);
  clock.advance(HOUR_MS - 1);
  expect([await ask({}, "high"), await ask(derived, "high")]).toEqual(["low", "low"]);
  clock.advance(1);
  expect([await ask({}, "high"), await ask(derived, "high")]).toEqual(["low", "high"]);
});

test("holds no more clients than it may, and closes the least used", async () => {
  const { closed, open } = await setUp();
  const first = await open({ id: "con_first" });
  for (let one = 0; one < 1_000; one += 1) await open({ id: `con_${one}` });
  expect(closed).toEqual([first]);
});
