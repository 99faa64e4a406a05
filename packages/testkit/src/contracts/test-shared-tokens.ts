import type { SharedToken, SharedTokenOptions } from "@fairlead/core/connections/shared-token";
import { createSharedTokens } from "@fairlead/core/connections/shared-tokens";
import { FairleadError } from "@fairlead/core/errors";
import { Secret } from "@fairlead/core/secret";
import type { Shared } from "@fairlead/core/storage/shared";
import { createSealer } from "@fairlead/core/vault/sealer";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createManualClock, type ManualClock } from "../clock.ts";
import { failureOf } from "../failure-of.ts";
import { createCollectingLogger } from "../logger.ts";
import { seededRandom } from "../random.ts";
import { type BreakableShared, createBreakableShared } from "../shared.ts";

const HOUR_MS = 3_600_000;
const AHEAD_MS = 300_000;
const never = new AbortController().signal;

/** An upstream that gives tokens, and remembers every login and whether it was worth one. */
interface Upstream {
  obtain: SharedTokenOptions["obtain"];
  logins: number;
  /** Logins while the latest token was good and far from its end. */
  needless: number;
  /** What a login waits for before it is answered. */
  gate: Promise<void>;
  failure: FairleadError | undefined;
  lifetimeMs: number;
  accepts(token: Secret): boolean;
  revoke(): void;
}

function createUpstream(clock: ManualClock): Upstream {
  let latest: { text: string; expiresAt: number } | undefined;
  const upstream: Upstream = {
    ...{ logins: 0, needless: 0, gate: Promise.resolve(), failure: undefined, lifetimeMs: HOUR_MS },
    async obtain(signal) {
      upstream.logins += 1;
      const text = `canary-token-${upstream.logins}`;
      if (latest !== undefined && clock.now() < latest.expiresAt - AHEAD_MS) upstream.needless += 1;
      await Promise.race([upstream.gate, aborted(signal)]);
      if (upstream.failure !== undefined) throw upstream.failure;
      latest = { text, expiresAt: clock.now() + upstream.lifetimeMs };
      return { token: new Secret(text), lifetimeMs: upstream.lifetimeMs };
    },
    accepts: (token) => token.reveal() === latest?.text && clock.now() < latest.expiresAt,
    revoke() {
      latest = undefined;
    },
  };
  return upstream;
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

const REFUSED = new FairleadError("unauthenticated", "The harbour rejected the key.", {
  details: { reason: "credential_refused" },
});

/** What renewal of tokens has to do across replicas, on any driver of `Shared`. */
export function testSharedTokens(
  create: (clock: ManualClock, place: string) => Shared | Promise<Shared>,
): void {
  let clock: ManualClock;
  let shared: BreakableShared;
  let upstream: Upstream;
  let opened: SharedToken[];
  let logger: ReturnType<typeof createCollectingLogger>;

  beforeEach(async () => {
    clock = createManualClock();
    shared = createBreakableShared(await create(clock, `place-${crypto.randomUUID()}`));
    upstream = createUpstream(clock);
    opened = [];
    logger = createCollectingLogger();
  });
  afterEach(async () => {
    for (const token of opened) token.close();
    await turns();
    await shared.close();
    expect(shared.written.join("\n")).not.toContain("canary-token");
    expect(logger.text()).not.toContain("canary-token");
  });

  /** The account's token as one replica has it. */
  function replica(
    own: { clock?: ManualClock; tenant_id?: string; obtain?: SharedTokenOptions["obtain"] } = {},
  ): SharedToken {
    const tokens = createSharedTokens({
      ...{ shared, logger, random: seededRandom(opened.length + 1) },
      clock: own.clock ?? clock,
      sealer: createSealer({ keys: [Buffer.alloc(32, 7)] }, own.clock ?? clock),
      tenant_id: own.tenant_id ?? "ten_harbour",
    });
    const obtain = own.obtain ?? upstream.obtain;
    const token = tokens({ account: "account", obtain, renewAheadMs: AHEAD_MS });
    opened.push(token);
    return token;
  }

  const replicas = (count = 3) => Array.from({ length: count }, () => replica());
  const get = (token: SharedToken) => settle(token.get(never));

  /** Lets replicas look at each other until the work is done; nothing else waits for time to pass. */
  async function settle<T>(work: Promise<T>): Promise<T> {
    let isDone = false;
    work.then(
      () => (isDone = true),
      () => (isDone = true),
    );
    while (!isDone) await glance();
    return work;
  }

  async function glance(): Promise<void> {
    await turns();
    const next = clock.waiting.filter((ms) => ms <= 200);
    if (next.length > 0) clock.advance(Math.min(...next));
  }

  async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
    while (!(await condition())) await glance();
  }

  function gate(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    upstream.gate = promise;
    return resolve;
  }

  const callersOf = (tokens: SharedToken[], each = 50) =>
    tokens.flatMap((token) => Array.from({ length: each }, () => token));
  const textsOf = (tokens: Secret[]) => [...new Set(tokens.map((token) => token.reveal()))];

  describe("a token", () => {
    test("is obtained once for any number of callers on any number of replicas", async () => {
      const callers = callersOf(replicas()).map((token) => token.get(never));
      const tokens = await settle(Promise.all(callers));
      expect(textsOf(tokens)).toEqual(["canary-token-1"]);
      expect(upstream.logins).toBe(1);
    });

    test("is taken over by a replica that comes later", async () => {
      await get(replica());
      expect((await get(replica())).reveal()).toBe("canary-token-1");
      expect(upstream.logins).toBe(1);
    });

    test("is obtained anew when its time is up", async () => {
      const [first, second] = [replica(), replica()];
      await get(first);
      clock.advance(HOUR_MS);
      await Promise.all([get(first), get(second)]);
      expect(upstream).toMatchObject({ logins: 2, needless: 0 });
    });

    test("is not shared with another tenant, not even by moving what lies sealed", async () => {
      await get(replica());
      const sealed = (await shared.get("token ten_harbour account")) ?? "";
      await shared.set("token ten_other account", sealed, HOUR_MS);
      await get(replica({ tenant_id: "ten_other" }));
      expect(upstream.logins).toBe(2);
    });

    test("is among the secrets that no error may repeat, also just after it was replaced", async () => {
      const token = replica();
      const first = await get(token);
      upstream.revoke();
      await settle(token.replace(first, never));
      expect(textsOf([...token.secrets])).toEqual(["canary-token-2", "canary-token-1"]);
    });
  });

  describe("a token that met a 401", () => {
    test("is replaced once for fifty callers on each of three replicas", async () => {
      const tokens = replicas();
      const held = await Promise.all(tokens.map(get));
      upstream.revoke();
      const again = tokens.flatMap((token, index) =>
        Array.from({ length: 50 }, () => token.replace(held[index] ?? new Secret(""), never)),
      );
      expect(textsOf(await settle(Promise.all(again)))).toEqual(["canary-token-2"]);
      expect(upstream.logins).toBe(2);
    });

    test("is replaced without a login where another replica has a new one", async () => {
      const [first, second] = [replica(), replica()];
      const [a, b] = [await get(first), await get(second)];
      upstream.revoke();
      await settle(first.replace(a, never));
      expect((await settle(second.replace(b, never))).reveal()).toBe("canary-token-2");
      expect(upstream.logins).toBe(2);
    });

    test("is not replaced again by who comes with an older one", async () => {
      const token = replica();
      const first = await get(token);
      upstream.revoke();
      await settle(token.replace(first, never));
      expect((await settle(token.replace(first, never))).reveal()).toBe("canary-token-2");
      expect(upstream.logins).toBe(2);
    });
  });

  describe("renewal", () => {
    test("happens ahead of the end, once for all replicas, while no call waits", async () => {
      const tokens = replicas();
      await Promise.all(tokens.map(get));
      const open = gate();
      clock.advance(HOUR_MS - AHEAD_MS);
      await until(() => upstream.logins === 2);
      const old = await Promise.all(tokens.map((token) => token.get(never)));
      expect(textsOf(old)).toEqual(["canary-token-1"]);
      open();
      await until(async () => (await tokens[0]?.status())?.state === "valid");
      for (const token of tokens) {
        await until(async () => (await token.get(never)).reveal() === "canary-token-2");
      }
      expect(upstream).toMatchObject({ logins: 2, needless: 0 });
    });

    test("is not done for a token that nobody uses", async () => {
      const tokens = replicas();
      await Promise.all(tokens.map(get));
      clock.advance(HOUR_MS - AHEAD_MS);
      await until(() => upstream.logins === 2);
      await until(async () => (await tokens[0]?.status())?.renewing === false);
      for (let hours = 0; hours < 3; hours++) {
        clock.advance(HOUR_MS);
        await turns();
      }
      expect(upstream.logins).toBe(2);
    });

    test("that fails leaves the old token in use, and is tried again with growing pauses", async () => {
      const token = replica();
      await get(token);
      upstream.failure = new FairleadError("upstream_unavailable", "The harbour is closed.");
      clock.advance(HOUR_MS - AHEAD_MS);
      await until(async () => (await token.status()).last_failure !== undefined);
      expect((await token.get(never)).reveal()).toBe("canary-token-1");
      expect(await token.status()).toMatchObject({
        ...{ state: "renewal_due", renewing: false, logins: 1 },
        last_failure: { code: "upstream_unavailable" },
      });
      upstream.failure = undefined;
      clock.advance(5_000);
      await until(async () => (await token.get(never)).reveal() === "canary-token-3");
      expect(await token.status()).toMatchObject({ state: "valid", logins: 2 });
    });

    test("that was refused is not insisted on before it matters", async () => {
      const token = replica();
      await get(token);
      upstream.failure = REFUSED;
      clock.advance(HOUR_MS - AHEAD_MS);
      await until(async () => (await token.status()).last_failure !== undefined);
      for (let minute = 1; minute <= 4; minute++) {
        await get(token);
        clock.advance(60_000);
        await turns();
      }
      expect(upstream.logins).toBe(2);
      clock.advance(60_000);
      expect((await failureOf(get(token))).code).toBe("unauthenticated");
      expect(upstream.logins).toBe(3);
    });
  });

  describe("a credential that was refused", () => {
    test("is not tried again for half a minute, by no replica", async () => {
      upstream.failure = REFUSED;
      const tokens = replicas();
      const outcomes = callersOf(tokens, 10).map((token) => failureOf(token.get(never)));
      for (const error of await settle(Promise.all(outcomes))) {
        expect(error).toMatchObject({ code: "unauthenticated", message: REFUSED.message });
        expect(error.details).toEqual({ reason: "credential_refused" });
      }
      expect(upstream.logins).toBe(1);
      clock.advance(25_000);
      expect((await failureOf(get(replica()))).code).toBe("unauthenticated");
      expect(upstream.logins).toBe(1);
      upstream.failure = undefined;
      clock.advance(6_000);
      await Promise.all(tokens.map(get));
      expect(upstream.logins).toBe(2);
    });

    test("says so in the status of every replica", async () => {
      upstream.failure = REFUSED;
      await failureOf(get(replica()));
      const late = replica();
      await until(async () => (await late.status()).state === "refused");
    });
  });

  describe("a failure that passes", () => {
    test("is told to all who waited here, and the next caller tries again", async () => {
      upstream.failure = new FairleadError("upstream_unavailable", "The harbour is closed.");
      const token = replica();
      const callers = callersOf([token]).map((each) => failureOf(each.get(never)));
      await settle(Promise.all(callers));
      expect(upstream.logins).toBe(1);
      upstream.failure = undefined;
      expect((await get(token)).reveal()).toBe("canary-token-2");
    });
  });

  describe("a replica", () => {
    test("that dies while it obtains a token is succeeded by one of those who wait", async () => {
      const stopped = createManualClock(clock.now());
      const begun = Promise.withResolvers<void>();
      const obtain: SharedTokenOptions["obtain"] = (signal) => {
        begun.resolve();
        return aborted(signal);
      };
      replica({ clock: stopped, obtain })
        .get(never)
        .catch(() => {});
      await settle(begun.promise);
      const startedAt = clock.now();
      const tokens = await settle(Promise.all(replicas().map((token) => token.get(never))));
      expect(textsOf(tokens)).toEqual(["canary-token-1"]);
      expect(clock.now() - startedAt).toBeLessThan(11_000);
    });

    test("that is slow keeps its lease, and the others wait for it", async () => {
      const open = gate();
      const [slow, ...others] = replicas();
      const first = slow?.get(never);
      await until(() => upstream.logins === 1);
      const waiting = others.map((token) => token.get(never));
      const startedAt = clock.now();
      await until(() => clock.now() - startedAt > 30_000);
      expect(upstream.logins).toBe(1);
      open();
      const tokens = await settle(Promise.all([first, ...waiting]));
      expect(new Set(tokens.map((token) => token?.reveal()))).toEqual(new Set(["canary-token-1"]));
    });

    test("that comes back late overwrites nothing newer", async () => {
      const stopped = createManualClock(clock.now());
      const answer = Promise.withResolvers<{ token: Secret; lifetimeMs: number }>();
      const begun = Promise.withResolvers<void>();
      const obtain = () => {
        begun.resolve();
        return answer.promise;
      };
      const lateToken = replica({ clock: stopped, obtain }).get(never);
      await settle(begun.promise);
      await get(replica());
      answer.resolve({ token: new Secret("canary-token-late"), lifetimeMs: HOUR_MS });
      expect((await settle(lateToken)).reveal()).toBe("canary-token-late");
      await turns();
      expect((await get(replica())).reveal()).toBe("canary-token-1");
    });

    test("that did nothing yet tells the same status as the others", async () => {
      await get(replica());
      const idle = replica();
      await until(async () => (await idle.status()).state === "valid");
      expect(await idle.status()).toEqual({
        ...{ state: "valid", renewing: false, logins: 1 },
        obtained_at: clock.now(),
        expires_at: clock.now() + HOUR_MS,
        renews_at: clock.now() + HOUR_MS - AHEAD_MS,
      });
    });

    test("counts the logins of the others", async () => {
      const [first, second] = [replica(), replica()];
      const held = await get(first);
      upstream.revoke();
      await settle(first.replace(held, never));
      await until(async () => (await second.status()).logins === 2);
    });
  });

  describe("while shared state is away", () => {
    test("each process obtains one token for itself, however many ask", async () => {
      shared.isAway = true;
      const tokens = await settle(
        Promise.all(callersOf(replicas()).map((token) => token.get(never))),
      );
      expect(textsOf(tokens)).toHaveLength(3);
      expect(upstream.logins).toBe(3);
    });

    test("a token that is known goes on, and is renewed", async () => {
      const token = replica();
      await get(token);
      shared.isAway = true;
      clock.advance(HOUR_MS - AHEAD_MS);
      await until(async () => (await token.get(never)).reveal() === "canary-token-2");
      expect(await token.status()).toMatchObject({ state: "valid", logins: 2 });
    });

    test("a token that met a 401 is replaced", async () => {
      const token = replica();
      const first = await get(token);
      shared.isAway = true;
      upstream.revoke();
      expect((await settle(token.replace(first, never))).reveal()).toBe("canary-token-2");
      expect((await settle(token.replace(first, never))).reveal()).toBe("canary-token-2");
    });

    test("a login that is under way still serves its process", async () => {
      const open = gate();
      const token = replica();
      const waiting = token.get(never);
      await until(() => upstream.logins === 1);
      shared.isAway = true;
      open();
      expect((await settle(waiting)).reveal()).toBe("canary-token-1");
    });

    test("and back again, the dead token that was shared before is not taken up again", async () => {
      const token = replica();
      const first = await get(token);
      shared.isAway = true;
      upstream.revoke();
      const second = await settle(token.replace(first, never));
      shared.isAway = false;
      upstream.revoke();
      expect((await settle(token.replace(second, never))).reveal()).toBe("canary-token-3");
      expect((await get(replica())).reveal()).toBe("canary-token-3");
    });
  });

  describe("a caller", () => {
    test("may leave while the login goes on for the others", async () => {
      const open = gate();
      const token = replica();
      const leaving = new AbortController();
      const left = token.get(leaving.signal);
      const staying = token.get(never);
      await until(() => upstream.logins === 1);
      leaving.abort();
      expect((await failureOf(left)).code).toBe("cancelled");
      open();
      expect((await settle(staying)).reveal()).toBe("canary-token-1");
      expect(upstream.logins).toBe(1);
    });

    test("is told when the connection closes under it, whether it obtains or waits", async () => {
      gate();
      const [obtaining, waiting] = [replica(), replica()];
      const outcomes = [failureOf(obtaining.get(never))];
      await until(() => upstream.logins === 1);
      outcomes.push(failureOf(waiting.get(never)));
      await turns();
      obtaining.close();
      waiting.close();
      for (const error of await settle(Promise.all(outcomes))) expect(error.code).toBe("cancelled");
      expect(upstream.logins).toBe(1);
    });
  });

  test("whatever happens, no login is needless and every token given is good", async () => {
    const event = fc.oneof(
      fc.record({ kind: fc.constant("call" as const), who: fc.nat(2), callers: fc.nat(5) }),
      fc.record({ kind: fc.constant("pass" as const), ms: fc.nat(HOUR_MS / 2) }),
      fc.record({ kind: fc.constant("revoke" as const) }),
      fc.record({ kind: fc.constant("restart" as const), who: fc.nat(2) }),
    );
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 25 }), async (events) => {
        run += 1;
        upstream.revoke();
        upstream.needless = 0;
        const open = () => replica({ tenant_id: `ten_run_${run}` });
        const tokens = [open(), open(), open()];
        const call = async (token: SharedToken) => {
          const first = await token.get(never);
          if (upstream.accepts(first)) return;
          const second = await token.replace(first, never);
          expect(upstream.accepts(second)).toBe(true);
        };
        for (const happening of events) {
          if (happening.kind === "pass") clock.advance(happening.ms);
          else if (happening.kind === "revoke") upstream.revoke();
          else if (happening.kind === "restart") {
            tokens[happening.who]?.close();
            tokens[happening.who] = open();
          } else {
            const token = tokens[happening.who];
            const calls = Array.from({ length: happening.callers }, () => token && call(token));
            await settle(Promise.all(calls));
          }
          await turns();
        }
        for (const token of tokens) token.close();
        expect(upstream.needless).toBe(0);
      }),
      { seed: 7, numRuns: 40 },
    );
  });
}

/** Lets everything run that waits for its turn, for a cipher or for an answer on a socket. */
async function turns(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise<void>((resolve) => setImmediate(resolve));
}
