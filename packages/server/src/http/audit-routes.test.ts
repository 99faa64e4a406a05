import { verifyExport } from "@fairlead/core/audit/export";
import { createAuditReader } from "@fairlead/core/audit/reader";
import { toFairleadError } from "@fairlead/core/errors";
import { LOCAL_USER, type Principal } from "@fairlead/core/identity/principal";
import { type Role, scopesOfRoles } from "@fairlead/core/policy/roles";
import { adminEvent, createTestAudit, deriveForTests, readEvent } from "@fairlead/testkit/audit";
import { Hono } from "hono";
import { expect, test } from "vitest";
import { z } from "zod";
import { addAuditRoutes } from "./audit-routes.ts";
import { fail } from "./envelope.ts";

const page = z.object({
  data: z.object({
    items: z.array(z.looseObject({ seq: z.number() })),
    next_cursor: z.string().nullable(),
  }),
});

const pageOf = async (response: Response) => page.parse(await response.json()).data;

function callerOf(tenant_id: string, role: Role): Principal {
  const roles = [role];
  return {
    ...{ id: "prn_ann", tenant_id, kind: "person", label: "Ann", roles },
    scopes: scopesOfRoles(roles),
  };
}

async function setUp(principal: Principal) {
  const ground = await createTestAudit();
  for (let each = 0; each < 5; each += 1) {
    ground.audit.record(readEvent({ tenant_id: "ten_pier", request_id: `pier ${each}` }));
    ground.audit.record(readEvent({ tenant_id: "ten_quay", request_id: `quay ${each}` }));
  }
  await ground.audit.transaction(async () => ({ result: 0, event: adminEvent() }));
  await ground.audit.flush();
  const app = new Hono();
  addAuditRoutes(app, {
    reader: createAuditReader({ ...ground, derive: deriveForTests }),
    recorder: ground.audit,
    admit: async () => principal,
    addressOf: () => "192.0.2.44",
    clock: ground.clock,
    newId: (bytes) => "0".repeat(2 * bytes),
    pay: async () => ({ tier: "key", limit: 10, remaining: 9, reset_s: 4, degraded: false }),
  });
  app.onError((error, c) => fail(c, toFairleadError(error)));
  return { ...ground, app };
}

test("an administrator reads the tenant's events, newest first, a page at a time", async () => {
  const { app } = await setUp(callerOf("ten_pier", "admin"));
  const first = await pageOf(await app.request("/api/audit?limit=4"));
  expect(first.items).toHaveLength(4);
  const next = await pageOf(await app.request(`/api/audit?limit=4&cursor=${first.next_cursor}`));
  const all = [...first.items, ...next.items];
  expect(next.next_cursor).toBeNull();
  expect(all.map(({ seq }) => seq)).toEqual([7, 6, 5, 4, 3, 2, 1]);
  expect(JSON.stringify(all)).not.toContain("quay");
});

test("an event is shown in full", async () => {
  const { app } = await setUp(callerOf("ten_pier", "admin"));
  const { items } = await pageOf(await app.request("/api/audit?limit=50"));
  const act = items.find(({ seq }) => seq === 2);
  expect(act).toMatchInlineSnapshot(`
    {
      "chain": "ten_pier/p1",
      "event": {
        "action": "admin",
        "address": "192.0.2.7",
        "at": 1773480600000,
        "bytes_out": 1234,
        "duration_ms": 3,
        "facts": {
          "label": "key of the harbour office",
          "roles": [
            "viewer",
          ],
        },
        "name": "keys.create",
        "outcome": "ok",
        "principal_id": "prn_ann",
        "request_id": "0123456789abcdef",
        "surface": "http",
        "target": "key_8Fq",
        "trace_id": "0123456789abcdef0123456789abcdef",
        "upstream_calls": 0,
        "v": 1,
      },
      "hash": "71c1cd368920f18a45b160ccc65b31b9f6e9247e860cf06ae41162d29104010b",
      "recorded_at": 1773480600000,
      "redacted": [],
      "seq": 2,
    }
  `);
});

test("as lines it is an export of the tenant that proves itself", async () => {
  const { app } = await setUp(callerOf("ten_pier", "owner"));
  const response = await app.request("/api/audit", { headers: { accept: "application/jsonl" } });
  expect(response.headers.get("content-type")).toBe("application/jsonl");
  const text = await response.text();
  expect(text).not.toContain("ten_quay");
  const lines = (async function* () {
    yield* text.trimEnd().split("\n");
  })();
  expect(await verifyExport(lines)).toMatchObject({
    problems: [],
    tenant_id: "ten_pier",
    rows: 7,
  });
});

test.each(["viewer", "operator", "developer"] as const)("a %s may not read it", async (role) => {
  const { app } = await setUp(callerOf("ten_pier", role));
  const response = await app.request("/api/audit");
  expect(response.status).toBe(403);
  expect(await response.json()).toMatchObject({
    code: "forbidden",
    details: { scope: "fairlead:admin" },
  });
});

test("another tenant is the same as none", async () => {
  const { app } = await setUp(callerOf("ten_pier", "owner"));
  for (const tenant of ["ten_quay", "ten_nobody"]) {
    const response = await app.request(`/api/audit?tenant=${tenant}`);
    expect(response.status).toBe(404);
    const message = `There is no tenant "${tenant}" for this caller.`;
    expect(await response.json()).toMatchObject({ message });
  }
});

test("whoever runs this Fairlead reads any tenant's", async () => {
  const { app } = await setUp(LOCAL_USER);
  const { items } = await pageOf(await app.request("/api/audit?tenant=ten_quay"));
  expect(items).toHaveLength(6);
});

test("a time outside of which nothing is shown", async () => {
  const { app, clock } = await setUp(callerOf("ten_pier", "admin"));
  const later = clock.now() + 1;
  const { items } = await pageOf(await app.request(`/api/audit?from=${later}`));
  expect(items).toEqual([]);
});

test.each(["from=soon", "limit=0", "limit=501", "tenant=pier", "colour=blue", "cursor=nonsense"])(
  "%s is refused",
  async (text) => {
    const { app } = await setUp(callerOf("ten_pier", "admin"));
    const response = await app.request(`/api/audit?${text}`);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: "invalid_input" });
  },
);

test("who read the log, or tried to, is in the log", async () => {
  const { app, audit, store } = await setUp(callerOf("ten_pier", "viewer"));
  await app.request("/api/audit");
  await audit.flush();
  const { items } = await store.audit.list("ten_pier", { limit: 1 });
  expect(JSON.parse(items[0]?.body ?? "{}")).toMatchObject({
    name: "audit.list",
    outcome: "forbidden",
    principal_id: "prn_ann",
    address: { value: "192.0.2.44" },
  });
});
