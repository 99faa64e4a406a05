import { randomBytes } from "node:crypto";
import { createCache } from "@fairlead/core/cache/cache";
import { SILENT } from "@fairlead/core/ports";
import { Secret } from "@fairlead/core/secret";
import { createMemoryShared } from "@fairlead/core/storage/memory-shared";
import { createKeyedHash } from "@fairlead/core/vault/keyed-hash";
import { createManualClock, until } from "@fairlead/testkit/clock";
import { describe, expect, test } from "vitest";
import { useCloudways } from "../../test/harness.ts";
import { createCloudwaysClient } from "../client.ts";
import { settings } from "../settings.ts";
import { createBudget } from "./budget.ts";

const never = new AbortController().signal;

describe("the budget of an account", () => {
  const cloudways = useCloudways();

  test("is ninety requests a minute, the login included; who comes later learns when to return", async () => {
    const calls = await Promise.allSettled(
      Array.from({ length: 120 }, () => cloudways.call("cloudways_ping")),
    );
    expect(cloudways.fake.counters.total).toBe(90);
    expect(calls.filter(({ status }) => status === "fulfilled")).toHaveLength(89);
    expect(calls.find((call) => call.status === "rejected")).toMatchObject({
      reason: {
        code: "rate_limited",
        message:
          "The Cloudways account's budget of 90 requests a minute is used up. Try again in 60 s.",
        details: { retry_after_s: 60, reason: "upstream_budget" },
      },
    });

    cloudways.clock.advance(60_000);
    await cloudways.call("cloudways_ping");
  });

  test("makes a call wait a moment when Cloudways asked for a short pause", async () => {
    await cloudways.call("cloudways_ping");
    cloudways.fake.faults.add({ kind: "rate_limit", retry_after: 1 });
    const first = cloudways.call("cloudways_ping");
    const waiting = () => cloudways.clock.waiting.filter((ms) => ms >= 1_000 && ms <= 1_300).length;
    await until(() => waiting() === 1);
    const second = cloudways.call("cloudways_ping");
    await until(() => waiting() === 2);
    cloudways.clock.advance(1_300);
    await Promise.all([first, second]);
    expect(cloudways.fake.counters.byOperation.listProviders).toBe(4);
  });
});

describe("who only names an account", () => {
  const cloudways = useCloudways();

  function setUp() {
    const clock = createManualClock();
    const ground = {
      ...{ clock, random: randomBytes, fetch: globalThis.fetch, logger: SILENT },
      ...{ shared: createMemoryShared(clock), cache: createCache(clock) },
      keyedHash: createKeyedHash("a key for this test", randomBytes),
      settings: settings.parse({ base_url: cloudways.origin }),
      ...{ connection_id: "con_1", tenant_id: "ten_1" },
    };
    const { email, apiKey } = cloudways.fake.credentials;
    const open = (key: string) => {
      const credential = { email: new Secret(email), api_key: new Secret(key) };
      return createCloudwaysClient({ ...ground, cache: ground.cache.scoped(key), credential });
    };
    return { open, owner: open(apiKey) };
  }

  test("spends nothing of what its owner has", async () => {
    const { open, owner } = setUp();
    await owner.verify(never);
    const guesses = Array.from({ length: 100 }, (_, i) => open(`canary-guess-${i}`).verify(never));
    const codes = (await Promise.allSettled(guesses)).map((each) =>
      each.status === "rejected" ? each.reason.code : "fulfilled",
    );
    // The owner's own login came first.
    expect(codes.filter((code) => code === "unauthenticated")).toHaveLength(89);
    expect(codes.filter((code) => code === "rate_limited")).toHaveLength(11);
    expect(await owner.budgetStatus()).toMatchObject({ sent_last_minute: 1, remaining: 89 });
    expect(await owner.listProviders(never)).not.toEqual([]);
  });

  test("cannot make Cloudways pause its owner", async () => {
    const { open, owner } = setUp();
    await owner.verify(never);
    const operation = "createAccessToken";
    cloudways.fake.faults.add({ kind: "rate_limit", retry_after: 3_000, operation });
    await expect(open("canary-guess").verify(never)).rejects.toMatchObject({
      code: "rate_limited",
    });
    expect(await owner.budgetStatus()).toMatchObject({ paused_for_s: 0 });
    expect(await owner.listProviders(never)).not.toEqual([]);
  });
});

describe("a budget", () => {
  const ground = () => {
    const clock = createManualClock();
    return { clock, shared: createMemoryShared(clock) };
  };

  test("never lets more through than a minute's worth in any sixty seconds", async () => {
    const { clock, shared } = ground();
    const budgets = [1, 2].map(() => createBudget(shared, clock, "acc", 90));
    const sent: number[] = [];
    for (let step = 0; step < 900; step += 1) {
      const budget = budgets[step % 2];
      const takes = [budget?.take(never), budget?.take(never)].map((take) =>
        take?.then(() => sent.push(clock.now())).catch(() => {}),
      );
      await new Promise<void>((resolve) => setImmediate(resolve));
      clock.advance(200);
      void takes;
    }
    const fullest = Math.max(
      ...sent.map((from) => sent.filter((at) => at >= from && at < from + 60_000).length),
    );
    expect(fullest).toBe(90);
    expect(sent.length).toBeGreaterThan(260);
  });

  test("is not shared between accounts", async () => {
    const { clock, shared } = ground();
    await createBudget(shared, clock, "one", 1).take(never);
    await createBudget(shared, clock, "two", 1).take(never);
    await expect(createBudget(shared, clock, "one", 1).take(never)).rejects.toMatchObject({
      code: "rate_limited",
    });
  });

  test("waits no longer than the caller does", async () => {
    const { clock, shared } = ground();
    const budget = createBudget(shared, clock, "acc", 90);
    budget.pause(1_500);
    const leaving = new AbortController();
    const taking = budget.take(leaving.signal);
    await until(() => clock.waiting.length === 1);
    leaving.abort();
    await expect(taking).rejects.toMatchObject({ code: "cancelled" });
    expect(clock.waiting).toEqual([]);
    expect(await budget.status()).toMatchObject({ sent_last_minute: 0 });
  });

  test("queues for what other replicas took, as long as it is a moment", async () => {
    const { clock, shared } = ground();
    const bucket = { capacity: 60, refillPerSecond: 1 };
    await shared.take("upstream cloudways acc", bucket, 60);
    const taking = createBudget(shared, clock, "acc", 60).take(never);
    await until(() => clock.waiting.length === 1);
    clock.advance(1_000);
    await taking;
  });

  test("is not held up by a clock that was set back", async () => {
    const { clock, shared } = ground();
    const budget = createBudget(shared, clock, "acc", 90);
    for (let request = 1; request <= 90; request += 1) await budget.take(never);
    clock.step(-86_400_000);
    clock.advance(60_000);
    expect(await budget.status()).toMatchObject({ sent_last_minute: 90 });
    clock.advance(60_000);
    expect(await budget.status()).toMatchObject({ sent_last_minute: 0 });
  });

  test("does not hoard accounts", async () => {
    const { clock, shared } = ground();
    for (let account = 0; account < 1_100; account += 1) {
      await createBudget(shared, clock, `acc ${account}`, 1).take(never);
    }
    // The window of the first is forgotten, the shared bucket is not.
    await expect(createBudget(shared, clock, "acc 0", 1).take(never)).rejects.toMatchObject({
      code: "rate_limited",
    });
  });
});
