import { request } from "node:http";
import { bearer } from "@fairlead/testkit/caller";
import type { HttpAnswer, Json } from "@fairlead/testkit/http";
import {
  createKey,
  type Installation,
  type InstallationOptions,
  startInstallation,
} from "@fairlead/testkit/installation";
import { probeRedisServer, startRedis } from "@fairlead/testkit/redis";
import { requireService } from "@fairlead/testkit/services";
import { afterAll, beforeAll, expect, test } from "vitest";

const describeOwnRedis = await requireService("redis-server", probeRedisServer);

let installation: Installation;
let acme: string;
/** Headers of Acme's owner, and of somebody there who only reads. */
let owner: Record<string, string>;
let viewer: Record<string, string>;

async function start(environment: InstallationOptions["environment"] = {}): Promise<Installation> {
  return startInstallation({
    environment: { ALLOWED_ORIGINS: "https://panel.example", ...environment },
  });
}

beforeAll(async () => {
  installation = await start();
  acme = (await installation.operator.act("POST", "/api/tenants", { name: "acme" })).id as string;
  await installation.operator.act("POST", "/api/tenants", { name: "umbra" });
  owner = bearer((await createKey(installation, "acme", { roles: ["owner"] })).key);
  viewer = bearer((await createKey(installation, "acme", { roles: ["viewer"] })).key);
});
afterAll(() => installation.close());

const rest = (method: string, path: string, body?: unknown, headers = owner) =>
  installation.as(headers).rest(method, path, body);

/** As it goes onto the wire, whatever that is. */
const raw = (
  method: string,
  path: string,
  body: string | undefined,
  headers: Record<string, string>,
) =>
  installation.http.send({
    ...{ method, path, headers: Object.entries({ ...owner, ...headers }) },
    ...(body === undefined ? {} : { body }),
  });

const dataOf = ({ json }: HttpAnswer) => json.data as Json;

test("makes something with 201, in the envelope", async () => {
  const answer = await rest("POST", "/api/keys", { label: "ci" });
  expect(answer.status).toBe(201);
  expect(answer.json).toEqual({ status: "success", data: expect.any(Object), message: null });
  expect(answer.headers).toMatchObject({
    "content-type": "application/json",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  });
  expect(answer.headers.location).toBeUndefined();
});

test("walks through every route there is", async () => {
  const service = { kind: "service", label: "Deployer", roles: ["operator"] };
  const policy = { name: "closed", text: "forbid (principal, action, resource);", enabled: false };
  const connection = {
    connector: "cloudways",
    label: "main",
    credential: { api_key: "cw_canary" },
  };
  const none = "0".repeat(24);
  const made: Record<string, string> = {
    ...{ plans: `pln_${none}`, operations: `opn_${none}`, delegations: `dlg_${none}` },
  };
  const settled = { outcome: "happened", note: "seen on its page" };
  const steps: [number, string, string, unknown?][] = [
    [200, "GET", "/api/tenant"],
    [201, "POST", "/api/principals", service],
    [200, "GET", "/api/principals"],
    [200, "PATCH", "/api/principals/{principals}", { status: "disabled" }],
    [200, "GET", "/api/principals/{principals}/agent-keys"],
    [404, "DELETE", `/api/principals/{principals}/agent-keys/${"ab".repeat(32)}`],
    [200, "DELETE", "/api/principals/{principals}"],
    [404, "DELETE", "/api/principals/{principals}"],
    [201, "POST", "/api/invitations", { label: "Ann", roles: ["viewer"] }],
    [200, "GET", "/api/invitations"],
    [200, "DELETE", "/api/invitations/{invitations}"],
    [201, "POST", "/api/keys", { label: "ci" }],
    [200, "GET", "/api/keys?limit=1"],
    [201, "POST", "/api/keys/{keys}/rotate"],
    [409, "POST", "/api/keys/{keys}/rotate"],
    [200, "DELETE", "/api/keys/{keys}"],
    [201, "POST", "/api/connections", connection],
    [409, "POST", "/api/connections", connection],
    [200, "GET", "/api/connections?connector=cloudways"],
    [200, "PATCH", "/api/connections/{connections}", { label: "north" }],
    [200, "DELETE", "/api/connections/{connections}"],
    [201, "POST", "/api/policies", policy],
    [200, "GET", "/api/policies"],
    [200, "PATCH", "/api/policies/{policies}", { name: "shut" }],
    [200, "DELETE", "/api/policies/{policies}"],
    [200, "GET", "/api/plans"],
    [404, "GET", "/api/plans/{plans}"],
    // A key decides nothing, and lends nobody a right to.
    [403, "POST", "/api/plans/{plans}/approve", {}],
    [403, "POST", "/api/plans/{plans}/deny", { reason: "no" }],
    [403, "POST", "/api/delegations", { to_principal_id: `prn_${none}` }],
    [200, "GET", "/api/delegations"],
    [404, "DELETE", "/api/delegations/{delegations}"],
    [200, "GET", "/api/operations?status=running"],
    [404, "GET", "/api/operations/{operations}"],
    [404, "DELETE", "/api/operations/{operations}"],
    [404, "POST", "/api/operations/{operations}/settle", settled],
    [200, "GET", "/api/budgets"],
    [200, "GET", "/api/plans"],
    [404, "GET", "/api/plans/{plans}"],
    [403, "POST", "/api/plans/{plans}/approve"],
    [403, "POST", "/api/plans/{plans}/deny", { reason: "no" }],
    [403, "POST", "/api/delegations", { to_principal_id: "prn_1" }],
    [200, "GET", "/api/delegations"],
    [404, "DELETE", "/api/delegations/{delegations}"],
    [200, "GET", "/api/operations?status=running&tool=cloudways_ping"],
    [404, "GET", "/api/operations/{operations}"],
    [404, "DELETE", "/api/operations/{operations}"],
    [404, "POST", "/api/operations/{operations}/settle", { outcome: "happened", note: "seen" }],
    [200, "GET", "/api/budgets"],
    [200, "GET", "/api/usage"],
    [200, "GET", "/api/cost"],
    [403, "GET", "/api/tenants"],
    [403, "POST", "/api/tenants", { name: "hooli" }],
    [403, "PATCH", "/api/tenant", { tier: "gold" }],
    [409, "DELETE", "/api/tenant", { confirm: "umbra" }],
  ];
  const walked = new Set<string>();
  for (const [status, method, path, body] of steps) {
    const filled = path.replaceAll(/\{(\w+)\}/g, (_whole, noun) => made[noun] ?? "");
    const answer = await rest(method, filled, body);
    expect(`${method} ${path} ${answer.status}`).toBe(`${method} ${path} ${status}`);
    const noun = path.split("/")[2]?.split("?")[0] ?? "";
    if (status === 201 && !path.endsWith("/rotate")) made[noun] = String(dataOf(answer).id);
    walked.add(`${method} ${path.split("?")[0]?.replace("ab".repeat(32), "{public_key}")}`);
  }
  const { ACTS } = await import("@fairlead/core/admin/acts");
  const routes = ACTS.map(({ route: { method, path } }) =>
    `${method} /api${path}`.replace(/^(\w+ \/api\/(\w+))\/\{id\}/, "$1/{$2}"),
  );
  expect([...walked].sort()).toEqual(routes.sort());
});

test("lets whoever runs it choose the tenant, and nobody else", async () => {
  const hosts = installation.operator;
  expect((await hosts.act("GET", "/api/tenant?tenant=acme")).id).toBe(acme);
  expect((await hosts.act("GET", "/api/tenant")).id).toBe("ten_local");
  expect((await rest("GET", `/api/tenant?tenant=${acme}`)).status).toBe(200);
  const answers = await Promise.all(
    ["umbra", "absent"].map((name) => rest("GET", `/api/tenant?tenant=${name}`)),
  );
  for (const { status, json } of answers) {
    expect(status).toBe(404);
    expect(json.message).toMatch(/^There is no tenant "\w+" for this caller\.$/);
  }
});

test("answers 401 with a challenge to who is unknown, before it looks at anything else", async () => {
  for (const headers of [{}, bearer("fl_nobody")]) {
    const answer = await rest("POST", "/api/keys?tenant=umbra", "no object", headers);
    expect(answer.status).toBe(401);
    expect(answer.json).toMatchObject({ status: "error", data: null, code: "unauthenticated" });
    expect(answer.headers["www-authenticate"]).toMatch(/^Bearer\b/);
  }
});

test("answers 403 and names the scope that is missing", async () => {
  const answer = await rest("GET", "/api/keys", undefined, viewer);
  expect(answer.status).toBe(403);
  expect(answer.json).toMatchObject({ code: "forbidden", details: { scope: "fairlead:admin" } });
});

test("answers a problem (RFC 9457) to who asks for one", async () => {
  const accept = { Accept: "application/problem+json" };
  const answer = await raw("GET", "/api/usage?from=now", undefined, accept);
  expect(answer.status).toBe(400);
  expect(answer.headers["content-type"]).toBe("application/problem+json");
  expect(answer.json).toMatchInlineSnapshot(`
    {
      "detail": "usage.get: from: Invalid ISO datetime.",
      "details": {
        "fields": [
          "from",
        ],
      },
      "status": 400,
      "title": "invalid_input",
      "type": "about:blank",
    }
  `);
});

test.each([
  ["that is no JSON", '{"label": "hunter2"', 400, "The body is no JSON."],
  ["that is a list", "[1]", 400, "The body has to be a JSON object."],
  ["that is null", "null", 400, "The body has to be a JSON object."],
  ["that is empty", "", 400, "keys.create: label is missing."],
  [
    "with a field there is not",
    '{"label":"a","colour":"hunter2"}',
    400,
    'keys.create: there is no field "colour".',
  ],
  [
    "with a prototype",
    '{"label":"a","__proto__":{"x":1}}',
    400,
    'keys.create: there is no field "__proto__".',
  ],
  [
    "that is too large",
    `{"label":"${"a".repeat(262_144)}"}`,
    413,
    "The body is larger than 262144 bytes.",
  ],
])("refuses a body %s", async (_what, body, status, message) => {
  const answer = await raw("POST", "/api/keys", body, { "Content-Type": "application/json" });
  expect([answer.status, answer.json.message]).toEqual([status, message]);
  expect(answer.text).not.toContain("hunter2");
});

test("refuses a body that is too large also when its length is not said", async () => {
  const { port } = installation.server;
  const status = await new Promise((resolve, reject) => {
    const headers = { ...owner, "Content-Type": "application/json" };
    const sent = request({ host: "127.0.0.1", port, path: "/api/keys", method: "POST", headers });
    sent.once("error", reject);
    sent.once("response", (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    for (let part = 0; part < 5; part += 1) sent.write("a".repeat(65_536));
    sent.end();
  });
  expect(status).toBe(413);
});

test("reads a body whose length is not said", async () => {
  const { port } = installation.server;
  const status = await new Promise((resolve, reject) => {
    const headers = { ...owner, "Content-Type": "application/json" };
    const sent = request({ host: "127.0.0.1", port, path: "/api/keys", method: "POST", headers });
    sent.once("error", reject);
    sent.once("response", (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    sent.write('{"label":');
    sent.end('"in two parts"}');
  });
  expect(status).toBe(201);
});

test.each(["text/plain", "application/x-www-form-urlencoded", "application/jsonp", undefined])(
  "refuses a body of the type %s",
  async (type) => {
    const headers = type === undefined ? {} : { "Content-Type": type };
    const answer = await raw(
      "POST",
      "/api/keys",
      '{"label":"a"}',
      headers as Record<string, string>,
    );
    expect([answer.status, answer.json.message]).toEqual([
      415,
      "Send the body as application/json.",
    ]);
  },
);

test.each([
  ["GET", "/api/keys?colour=blue", 'keys.list: there is no field "colour".'],
  ["GET", "/api/keys?limit=0", "keys.list: limit: "],
  ["GET", "/api/keys?limit=5&limit=6", "limit came twice."],
  ["GET", "/api/keys?tenant=acme&tenant=umbra", "tenant came twice."],
  ["GET", "/api/keys?cursor=nonsense", ""],
  ["POST", "/api/keys?label=a", "label belongs into the body."],
  ["DELETE", "/api/keys/prn_1", "keys.revoke: id: has to be an id such as key_…"],
  ["DELETE", "/api/keys/key_1?id=key_2", "id came twice."],
])("refuses %s %s", async (method, path, message) => {
  const answer = await rest(method, path);
  expect(answer.status).toBe(400);
  expect(answer.json.message).toContain(message);
});

test("takes no other id in the body than in the path", async () => {
  const answer = await rest("PATCH", "/api/principals/prn_1", { id: "prn_2", label: "x" });
  expect([answer.status, answer.json.message]).toEqual([400, "id came twice."]);
});

test("takes what a deletion needs from the query, for clients that send no body with it", async () => {
  const answer = await rest("DELETE", "/api/tenant?confirm=umbra");
  expect([answer.status, answer.json.code]).toEqual([409, "consent_required"]);
});

test("answers a method that a path does not have with those it has", async () => {
  const cases: [string, string, string][] = [
    ["PUT", "/api/keys", "POST, GET, HEAD"],
    ["DELETE", "/api/keys", "POST, GET, HEAD"],
    ["GET", "/api/keys/key_1", "DELETE"],
    ["POST", "/api/usage", "GET, HEAD"],
    ["POST", "/healthz", "GET, HEAD"],
  ];
  for (const [method, path, allow] of cases) {
    const answer = await rest(method, path);
    expect([answer.status, answer.headers.allow]).toEqual([405, allow]);
    expect(answer.json).toMatchObject({ status: "error", data: null, code: "invalid_input" });
  }
  expect((await rest("GET", "/api/keyring")).status).toBe(404);
});

test("answers HEAD as GET, without a body", async () => {
  const answer = await rest("HEAD", "/api/keys");
  expect([answer.status, answer.text]).toEqual([200, ""]);
});

test("lets pages of listed origins read the answer, and tells others nothing", async () => {
  const origin = { Origin: "https://panel.example" };
  const answer = await raw("GET", "/api/keys", undefined, origin);
  expect(answer.status).toBe(200);
  expect(answer.headers["access-control-allow-origin"]).toBe("https://panel.example");
  expect(answer.headers["access-control-allow-credentials"]).toBeUndefined();
  const refused = await raw("GET", "/api/keys", undefined, { Origin: "https://evil.example" });
  expect(refused.status).toBe(403);
  expect(refused.headers["access-control-allow-origin"]).toBeUndefined();
  const plain = await raw("GET", "/api/keys", undefined, {});
  expect(plain.headers["access-control-allow-origin"]).toBeUndefined();
});

test("answers the preflight of a listed origin only", async () => {
  const asked = {
    "Access-Control-Request-Method": "DELETE",
    "Access-Control-Request-Headers": "authorization",
  };
  const preflight = (origin: string) =>
    installation.http.send({
      ...{ method: "OPTIONS", path: "/api/keys/key_1" },
      headers: Object.entries({ Origin: origin, ...asked }),
    });
  const answer = await preflight("https://panel.example");
  expect(answer.status).toBe(204);
  expect(answer.headers).toMatchObject({
    "access-control-allow-origin": "https://panel.example",
    "access-control-allow-methods": "GET,POST,PATCH,DELETE",
    "access-control-allow-headers": "authorization",
  });
  expect((await preflight("https://evil.example")).status).toBe(403);
});

test("shows a secret in the answer that makes it, and nowhere else", async () => {
  const canary = "cw_canary_of_the_routes";
  const connection = { connector: "cloudways", label: "once", credential: { api_key: canary } };
  const { key } = dataOf(await rest("POST", "/api/keys", { label: "once" }));
  const { token } = dataOf(
    await rest("POST", "/api/invitations", { label: "Ann", roles: ["viewer"] }),
  );
  const made = await rest("POST", "/api/connections", connection);
  const lists = await Promise.all(
    ["keys", "invitations", "connections", "principals", "audit"].map((noun) =>
      rest("GET", `/api/${noun}`),
    ),
  );
  const places = [made.text, ...lists.map(({ text }) => text), installation.log()];
  for (const secret of [String(key), String(token), canary]) {
    for (const place of places) expect(place).not.toContain(secret);
  }
});

test("refuses a revoked key at once", async () => {
  const made = dataOf(await rest("POST", "/api/keys", { label: "soon gone", roles: ["admin"] }));
  const asMade = bearer(String(made.key));
  expect((await rest("GET", "/api/keys", undefined, asMade)).status).toBe(200);
  await rest("DELETE", `/api/keys/${made.id}`);
  expect((await rest("GET", "/api/keys", undefined, asMade)).status).toBe(401);
});

test("takes an old key for its overlap, and the new one from the start", async () => {
  const old = dataOf(await rest("POST", "/api/keys", { label: "rotated", roles: ["admin"] }));
  const statusOf = async (key: unknown) =>
    (await rest("GET", "/api/keys", undefined, bearer(String(key)))).status;
  const next = dataOf(await rest("POST", `/api/keys/${old.id}/rotate`, { overlap_s: 60 }));
  expect([await statusOf(old.key), await statusOf(next.key)]).toEqual([200, 200]);
  const last = dataOf(await rest("POST", `/api/keys/${next.id}/rotate`, { overlap_s: 0 }));
  expect([await statusOf(next.key), await statusOf(last.key)]).toEqual([401, 200]);
});

test("answers 429 with when to come back", async () => {
  const limited = await start({ FAIRLEAD_TIERS: "key=1", RATE_LIMIT_REQUESTS: "100" });
  const { id } = await limited.operator.act("POST", "/api/tenants", { name: "acme" });
  const { key } = await createKey(limited, String(id), { roles: ["owner"] });
  const ask = () => limited.as(bearer(key)).rest("GET", "/api/keys");
  expect((await ask()).status).toBe(200);
  const answer = await ask();
  expect([answer.status, answer.json.code]).toEqual([429, "rate_limited"]);
  expect(Number(answer.headers["retry-after"])).toBeGreaterThan(3_000);
  await limited.close();
});

describeOwnRedis("while Redis is away", () => {
  test("reads go on, keys can be taken away, and nothing is made", async () => {
    const redis = await startRedis();
    const replica = await start({ REDIS_URL: redis.url });
    const made = await replica.operator.act("POST", "/api/keys", { label: "before" });
    await redis.kill();
    expect((await replica.operator.rest("GET", "/api/keys")).status).toBe(200);
    const create = await replica.operator.rest("POST", "/api/keys", { label: "during" });
    expect([create.status, create.json.code]).toEqual([503, "upstream_unavailable"]);
    expect(create.json.details).toMatchObject({ reason: "shared_state" });
    expect((await replica.operator.rest("DELETE", `/api/keys/${made.id}`)).status).toBe(200);
    await replica.close();
    await redis.close();
  });
});
