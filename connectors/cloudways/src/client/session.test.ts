import { until } from "@fairlead/testkit/clock";
import { expect, test } from "vitest";
import { useCloudways } from "../../test/harness.ts";

const MINUTE_MS = 60_000;
const cloudways = useCloudways({
  fake: { budgetPerMinute: 1_000 },
  settings: { requests_per_minute: 1_000 },
});
const ping = () => cloudways.call("cloudways_ping");

test("logs in once for two hundred calls at the same time", async () => {
  await Promise.all(Array.from({ length: 200 }, ping));
  expect(cloudways.fake.counters.byOperation).toEqual({
    createAccessToken: 1,
    listProviders: 200,
  });
});

test("renews five minutes ahead of expiry, and no call waits for it", async () => {
  await ping();
  cloudways.fake.faults.add({ kind: "hang", operation: "createAccessToken" });
  cloudways.clock.advance(55 * MINUTE_MS);
  await until(() => cloudways.fake.counters.byOperation.createAccessToken === 2);

  await ping();
  expect((await cloudways.call("cloudways_get_token_status")).structured).toMatchObject({
    state: "renewal_due",
    renewing: true,
    logins: 1,
  });

  cloudways.clock.advance(20_000);
  await cloudways.passWait();
  await cloudways.untilQuiet();
  expect((await cloudways.call("cloudways_get_token_status")).structured).toMatchObject({
    state: "valid",
    logins: 2,
  });
});

test("keeps the old token while renewal fails, and tries again", async () => {
  await ping();
  cloudways.fake.faults.add({
    ...{ kind: "status", status: 503 },
    ...{ operation: "createAccessToken", count: 3 },
  });
  cloudways.clock.advance(55 * MINUTE_MS);
  await cloudways.passWait();
  await cloudways.passWait();
  await cloudways.untilQuiet();
  await ping();
  expect((await cloudways.call("cloudways_get_token_status")).structured).toMatchObject({
    state: "renewal_due",
    last_failure: { code: "upstream_unavailable" },
  });

  await cloudways.passWait(5_000);
  await cloudways.untilQuiet();
  expect((await cloudways.call("cloudways_get_token_status")).structured).toMatchObject({
    state: "valid",
    last_failure: null,
    logins: 2,
  });
});

test("does not insist on renewing with a pair that Cloudways no longer takes", async () => {
  await ping();
  const isRefused = { kind: "unauthorized", operation: "createAccessToken" } as const;
  cloudways.fake.faults.add({ ...isRefused, count: "always" });
  cloudways.clock.advance(55 * MINUTE_MS);
  await cloudways.untilQuiet();
  for (let minute = 1; minute <= 4; minute += 1) {
    await ping();
    cloudways.clock.advance(MINUTE_MS);
    await cloudways.untilQuiet();
  }
  expect(cloudways.fake.counters.byOperation.createAccessToken).toBe(2);

  cloudways.clock.advance(10 * MINUTE_MS);
  await cloudways.untilQuiet();
  await expect(ping()).rejects.toMatchObject({ code: "unauthenticated" });
  expect(cloudways.fake.counters.byOperation.createAccessToken).toBe(3);
});

test("does not keep a token alive that nobody uses", async () => {
  await ping();
  for (const expected of [2, 2, 2]) {
    cloudways.clock.advance(55 * MINUTE_MS);
    await until(() => cloudways.fake.counters.logins === expected);
    await cloudways.untilQuiet();
  }
  await ping();
  expect(cloudways.fake.counters.logins).toBe(3);
});

test("logs in again once when Cloudways drops the token, whoever notices", async () => {
  await ping();
  cloudways.fake.faults.expireTokens();
  await Promise.all(Array.from({ length: 20 }, ping));
  expect(cloudways.fake.counters.logins).toBe(2);
});

test("gives up when the new token is refused as well", async () => {
  cloudways.fake.faults.add({ kind: "unauthorized", operation: "listProviders", count: "always" });
  await expect(ping()).rejects.toMatchObject({
    code: "unauthenticated",
    details: { reason: "token_refused" },
  });
  expect(cloudways.fake.counters.byOperation).toEqual({ createAccessToken: 2, listProviders: 2 });
});

test("lets a caller leave while the login goes on for the others", async () => {
  cloudways.fake.faults.add({ kind: "slow", ms: 50, operation: "createAccessToken" });
  const leaving = new AbortController();
  const left = cloudways.call("cloudways_ping", {}, leaving.signal);
  const staying = ping();
  await until(() => cloudways.fake.counters.open === 1);
  leaving.abort();
  await expect(left).rejects.toMatchObject({ code: "cancelled" });
  await staying;
  expect(cloudways.fake.counters).toMatchObject({ logins: 1, aborted: 0 });
});

test("ends a login that is under way when the connection closes", async () => {
  cloudways.fake.faults.add({ kind: "hang", operation: "createAccessToken" });
  const waiting = ping();
  waiting.catch(() => {});
  await until(() => cloudways.fake.counters.open === 1);
  await cloudways.fairlead.fairlead.close();
  await expect(waiting).rejects.toMatchObject({ code: "cancelled" });
  await until(() => cloudways.fake.counters.aborted === 1);
});
