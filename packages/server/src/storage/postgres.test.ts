import { Secret } from "@fairlead/core/secret";
import type { Store } from "@fairlead/core/storage/store";
import { createManualClock } from "@fairlead/testkit/clock";
import { addOwners, apiKey, auditRow, tenant } from "@fairlead/testkit/contracts/store/records";
import { testStore } from "@fairlead/testkit/contracts/test-store";
import { failureOf } from "@fairlead/testkit/failure-of";
import {
  createSchema,
  POSTGRES_URL,
  probePostgres,
  type TestSchema,
} from "@fairlead/testkit/postgres";
import { requireService } from "@fairlead/testkit/services";
import { startTcpProxy, type TcpProxy } from "@fairlead/testkit/tcp-proxy";
import { sql } from "kysely";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createPostgresStore, usePostgres } from "./postgres.ts";

const describePostgres = await requireService("PostgreSQL", probePostgres);
const DAY_MS = 86_400_000;

describePostgres("two on one PostgreSQL", () => {
  let schema: TestSchema;
  beforeAll(async () => {
    schema = await createSchema("store_contract");
  });
  afterAll(() => schema.drop());

  testStore(async (clock) => {
    await schema.empty();
    const options = { ...schema.options, clock };
    return [await createPostgresStore(options), await createPostgresStore(options)];
  });
});

describePostgres("a PostgreSQL", () => {
  let schema: TestSchema;
  const opened: Store[] = [];
  beforeEach(async () => {
    schema = await createSchema("store_postgres");
  });
  afterEach(async () => {
    for (const store of opened.splice(0)) await store.close();
    await schema.drop();
  });
  async function open(changes: Partial<TestSchema["options"]> = {}): Promise<Store> {
    const store = await createPostgresStore({ ...schema.options, ...changes });
    opened.push(store);
    return store;
  }

  test("is brought up to date once by many replicas that start together", async () => {
    const stores = await Promise.all(Array.from({ length: 6 }, () => open()));
    for (const store of stores) await store.check();
    const applied = await usePostgres(schema.options, (db) =>
      db.selectFrom("migrations").select("name").execute(),
    );
    expect(applied).toEqual([{ name: "0001-records" }, { name: "0002-writes" }]);
  });

  test("that a newer version has migrated is refused", async () => {
    await open();
    await usePostgres(schema.options, (db) =>
      db.insertInto("migrations").values({ name: "9999-later", applied_at: 1 }).execute(),
    );
    const { code, message } = await failureOf(open());
    expect([code, message]).toEqual(["conflict", expect.stringContaining("9999-later")]);
  });

  test("answers 500 callers at once on five connections", async () => {
    const store = await open({ poolSize: 5 });
    await addOwners(store);
    await store.keys.insert(apiKey());
    const found = await Promise.all(Array.from({ length: 500 }, () => store.keys.find("key_a")));
    expect(found.filter((key) => key?.id === "key_a")).toHaveLength(500);
  });

  test("answers 500 transactions at once on five connections", async () => {
    const store = await open({ poolSize: 5 });
    await Promise.all(
      Array.from({ length: 500 }, (_, n) =>
        store.transaction((inside) => inside.tenants.insert(tenant({ id: `ten_${n}` }))),
      ),
    );
    expect((await store.tenants.list({ limit: 1_000 })).items).toHaveLength(500);
  });

  test("keeps a month of audit in a table of its own, and drops it when it is empty", async () => {
    const clock = createManualClock(Date.UTC(2026, 0, 15));
    const store = await open({ clock });
    const tables = async () => {
      const { rows } = await usePostgres(schema.options, (db) =>
        sql<{ name: string }>`select tablename as name from pg_tables
          where schemaname = ${schema.options.schema} and tablename like 'audit\\_2%'
          order by 1`.execute(db),
      );
      return rows.map(({ name }) => name);
    };
    expect(await tables()).toEqual(["audit_2026_01", "audit_2026_02", "audit_2026_03"]);
    await store.audit.append([
      auditRow({ seq: 1, at: clock.now() }),
      auditRow({ seq: 2, at: clock.now() + 30 * DAY_MS }),
    ]);
    clock.advance(60 * DAY_MS);
    await store.sweep(clock.now());
    expect(await tables()).toEqual([
      "audit_2026_01",
      "audit_2026_02",
      "audit_2026_03",
      "audit_2026_04",
      "audit_2026_05",
    ]);
    await store.audit.deleteBefore(clock.now() - 35 * DAY_MS);
    await store.sweep(clock.now());
    expect((await tables())[0]).toBe("audit_2026_02");
    expect((await store.audit.readChain("ten_a/p1", 0, 10)).map(({ seq }) => seq)).toEqual([2]);
  });

  test("keeps events of a month that has no table, also when its table comes late", async () => {
    const clock = createManualClock(Date.UTC(2026, 0, 15));
    const store = await open({ clock });
    const later = Date.UTC(2026, 8, 20);
    await store.audit.append([auditRow({ at: later })]);
    await store.sweep(later);
    await store.audit.append([auditRow({ seq: 2, at: later + 1 })]);
    expect(await store.audit.readChain("ten_a/p1", 0, 10)).toHaveLength(2);
  });

  test("is swept by several replicas at once", async () => {
    const clock = createManualClock(Date.UTC(2026, 0, 15));
    const stores = [await open({ clock }), await open({ clock }), await open({ clock })];
    await stores[0]?.audit.append([auditRow({ at: Date.UTC(2026, 0, 2) })]);
    await stores[0]?.audit.deleteBefore(clock.now());
    const later = clock.now() + 300 * DAY_MS;
    await Promise.all(stores.map((store) => store.sweep(later)));
    expect(await stores[0]?.audit.heads()).toEqual([]);
  });

  test("refuses a text that it cannot hold, and says why", async () => {
    const store = await open();
    const { code } = await failureOf(store.tenants.insert(tenant({ name: "a\u0000b" })));
    expect(code).toBe("invalid_input");
  });

  test("leaves other users of the driver their own parsers", async () => {
    const store = await open();
    expect(await store.changes.last()).toBe(0);
    const client = new pg.Client({ connectionString: POSTGRES_URL });
    await client.connect();
    const { rows } = await client.query("select 1::int8 as one");
    await client.end();
    expect(rows).toEqual([{ one: "1" }]);
  });

  test("that was closed says that the records cannot be reached", async () => {
    const store = await open();
    await store.close();
    const { code, details } = await failureOf(store.check());
    expect([code, details?.reason]).toEqual(["upstream_unavailable", "store"]);
    await store.close();
  });

  test("ends a statement that waits for somebody else's lock", async () => {
    const patient = await open();
    const impatient = await open({ statementTimeoutMs: 500 });
    await addOwners(patient);
    const written = Promise.withResolvers<void>();
    const mayEnd = Promise.withResolvers<void>();
    const holding = patient.transaction(async (store) => {
      await store.tenants.update(tenant({ tier: "gold" }));
      written.resolve();
      await mayEnd.promise;
    });
    await written.promise;
    const { code, details } = await failureOf(impatient.tenants.update(tenant()));
    expect([code, details?.reason]).toEqual(["upstream_unavailable", "store"]);
    mayEnd.resolve();
    await holding;
    await impatient.tenants.update(tenant({ tier: "silver" }));
    expect((await patient.tenants.find("ten_a"))?.tier).toBe("silver");
  });

  test("ends one of two transactions that wait for each other, and says that a retry helps", async () => {
    const store = await open();
    await addOwners(store);
    const bothWrote = Promise.withResolvers<void>();
    let writers = 0;
    const cross = (first: string, second: string) =>
      store.transaction(async (inside) => {
        await inside.tenants.update(tenant({ id: first }));
        writers += 1;
        if (writers === 2) bothWrote.resolve();
        await bothWrote.promise;
        await inside.tenants.update(tenant({ id: second }));
      });
    const results = await Promise.allSettled([cross("ten_a", "ten_b"), cross("ten_b", "ten_a")]);
    const failures = results.flatMap((result) =>
      result.status === "rejected" ? [result.reason] : [],
    );
    expect(failures).toMatchObject([{ code: "conflict", retryable: true }]);
  });

  test("gives up a transaction that idles, so that its locks are free", async () => {
    const idle = await open({ statementTimeoutMs: 500 });
    const other = await open();
    await addOwners(other);
    const locked = Promise.withResolvers<void>();
    const lost = Promise.withResolvers<void>();
    const idling = idle.transaction(async (store) => {
      await store.tenants.update(tenant({ tier: "gold" }));
      locked.resolve();
      await lost.promise;
      await store.tenants.find("ten_a");
    });
    await locked.promise;
    // Waits for the lock, and gets it when the server ends the one that idles.
    await other.tenants.update(tenant({ tier: "silver" }));
    lost.resolve();
    expect((await failureOf(idling)).code).toBe("upstream_unavailable");
    expect((await other.tenants.find("ten_a"))?.tier).toBe("silver");
    await idle.check();
  });

  describe("behind a network that breaks", () => {
    let proxy: TcpProxy;
    let store: Store;
    beforeEach(async () => {
      const { hostname, port } = new URL(POSTGRES_URL);
      proxy = await startTcpProxy({ host: hostname, port: Number(port) });
      const url = new URL(POSTGRES_URL);
      url.hostname = "127.0.0.1";
      url.port = String(proxy.port);
      store = await open({
        url: new Secret(url.href),
        poolSize: 5,
        connectTimeoutMs: 2_000,
        statementTimeoutMs: 1_000,
      });
      await addOwners(store);
    });
    afterEach(() => proxy.close());

    const outcomes = async (count: number) => {
      const results = await Promise.allSettled(
        Array.from({ length: count }, () => store.tenants.find("ten_a")),
      );
      return results.map((result) =>
        result.status === "fulfilled" ? "found" : result.reason.details?.reason,
      );
    };

    test("500 callers all get an answer while it refuses, and find the records when it is back", async () => {
      await proxy.stop();
      expect(new Set(await outcomes(500))).toEqual(new Set(["store"]));
      expect((await failureOf(store.check())).code).toBe("upstream_unavailable");
      await proxy.start();
      expect(new Set(await outcomes(500))).toEqual(new Set(["found"]));
      await store.check();
    });

    test("500 callers all get an answer while it says nothing, and find the records when it is back", async () => {
      proxy.freeze();
      expect(new Set(await outcomes(500))).toEqual(new Set(["store"]));
      proxy.thaw();
      expect(new Set(await outcomes(500))).toEqual(new Set(["found"]));
    });

    test("a transaction that it cuts off leaves nothing", async () => {
      const cut = store.transaction(async (inside) => {
        await inside.tenants.insert(tenant({ id: "ten_c" }));
        await proxy.stop();
        await inside.tenants.insert(tenant({ id: "ten_d" }));
      });
      expect((await failureOf(cut)).code).toBe("upstream_unavailable");
      await proxy.start();
      expect(await store.tenants.find("ten_c")).toBeUndefined();
    });

    test("connections that broke while nobody used them are replaced unseen", async () => {
      await proxy.stop();
      await proxy.start();
      const results = await outcomes(5);
      await outcomes(5);
      // What was not noticed yet may fail once; afterwards all is well.
      expect(results.every((outcome) => outcome === "found" || outcome === "store")).toBe(true);
      expect(new Set(await outcomes(20))).toEqual(new Set(["found"]));
    });
  });
});

test("a PostgreSQL that is not there is said to be so, without its password", async () => {
  const url = new Secret("postgres://user:hunter2@127.0.0.1:1/none");
  const failure = await failureOf(createPostgresStore({ url, connectTimeoutMs: 300 }));
  expect(failure.details?.reason).toBe("store");
  expect(JSON.stringify([failure.message, failure.details, String(failure.cause)])).not.toContain(
    "hunter2",
  );
});
