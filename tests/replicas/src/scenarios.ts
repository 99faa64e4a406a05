import { expect, test } from "vitest";
import type { Installation } from "./installation.ts";
import { testKills } from "./kills.ts";
import { testLimits } from "./limits.ts";
import { connectOfficial, connectOfficials, ERAS, exchangesOf } from "./official.ts";
import type { People } from "./people.ts";
import { until } from "./until.ts";

/** What holds however many processes there are, and whatever they keep their state in. */
export function testInstallation(installation: () => Installation, who: () => People): void {
  const ports = () => installation().replicas.map(({ port }) => port);

  test.each(ERAS)(
    "serves the official client in the %s era, whichever replica answers",
    async (era) => {
      const { key } = await who().createTenant(`client-${era}`);
      const client = await connectOfficial(`${installation().url}/mcp/cloudways`, key, era);
      expect(await client.toolNames()).toContain("list_servers");
      for (let index = 0; index < 6; index += 1) {
        expect(await client.call("list_servers")).toMatchObject({ isError: false });
      }
      const calls = client.exchanges.filter(({ method }) => method === "tools/call");
      expect(new Set(calls.map(({ replica }) => replica))).toEqual(new Set(ports()));
    },
  );

  test.each(ERAS)(
    "logs in to the upstream once for 300 concurrent callers in the %s era",
    async (era) => {
      installation().upstream.reset();
      const { key } = await who().createTenant(`crowd-${era}`);
      const clients = await connectOfficials(30, `${installation().url}/mcp`, key, era);
      const answers = await Promise.all(
        Array.from({ length: 300 }, (_, index) =>
          clients[index % clients.length]?.call("cloudways_list_servers"),
        ),
      );
      expect(answers.filter((answer) => answer?.isError === false)).toHaveLength(300);
      expect(installation().upstream.counters.logins).toBe(1);
    },
  );

  testLimits(installation, who);

  test.each(ERAS)(
    "refuses a revoked key everywhere within a second, in the %s era",
    async (era) => {
      const tenant = `revoked-${era}`;
      await who().createTenant(tenant, { tier: "quick" });
      const { id, key } = await who().createKey(tenant);
      const clients = await connectOfficials(6, `${installation().url}/mcp`, key, era);
      const calls = () =>
        exchangesOf(clients).filter(({ method, status }) => method === "tools/call" && status > 0);
      const answeredBy = (wanted: number) =>
        new Set(
          calls().flatMap(({ status, replica }) => (status === wanted ? (replica ?? []) : [])),
        );
      const isEverywhere = (status: number) => answeredBy(status).size === ports().length;

      // Called without a pause from before until well after: every replica has the key in its memory.
      let deadline = Number.POSITIVE_INFINITY;
      const callers = clients.map(async (client) => {
        while (Date.now() < deadline + 5_000) {
          await client.call("cloudways_get_token_status");
          if (Date.now() > deadline + 500 && isEverywhere(401)) return;
        }
      });
      await until("every replica has answered", () => isEverywhere(200));
      await who().operator.act("DELETE", `/api/keys/${id}?tenant=${tenant}`);
      deadline = Date.now() + 1_000;
      await Promise.all(callers);

      expect(answeredBy(401)).toEqual(new Set(ports()));
      const late = calls().filter(({ sentAt }) => sentAt >= deadline);
      expect(late.length).toBeGreaterThan(0);
      expect(late.filter(({ status }) => status !== 401)).toEqual([]);
    },
  );

  testKills(installation, who);

  test("answers all of 500 calls at once, on few connections to its services", async () => {
    const { key } = await who().createTenant("rush");
    const apis = [...who().everywhere(key), ...who().everywhere(installation().operatorKey)];
    const answers = await Promise.all(
      Array.from({ length: 500 }, (_, index) => {
        const api = apis[index % apis.length] ?? who().operator;
        return index % 2 === 0
          ? api.call("cloudways_get_token_status").then(({ status }) => status)
          : api.send("GET", "/api/keys").then(({ status }) => status);
      }),
    );
    expect(answers.filter((status) => status !== 200)).toEqual([]);
  }, 60_000);
}
