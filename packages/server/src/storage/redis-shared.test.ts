import { Secret } from "@fairlead/core/secret";
import type { Shared } from "@fairlead/core/storage/shared";
import { testShared } from "@fairlead/testkit/contracts/test-shared";
import { testSharedTokens } from "@fairlead/testkit/contracts/test-shared-tokens";
import { createWire, probeRedis, REDIS_URL } from "@fairlead/testkit/redis";
import { requireService } from "@fairlead/testkit/services";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createRedisShared } from "./redis-shared.ts";

const url = new Secret(REDIS_URL);
const describeRedis = await requireService("Redis", probeRedis);

describeRedis("on Redis", () => {
  testShared((clock, prefix) => createRedisShared({ url, prefix, clock }), { handles: 2 });
});

describeRedis("tokens on Redis", () => {
  testSharedTokens((clock, prefix) => createRedisShared({ url, prefix, clock }));
});

describeRedis("by the clock of Redis", () => {
  let shared: Shared;
  let prefix: string;
  beforeEach(async () => {
    prefix = `live-${crypto.randomUUID()}`;
    shared = await createRedisShared({ url, prefix });
  });
  afterEach(() => shared.close());

  test("a bucket admits exactly what it holds of five hundred at once, on one connection", async () => {
    const bucket = { capacity: 90, refillPerSecond: 1 / 3_600 };
    const takes = await Promise.all(Array.from({ length: 500 }, () => shared.take("k", bucket, 1)));
    expect(takes).toHaveLength(500);
    expect(takes.filter(({ admitted }) => admitted)).toHaveLength(90);
  });

  test("a bucket fills, and what was kept is gone in time", async () => {
    const bucket = { capacity: 1, refillPerSecond: 20 };
    await shared.take("k", bucket, 1);
    await shared.set("v", "tide", 100);
    await shared.takeWindow("w", { limit: 1, windowMs: 100 }, 1);
    const held = await shared.lease("l", 100);
    expect(await shared.get("v")).toBe("tide");
    await expect.poll(() => shared.get("v")).toBeUndefined();
    await expect.poll(async () => (await shared.take("k", bucket, 1)).admitted).toBe(true);
    const next = () => shared.takeWindow("w", { limit: 1, windowMs: 100 }, 1);
    await expect.poll(async () => (await next()).admitted).toBe(true);
    await expect
      .poll(async () => (await shared.lease("l", 100))?.fence)
      .toBeGreaterThan(held?.fence ?? 0);
  });

  test("every key ends by itself", async () => {
    await shared.take("k", { capacity: 2, refillPerSecond: 1 }, 1);
    await shared.takeWindow("w", { limit: 1, windowMs: 1_000 }, 1);
    await shared.pauseWindow("w", 1_000);
    await shared.set("v", "tide", 1_000);
    await shared.setIfAbsent("o", "tide", 1_000);
    await (await shared.lease("l", 1_000))?.release();
    const { createClient } = await import("@redis/client");
    const client = await createClient({ url: REDIS_URL }).connect();
    const keys = await client.keys(`${prefix}:*`);
    const lives = await Promise.all(keys.map((key) => client.pTTL(key)));
    client.destroy();
    expect(keys).toHaveLength(6);
    for (const ms of lives) expect(ms).toBeGreaterThan(0);
  });

  test("another prefix sees nothing of it", async () => {
    const other = await createRedisShared({ url, prefix: `${prefix}-other` });
    const heard: string[] = [];
    await other.subscribe("c", (message) => heard.push(message));
    await shared.set("k", "tide", 1_000);
    await shared.publish("c", "here");
    await other.publish("c", "there");
    await expect.poll(() => heard).toEqual(["there"]);
    expect(await other.get("k")).toBeUndefined();
    expect(other.reach).not.toBe(shared.reach);
    await other.close();
  });

  test("a channel that is left and joined in one breath is joined", async () => {
    const heard: string[] = [];
    for (let i = 0; i < 20; i++) {
      const stop = await shared.subscribe("c", () => {});
      stop();
      const stopAgain = await shared.subscribe("c", (message) => heard.push(message));
      await shared.publish("c", `${i}`);
      await expect.poll(() => heard.at(-1)).toBe(`${i}`);
      stopAgain();
    }
    expect(heard).toHaveLength(20);
  });

  test("what is asked for in one turn leaves in one write", async () => {
    const wire = await createWire(Number(new URL(REDIS_URL).port));
    const through = await createRedisShared({
      url: new Secret(`redis://127.0.0.1:${wire.port}`),
      prefix,
    });
    await through.take("k", { capacity: 9, refillPerSecond: 1 }, 0);
    const before = wire.sent.length;
    const bucket = { capacity: 9, refillPerSecond: 1 };
    await Promise.all([
      ...Array.from({ length: 10 }, (_, index) => through.take(`k${index}`, bucket, 1)),
      through.get("v"),
    ]);
    const writes = wire.sent
      .slice(before)
      .map(String)
      .filter((piece) => piece.includes("EVALSHA"));
    await through.close();
    wire.close();
    expect(writes).toHaveLength(1);
    expect(writes[0]?.match(/EVALSHA/g)).toHaveLength(11);
  });
});
