import { Secret } from "@fairlead/core/secret";
import type { ApiKey, Connection, Store } from "@fairlead/core/storage/store";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

/** What every driver of `Store` has to do. `create` gives an empty one. */
export function testStore(create: () => Store | Promise<Store>): void {
  let store: Store;
  beforeEach(async () => {
    store = await create();
  });
  afterEach(() => store.close());

  describe("API keys", () => {
    test("finds a key by its hash", async () => {
      await store.putApiKey(apiKey());
      expect(await store.findApiKey("hash-a")).toEqual(apiKey());
    });

    test("knows no key under another hash", async () => {
      await store.putApiKey(apiKey());
      expect(await store.findApiKey("hash-b")).toBeUndefined();
    });

    test("shows what was put last under a hash", async () => {
      await store.putApiKey(apiKey());
      await store.putApiKey(apiKey({ scopes: ["harbour:read"] }));
      expect((await store.findApiKey("hash-a"))?.scopes).toEqual(["harbour:read"]);
    });

    test("forgets the old hash when a key is put with a new one", async () => {
      await store.putApiKey(apiKey());
      await store.putApiKey(apiKey({ hash: "hash-new" }));
      expect(await store.findApiKey("hash-a")).toBeUndefined();
      expect((await store.findApiKey("hash-new"))?.id).toBe("key_a");
    });

    test("leaves another tenant's key alone, whatever id it is put under", async () => {
      await store.putApiKey(apiKey());
      await store
        .putApiKey(apiKey({ tenant_id: "ten_b", hash: "hash-b" }))
        .catch(() => "a driver may refuse an id that is taken");
      expect((await store.findApiKey("hash-a"))?.tenant_id).toBe("ten_a");
    });
  });

  describe("connections", () => {
    test("lists nothing where nothing was put", async () => {
      expect(await store.listConnections("ten_a", "harbour")).toEqual([]);
    });

    test("lists what a tenant has of a connector, credential and all", async () => {
      await store.putConnection(connection());
      const [listed, ...others] = await store.listConnections("ten_a", "harbour");
      expect(others).toEqual([]);
      expect({ ...listed, credential: {} }).toEqual({ ...connection(), credential: {} });
      expect(listed?.credential.token?.reveal()).toBe("pier-7");
    });

    test("never lists a connection of another tenant", async () => {
      await store.putConnection(connection());
      expect(await store.listConnections("ten_b", "harbour")).toEqual([]);
    });

    test("never lists a connection of another connector", async () => {
      await store.putConnection(connection());
      expect(await store.listConnections("ten_a", "lighthouse")).toEqual([]);
    });

    test("replaces a connection that is put again", async () => {
      await store.putConnection(connection());
      await store.putConnection(connection({ label: "renamed", version: 2 }));
      const listed = await store.listConnections("ten_a", "harbour");
      expect(listed.map(({ label, version }) => [label, version])).toEqual([["renamed", 2]]);
    });

    test("lists several connections of one connector", async () => {
      await store.putConnection(connection());
      await store.putConnection(connection({ id: "con_b", label: "second" }));
      const listed = await store.listConnections("ten_a", "harbour");
      expect(listed.map(({ id }) => id).sort()).toEqual(["con_a", "con_b"]);
    });

    test("gives a list that later writes do not change", async () => {
      await store.putConnection(connection());
      const before = await store.listConnections("ten_a", "harbour");
      await store.putConnection(connection({ id: "con_b" }));
      expect(before.map(({ id }) => id)).toEqual(["con_a"]);
    });
  });

  describe("activity", () => {
    test("knows nothing of a principal that was never active", async () => {
      expect(await store.findActivity("ten_a", "prn_a")).toBeUndefined();
    });

    test("remembers the first and the last time", async () => {
      await store.touchActivity("ten_a", "prn_a", 1_000);
      await store.touchActivity("ten_a", "prn_a", 2_000);
      expect(await store.findActivity("ten_a", "prn_a")).toEqual({
        first_seen_at: 1_000,
        last_active_at: 2_000,
      });
    });

    test("does not go back when an earlier time comes late", async () => {
      await store.touchActivity("ten_a", "prn_a", 2_000);
      await store.touchActivity("ten_a", "prn_a", 1_500);
      expect((await store.findActivity("ten_a", "prn_a"))?.last_active_at).toBe(2_000);
    });

    test("keeps the earliest time as first seen, even when it comes late", async () => {
      await store.touchActivity("ten_a", "prn_a", 2_000);
      await store.touchActivity("ten_a", "prn_a", 1_500);
      expect((await store.findActivity("ten_a", "prn_a"))?.first_seen_at).toBe(1_500);
    });

    test("gives an answer that later activity does not change", async () => {
      await store.touchActivity("ten_a", "prn_a", 1_000);
      const before = await store.findActivity("ten_a", "prn_a");
      await store.touchActivity("ten_a", "prn_a", 2_000);
      expect(before?.last_active_at).toBe(1_000);
    });

    test("keeps tenants apart, whatever their principals are called", async () => {
      await store.touchActivity("ten_a", "prn_a", 1_000);
      expect(await store.findActivity("ten_b", "prn_a")).toBeUndefined();
    });
  });
}

function apiKey(changes: Partial<ApiKey> = {}): ApiKey {
  return {
    id: "key_a",
    tenant_id: "ten_a",
    principal_id: "prn_a",
    label: "continuous integration",
    scopes: ["harbour:read", "harbour:write"],
    hash: "hash-a",
    ...changes,
  };
}

function connection(changes: Partial<Connection> = {}): Connection {
  return {
    id: "con_a",
    tenant_id: "ten_a",
    connector: "harbour",
    label: "main",
    settings: { region: "north" },
    credential: { token: new Secret("pier-7") },
    version: 1,
    ...changes,
  };
}
