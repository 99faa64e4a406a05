import { requireService } from "@fairlead/testkit/services";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Api, createApi } from "./src/api.ts";
import { type Installation, startInstallation } from "./src/installation.ts";
import { requirePrograms } from "./src/services.ts";

const describeReplicas = await requireService("An installation of replicas", async () =>
  requirePrograms(),
);

describeReplicas("three replicas behind a proxy, on PostgreSQL and Redis", () => {
  let installation: Installation;
  let operator: Api;

  beforeAll(async () => {
    installation = await startInstallation();
    operator = createApi(installation.url, installation.operatorKey);
  }, 60_000);

  afterAll(async () => {
    await installation?.close();
  });

  interface Key {
    id: string;
    key: string;
  }

  const createKey = (tenant: string, more: object = {}) =>
    operator.act<Key>("POST", `/api/keys?tenant=${tenant}`, {
      label: "tests",
      roles: ["admin"],
      ...more,
    });

  /** A tenant with a connection to the upstream and a key that may do everything. */
  async function createTenant(name: string, more: object = {}): Promise<Key> {
    await operator.act("POST", "/api/tenants", { name, ...more });
    const { email, apiKey } = installation.upstream.credentials;
    await operator.act("POST", `/api/connections?tenant=${name}`, {
      ...{ connector: "cloudways", label: "main" },
      credential: { email, api_key: apiKey },
    });
    return createKey(name);
  }

  /** The same at every replica at once, past the proxy. */
  const everywhere = (key: string) =>
    installation.replicas.map(({ url }) => createApi(url.replace("127.0.0.1", "localhost"), key));

  /** Every replica takes writes again, without anybody's help. */
  async function recovered(tenant: string): Promise<void> {
    const until = Date.now() + 15_000;
    for (const api of everywhere(installation.operatorKey)) {
      const isBack = async () => {
        const path = `/api/keys?tenant=${tenant}`;
        const answer = await api.send("POST", path, { label: "again" }).catch(() => undefined);
        return answer?.status === 201;
      };
      while (!(await isBack())) {
        if (Date.now() > until) throw new Error("It did not recover within 15 s.");
        await new Promise((done) => setTimeout(done, 100));
      }
    }
  }

  test.each(["legacy", "modern"] as const)(
    "serves the official client in the %s era, whichever replica answers",
    async (era) => {
      const { key } = await createTenant(`client-${era}`);
      const client = new Client(
        { name: "replicas", version: "1" },
        { versionNegotiation: { mode: era === "legacy" ? "legacy" : { pin: "2026-07-28" } } },
      );
      const headers = { Authorization: `Bearer ${key}` };
      const url = new URL(`${installation.url}/mcp/cloudways`);
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
    installation.upstream.reset();
    const { key } = await createTenant("crowd");
    const apis = everywhere(key);
    const calls = Array.from({ length: 300 }, (_, index) =>
      apis[index % apis.length]?.call("cloudways_list_servers", {}),
    );
    const answers = await Promise.all(calls);
    expect(answers.filter((answer) => answer?.isError === false)).toHaveLength(300);
    expect(installation.upstream.counters.logins).toBe(1);
  });

  test("admits exactly what a bucket holds and what came back, whoever is asked", async () => {
    const name = "narrow";
    const { key } = await createTenant(name, { tier: "narrow" });
    const apis = everywhere(key);
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
    // The clock of the bucket is Redis's: it can have ticked once more, or less, than ours.
    expect(admitted).toBeLessThanOrEqual(60 + Math.floor(elapsed * (60 / 3_600)) + 1);
    expect(admitted + refused).toBe(600);
  });

  test("refuses a revoked key everywhere within a second", async () => {
    await createTenant("revoked");
    const { id, key } = await createKey("revoked");
    const apis = everywhere(key);
    for (const api of apis) expect((await api.call("cloudways_get_token_status")).status).toBe(200);
    await operator.act("DELETE", `/api/keys/${id}?tenant=revoked`);
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
    const tenant = await operator.act<{ id: string }>("POST", "/api/tenants", { name: "killed" });
    const [victim] = installation.replicas;
    if (victim === undefined) throw new Error("There is no replica.");
    const acknowledged: string[] = [];
    let going = true;
    const writers = Array.from({ length: 8 }, async () => {
      while (going) {
        const { status, body } = await operator
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

    const kept = new Set(await idsOf(operator, "/api/keys?tenant=killed"));
    expect(acknowledged.filter((id) => !kept.has(id))).toEqual([]);
    const events = await auditOf(operator, tenant.id);
    const audited = new Set(
      events.filter(({ event }) => event.name === "keys.create").map(({ event }) => event.target),
    );
    expect(acknowledged.filter((id) => !audited.has(id))).toEqual([]);
  }, 60_000);

  test("goes on reading within a tenth of the limit while Redis is away, and refuses writes", async () => {
    const { key } = await createTenant("outage");
    const apis = everywhere(key);
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
      const write = await operator.send("POST", "/api/keys?tenant=outage", { label: "late" });
      expect(write).toMatchObject({ status: 503, body: { details: { reason: "shared_state" } } });
    } finally {
      await installation.redis.start();
    }
    await recovered("outage");
  }, 60_000);

  test("answers in time while PostgreSQL is away, keeps what it knows, and recovers by itself", async () => {
    const { key } = await createTenant("sleepy");
    const apis = everywhere(key);
    for (const api of apis) expect((await api.call("cloudways_list_servers")).isError).toBe(false);
    await installation.postgres.stop();
    try {
      for (const { url } of installation.replicas) {
        const ready = await fetch(`${url.replace("127.0.0.1", "localhost")}/readyz`);
        expect(ready.status).toBe(503);
      }
      const write = await operator.send("POST", "/api/keys?tenant=sleepy", { label: "late" });
      expect(write).toMatchObject({ status: 503, body: { details: { reason: "store" } } });
      const stranger = createApi(installation.url, "fl_aaaaaaaaaaaa_unknown");
      expect((await stranger.call("cloudways_list_servers")).isError).toBe(true);
    } finally {
      await installation.postgres.start();
    }
    await recovered("sleepy");
    for (const api of apis) expect((await api.call("cloudways_list_servers")).isError).toBe(false);
  }, 60_000);
});

async function idsOf(api: Api, path: string): Promise<string[]> {
  const items = await pagesOf<{ id: string }>(api, path);
  return items.map(({ id }) => id);
}

interface AuditItem {
  event: { name: string; target?: string };
}

function auditOf(api: Api, tenant: string): Promise<AuditItem[]> {
  return pagesOf(api, `/api/audit?tenant=${tenant}`);
}

async function pagesOf<T>(api: Api, path: string): Promise<T[]> {
  const all: T[] = [];
  for (let cursor = ""; ; ) {
    const page = await api.act<{ items: T[]; next_cursor: string | null }>(
      "GET",
      `${path}&limit=100${cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`}`,
    );
    all.push(...page.items);
    if (page.next_cursor === null) return all;
    cursor = page.next_cursor;
  }
}
