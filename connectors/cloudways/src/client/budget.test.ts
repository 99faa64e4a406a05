import { randomBytes } from "node:crypto";
import { createCache } from "@fairlead/core/cache/cache";
import { createSharedTokens } from "@fairlead/core/connections/shared-tokens";
import { SILENT } from "@fairlead/core/ports";
import { Secret } from "@fairlead/core/secret";
import { createMemoryShared } from "@fairlead/core/storage/memory-shared";
import { type Shared, sharedStateAway } from "@fairlead/core/storage/shared";
import { createKeyedHash } from "@fairlead/core/vault/keyed-hash";
import { createSealer } from "@fairlead/core/vault/sealer";
import { createManualClock, until } from "@fairlead/testkit/clock";
import fc from "fast-check";
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
    const shared = createMemoryShared(clock);
    const tokens = {
      ...{ shared, clock, random: randomBytes, logger: SILENT, tenant_id: "ten_1" },
      sealer: createSealer({ keys: [randomBytes(32)] }, clock),
    };
    const ground = {
      ...{ clock, random: randomBytes, fetch: globalThis.fetch, logger: SILENT, shared },
      connect: () => Promise.reject(new Error("No test here needs it.")),
      cache: createCache({ clock }),
      sharedToken: createSharedTokens(tokens),
      keyedHash: createKeyedHash(randomBytes(32)),
      settings: settings.parse({ base_url: cloudways.origin }),
      ...{ connection_id: "con_1", tenant_id: "ten_1" },
    };
    const { email, apiKey } = cloudways.fake.credentials;
    const open = (key: string) =>
      createCloudwaysClient({
        ...ground,
        cache: ground.cache.scoped(key),
        withCredential: async (use) => use({ email: new Secret(email), api_key: new Secret(key) }),
      });
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

/** Shared state that can go away. */
function breakable(shared: Shared) {
  let isAway = false;
  const orAway = <A extends unknown[], R>(method: (...args: A) => Promise<R>) => {
    return async (...args: A) => {
      if (isAway) throw sharedStateAway();
      return method(...args);
    };
  };
  return {
    shared: {
      ...shared,
      takeWindow: orAway(shared.takeWindow),
      pauseWindow: orAway(shared.pauseWindow),
    } satisfies Shared,
    setAway(value: boolean) {
      isAway = value;
    },
  };
}

/** The most that left within any minute. */
function fullestMinute(sent: readonly number[]): number {
  return Math.max(
    0,
    ...sent.map((from) => sent.filter((at) => at >= from && at < from + 60_000).length),
  );
}

describe("a budget", () => {
  const ground = () => {
    const clock = createManualClock();
    return { clock, ...breakable(createMemoryShared(clock)) };
  };

  test("never lets more through than a minute's worth in any sixty seconds", async () => {
    const { clock, shared } = ground();
    const budgets = [1, 2].map(() => createBudget(shared, clock, "acc", 90));
    const sent: number[] = [];
    for (let step = 0; step < 900; step += 1) {
      const budget = budgets[step % 2];
      const takes = [1, 2].map(() =>
        budget
          ?.take("read", never)
          .then(() => sent.push(clock.now()))
          .catch(() => {}),
      );
      await new Promise<void>((resolve) => setImmediate(resolve));
      clock.advance(200);
      void takes;
    }
    expect(fullestMinute(sent)).toBe(90);
    expect(sent.length).toBeGreaterThan(260);
  });

  test("is not shared between accounts", async () => {
    const { clock, shared } = ground();
    await createBudget(shared, clock, "one", 1).take("read", never);
    await createBudget(shared, clock, "two", 1).take("read", never);
    await expect(createBudget(shared, clock, "one", 1).take("read", never)).rejects.toMatchObject({
      code: "rate_limited",
    });
  });

  test("waits no longer than the caller does", async () => {
    const { clock, shared } = ground();
    const budget = createBudget(shared, clock, "acc", 90);
    await budget.pause(1_500);
    const leaving = new AbortController();
    const taking = budget.take("read", leaving.signal);
    await until(() => clock.waiting.length === 1);
    leaving.abort();
    await expect(taking).rejects.toMatchObject({ code: "cancelled" });
    expect(clock.waiting).toEqual([]);
    expect(await budget.status()).toMatchObject({ sent_last_minute: 0 });
  });

  test("queues for what other replicas took, as long as it is a moment", async () => {
    const { clock, shared } = ground();
    for (let request = 1; request <= 60; request += 1) {
      await createBudget(shared, clock, "acc", 60).take("read", never);
    }
    clock.advance(59_000);
    const taking = createBudget(shared, clock, "acc", 60).take("read", never);
    await until(() => clock.waiting.length === 1);
    clock.advance(1_000);
    await taking;
  });

  test("is paused for all replicas when Cloudways tells one of them to wait", async () => {
    const { clock, shared } = ground();
    const [one, two] = [1, 2].map(() => createBudget(shared, clock, "acc", 90));
    await one?.pause(17_000);
    await expect(two?.take("read", never)).rejects.toMatchObject({
      code: "rate_limited",
      details: { retry_after_s: 17 },
    });
    expect(await two?.status()).toMatchObject({ remaining: 0, paused_for_s: 17 });
  });

  test("is not held up by a clock that was set back", async () => {
    const { clock, shared } = ground();
    const budget = createBudget(shared, clock, "acc", 90);
    for (let request = 1; request <= 90; request += 1) await budget.take("read", never);
    clock.step(-86_400_000);
    clock.advance(60_000);
    expect(await budget.status()).toMatchObject({ sent_last_minute: 90 });
    clock.advance(60_000);
    expect(await budget.status()).toMatchObject({ sent_last_minute: 0 });
  });

  describe("while shared state is away", () => {
    const takeMany = async (budget: ReturnType<typeof createBudget>, count: number) => {
      for (let request = 1; request <= count; request += 1) await budget.take("read", never);
    };

    test("lets a tenth of its reads through, and says so", async () => {
      const { clock, setAway, shared } = ground();
      const budget = createBudget(shared, clock, "acc", 90);
      setAway(true);
      await takeMany(budget, 9);
      await expect(budget.take("read", never)).rejects.toMatchObject({
        code: "rate_limited",
        details: { retry_after_s: 60, reason: "upstream_budget" },
      });
      expect(await budget.status()).toEqual({
        ...{ requests_per_minute: 90, remaining: 0, sent_last_minute: 9 },
        ...{ full_in_s: 60, paused_for_s: 0, degraded: true },
      });
      clock.advance(60_000);
      await takeMany(budget, 9);
    });

    test("has that share once, however many clients the process has", async () => {
      const { clock, setAway, shared } = ground();
      setAway(true);
      await takeMany(createBudget(shared, clock, "acc", 90), 9);
      await expect(
        createBudget(shared, clock, "acc", 90).take("read", never),
      ).rejects.toMatchObject({ code: "rate_limited" });
    });

    test("refuses writes, and not one leaves", async () => {
      const { clock, setAway, shared } = ground();
      const budget = createBudget(shared, clock, "acc", 90);
      setAway(true);
      await expect(budget.take("write", never)).rejects.toMatchObject({
        code: "upstream_unavailable",
        details: { reason: "shared_state" },
      });
      expect(await budget.status()).toMatchObject({ sent_last_minute: 0 });
    });

    test("lets nothing through where the budget had just been used", async () => {
      const { clock, setAway, shared } = ground();
      const budget = createBudget(shared, clock, "acc", 90);
      await takeMany(budget, 90);
      setAway(true);
      await expect(budget.take("read", never)).rejects.toMatchObject({ code: "rate_limited" });
    });

    test("keeps to the pause that Cloudways asked for before or meanwhile", async () => {
      const { clock, setAway, shared } = ground();
      const budget = createBudget(shared, clock, "acc", 90);
      await budget.pause(30_000);
      setAway(true);
      expect(await budget.status()).toMatchObject({ paused_for_s: 30, degraded: true });
      await budget.pause(40_000);
      setAway(false);
      await expect(budget.take("read", never)).rejects.toMatchObject({
        details: { retry_after_s: 40 },
      });
    });

    test("remembers what left, and has it counted when shared state is back", async () => {
      const { clock, setAway, shared } = ground();
      const budget = createBudget(shared, clock, "acc", 90);
      setAway(true);
      await takeMany(budget, 9);
      setAway(false);
      await budget.take("read", never);
      expect(await createBudget(shared, clock, "acc", 90).status()).toMatchObject({
        ...{ remaining: 80, sent_last_minute: 10, degraded: false },
      });
    });
  });

  test("of one replica holds in any sixty seconds, however shared state comes and goes", async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant("take" as const), count: fc.constantFrom(1, 4, 12) }),
      fc.record({ kind: fc.constant("wait" as const), ms: fc.constantFrom(1, 20_000, 59_999) }),
      fc.record({ kind: fc.constant("away" as const), value: fc.boolean() }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 30 }), async (steps) => {
        const { clock, setAway, shared } = ground();
        const sent: number[] = [];
        for (const each of steps) {
          if (each.kind === "wait") clock.advance(each.ms);
          if (each.kind === "away") setAway(each.value);
          for (let request = 0; each.kind === "take" && request < each.count; request += 1) {
            const leaving = new AbortController();
            // Who would have to queue leaves: this is about what is let through at once.
            const taking = createBudget(shared, clock, "acc", 10)
              .take("read", leaving.signal)
              .then(() => sent.push(clock.now()))
              .catch(() => {});
            await new Promise<void>((resolve) => setImmediate(resolve));
            leaving.abort();
            await taking;
          }
        }
        expect(fullestMinute(sent)).toBeLessThanOrEqual(10);
      }),
      { numRuns: 200, seed: 7 },
    );
  });
});
