import { requireService } from "@fairlead/testkit/services";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createApi } from "./src/api.ts";
import { type Installation, startInstallation } from "./src/installation.ts";
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

  test("goes on reading within a tenth of the limit while Redis is away, and refuses writes", async () => {
    const { key } = await who.createTenant("outage");
    const apis = who.everywhere(key);
    for (const api of apis) await api.call("cloudways_list_servers");
    await installation.redis.stop();
    try {
      const reads = await Promise.all(
        Array.from({ length: 600 }, (_, index) =>
          apis[index % apis.length]?.call("cloudways_get_token_status"),
        ),
      );
      const good = reads.filter((answer) => answer?.isError === false).length;
      expect(good).toBeGreaterThan(0);
      // A tenth of 1,000 for each of three replicas, and what came back in the seconds this took.
      expect(good).toBeLessThanOrEqual(3 * 101);
      const others = reads.filter((answer) => answer?.isError === true);
      for (const other of others) expect(other?.text).toMatch(/rate_limited/);
      const write = await who.operator.send("POST", "/api/keys?tenant=outage", { label: "late" });
      expect(write).toMatchObject({ status: 503, body: { details: { reason: "shared_state" } } });
    } finally {
      await installation.redis.start();
    }
    await who.recovered("outage");
  }, 60_000);

  test("answers in time while PostgreSQL is away, keeps what it knows, and recovers by itself", async () => {
    const { key } = await who.createTenant("sleepy");
    const apis = who.everywhere(key);
    for (const api of apis) expect((await api.call("cloudways_list_servers")).isError).toBe(false);
    await installation.postgres.stop();
    try {
      for (const { url } of installation.replicas) {
        const ready = await fetch(`${url.replace("127.0.0.1", "localhost")}/readyz`);
        expect(ready.status).toBe(503);
      }
      const write = await who.operator.send("POST", "/api/keys?tenant=sleepy", { label: "late" });
      expect(write).toMatchObject({ status: 503, body: { details: { reason: "store" } } });
      const stranger = createApi(installation.url, "fl_aaaaaaaaaaaa_unknown");
      expect((await stranger.call("cloudways_list_servers")).isError).toBe(true);
    } finally {
      await installation.postgres.start();
    }
    await who.recovered("sleepy");
    for (const api of apis) expect((await api.call("cloudways_list_servers")).isError).toBe(false);
  }, 60_000);
});
