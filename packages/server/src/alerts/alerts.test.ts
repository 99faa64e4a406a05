import { createMemoryShared } from "@fairlead/core/storage/memory-shared";
import { createManualClock, type ManualClock } from "@fairlead/testkit/clock";
import { createCollectingLogger } from "@fairlead/testkit/logger";
import { createBreakableShared } from "@fairlead/testkit/shared";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Alert, type Alerts, createAlerts } from "./alerts.ts";
import type { Webhook } from "./webhook.ts";

const HOUR_MS = 3_600_000;
const SPIKE: Alert = {
  ...{ kind: "usage_spike", about: "ten_a", windowMs: HOUR_MS },
  ...{ message: "Tenant ten_a is busy.", facts: { tenant_id: "ten_a", calls: 9_000 } },
};

let clock: ManualClock;
let shared: ReturnType<typeof createBreakableShared>;
let logger: ReturnType<typeof createCollectingLogger>;
let sent: { id: string; body: string }[];
let isTaken: boolean;
const open: Alerts[] = [];

/** Replicas agree through what they share; each has a webhook of its own that leads to the same place. */
function replica(): Alerts {
  const webhook: Webhook = {
    async send(id, body) {
      sent.push({ id, body });
      return isTaken;
    },
    close() {},
  };
  const alerts = createAlerts({ shared, clock, logger, webhook });
  open.push(alerts);
  return alerts;
}

const told = () =>
  logger.lines.filter(({ level }) => level === "warn").map(({ message }) => message);
const turn = () => new Promise<void>((go) => setImmediate(go));

beforeEach(() => {
  clock = createManualClock();
  shared = createBreakableShared(createMemoryShared(clock));
  logger = createCollectingLogger();
  sent = [];
  isTaken = true;
});

afterEach(async () => {
  for (const alerts of open.splice(0)) await alerts.close();
});

test("goes to the log and to the webhook, and says what, when and about whom", async () => {
  const alerts = replica();
  alerts.raise(SPIKE);
  await alerts.settled();
  expect(logger.lines).toEqual([
    {
      ...{ level: "warn", module: "", message: "Tenant ten_a is busy." },
      fields: { kind: "usage_spike", tenant_id: "ten_a", calls: 9_000 },
    },
  ]);
  expect(sent.map(({ body }) => JSON.parse(body))).toEqual([
    {
      ...{ type: "alert.usage_spike", timestamp: new Date(clock.now()).toISOString() },
      data: { message: "Tenant ten_a is busy.", tenant_id: "ten_a", calls: 9_000 },
    },
  ]);
  expect(alerts.counts.get("usage_spike")).toMatchObject({ raised: 1, delivered: 1, failed: 0 });
});

test("is told once in its window, by one of all replicas", async () => {
  const replicas = [replica(), replica(), replica()];
  for (let minute = 0; minute < 60; minute += 5) {
    for (const alerts of replicas) alerts.raise(SPIKE);
    for (const alerts of replicas) await alerts.settled();
    clock.advance(5 * 60_000 - 1);
  }
  expect(sent).toHaveLength(1);
  expect(told()).toHaveLength(1);
  clock.advance(HOUR_MS);
  for (const alerts of replicas) alerts.raise(SPIKE);
  for (const alerts of replicas) await alerts.settled();
  expect(sent).toHaveLength(2);
  expect(sent[0]?.id).not.toBe(sent[1]?.id);
});

test("about another tenant is another one", async () => {
  const alerts = replica();
  for (const about of ["ten_a", "ten_b"]) alerts.raise({ ...SPIKE, about });
  await alerts.settled();
  expect(new Set(sent.map(({ id }) => id)).size).toBe(2);
});

test("that nobody took is told again, and by the same id, so that a receiver sees it is the same", async () => {
  const [one, other] = [replica(), replica()];
  isTaken = false;
  one.raise(SPIKE);
  await one.settled();
  expect(one.counts.get("usage_spike")).toMatchObject({ delivered: 0, failed: 1 });
  isTaken = true;
  clock.advance(15 * 60_000);
  other.raise(SPIKE);
  await other.settled();
  expect(sent).toHaveLength(2);
  expect(sent[0]?.id).toBe(sent[1]?.id);
});

test("is told by another replica when the one that had it in hand is no more", async () => {
  // The claim of a process that was killed.
  await shared.setIfAbsent("alert usage_spike ten_a", "", 15 * 60_000);
  const alerts = replica();
  alerts.raise(SPIKE);
  await alerts.settled();
  expect(sent).toEqual([]);
  clock.advance(15 * 60_000);
  alerts.raise(SPIKE);
  await alerts.settled();
  expect(sent).toHaveLength(1);
});

describe("while shared state is away", () => {
  test("waits a minute for it, and is told rather twice than never", async () => {
    const alerts = replica();
    shared.isAway = true;
    alerts.raise(SPIKE);
    for (let second = 0; second < 60; second += 5) {
      await turn();
      expect(sent).toEqual([]);
      clock.advance(5_000);
    }
    await alerts.settled();
    expect(sent).toHaveLength(1);
  });

  test("waits as long as it takes where it must not be told twice", async () => {
    const alerts = replica();
    shared.isAway = true;
    alerts.raise({ ...SPIKE, mustBeOnce: true });
    for (let round = 0; round < 100; round += 1) {
      await turn();
      clock.advance(5_000);
    }
    expect(sent).toEqual([]);
    shared.isAway = false;
    await turn();
    clock.advance(5_000);
    await alerts.settled();
    expect(sent).toHaveLength(1);
  });

  test("is told at once where only this process can know", async () => {
    const alerts = replica();
    shared.isAway = true;
    alerts.raise({ ...SPIKE, isLocal: true });
    await alerts.settled();
    expect(sent).toHaveLength(1);
  });

  test("does not pile up: what is too much is counted", async () => {
    const alerts = replica();
    shared.isAway = true;
    for (let n = 0; n < 250; n += 1) alerts.raise({ ...SPIKE, about: `ten_${n}` });
    expect(alerts.counts.get("usage_spike")).toMatchObject({ dropped: 50 });
  });
});

test("goes to the log alone where there is no webhook", async () => {
  const alerts = createAlerts({ shared, clock, logger });
  open.push(alerts);
  for (let n = 0; n < 3; n += 1) {
    alerts.raise(SPIKE);
    await alerts.settled();
  }
  expect(told()).toEqual(["Tenant ten_a is busy."]);
});

test("is no more once it is closed", async () => {
  const alerts = replica();
  await alerts.close();
  alerts.raise(SPIKE);
  await alerts.settled();
  expect(sent).toEqual([]);
});
