import { Secret } from "@fairlead/core/secret";
import {
  createAgentPair,
  createTestAccount,
  createTestAgents,
  FROM,
  type TestAgents,
} from "@fairlead/testkit/agents";
import { createManualClock } from "@fairlead/testkit/clock";
import { failureOf } from "@fairlead/testkit/failure-of";
import { createSchema, probePostgres, type TestSchema } from "@fairlead/testkit/postgres";
import { probeRedis, REDIS_URL } from "@fairlead/testkit/redis";
import { requireService } from "@fairlead/testkit/services";
import { startTestSignIn, type TestSignIn } from "@fairlead/testkit/sign-in";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { createPostgresStore } from "../storage/postgres.ts";
import { createRedisShared } from "../storage/redis-shared.ts";

const pair = createAgentPair("03".repeat(32));
const account = createTestAccount("01".repeat(32));

const describeServices = await requireService("PostgreSQL and Redis", (signal) =>
  Promise.all([probePostgres(), probeRedis(signal)]),
);

describeServices("two replicas on PostgreSQL and Redis", () => {
  let schema: TestSchema;
  let one: TestAgents;
  let two: TestAgents;
  let opened: { close(): Promise<void> }[];

  beforeAll(async () => {
    schema = await createSchema("sign_in_replicas");
  });
  afterAll(() => schema.drop());

  beforeEach(async () => {
    const clock = createManualClock();
    const prefix = `sign-in-${crypto.randomUUID()}`;
    const replica = async () => ({
      store: await createPostgresStore(schema.options),
      shared: await createRedisShared({ url: new Secret(REDIS_URL), prefix }),
    });
    const [first, second] = [await replica(), await replica()];
    opened = [first, second].flatMap(({ store, shared }) => [store, shared]);
    await schema.empty();
    one = await createTestAgents({ ...first, clock });
    two = await createTestAgents({ ...second, beside: one });
    await one.addAccount(account.address);
  });
  afterEach(async () => {
    await two.close();
    await one.close();
    for (const each of opened) await each.close();
  });

  const reasonOf = async (work: Promise<unknown>) => (await failureOf(work)).details?.reason;
  const isDone = ({ status }: PromiseSettledResult<unknown>) => status === "fulfilled";

  test("take a challenge once, whoever made it and however many bring it", async () => {
    const input = await one.prepare(pair, account);
    const logins = await Promise.allSettled(
      [one, two, one, two].map(({ agents }) => agents.login(input, FROM)),
    );
    expect(logins.filter(isDone)).toHaveLength(1);
  });

  test("keep one row of a new key pair that signs in at both at once", async () => {
    const inputs = await Promise.all([one, two, one, two].map((at) => at.prepare(pair, account)));
    const logins = await Promise.allSettled(
      inputs.map((input, n) => (n % 2 === 0 ? one : two).agents.login(input, FROM)),
    );
    expect(logins.filter(isDone)).toHaveLength(4);
    expect(await one.store.agentKeys.list("ten_acme", "prn_bot")).toHaveLength(1);
  });

  test("trade a token once, and refuse the old one at both", async () => {
    const { token } = await one.agents.login(await one.prepare(pair, account), FROM);
    await one.admit(token);
    await two.admit(token);
    const refreshes = await Promise.allSettled(
      [one, two, one, two].map(({ agents }) => agents.refresh(token, FROM)),
    );
    expect(refreshes.filter(isDone)).toHaveLength(1);
    await one.changes.nudge();
    await two.changes.nudge();
    expect(await reasonOf(one.admit(token))).toBe("revoked_token");
    expect(await reasonOf(two.admit(token))).toBe("revoked_token");
  });

  test("let a signed request in once", async () => {
    const { token } = await one.agents.login(await one.prepare(pair, account), FROM);
    const request = { method: "POST", path: "/mcp", at: one.clock.now(), nonce: "nonce-00000001" };
    const evidence = { headers: pair.signRequest(request), method: "POST", path: "/mcp" };
    const admitted = await Promise.allSettled(
      [one, two, one, two].map((at) => at.admit(token, evidence)),
    );
    expect(admitted.filter(isDone)).toHaveLength(1);
  });

  test("give an invitation to one of those who accept it at once", async () => {
    const pages: TestSignIn = await startTestSignIn({ state: one });
    const beside = await startTestSignIn({ state: two, beside: pages });
    const token = await pages.invite();
    const arrivals = [];
    for (const sub of ["ann", "eve", "bob", "cat"]) {
      pages.provider.user = { sub, name: sub };
      const browser = pages.browser();
      const form = { invitation: token };
      const begun = await browser.post(`${pages.base}/auth/sign-in`, form);
      const asked = await browser.get(begun.headers.get("location") ?? "");
      arrivals.push({ browser, back: asked.headers.get("location") ?? "" });
    }
    const answers = await Promise.all(
      arrivals.map(({ browser, back }, n) =>
        browser.get(n % 2 === 0 ? back : back.replace(pages.base, beside.base)),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 403, 403, 403]);
    const { items } = await one.store.principals.list("ten_acme", { limit: 10 });
    expect(items.filter(({ kind }) => kind === "person")).toHaveLength(1);
    await beside.close();
    await pages.close();
  });
});
