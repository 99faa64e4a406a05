import { requireService } from "@fairlead/testkit/services";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createApi } from "./src/api.ts";
import { type Installation, startInstallation, TIERS } from "./src/installation.ts";
import { burst } from "./src/limits.ts";
import { type Answer, connectOfficial, ERAS, type Official, streamsOf } from "./src/official.ts";
import { type People, peopleOf } from "./src/people.ts";
import { testInstallation } from "./src/scenarios.ts";
import { requirePrograms, type Service } from "./src/services.ts";

const describeReplicas = await requireService("An installation of replicas", async () =>
  requirePrograms(),
);

describeReplicas("three replicas behind a proxy, on PostgreSQL and Redis", () => {
  let installation: Installation & { redis: Service; postgres: Service };
  let who: People;

  beforeAll(async () => {
    installation = await startInstallation();
    who = peopleOf(installation);
  }, 60_000);

  afterAll(async () => {
    await installation?.close();
  });

  testInstallation(
    () => installation,
    () => who,
  );

  /** Clients of both eras at each replica, past the proxy. */
  function connectEverywhere(key: string): Promise<Official[]> {
    const urls = installation.replicas.map(({ url }) => `${url}/mcp`);
    return Promise.all(urls.flatMap((url) => ERAS.map((era) => connectOfficial(url, key, era))));
  }

  test("admits a tenth at each replica while Redis is away, and one fresh allowance when it comes back empty", async () => {
    const { replicas, redis, now } = installation;
    const { key } = await who.createTenant("outage", { tier: "outage" });
    const share = Math.floor(TIERS.outage / 10);
    const perMs = TIERS.outage / 3_600_000;

    const startedAt = await now();
    const clients = await connectEverywhere(key);
    const streams = streamsOf(clients);
    const before = (await burst(clients, 400)).admitted + streams;
    expect(before).toBeGreaterThanOrEqual(TIERS.outage);
    expect(before).toBeLessThanOrEqual(
      TIERS.outage + Math.floor(((await now()) - startedAt) * perMs),
    );

    await redis.stop();
    const awayAt = Date.now();
    let during = 0;
    try {
      during = (await burst(clients, 600)).admitted;
      // Each replica counts for itself, with a tenth of the size and of the rate.
      const cameBack = Math.floor((Date.now() - awayAt) * (perMs / 10));
      expect(during).toBeGreaterThanOrEqual(replicas.length * share);
      expect(during).toBeLessThanOrEqual(replicas.length * (share + cameBack));
      const write = await who.operator.send("POST", "/api/keys?tenant=outage", { label: "late" });
      expect(write).toMatchObject({ status: 503, body: { details: { reason: "shared_state" } } });
    } finally {
      await redis.start();
      await who.recovered("outage");
    }

    const backAt = await now();
    const after = (await burst(clients, 400)).admitted;
    expect(after).toBeGreaterThanOrEqual(TIERS.outage);
    expect(after).toBeLessThanOrEqual(TIERS.outage + Math.floor(((await now()) - backAt) * perMs));

    expect(streamsOf(clients)).toBe(streams);
    const cameBack = Math.floor((Date.now() - startedAt) * perMs);
    expect(before + during + after).toBeLessThanOrEqual(
      2 * TIERS.outage + replicas.length * share + cameBack,
    );
  }, 60_000);

  test("answers in time while PostgreSQL is away: known keys for ten seconds, then none, and recovers by itself", async () => {
    const { key } = await who.createTenant("sleepy");
    // A good key that no replica has seen yet.
    const unseen = await who.createKey("sleepy");
    const clients = await connectEverywhere(key);
    const everyCall = () =>
      Promise.all(clients.flatMap((client) => READS.map((tool) => timed(client, tool))));
    expect((await everyCall()).filter(({ isError }) => isError)).toEqual([]);

    await installation.postgres.stop();
    const awayAt = Date.now();
    const answers: Timed[] = [];
    try {
      answers.push(...(await everyCall()));
      expect(answers.filter(({ isError }) => isError)).toEqual([]);
      for (const { url } of installation.replicas) {
        const ready = await fetch(`${url.replace("127.0.0.1", "localhost")}/readyz`);
        expect(ready.status).toBe(503);
      }
      const write = await who.operator.send("POST", "/api/keys?tenant=sleepy", { label: "late" });
      expect(write).toMatchObject({ status: 503, body: { details: { reason: "store" } } });
      for (const api of who.everywhere(unseen.key)) {
        expect(await api.call("cloudways_list_servers")).toMatchObject(NO_RECORDS);
      }
      const stranger = createApi(installation.url, "fl_aaaaaaaaaaaa_unknown");
      expect(await stranger.call("cloudways_list_servers")).toMatchObject({ status: 401 });

      while (Date.now() < awayAt + REMEMBERED_MS + 1_500) {
        answers.push(...(await everyCall()));
        await new Promise((done) => setTimeout(done, 250));
      }
      for (const api of who.everywhere(key)) {
        const { status, body } = await api.send("GET", "/api/keys");
        expect({ status, body }).toMatchObject({
          status: 503,
          body: { details: { reason: "store" } },
        });
      }
    } finally {
      await installation.postgres.start();
      await who.recovered("sleepy");
    }
    expect((await everyCall()).filter(({ isError }) => isError)).toEqual([]);

    expect(answers.filter(({ ms }) => ms > IN_TIME_MS)).toEqual([]);
    const refusals = answers.filter(({ isError }) => isError);
    // One that was let in just before its replica forgot ends as a tool that failed, with the same words.
    for (const { text } of refusals) expect(text).toMatch(/records cannot be reached/);
    expect(refusals.filter(({ sentAt }) => sentAt < awayAt + REMEMBERED_MS / 2)).toEqual([]);
    const late = answers.filter(({ sentAt }) => sentAt > awayAt + REMEMBERED_MS);
    expect(late.length).toBeGreaterThan(0);
    for (const refusal of late) expect(refusal).toMatchObject({ ...NO_RECORDS, isError: true });
    for (const client of clients) {
      const own = answers.filter((answer) => answer.client === client);
      const firstRefusal = own.findIndex(({ isError }) => isError);
      expect(own.slice(firstRefusal).filter(({ isError }) => !isError)).toEqual([]);
    }
  }, 60_000);
});

const READS = ["cloudways_list_servers", "cloudways_get_token_status"];
/** As the guide says: how long a replica goes on with what it remembers. */
const REMEMBERED_MS = 10_000;
/** A PostgreSQL that has stopped refuses at once, so nobody waits for it. */
const IN_TIME_MS = 1_000;
const NO_RECORDS = { status: 503, text: expect.stringContaining("records cannot be reached") };

interface Timed extends Answer {
  client: Official;
  sentAt: number;
  ms: number;
}

async function timed(client: Official, tool: string): Promise<Timed> {
  const sentAt = Date.now();
  const answer = await client.call(tool);
  return { ...answer, client, sentAt, ms: Date.now() - sentAt };
}
