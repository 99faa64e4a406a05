import { hash } from "node:crypto";
import { failureOf } from "@fairlead/testkit/failure-of";
import { createTestIdentity, type TestIdentity } from "@fairlead/testkit/identity";
import { seededRandom } from "@fairlead/testkit/random";
import { describe, expect, onTestFinished, test } from "vitest";
import { Secret } from "../secret.ts";
import type { Store } from "../storage/store.ts";
import { createApiKey } from "./api-key.ts";

const MINUTE = 60_000;

async function setUp(
  options: Parameters<typeof createTestIdentity>[0] = {},
): Promise<TestIdentity> {
  const made = await createTestIdentity(options);
  onTestFinished(() => made.close());
  return made;
}

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

/** Counts what is asked of the records from now on. */
function countReads({ keys, principals, tenants }: Store): () => number {
  let reads = 0;
  for (const noun of [keys, principals, tenants]) {
    const { find } = noun;
    Object.assign(noun, {
      find: (...args: string[]) => {
        reads += 1;
        return Reflect.apply(find, noun, args);
      },
    });
  }
  return () => reads;
}

describe("an API key", () => {
  test("tells who is calling, with the scopes its principal's roles give", async () => {
    const { admit, addKey } = await setUp();
    const { key, record } = await addKey({ expires_at: Date.UTC(2027, 0, 1) });
    expect(await admit(bearer(key))).toEqual({
      id: "prn_ann",
      tenant_id: "ten_acme",
      kind: "service",
      label: "Ann",
      roles: ["operator"],
      scopes: new Set(["*:read", "*:write"]),
      allowance: {
        key: "calls ten_acme",
        tier: "key",
        bucket: { capacity: 1_000, refillPerSecond: 1_000 / 3_600 },
      },
      credential: { kind: "api_key", id: record.id, expires_at: Date.UTC(2027, 0, 1) },
    });
  });

  test.each([
    ["authorization", "bearer  %  "],
    ["x-api-key", "%"],
  ])("comes as %s: %s", async (header, form) => {
    const { admit, addKey } = await setUp();
    const { key } = await addKey();
    expect((await admit({ [header]: form.replace("%", key) })).id).toBe("prn_ann");
  });

  test("gives no more than both its own scopes and its principal's roles", async () => {
    const { admit, addKey } = await setUp();
    const { key } = await addKey({ scopes: ["cloudways:*", "libdocs:read", "fairlead:admin"] });
    const { scopes } = await admit(bearer(key));
    expect(scopes).toEqual(new Set(["cloudways:read", "cloudways:write", "libdocs:read"]));
  });

  test("takes from its owner's allowance: another key brings no fresh one", async () => {
    const { admit, addKey, addPrincipal } = await setUp();
    await addPrincipal({ id: "prn_boss", kind: "person" });
    await addPrincipal({ id: "prn_one", owner_id: "prn_boss" });
    await addPrincipal({ id: "prn_two", owner_id: "prn_boss" });
    const one = await addKey({ principal_id: "prn_one" });
    const two = await addKey({ principal_id: "prn_two" });
    const buckets = [await admit(bearer(one.key)), await admit(bearer(two.key))].map(
      ({ allowance }) => allowance?.key,
    );
    expect(buckets).toEqual(["calls ten_acme prn_boss", "calls ten_acme prn_boss"]);
  });

  test.each([
    ["10.1.2.3", true],
    ["::ffff:10.1.2.3", true],
    ["2001:db8::7", true],
    ["10.2.0.1", false],
    ["2001:db9::7", false],
  ])("meant for some addresses: from %s it is %s", async (address, isGood) => {
    const { admit, addKey } = await setUp();
    const { key } = await addKey({ addresses: ["10.1.0.0/16", "2001:db8::/32"] });
    const work = admit(bearer(key), { address });
    if (isGood) return expect((await work).id).toBe("prn_ann");
    expect(await failureOf(work)).toMatchObject({
      code: "forbidden",
      details: { reason: "address" },
    });
  });

  test("that is remembered is still good only from where it is meant for", async () => {
    const { admit, addKey } = await setUp();
    const { key } = await addKey({ addresses: ["10.0.0.1"] });
    await admit(bearer(key));
    const error = await failureOf(admit(bearer(key), { address: "10.0.0.2" }));
    expect(error.code).toBe("forbidden");
  });
});

describe("a key that is not good", () => {
  test("is answered the same whether its id is unknown or its secret wrong", async () => {
    const { admit, addKey } = await setUp();
    const { key } = await addKey();
    const other = createApiKey(seededRandom(7)).key;
    // The id of one, the secret of another, and a checksum that fits: only a lookup tells it is wrong.
    const forged = withSecretOf(key, other);
    const shown = async (guess: string) => {
      const { code, message, details } = await failureOf(admit(bearer(guess)));
      return { code, message, details };
    };
    const unknown = await shown(other);
    expect(await shown(forged)).toEqual(unknown);
    expect(await shown("no-key-at-all")).toEqual(unknown);
    expect(unknown.code).toBe("unauthenticated");
  });

  test("costs the records as much whether its id is unknown or its secret wrong", async () => {
    const { admit, addKey, store } = await setUp();
    const { key } = await addKey();
    const other = createApiKey(seededRandom(7)).key;
    const reads = countReads(store);
    await failureOf(admit(bearer(other)));
    const unknown = reads();
    await failureOf(admit(bearer(withSecretOf(key, other))));
    expect([unknown, reads() - unknown]).toEqual([1, 1]);
  });

  test("is told from a mistyped one without a lookup", async () => {
    const { admit, addKey, store } = await setUp();
    const { key } = await addKey();
    const reads = countReads(store);
    const error = await failureOf(admit(bearer(`${key.slice(0, -1)}~`)));
    expect(error.message).toContain("mistyped");
    expect(error.message).not.toContain(key.slice(3, 15));
    expect(reads()).toBe(0);
  });

  test.each([
    ["revoked", { revoked_at: 1 }, "was revoked"],
    ["expired", { expires_at: 1 }, "has expired"],
  ])("because it is %s says so to who has it whole", async (_what, changes, words) => {
    const { admit, addKey } = await setUp();
    const { key } = await addKey(changes);
    const error = await failureOf(admit(bearer(key)));
    expect(error.code).toBe("unauthenticated");
    expect(error.message).toContain(words);
  });

  test.each(["revoked_at", "expires_at"])(
    "says nothing of its %s to who guesses",
    async (field) => {
      const { admit, addKey } = await setUp();
      const { key } = await addKey({ [field]: 1 });
      const error = await failureOf(
        admit(bearer(withSecretOf(key, createApiKey(seededRandom(7)).key))),
      );
      expect(error.details?.reason).toBe("unknown_credential");
    },
  );

  test("because its principal is disabled is forbidden", async () => {
    const { admit, addKey, addPrincipal } = await setUp();
    await addPrincipal({ id: "prn_gone", status: "disabled" });
    const { key } = await addKey({ principal_id: "prn_gone" });
    expect(await failureOf(admit(bearer(key)))).toMatchObject({
      code: "forbidden",
      details: { reason: "disabled" },
    });
  });

  test("because who it belongs to is disabled is forbidden", async () => {
    const { admit, addKey, addPrincipal } = await setUp();
    await addPrincipal({ id: "prn_boss", status: "disabled" });
    await addPrincipal({ id: "prn_gone", owner_id: "prn_boss" });
    const { key } = await addKey({ principal_id: "prn_gone" });
    expect(await failureOf(admit(bearer(key)))).toMatchObject({
      code: "forbidden",
      details: { reason: "disabled" },
    });
  });

  test("because its tenant is disabled is forbidden", async () => {
    const { admit, addKey, addTenant, addPrincipal } = await setUp();
    await addTenant({ id: "ten_gone", name: "gone", status: "disabled" });
    await addPrincipal({ id: "prn_bob", tenant_id: "ten_gone" });
    const { key } = await addKey({ principal_id: "prn_bob", tenant_id: "ten_gone" });
    expect((await failureOf(admit(bearer(key)))).details?.reason).toBe("disabled");
  });

  test("never shows itself in the log or in an error", async () => {
    const { admit, logger } = await setUp();
    const { key } = createApiKey(seededRandom(7));
    const error = await failureOf(admit(bearer(key)));
    expect(`${logger.text()} ${error.stack} ${JSON.stringify(error)}`).not.toContain(key.slice(16));
  });
});

describe("a key that was verified", () => {
  test("is known at once, without a look into the records", async () => {
    const { admit, addKey, identity, store } = await setUp();
    const { key } = await addKey();
    const first = await admit(bearer(key));
    const reads = countReads(store);
    const evidence = { surface: "http", address: "10.0.0.1", connectors: [] } as const;
    expect(identity.authenticate({ ...evidence, headers: bearer(key) })).toBe(first);
    expect(reads()).toBe(0);
  });

  test("is looked up once for all who bring it at the same time", async () => {
    const { admit, addKey, store } = await setUp();
    const { key } = await addKey();
    const reads = countReads(store);
    const all = await Promise.all(Array.from({ length: 100 }, () => admit(bearer(key))));
    expect(new Set(all).size).toBe(1);
    // The key, its principal, its tenant.
    expect(reads()).toBe(3);
  });

  test("is refused from the moment it expires", async () => {
    const { admit, addKey, clock } = await setUp();
    const { key } = await addKey({ expires_at: clock.now() + MINUTE });
    await admit(bearer(key));
    clock.advance(MINUTE - 1);
    await admit(bearer(key));
    clock.advance(1);
    expect((await failureOf(admit(bearer(key)))).details?.reason).toBe("expired_key");
  });

  test("is looked up again after five minutes, however quiet it is", async () => {
    const { admit, addKey, clock, store } = await setUp();
    const { key } = await addKey();
    await admit(bearer(key));
    const reads = countReads(store);
    clock.advance(5 * MINUTE - 1);
    await admit(bearer(key));
    expect(reads()).toBe(0);
    clock.advance(1);
    await admit(bearer(key));
    expect(reads()).toBe(3);
  });

  test("has its last use noted once a minute, in the background", async () => {
    const { admit, addKey, clock, identity, store } = await setUp();
    const { key, record } = await addKey();
    const batches: unknown[] = [];
    const { touch } = store.keys;
    Object.assign(store.keys, {
      touch: (uses: Parameters<typeof touch>[0]) => {
        batches.push(uses);
        return touch(uses);
      },
    });
    const start = clock.now();
    for (let i = 0; i < 130; i++) {
      await admit(bearer(key));
      clock.advance(1_000);
    }
    await identity.close();
    expect(batches).toEqual([0, 60_000, 120_000].map((ms) => [{ id: record.id, at: start + ms }]));
    expect((await store.keys.find(record.id))?.last_used_at).toBe(start + 120_000);
  });
});

describe("a key that was taken away", () => {
  /** Two replicas on the same records, both of which remember the key. */
  async function twoReplicas() {
    const one = await setUp();
    const two = await createTestIdentity({ beside: one });
    onTestFinished(() => two.close());
    const { key, record } = await one.addKey();
    for (const { admit } of [one, two]) await admit(bearer(key));
    return { one, two, key, record };
  }

  test("is refused on every replica as soon as they are told", async () => {
    const { one, two, key, record } = await twoReplicas();
    await one.store.keys.update({ ...record, revoked_at: one.clock.now() });
    await one.tell("key", record.id);
    // The memory driver hands messages on at once; the read that follows them does not take a turn of the clock.
    await two.changes.nudge();
    for (const { admit } of [one, two]) {
      expect((await failureOf(admit(bearer(key)))).details?.reason).toBe("revoked_key");
    }
  });

  test("is refused within a second by a replica that nobody told", async () => {
    const { one, two, key, record } = await twoReplicas();
    await one.store.keys.update({ ...record, revoked_at: one.clock.now() });
    await one.store.changes.append({ tenant_id: "ten_acme", topic: "key", ref: record.id });
    one.clock.advance(999);
    await two.changes.nudge();
    expect((await failureOf(two.admit(bearer(key)))).details?.reason).toBe("revoked_key");
  });

  test.each(["principal", "tenant"] as const)("with its %s is refused too", async (topic) => {
    const { one, key } = await twoReplicas();
    const ref = topic === "principal" ? "prn_ann" : "ten_acme";
    if (topic === "principal") await one.store.principals.delete("ten_acme", ref);
    else await one.store.tenants.delete(ref);
    await one.tell(topic, ref);
    expect((await failureOf(one.admit(bearer(key)))).details?.reason).toBe("unknown_credential");
  });

  test("by a rotation is good until the overlap ends", async () => {
    const { one, key, record } = await twoReplicas();
    await one.store.keys.update({ ...record, expires_at: one.clock.now() + MINUTE });
    await one.tell("key", record.id);
    await one.admit(bearer(key));
    one.clock.advance(MINUTE);
    expect((await failureOf(one.admit(bearer(key)))).details?.reason).toBe("expired_key");
  });

  test("while it was being looked up is not remembered as good", async () => {
    const { admit, addKey, store, changes } = await setUp();
    const { key, record } = await addKey();
    const { find } = store.tenants;
    let isFirst = true;
    Object.assign(store.tenants, {
      async find(id: string) {
        // The key was read and found good; now it is revoked, and everybody told, before the answer is remembered.
        if (isFirst) {
          isFirst = false;
          await store.keys.update({ ...record, revoked_at: 1 });
          await store.changes.append({ tenant_id: "ten_acme", topic: "key", ref: record.id });
          await changes.nudge();
        }
        return find(id);
      },
    });
    expect((await failureOf(admit(bearer(key)))).details?.reason).toBe("revoked_key");
  });

  test("does not disturb others that are remembered", async () => {
    const { one, record } = await twoReplicas();
    const other = await one.addKey();
    const principal = await one.admit(bearer(other.key));
    await one.tell("key", record.id);
    expect(await one.admit(bearer(other.key))).toBe(principal);
  });

  test("leaves no old allowance: what is granted to its owner counts at once", async () => {
    const { admit, addKey, addPrincipal, store, tell } = await setUp();
    const owner = await addPrincipal({ id: "prn_boss", kind: "person" });
    await addPrincipal({ id: "prn_one", owner_id: "prn_boss" });
    const { key } = await addKey({ principal_id: "prn_one" });
    expect((await admit(bearer(key))).allowance?.tier).toBe("key");
    const repository = "https://github.com/acme/rope";
    await store.principals.update({ ...owner, tier: "open_source", repository });
    await tell("principal", "prn_boss");
    expect((await admit(bearer(key))).allowance?.tier).toBe("open_source");
  });

  test("somewhere in a gap of the feed makes the replica forget everything", async () => {
    const { one, key, record } = await twoReplicas();
    const before = await one.admit(bearer(key));
    await one.store.changes.append({ tenant_id: "ten_acme", topic: "vault", ref: "x" });
    await one.store.changes.append({ tenant_id: "ten_acme", topic: "vault", ref: "y" });
    const { since } = one.store.changes;
    // The first of them was swept before this replica read it.
    Object.assign(one.store.changes, {
      since: async (seq: number, limit: number) => (await since(seq, limit)).slice(1),
    });
    await one.changes.nudge();
    const after = await one.admit(bearer(key));
    expect(after).not.toBe(before);
    expect(after.credential?.id).toBe(record.id);
  });
});

describe("the operator's own keys", () => {
  const KEY = "any text, even fl_ab_cd".replaceAll(" ", "-");

  test("are the owner of the local tenant, at once", async () => {
    const { identity } = await setUp({
      config: { operatorKeys: [new Secret("one"), new Secret(KEY)] },
    });
    const evidence = { surface: "http", address: "10.0.0.1", connectors: [] } as const;
    expect(identity.authenticate({ ...evidence, headers: bearer(KEY) })).toEqual({
      id: "prn_key_2",
      tenant_id: "ten_local",
      kind: "operator_key",
      label: "API key 2",
      roles: ["owner"],
      scopes: new Set(["*"]),
    });
  });

  test("are not taken by their hash, nor by a part of them", async () => {
    const { admit } = await setUp({ config: { operatorKeys: [new Secret(KEY)] } });
    for (const guess of [hash("sha256", KEY, "hex"), KEY.slice(1), KEY.slice(0, -1), `${KEY}x`]) {
      expect((await failureOf(admit(bearer(guess)))).code).toBe("unauthenticated");
    }
  });
});

describe("ten thousand tenants with a hundred thousand keys", () => {
  test("are remembered in a bounded number, and an old one is looked up again", async () => {
    const { admit, store } = await setUp();
    const random = seededRandom(99);
    const keys = Array.from({ length: 100_000 }, () => createApiKey(random));
    const byId = new Map(keys.map((key, index) => [key.id, { ...key, tenant: index % 10_000 }]));
    // The records' own speed is theirs to show; what counts here is what this process keeps.
    Object.assign(store.keys, { find: async (id: string) => rowOf(byId.get(id)) });
    const tenant = await store.tenants.find("ten_acme");
    const ann = await store.principals.find("ten_acme", "prn_ann");
    Object.assign(store.tenants, { find: async (id: string) => ({ ...tenant, id }) });
    Object.assign(store.principals, {
      find: async (tenant_id: string, id: string) => ({ ...ann, tenant_id, id }),
    });
    let found = 0;
    for (const { key } of keys) found += (await admit(bearer(key))).tenant_id === "" ? 0 : 1;
    expect(found).toBe(100_000);
    const reads = countReads(store);
    for (const { key } of keys.slice(-10_000)) await admit(bearer(key));
    expect(reads()).toBe(0);
    for (const { key } of keys.slice(0, 10)) await admit(bearer(key));
    expect(reads()).toBe(30);
  }, 60_000);
});

function rowOf(key: { id: string; hash: string; tenant: number } | undefined) {
  if (key === undefined) return undefined;
  return {
    ...{
      id: key.id,
      tenant_id: `ten_${key.tenant}`,
      principal_id: `prn_${key.id}`,
      hash: key.hash,
    },
    ...{
      label: "",
      scopes: null,
      addresses: null,
      created_at: 0,
      created_by: "",
      expires_at: null,
    },
    ...{ revoked_at: null, last_used_at: null, replaced_by: null },
  };
}

/** A key that is well formed: the id of one, the secret of another. */
function withSecretOf(key: string, other: string): string {
  const id = key.split("_")[1] ?? "";
  const secret = other.split("_")[2]?.slice(0, 43) ?? "";
  let last = -1;
  // The checksum of the new whole is found by making keys of the bytes that give just these letters.
  const letters = `${id}${secret}`;
  const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  return createApiKey((size) =>
    Buffer.from(Array.from({ length: size }, () => alphabet.indexOf(letters[++last] ?? "0"))),
  ).key;
}
