import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { expect, test } from "vitest";
import type { Installation } from "./installation.ts";
import type { Key, People } from "./people.ts";

interface AuditItem {
  event: { name: string; target?: string };
}

/** What holds however many processes there are, and whatever they keep their state in. */
export function testInstallation(installation: () => Installation, who: () => People): void {
  test.each(["legacy", "modern"] as const)(
    "serves the official client in the %s era, whichever replica answers",
    async (era) => {
      const { key } = await who().createTenant(`client-${era}`);
      const client = new Client(
        { name: "replicas", version: "1" },
        { versionNegotiation: { mode: era === "legacy" ? "legacy" : { pin: "2026-07-28" } } },
      );
      const headers = { Authorization: `Bearer ${key}` };
      const url = new URL(`${installation().url}/mcp/cloudways`);
      await client.connect(new StreamableHTTPClientTransport(url, { requestInit: { headers } }));
      try {
        const { tools } = await client.listTools();
        expect(tools.map(({ name }) => name)).toContain("list_servers");
        for (let index = 0; index < 6; index += 1) {
          const { isError } = await client.callTool({ name: "list_servers", arguments: {} });
          expect(isError ?? false).toBe(false);
        }
      } finally {
        await client.close();
      }
    },
  );

  test("logs in to the upstream once for 300 concurrent callers", async () => {
    installation().upstream.reset();
    const { key } = await who().createTenant("crowd");
    const apis = who().everywhere(key);
    const calls = Array.from({ length: 300 }, (_, index) =>
      apis[index % apis.length]?.call("cloudways_list_servers", {}),
    );
    const answers = await Promise.all(calls);
    expect(answers.filter((answer) => answer?.isError === false)).toHaveLength(300);
    expect(installation().upstream.counters.logins).toBe(1);
  });

  test("admits exactly what a bucket holds and what came back, whoever is asked", async () => {
    const name = "narrow";
    const { key } = await who().createTenant(name, { tier: "narrow" });
    const apis = who().everywhere(key);
    const started = Date.now();
    let admitted = 0;
    let refused = 0;
    for (let round = 0; round < 10; round += 1) {
      const answers = await Promise.all(
        Array.from({ length: 60 }, (_, index) =>
          apis[index % apis.length]?.call("cloudways_get_token_status", {}),
        ),
      );
      for (const answer of answers) {
        if (answer?.isError === false) admitted += 1;
        else if (answer?.text.includes("rate_limited") === true) refused += 1;
        else throw new Error(answer?.text);
      }
    }
    const elapsed = (Date.now() - started) / 1000;
    expect(admitted).toBeGreaterThanOrEqual(60);
    // The clock of the bucket is not ours: it can have ticked once more, or less.
    expect(admitted).toBeLessThanOrEqual(60 + Math.floor(elapsed * (60 / 3_600)) + 1);
    expect(admitted + refused).toBe(600);
  });

  test("refuses a revoked key everywhere within a second", async () => {
    await who().createTenant("revoked");
    const { id, key } = await who().createKey("revoked");
    const apis = who().everywhere(key);
    for (const api of apis) expect((await api.call("cloudways_get_token_status")).status).toBe(200);
    await who().operator.act("DELETE", `/api/keys/${id}?tenant=revoked`);
    const until = Date.now() + 1_000;
    const lastGood = await Promise.all(
      apis.map(async (api) => {
        let last = 0;
        for (;;) {
          const sentAt = Date.now();
          if ((await api.call("cloudways_get_token_status")).status === 401) return last;
          last = sentAt;
          if (sentAt > until + 5_000) return last;
        }
      }),
    );
    for (const last of lastGood) expect(last).toBeLessThan(until);
  });

  test("loses no acknowledged act and no audit event of one when a replica is killed under load", async () => {
    const tenant = await who().operator.act<{ id: string }>("POST", "/api/tenants", {
      name: "killed",
    });
    const victim = installation().replicas.at(-1);
    if (victim === undefined) throw new Error("There is no replica.");
    const acknowledged: string[] = [];
    let going = true;
    const apis = who().everywhere(installation().operatorKey);
    const writers = Array.from({ length: 9 }, async (_, index) => {
      const writer = apis[index % apis.length] ?? who().operator;
      while (going) {
        const { status, body } = await writer
          .send("POST", "/api/keys?tenant=killed", { label: "load" })
          .catch(() => ({ status: 0, body: {} }));
        if (status === 201) acknowledged.push((body as { data: Key }).data.id);
      }
    });
    const before = 40;
    while (acknowledged.length < before) await new Promise((done) => setTimeout(done, 10));
    await victim.kill();
    const atKill = acknowledged.length;
    while (acknowledged.length < atKill + before) await new Promise((done) => setTimeout(done, 10));
    going = false;
    await Promise.all(writers);
    await victim.start();

    const keys = await who().pagesOf<Key>("/api/keys?tenant=killed");
    const kept = new Set(keys.map(({ id }) => id));
    expect(acknowledged.filter((id) => !kept.has(id))).toEqual([]);
    const events = await who().pagesOf<AuditItem>(`/api/audit?tenant=${tenant.id}`);
    const audited = new Set(
      events.filter(({ event }) => event.name === "keys.create").map(({ event }) => event.target),
    );
    expect(acknowledged.filter((id) => !audited.has(id))).toEqual([]);
  }, 60_000);

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
