import { Secret } from "@fairlead/core/secret";
import { until } from "@fairlead/testkit/clock";
import { createPrincipal } from "@fairlead/testkit/engine";
import type { TestFairlead } from "@fairlead/testkit/fairlead";
import { describe, expect, test } from "vitest";
import { useCloudways } from "../../test/harness.ts";

const LOOK_MS = 200;
const MINUTE_MS = 60_000;

type Settled = PromiseSettledResult<unknown>;
const isDone = ({ status }: Settled) => status === "fulfilled";
const ping = (replica: TestFairlead) => replica.call("cloudways_ping");
const structured = async (replica: TestFairlead, name: string) =>
  (await replica.call(name)).structured;

describe("two replicas", () => {
  const cloudways = useCloudways({
    fake: { budgetPerMinute: 1_000 },
    settings: { requests_per_minute: 1_000 },
  });

  test("log in once for three hundred callers at the same time", async () => {
    const other = await cloudways.replica();
    const callers = (replica: TestFairlead) =>
      Promise.all(Array.from({ length: 150 }, () => ping(replica)));
    const first = callers(cloudways.fairlead);
    let isServed = false;
    const second = callers(other).finally(() => {
      isServed = true;
    });
    await first;
    // The second one waits for the login of the first: it looks for the token now and then.
    while (!isServed) {
      const isLooking = cloudways.clock.waiting.some((ms) => ms > 100 && ms <= LOOK_MS);
      if (isLooking) cloudways.clock.advance(LOOK_MS);
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    await second;
    expect(cloudways.fake.counters.byOperation).toEqual({
      createAccessToken: 1,
      listProviders: 300,
    });
  });

  test("log in again once when Cloudways drops the token they share", async () => {
    const other = await cloudways.replica();
    await ping(cloudways.fairlead);
    await ping(other);
    expect(cloudways.fake.counters.logins).toBe(1);
    cloudways.fake.faults.expireTokens();
    await ping(other);
    await ping(cloudways.fairlead);
    expect(cloudways.fake.counters.logins).toBe(2);
  });

  test("renew ahead of expiry once", async () => {
    const other = await cloudways.replica();
    await ping(cloudways.fairlead);
    await ping(other);
    cloudways.clock.advance(55 * MINUTE_MS);
    await until(() => cloudways.fake.counters.logins === 2);
    await cloudways.untilQuiet();
    cloudways.clock.advance(LOOK_MS);
    await cloudways.untilQuiet();
    expect(cloudways.fake.counters.logins).toBe(2);
    // The old token is worth nothing any more: what they send is the new one.
    cloudways.clock.advance(6 * MINUTE_MS);
    await ping(other);
    await ping(cloudways.fairlead);
    expect(cloudways.fake.counters.logins).toBe(2);
  });

  test("give the same answer about token, budget and caller", async () => {
    const other = await cloudways.replica();
    await ping(cloudways.fairlead);
    for (const tool of ["cloudways_get_token_status", "cloudways_rate_limit_status"]) {
      const here = await structured(cloudways.fairlead, tool);
      expect(await structured(other, tool)).toEqual(here);
      expect(here).toMatchObject(
        tool.endsWith("token_status")
          ? { state: "valid", logins: 1 }
          : { sent_last_minute: 2, remaining: 998 },
      );
    }
  });

  test("hear of each other's refusal, and do not try the pair again", async () => {
    const other = await cloudways.replica();
    const unauthorized = { kind: "unauthorized", operation: "createAccessToken" } as const;
    cloudways.fake.faults.add({ ...unauthorized, count: "always" });
    await expect(ping(cloudways.fairlead)).rejects.toMatchObject({ code: "unauthenticated" });
    await cloudways.untilQuiet();
    await expect(ping(other)).rejects.toMatchObject({
      code: "unauthenticated",
      details: { reason: "login_refused" },
    });
    expect(cloudways.fake.counters.total).toBe(1);
    expect(await structured(other, "cloudways_get_token_status")).toMatchObject({
      state: "refused",
    });
  });
});

describe("the budget of two replicas", () => {
  const cloudways = useCloudways();

  test("is one: ninety requests in any minute, and Cloudways never refuses one as too many", async () => {
    const replicas = [cloudways.fairlead, await cloudways.replica()];
    await ping(cloudways.fairlead);
    let answered = 1;
    for (let second = 0; second < 150; second += 10) {
      const calls = replicas.flatMap((replica) => Array.from({ length: 20 }, () => ping(replica)));
      const settled = await Promise.allSettled(calls);
      answered += settled.filter(isDone).length;
      cloudways.clock.advance(10_000);
      await cloudways.untilQuiet();
    }
    // A login and 89 answers in the first minute, then ninety in each of the next two.
    expect(answered).toBe(89 + 90 + 90);
    expect(cloudways.fake.counters.byStatus).toEqual({ 200: 270 });
  });

  test("is told alike by both", async () => {
    const other = await cloudways.replica();
    await ping(cloudways.fairlead);
    await ping(other);
    const seen = { sent_last_minute: 3, remaining: 87, degraded: false };
    for (const replica of [cloudways.fairlead, other]) {
      expect(await structured(replica, "cloudways_rate_limit_status")).toMatchObject(seen);
    }
  });
});

describe("an access token on two replicas", () => {
  const cloudways = useCloudways({
    credential: ({ credentials }) => ({ api_key: credentials.readToken }),
  });

  test("is known to be refused on both once one of them learnt it", async () => {
    const other = await cloudways.replica();
    await ping(cloudways.fairlead);
    expect(await structured(other, "cloudways_get_token_status")).toMatchObject({ state: "valid" });
    cloudways.fake.faults.expireTokens("access");
    await expect(ping(other)).rejects.toMatchObject({ code: "unauthenticated" });
    expect(await structured(cloudways.fairlead, "cloudways_get_token_status")).toMatchObject({
      state: "refused",
      last_failure: { code: "unauthenticated" },
    });
  });
});

describe("two tenants", () => {
  const cloudways = useCloudways();
  const ann = createPrincipal({ tenant_id: "ten_acme" });

  /** Acme's connection to the same account, with the given key. */
  async function connectAcme(api_key: string) {
    await cloudways.fairlead.connect("cloudways", {
      ...{ tenant_id: "ten_acme", id: "con_acme", settings: { base_url: cloudways.origin } },
      credential: {
        email: new Secret(cloudways.fake.credentials.email),
        api_key: new Secret(api_key),
      },
    });
  }
  const pingAsAnn = () => cloudways.fairlead.call("cloudways_ping", {}, { principal: ann });

  test("with the same account have a token each and one budget", async () => {
    await connectAcme(cloudways.fake.credentials.apiKey);
    await ping(cloudways.fairlead);
    await pingAsAnn();
    expect(cloudways.fake.counters.logins).toBe(2);
    const status = "cloudways_rate_limit_status";
    for (const how of [{}, { principal: ann }]) {
      expect((await cloudways.fairlead.call(status, {}, how)).structured).toMatchObject({
        sent_last_minute: 4,
      });
    }
  });

  test("share no token when one knows only the other's e-mail address", async () => {
    await connectAcme("canary-wrong-key-0");
    await ping(cloudways.fairlead);
    await expect(pingAsAnn()).rejects.toMatchObject({ code: "unauthenticated" });
    await ping(cloudways.fairlead);
    const { structured: status } = await cloudways.call("cloudways_rate_limit_status");
    expect(status).toMatchObject({ sent_last_minute: 3, paused_for_s: 0 });
  });

  test("share no token with a connection that has the account's name at another address", async () => {
    await ping(cloudways.fairlead);
    const elsewhere = `${cloudways.origin}/elsewhere`;
    await cloudways.fairlead.connect("cloudways", {
      ...{ tenant_id: "ten_acme", id: "con_acme", settings: { base_url: elsewhere } },
      credential: {
        email: new Secret(cloudways.fake.credentials.email),
        api_key: new Secret(cloudways.fake.credentials.apiKey),
      },
    });
    const status = "cloudways_rate_limit_status";
    const { structured: theirs } = await cloudways.fairlead.call(status, {}, { principal: ann });
    expect(theirs).toMatchObject({ sent_last_minute: 0, remaining: 90 });
  });

  test("see nothing of each other's connections, whatever they name", async () => {
    await connectAcme(cloudways.fake.credentials.apiKey);
    const naming = (connection: string) =>
      cloudways.fairlead.call("cloudways_ping", { connection }).catch((error: unknown) => error);
    const theirs = await naming("con_acme");
    const nobodys = await naming("con_none");
    expect(theirs).toMatchObject({ code: "invalid_input" });
    expect(String(theirs).replaceAll("con_acme", "con_none")).toBe(String(nobodys));
  });
});

describe("a credential that is put in place of another", () => {
  const cloudways = useCloudways();

  test("is used by the next call on every replica, and the old one's token by none", async () => {
    const other = await cloudways.replica();
    await ping(cloudways.fairlead);
    await ping(other);
    await cloudways.fairlead.connect("cloudways", {
      ...{ tenant_id: "ten_local", id: "con_1", label: "agency" },
      settings: { base_url: cloudways.origin },
      credential: { api_key: new Secret(cloudways.fake.credentials.readToken) },
    });
    await other.changes.nudge();
    cloudways.fake.faults.expireTokens("login");
    for (const replica of [cloudways.fairlead, other]) {
      await ping(replica);
      expect(await structured(replica, "cloudways_get_token_status")).toMatchObject({
        kind: "access_token",
      });
    }
    expect(cloudways.fake.counters.logins).toBe(1);
    // The old client is closed: it does not renew what it had.
    cloudways.clock.advance(56 * MINUTE_MS);
    await cloudways.untilQuiet();
    expect(cloudways.fake.counters.logins).toBe(1);
  });
});
