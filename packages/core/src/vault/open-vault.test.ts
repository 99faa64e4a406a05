import { createManualClock } from "@fairlead/testkit/clock";
import { masterKeyOf } from "@fairlead/testkit/contracts/test-vault";
import { failureOf } from "@fairlead/testkit/failure-of";
import { createCollectingLogger } from "@fairlead/testkit/logger";
import { seededRandom } from "@fairlead/testkit/random";
import fc from "fast-check";
import { afterEach, expect, test } from "vitest";
import { FairleadError } from "../errors.ts";
import { createChangeFeed } from "../storage/change-feed.ts";
import { createMemoryShared } from "../storage/memory-shared.ts";
import { createSqliteStore } from "../storage/sqlite.ts";
import type { Store } from "../storage/store.ts";
import { createMasterKey } from "./master-key.ts";
import { openVault, type VaultParts } from "./open-vault.ts";
import { SYSTEM_TENANT } from "./vault.ts";

const TENANT = "ten_acme";
const PLACE = "connection con_main";
const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function setUp(parts: Partial<VaultParts> = {}) {
  const clock = createManualClock();
  const logger = createCollectingLogger();
  const store = parts.store ?? (await createSqliteStore(":memory:", { clock }));
  closing.push(() => store.close());
  const vault = await openVault({
    ...{ store, clock, logger, random: seededRandom() },
    masterKeys: { current: masterKeyOf(1), others: [] },
    ...parts,
  });
  closing.push(() => vault.close());
  const seal = (value: string, tenant_id = TENANT) =>
    vault.seal(tenant_id, PLACE, Buffer.from(value));
  return { clock, logger, store, vault, seal };
}

const reasonOf = async (work: Promise<unknown>) => (await failureOf(work)).details?.reason;

test("opens any bytes it sealed, for any tenant and place", async () => {
  const { vault } = await setUp();
  const anything = fc.asyncProperty(
    ...[fc.string(), fc.string(), fc.uint8Array({ maxLength: 300 })],
    async (tenant_id, place, bytes) => {
      const sealed = await vault.seal(tenant_id, place, bytes);
      expect(await vault.open(tenant_id, place, sealed)).toEqual(Buffer.from(bytes));
    },
  );
  await fc.assert(anything, { numRuns: 50, seed: 1 });
});

test("opens for no other tenant and no other place", async () => {
  const { vault, seal } = await setUp();
  const sealed = await seal("pier 7");
  await seal("theirs", "ten_other");
  expect(await reasonOf(vault.open(TENANT, "connection con_other", sealed))).toBe("vault_tampered");
  expect(await reasonOf(vault.open("ten_other", PLACE, sealed))).toBe("vault_key_gone");
});

test("does not open for another tenant by naming that tenant's key", async () => {
  const { vault, seal } = await setUp();
  const [, , bytes] = (await seal("pier 7")).split(".");
  const [, theirs] = (await seal("theirs", "ten_other")).split(".");
  expect(await reasonOf(vault.open("ten_other", PLACE, `flv1.${theirs}.${bytes}`))).toBe(
    "vault_tampered",
  );
});

test("does not confuse where the tenant ends and the place begins", async () => {
  const { vault } = await setUp();
  const sealed = await vault.seal("ten_a", "b place", Buffer.from("x"));
  await expect(vault.open("ten_ab", " place", sealed)).rejects.toThrow(FairleadError);
});

test("does not open with any one character changed", async () => {
  const { vault, seal } = await setUp();
  const sealed = await seal("pier 7");
  for (let index = 0; index < sealed.length; index += 1) {
    for (const other of ["A", "_", "."]) {
      if (sealed[index] === other) continue;
      const tampered = `${sealed.slice(0, index)}${other}${sealed.slice(index + 1)}`;
      await expect(vault.open(TENANT, PLACE, tampered), tampered).rejects.toThrow(FairleadError);
    }
  }
});

test.each(["", "flv1", "flv1..", "flv1.dek_1_0123456789abcdef.", "flv2.dek_1.AAAA", "{}"])(
  "does not open %j, which is no sealed value",
  async (sealed) => {
    const { vault } = await setUp();
    expect(await reasonOf(vault.open(TENANT, PLACE, sealed))).toBe("vault_format");
  },
);

test("never seals the same twice alike", async () => {
  const { seal } = await setUp();
  expect(await seal("pier 7")).not.toBe(await seal("pier 7"));
});

test("keeps neither a data key nor the root secret open in the records", async () => {
  const { store, vault, seal } = await setUp();
  await seal("pier 7");
  const rows = [
    ...(await store.dataKeys.list(TENANT)),
    ...(await store.dataKeys.list(SYSTEM_TENANT)),
  ];
  expect(rows).toHaveLength(2);
  // 12 bytes of nonce and 16 of tag around 32 of key: what lies there is wrapped.
  for (const { wrapped } of rows) expect(Buffer.from(wrapped, "base64url")).toHaveLength(60);
  expect(vault.derive("names")).not.toEqual(vault.derive("tokens"));
});

test("does not unwrap a data key that was moved to another tenant", async () => {
  const { store, vault, seal } = await setUp();
  const sealed = await seal("pier 7");
  await seal("theirs", "ten_other");
  const [[ours], [theirs]] = [
    await store.dataKeys.list(TENANT),
    await store.dataKeys.list("ten_other"),
  ];
  if (ours === undefined || theirs === undefined) throw new Error("A key is missing.");
  await store.dataKeys.update({ ...ours, wrapped: theirs.wrapped });
  await store.dataKeys.update({ ...theirs, wrapped: ours.wrapped });
  const next = await setUp({ store });
  expect(await reasonOf(next.vault.open(TENANT, PLACE, sealed))).toBe("vault_master_key");
  expect(await reasonOf(next.seal("more"))).toBe("vault_master_key");
  expect(await vault.open(TENANT, PLACE, sealed)).toEqual(Buffer.from("pier 7"));
});

test("reads a tenant's keys once for many who ask at once, and again after a failure", async () => {
  const { store, seal } = await setUp();
  const sealed = await seal("pier 7");
  const asked: string[] = [];
  let isAway = true;
  const watched: Store = {
    ...store,
    dataKeys: {
      ...store.dataKeys,
      async list(tenant_id) {
        asked.push(tenant_id);
        if (tenant_id === TENANT && isAway) throw new Error("The records are away.");
        return store.dataKeys.list(tenant_id);
      },
    },
  };
  const { vault } = await setUp({ store: watched });
  asked.length = 0;
  await expect(vault.open(TENANT, PLACE, sealed)).rejects.toThrow("away");
  isAway = false;
  const opened = await Promise.all(
    Array.from({ length: 50 }, () => vault.open(TENANT, PLACE, sealed)),
  );
  expect(opened.map(String)).toEqual(Array.from({ length: 50 }, () => "pier 7"));
  expect(asked).toEqual([TENANT, TENANT]);
});

test("opens and seals for more tenants at once than it keeps keys for", async () => {
  const { vault } = await setUp({ maxTenants: 3 });
  const tenants = Array.from({ length: 60 }, (_, i) => `ten_${i}`);
  const sealed = await Promise.all(
    tenants.map((tenant_id) => vault.seal(tenant_id, PLACE, Buffer.from(tenant_id))),
  );
  const opened = await Promise.all(
    tenants.map((tenant_id, i) => vault.open(tenant_id, PLACE, sealed[i] ?? "")),
  );
  expect(opened.map(String)).toEqual(tenants);
});

test("puts a new key in the place of one that has sealed enough", async () => {
  const seeded = seededRandom();
  let isLast = false;
  const random = (size: number) => (isLast && size === 12 ? Buffer.alloc(12) : seeded(size));
  const { store, vault, seal } = await setUp({ random });
  const before = await seal("before");
  isLast = true;
  const last = await seal("last");
  isLast = false;
  await expect.poll(() => store.dataKeys.list(TENANT)).toHaveLength(2);
  const after = await seal("after");
  expect(last.split(".")[1]).toBe(before.split(".")[1]);
  expect(after.split(".")[1]).not.toBe(before.split(".")[1]);
  for (const [sealed, value] of [
    [before, "before"],
    [last, "last"],
    [after, "after"],
  ] as const) {
    expect(String(await vault.open(TENANT, PLACE, sealed))).toBe(value);
  }
});

test("shreds a tenant on another replica, whose keys are open, within a second", async () => {
  const { store, clock, vault, seal } = await setUp();
  const shared = createMemoryShared(clock);
  // A feed of its own and no word on `Shared`: what is left is looking at the records.
  const changes = await createChangeFeed(store, shared, clock, createCollectingLogger());
  closing.push(() => changes.close());
  const other = await setUp({ store, clock, changes });
  const sealed = await seal("pier 7");
  const theirs = await seal("theirs", "ten_other");
  expect(String(await other.vault.open(TENANT, PLACE, sealed))).toBe("pier 7");
  await vault.shred(TENANT);
  expect(String(await other.vault.open(TENANT, PLACE, sealed))).toBe("pier 7");
  clock.advance(999);
  await expect.poll(() => reasonOf(other.vault.open(TENANT, PLACE, sealed))).toBe("vault_key_gone");
  expect(String(await other.vault.open("ten_other", PLACE, theirs))).toBe("theirs");
});

test("forgets the keys of a tenant that is deleted", async () => {
  const { store, clock, vault, seal } = await setUp();
  const changes = await createChangeFeed(
    store,
    createMemoryShared(clock),
    clock,
    createCollectingLogger(),
  );
  closing.push(() => changes.close());
  const other = await setUp({ store, clock, changes });
  const sealed = await seal("pier 7");
  await other.vault.open(TENANT, PLACE, sealed);
  await store.transaction(async (tx) => {
    await tx.tenants.delete(TENANT);
    await tx.changes.append({ tenant_id: TENANT, topic: "tenant", ref: TENANT });
  });
  await changes.nudge();
  expect(await reasonOf(other.vault.open(TENANT, PLACE, sealed))).toBe("vault_key_gone");
  expect(vault.masterKeyIds).toEqual({ current: masterKeyOf(1).id, others: [] });
});

test("does not keep keys that were shredded while they were read", async () => {
  const { store, clock, vault, seal } = await setUp();
  const sealed = await seal("pier 7");
  const gate = Promise.withResolvers<void>();
  const read = Promise.withResolvers<void>();
  let isHeld = true;
  const slow: Store = {
    ...store,
    dataKeys: {
      ...store.dataKeys,
      async list(tenant_id) {
        const rows = await store.dataKeys.list(tenant_id);
        if (tenant_id === TENANT && isHeld) {
          isHeld = false;
          read.resolve();
          await gate.promise;
        }
        return rows;
      },
    },
  };
  const changes = await createChangeFeed(
    store,
    createMemoryShared(clock),
    clock,
    createCollectingLogger(),
  );
  closing.push(() => changes.close());
  const other = await setUp({ store: slow, clock, changes });
  const opening = reasonOf(other.vault.open(TENANT, PLACE, sealed));
  await read.promise;
  await vault.shred(TENANT);
  await changes.nudge();
  gate.resolve();
  expect(await opening).toBe("vault_key_gone");
  expect(await reasonOf(other.vault.open(TENANT, PLACE, sealed))).toBe("vault_key_gone");
});

test("says which master key a tenant's data key needs, and serves the other tenants", async () => {
  const first = await setUp();
  const sealed = await first.seal("pier 7");
  const both = { current: masterKeyOf(2), others: [masterKeyOf(1)] };
  const second = await setUp({ store: first.store, masterKeys: both });
  const theirs = await second.seal("theirs", "ten_other");
  // The root is under the first key, so only a process with the first one starts.
  const error = await failureOf(first.vault.open("ten_other", PLACE, theirs));
  expect(error.details?.reason).toBe("vault_master_key");
  expect(error.message).toContain(masterKeyOf(2).id);
  expect(await reasonOf(first.seal("more", "ten_other"))).toBe("vault_master_key");
  expect(String(await first.vault.open(TENANT, PLACE, sealed))).toBe("pier 7");
});

test("opens with a key that was wrapped anew since it last looked", async () => {
  const first = await setUp();
  const both = { current: masterKeyOf(2), others: [masterKeyOf(1)] };
  const second = await setUp({ store: first.store, masterKeys: both });
  const theirs = await second.seal("theirs", "ten_other");
  await expect(first.vault.open("ten_other", PLACE, theirs)).rejects.toThrow();
  await second.vault.rotateMaster(masterKeyOf(1));
  expect(String(await first.vault.open("ten_other", PLACE, theirs))).toBe("theirs");
});

test("wraps nothing with a master key that it does not have itself", async () => {
  const { store, vault, seal } = await setUp();
  await seal("pier 7");
  expect((await failureOf(vault.rotateMaster(masterKeyOf(2)))).code).toBe("invalid_input");
  expect(await store.dataKeys.listNotWrappedBy(masterKeyOf(1).id, 10)).toEqual([]);
});

test("does not shred its own keys", async () => {
  const { vault } = await setUp();
  expect((await failureOf(vault.shred(SYSTEM_TENANT))).code).toBe("invalid_input");
});

test("gives away nothing after it was closed", async () => {
  const { vault, store, seal } = await setUp();
  await seal("pier 7");
  vault.close();
  expect(() => vault.derive("names")).toThrow("closed");
  await store.close();
});

test("logs neither keys nor secrets", async () => {
  const { logger, seal, vault } = await setUp();
  await seal("a secret of the pier");
  await vault.rotateTenant(TENANT);
  await vault.rotateMaster();
  expect(logger.text()).not.toContain("a secret of the pier");
  expect(logger.text()).not.toContain(vault.derive("x").toString("hex"));
  expect(logger.lines.length).toBeGreaterThan(0);
});

test("takes no master key that is made from too little", () => {
  expect(() => createMasterKey(Buffer.alloc(31, 7), seededRandom())).toThrow("32 bytes");
});
