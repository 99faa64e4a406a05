import { createTestEngine } from "@fairlead/testkit/engine";
import { failureOf } from "@fairlead/testkit/failure-of";
import { seededRandom } from "@fairlead/testkit/random";
import { describe, expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { defineConnector } from "../connector.ts";
import { FairleadError } from "../errors.ts";
import { Secret } from "../secret.ts";
import type { ApiKey } from "../storage/records.ts";
import { createApiKey } from "./api-key.ts";

const GOOD_PAIR = { "x-harbour-token": "pier-7" };
const WRONG_PAIR = { "x-harbour-token": "pier-8" };

function createHarbour() {
  const verified: string[] = [];
  const harbour = defineConnector({
    id: "harbour",
    title: "Harbour",
    description: "A harbour.",
    credential: z.object({ token: z.instanceof(Secret) }),
    settings: z.object({}),
    headerCredential: { headers: { "x-harbour-token": "token" }, account: () => "ann" },
    createClient: ({ withCredential }) => ({ withCredential }),
    async verify({ withCredential }) {
      const token = await withCredential((fields) => fields.token?.reveal() ?? "");
      verified.push(token);
      if (token !== "pier-7") throw new FairleadError("unauthenticated", "Harbour rejected this.");
    },
    tools: [],
  });
  return { harbour, verified };
}

async function setUp() {
  const { harbour } = createHarbour();
  const { fairlead, events } = await createTestEngine([harbour]);
  const admit = (headers: Record<string, string>) =>
    fairlead.admit({ surface: "http", address: "10.0.0.1", headers, connectors: [harbour] });
  return { admit, events };
}

describe("at the door", () => {
  test("an address that comes too often is sent away before its credential is looked at", async () => {
    const { harbour, verified } = createHarbour();
    const { fairlead } = await createTestEngine([harbour], {
      config: { addressBucket: { capacity: 1, refillPerSecond: 0.5 } },
    });
    const evidence = {
      surface: "http",
      address: "10.0.0.1",
      headers: GOOD_PAIR,
      connectors: [harbour],
    } as const;
    await fairlead.admit(evidence);
    const error = await failureOf(fairlead.admit(evidence));
    expect(error).toMatchObject({
      code: "rate_limited",
      details: { retry_after_s: 2, reason: "call_limit" },
    });
    expect(verified).toHaveLength(1);
    await expect(fairlead.admit({ ...evidence, address: "10.0.0.2" })).resolves.toBeDefined();
  });

  test("a refusal is recorded without a tenant and without the credential", async () => {
    const { admit, events } = await setUp();
    await failureOf(admit(WRONG_PAIR));
    expect(events).toMatchObject([
      { action: "admission", outcome: "unauthenticated", tenant_id: undefined, surface: "http" },
    ]);
    expect(JSON.stringify(events)).not.toContain("pier-8");
  });

  test("an admission alone is not recorded", async () => {
    const { admit, events } = await setUp();
    await admit(GOOD_PAIR);
    expect(events).toEqual([]);
  });

  test("what nobody foresaw in a connector's check becomes internal", async () => {
    const broken = defineConnector({
      id: "harbour",
      title: "Harbour",
      description: "A harbour.",
      credential: z.object({ token: z.instanceof(Secret) }),
      settings: z.object({}),
      headerCredential: { headers: { "x-harbour-token": "token" }, account: () => "ann" },
      createClient: () => undefined,
      verify: () => Promise.reject(new TypeError("pier-7 is not a function")),
      tools: [],
    });
    const { fairlead } = await createTestEngine([broken]);
    const error = await failureOf(
      fairlead.admit({
        surface: "http",
        address: "10.0.0.1",
        headers: { "x-harbour-token": "pier-7" },
        connectors: [broken],
      }),
    );
    expect(error.code).toBe("internal");
    expect(error.message).not.toContain("pier-7");
  });
});

describe("a refusal of a credential that is a tenant's", () => {
  async function setUpKeys() {
    const engine = await createTestEngine([]);
    onTestFinished(() => engine.close());
    const { store, fairlead, clock } = engine;
    const created_at = clock.now();
    await store.tenants.insert({
      ...{ id: "ten_acme", name: "acme", status: "active", tier: null, repository: null },
      created_at,
    });
    await store.principals.insert({
      ...{ id: "prn_ann", tenant_id: "ten_acme", kind: "service", label: "Ann", email: null },
      ...{ issuer: null, subject: null, roles: ["operator"], owner_id: null, tier: null },
      ...{ repository: null, status: "active", created_at, created_by: "test" },
    });
    async function addKey(changes: Partial<ApiKey>): Promise<{ id: string; key: string }> {
      const { id, key, hash } = createApiKey(seededRandom(7));
      await store.keys.insert({
        ...{ id, tenant_id: "ten_acme", principal_id: "prn_ann", label: "a key", hash },
        ...{ scopes: null, addresses: null, created_at, created_by: "test" },
        ...{ expires_at: null, revoked_at: null, last_used_at: null, replaced_by: null },
        ...changes,
      });
      return { id, key };
    }
    const refused = (key: string) =>
      failureOf(
        fairlead.admit({
          ...{ surface: "http", address: "10.0.0.1", connectors: [] },
          headers: { "x-api-key": key },
        }),
      );
    return { ...engine, addKey, refused };
  }

  test.each([
    ["a revoked key", { revoked_at: 1 }, "unauthenticated"],
    ["an expired key", { expires_at: 1 }, "unauthenticated"],
    ["a key from elsewhere", { addresses: ["192.0.2.0/24"] }, "forbidden"],
  ])("is in the tenant's audit: %s", async (_what, changes, outcome) => {
    const { addKey, refused, events } = await setUpKeys();
    const { id, key } = await addKey(changes);
    const error = await refused(key);
    expect(events).toMatchObject([
      { action: "admission", outcome, tenant_id: "ten_acme", principal_id: "prn_ann", target: id },
    ]);
    expect(JSON.stringify(error.details)).not.toMatch(/ten_acme|prn_ann|key_/);
  });

  test("is nobody's where the id or the secret is wrong", async () => {
    const { addKey, refused, events } = await setUpKeys();
    const { key } = await addKey({ revoked_at: 1, hash: "0".repeat(64) });
    await refused(key);
    await refused(createApiKey(seededRandom(8)).key);
    expect(events.map(({ tenant_id, target }) => [tenant_id, target])).toEqual([
      [undefined, undefined],
      [undefined, undefined],
    ]);
  });
});
