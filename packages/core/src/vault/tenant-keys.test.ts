import { expect, test } from "vitest";
import type { DataKey } from "../storage/records.ts";
import { dataKeyId } from "./data-key.ts";
import { createTenantKeysCache } from "./tenant-keys.ts";

const row = (tenant_id: string, generation = 1): DataKey => ({
  ...{ id: dataKeyId(tenant_id, generation), tenant_id, master_key_id: "m", wrapped: "" },
  ...{ created_at: 0, active: true },
});

function setUp(maxTenants = 2) {
  const unwrapped: Buffer[] = [];
  const gates = new Map<string, Promise<void>>();
  const keysOf = createTenantKeysCache({
    async read(tenant_id) {
      await gates.get(tenant_id);
      return [row(tenant_id)];
    },
    async unwrap() {
      const key = Buffer.alloc(32, 0xab);
      unwrapped.push(key);
      return key;
    },
    maxTenants,
  });
  const isWiped = (index: number) => unwrapped[index]?.every((byte) => byte === 0);
  return { keysOf, gates, unwrapped, isWiped };
}

test("overwrites the keys of the tenant that was used least when there are too many", async () => {
  const { keysOf, isWiped } = setUp(2);
  await keysOf.load("ten_a");
  await keysOf.load("ten_b");
  keysOf.get("ten_a");
  await keysOf.load("ten_c");
  expect([isWiped(0), isWiped(1), isWiped(2)]).toEqual([false, true, false]);
  expect(keysOf.get("ten_b")).toBeUndefined();
});

test("tells whoever still holds overwritten keys that they are no keys any more", async () => {
  const { keysOf } = setUp();
  const keys = await keysOf.load("ten_a");
  keysOf.forget("ten_a");
  expect(keys.isWiped).toBe(true);
  expect(keys.newest?.bytes).toBeUndefined();
});

test("overwrites every key when it forgets all", async () => {
  const { keysOf, isWiped } = setUp();
  await keysOf.load("ten_a");
  await keysOf.load("ten_b");
  keysOf.forgetAll();
  expect([isWiped(0), isWiped(1)]).toEqual([true, true]);
});

test("overwrites keys that are read again", async () => {
  const { keysOf, isWiped } = setUp();
  await keysOf.load("ten_a");
  await keysOf.reload("ten_a");
  expect([isWiped(0), isWiped(1)]).toEqual([true, false]);
});

test("overwrites keys that were forgotten while they were read, and keeps none of them", async () => {
  const { keysOf, gates, isWiped } = setUp();
  const gate = Promise.withResolvers<void>();
  gates.set("ten_a", gate.promise);
  const loading = keysOf.load("ten_a");
  keysOf.forgetAll();
  gate.resolve();
  expect((await loading).isWiped).toBe(true);
  expect(isWiped(0)).toBe(true);
  expect(keysOf.get("ten_a")).toBeUndefined();
});

test("reads anew for who asks after a reading began, and once for all of them", async () => {
  const { keysOf, gates, unwrapped } = setUp();
  const gate = Promise.withResolvers<void>();
  gates.set("ten_a", gate.promise);
  const early = keysOf.load("ten_a");
  const late = [keysOf.reload("ten_a"), keysOf.reload("ten_a"), keysOf.reload("ten_a")];
  gate.resolve();
  await early;
  await Promise.all(late);
  expect(unwrapped).toHaveLength(2);
});

test("gives no id that is part of another", () => {
  const ids = [1, 2, 11, 12, 111].map((generation) => dataKeyId("ten_a", generation));
  const parts = ids.filter((id) => ids.some((other) => other !== id && other.includes(id)));
  expect(parts).toEqual([]);
});
