import { describe, expect, it } from "vitest";
import { createFixture } from "./fixture.ts";
import { findCanaries } from "./server.ts";

const server = { server_id: 50482 };
const app = { server_id: 50482, app_id: 131933 };
const mysql = { ...server, tab: "mysql", type: "mysql", ipPolicy: "allow_all", ip: [] };

describe("login", () => {
  it("exchanges e-mail and API key by form, JSON and query", async () => {
    const { fake } = createFixture();
    const pair = { email: fake.credentials.email, api_key: fake.credentials.apiKey };
    const path = "/api/v2/oauth/access_token";
    const sent = [
      fake.app.request(path, { method: "POST", body: new URLSearchParams(pair) }),
      fake.app.request(path, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(pair),
      }),
      fake.app.request(`${path}?${new URLSearchParams(pair)}`, { method: "POST" }),
    ];

    for (const response of await Promise.all(sent)) {
      expect(await response.json()).toEqual({
        access_token: expect.stringMatching(/^canary-login-token-/),
        token_type: "Bearer",
        expires_in: 3600,
      });
    }
    expect(fake.counters.logins).toBe(3);
  });

  it("gives a token that works for an hour of the clock", async () => {
    const { fake, send, advance } = createFixture();
    const fields = { email: fake.credentials.email, api_key: fake.credentials.apiKey };
    const { body } = await send("POST", "/oauth/access_token", { token: "", fields });
    const token = String(Reflect.get(Object(body), "access_token"));

    advance(3599);
    expect((await send("GET", "/project", { token })).status).toBe(200);
    advance(1);
    expect((await send("GET", "/project", { token })).status).toBe(401);
  });

  it("refuses a wrong pair and an access token in place of the key", async () => {
    const { fake, send } = createFixture();
    const { email, fullToken } = fake.credentials;
    for (const api_key of ["wrong", fullToken]) {
      const fields = { email, api_key };
      const { status, body } = await send("POST", "/oauth/access_token", { fields });
      expect(status).toBe(401);
      expect(body).toMatchObject({ error: "invalid_credentials" });
    }
  });

  it("answers 400 without a token and 401 with an unknown one", async () => {
    const { send } = createFixture();
    expect((await send("GET", "/server", { token: "" })).status).toBe(400);
    expect((await send("GET", "/server", { token: "cw_unknown" })).status).toBe(401);
  });
});

describe("roles", () => {
  it.each([
    ["readToken", 200, 403, 403],
    ["limitedToken", 200, 200, 403],
    ["fullToken", 200, 200, 200],
  ] as const)("%s may read %i, write %i, destroy %i", async (name, read, write, destroy) => {
    const { fake, send } = createFixture({ busyStatus: "accept" });
    const token = fake.credentials[name];
    const sent = { token, fields: server };

    expect((await send("GET", "/server", { token })).status).toBe(read);
    expect((await send("POST", "/server/start", sent)).status).toBe(write);
    expect((await send("POST", "/server/stop", sent)).status).toBe(destroy);
  });

  it("are checked before the fields", async () => {
    const { fake, send } = createFixture();
    const token = fake.credentials.readToken;
    expect((await send("POST", "/server/stop", { token })).status).toBe(403);
  });
});

describe("fields", () => {
  it("are refused with a map of field to failures", async () => {
    const { send } = createFixture();
    const { status, body } = await send("POST", "/service/state", {
      fields: { server_id: "first", state: "reload" },
    });
    expect(status).toBe(422);
    expect(body).toMatchInlineSnapshot(`
      {
        "server_id": [
          {
            "code": "integer",
            "message": "The value must be integer.",
          },
        ],
        "service": [
          {
            "code": "required",
            "message": "This field is required.",
          },
        ],
        "state": [
          {
            "code": "enum",
            "message": "The value must be equal to one of the allowed values.",
          },
        ],
      }
    `);
  });

  it("may be strings of a form, with lists as repeated names", async () => {
    const { fake } = createFixture();
    const form = new URLSearchParams([
      ["server_id", "50482"],
      ["tab", "mysql"],
      ["type", "mysql"],
      ["ipPolicy", "allow_all"],
      ["ip[]", "203.0.113.1"],
      ["ip[]", "203.0.113.2"],
    ]);
    const response = await fake.app.request("/api/v2/security/whitelisted", {
      method: "POST",
      headers: { authorization: `Bearer ${fake.credentials.fullToken}` },
      body: form,
    });
    expect(response.status).toBe(200);
    expect(fake.state.serverDetails.get(50482)?.whitelist.mysql).toEqual([
      "203.0.113.1",
      "203.0.113.2",
    ]);
  });

  it("outside the contract are ignored and counted", async () => {
    const { fake, send } = createFixture();
    const fields = { ...app, domain: "x" };
    expect((await send("POST", "/app/manage/takeBackup", { fields })).status).toBe(200);
    expect(fake.counters.undeclared).toEqual(["backupApp domain"]);
  });

  it("must name things that belong together", async () => {
    const { send } = createFixture();
    const elsewhere = { server_id: 50517, app_id: 131933 };
    expect((await send("GET", "/app/creds", { fields: elsewhere })).status).toBe(404);
    expect((await send("GET", "/service", { fields: { server_id: 7 } })).status).toBe(404);
  });
});

describe("budget", () => {
  it("lets 100 calls a minute through and says how long to wait", async () => {
    const { send, advance } = createFixture();
    for (let call = 0; call < 60; call += 1) await send("GET", "/project");
    advance(20);
    for (let call = 0; call < 40; call += 1) await send("GET", "/project");

    const { status, headers } = await send("GET", "/project");
    expect(status).toBe(429);
    expect(headers.get("retry-after")).toBe("40");
    advance(40);
    expect((await send("GET", "/project")).status).toBe(200);
  });
});

describe("the Retry-After of a spent budget", () => {
  it.each([
    ["seconds", "60"],
    ["text", "in a moment"],
    ["absent", null],
  ] as const)("can be %s", async (retryAfter, header) => {
    const { send } = createFixture({ budgetPerMinute: 1, retryAfter });
    await send("GET", "/project");
    expect((await send("GET", "/project")).headers.get("retry-after")).toBe(header);
  });
});

describe("versions", () => {
  it("send strings in v1 and native values in v2", async () => {
    const { send } = createFixture();
    const v1 = await send("GET", "/server", { version: "v1" });
    const v2 = await send("GET", "/server", { version: "v2" });

    expect(v1.body).toMatchObject({
      servers: [{ id: "50482", is_terminated: "0", local_backups: true }, {}, {}],
    });
    expect(v2.body).toMatchObject({
      servers: [{ id: 50482, is_terminated: false, local_backups: true }, {}, {}],
    });
  });
});

describe("dataset", () => {
  it("has three servers, twelve applications and a distinct canary for every secret", async () => {
    const { fake, send } = createFixture();
    const { body } = await send("GET", "/server");
    const passwords = JSON.stringify(body).match(/password":"[^"]+"/g) ?? [];

    expect(fake.state.servers.size).toBe(3);
    expect(fake.state.apps.size).toBe(12);
    expect(findCanaries(JSON.stringify(body))).toHaveLength(3 + 12 * 3);
    expect(new Set(passwords).size).toBe(3 + 12 * 3);
  });

  it("pages alerts by the last id until nothing is left", async () => {
    const { send } = createFixture();
    const sizes: number[] = [];
    let path = "/alerts/";
    for (;;) {
      const { body } = await send("GET", path);
      const alerts: { id: number }[] = Reflect.get(Object(body), "alerts");
      sizes.push(alerts.length);
      const last = alerts.at(-1);
      if (!last) break;
      path = `/alerts/${last.id}`;
    }
    expect(sizes).toEqual([20, 20, 17, 0]);
  });

  it("lists members as a map", async () => {
    const { send } = createFixture();
    expect((await send("GET", "/member")).body).toMatchObject({
      contents: { members: { 26740: { id: 26740, role: "Project Manager" } } },
    });
  });

  it("comes back on reset", async () => {
    const { fake, send } = createFixture();
    await send("PUT", "/server/50482", { fields: { label: "renamed" } });
    expect(fake.state.servers.get(50482)?.label).toBe("renamed");
    await fake.app.request("/__fake/reset", { method: "POST" });
    expect(fake.state.servers.get(50482)?.label).toBe("web-london-1");
    expect(fake.counters.byOperation).toEqual({});
  });
});

describe("operations", () => {
  it("complete with the clock and change what reads return", async () => {
    const { fake, send, advance } = createFixture({ operationSeconds: 30 });
    const { body } = await send("POST", "/server/stop", { fields: server });
    expect(body).toEqual({ operation_id: 596401 });

    advance(29);
    const early = await send("GET", "/operation/596401", { version: "v1" });
    expect(early.body).toMatchObject({ operation: { id: "596401", is_completed: "0" } });
    expect(fake.state.servers.get(50482)?.status).toBe("running");

    advance(1);
    const late = await send("GET", "/operation/596401");
    expect(late.body).toMatchObject({ operation: { id: 596401, is_completed: true } });
    const services = await send("GET", "/service", { fields: server });
    expect(services.body).toMatchObject({ services: { status: { nginx: "stopped" } } });
  });

  it("keep a server busy for other writes, not for reads", async () => {
    const { send, advance } = createFixture();
    await send("POST", "/server/restart", { fields: server });
    const second = await send("POST", "/app/manage/takeBackup", { fields: app });
    expect(second.status).toBe(400);
    expect((await send("GET", "/app/manage/backup", { fields: app })).status).toBe(200);

    advance(30);
    const third = await send("POST", "/app/manage/takeBackup", { fields: app });
    expect(third.status).toBe(200);
  });

  it("give restore points to poll for, with the backup that was just made", async () => {
    const { send, advance } = createFixture();
    await send("POST", "/app/manage/takeBackup", { fields: app });
    advance(30);
    await send("GET", "/app/manage/backup", { fields: app });
    advance(5);
    expect((await send("GET", "/operation/596402")).body).toMatchObject({
      operation: {
        is_completed: true,
        local_backup_exists: true,
        backup_dates: expect.arrayContaining(["2026-03-14 09:00:00", "2026-03-13 03:00:00"]),
      },
    });
  });

  it("create and delete", async () => {
    const { fake, send, sendMinimal, advance } = createFixture();
    const created = await sendMinimal("createServer", { version: "v1" });
    expect(created.body).toMatchObject({
      server: { id: "160001", status: "", operations: [{ id: "596401", is_completed: "0" }] },
    });
    await send("DELETE", "/app/131933", { fields: server });

    advance(30);
    const { body } = await send("GET", "/server");
    expect(body).toMatchObject({ servers: [{}, {}, {}, { id: 160001, status: "running" }] });
    expect(fake.state.apps.has(131933)).toBe(false);
  });

  it("collect analytics as a task in v2 and an operation in v1", async () => {
    const { send, advance } = createFixture();
    const fields = { ...app, duration: "1h", resource: "top_ips" };
    const v1 = await send("GET", "/app/analytics/traffic", { version: "v1", fields });
    expect(v1.body).toEqual({ status: true, operation_id: 596401 });

    const v2 = await send("GET", "/app/analytics/traffic", { fields });
    const task: unknown = Reflect.get(Object(v2.body), "task_id");
    expect((await send("GET", `/operation/task/${task}`)).body).toMatchObject({
      is_completed: false,
    });
    advance(5);
    expect((await send("GET", `/operation/task/${task}`)).body).toMatchObject({
      is_completed: true,
      data: { resource: "top_ips", items: [{ ip: "203.0.113.90" }, {}, {}] },
    });
  });
});

describe("changes", () => {
  it("are counted when they are taken on and when they are done, and only then", async () => {
    const { fake, send, advance } = createFixture({ busyStatus: "accept" });
    await send("POST", "/app/manage/takeBackup", { fields: app });
    await send("POST", "/app/manage/aliases", { fields: { ...app, aliases: ["a.example"] } });
    fake.faults.add({ kind: "fail_operation" });
    await send("POST", "/server/restart", { fields: server });
    await send("POST", "/server/restart", { fields: { server_id: 7 } });
    expect(fake.effects()).toEqual({
      account: fake.credentials.email,
      accepted: { backupApp: 1, updateAppAliases: 1, restartServer: 1 },
      done: { updateAppAliases: 1 },
    });

    advance(30);
    const { done } = fake.effects();
    expect(done).toEqual({ updateAppAliases: 1, backupApp: 1 });
    expect(await (await fake.app.request("/__fake/effects")).json()).toMatchObject({ done });
    fake.reset();
    expect(fake.effects()).toMatchObject({ accepted: {}, done: {} });
  });

  it("count though the answer is lost", async () => {
    const { fake, send } = createFixture();
    fake.faults.add({ kind: "status", status: 500, after: true, access: "write" });
    expect((await send("GET", "/project")).status).toBe(200);
    const fields = { ...app, aliases: ["a.example"] };
    expect((await send("POST", "/app/manage/aliases", { fields })).status).toBe(500);
    expect(fake.effects().done).toEqual({ updateAppAliases: 1 });
  });

  it("are done at the latest after so many polls", async () => {
    const { fake, send } = createFixture({ operationPolls: 2 });
    await send("DELETE", "/app/131933", { fields: server });
    const poll = async () => (await send("GET", "/operation/596401")).body;
    expect(await poll()).toMatchObject({ operation: { is_completed: false } });
    expect(await poll()).toMatchObject({ operation: { is_completed: true } });
    expect(fake.state.apps.has(131933)).toBe(false);
    expect(fake.effects().done).toEqual({ deleteApp: 1 });
  });

  it("of one fake are not seen in another", async () => {
    const { fake, send } = createFixture();
    fake.state.apps.get(131933)?.aliases.push("mine.example");
    await send("POST", "/ssh_key", { fields: { ...server, ssh_key_name: "a", ssh_key: "b" } });
    const other = createFixture().fake.state;
    expect(other.apps.get(131933)?.aliases).not.toContain("mine.example");
    expect(other.servers.get(50482)?.ssh_keys).toHaveLength(2);
  });

  it("put an application back, and roll that back", async () => {
    const { fake, send, advance } = createFixture();
    const fields = { server_id: 50517, app_id: 140388 };
    const detail = () => fake.state.appDetails.get(140388);
    expect((await send("POST", "/app/manage/rollback", { fields })).status).toBe(400);

    const time = "2026-03-13 03:00:00";
    await send("POST", "/app/manage/restore", { fields: { ...fields, time, type: "db" } });
    advance(30);
    fake.effects();
    expect(detail()).toMatchObject({ restored: { time, type: "db" }, localBackup: true });
    await send("POST", "/app/manage/rollback", { fields });
    advance(30);
    fake.effects();
    expect(detail()?.restored).toBeNull();
  });

  it.each([
    ["aliases", "/app/manage/aliases", { ...app, aliases: ["not a domain"] }],
    ["time", "/app/manage/restore", { ...app, time: "yesterday" }],
    ["ip", "/security/whitelisted", { ...mysql, ip: ["localhost"] }],
    ["type", "/security/whitelisted", { ...mysql, type: "sftp" }],
    ["ipPolicy", "/security/whitelisted", { ...mysql, ipPolicy: "block_all" }],
  ])("with a wrong %s are refused", async (field, path, fields) => {
    const { fake, send } = createFixture();
    const { status, body } = await send("POST", path, { fields });
    expect(status).toBe(422);
    expect(body).toHaveProperty(field);
    expect(fake.effects().accepted).toEqual({});
  });
});

describe("unknown routes", () => {
  it("are 404 and recorded", async () => {
    const { fake, send } = createFixture();
    expect((await send("GET", "/servers")).status).toBe(404);
    expect((await send("DELETE", "/service")).status).toBe(404);
    expect((await fake.app.request("/health")).status).toBe(404);
    expect(fake.counters.unexpected).toEqual([
      "GET /api/v2/servers",
      "DELETE /api/v2/service",
      "GET /health",
    ]);
  });
});

describe("the fake itself", () => {
  it("makes an answer outside the contract a loud failure", async () => {
    const { fake, send } = createFixture();
    Object.assign(fake.state.servers.get(50482) ?? {}, { label: 7 });
    expect((await send("GET", "/server")).status).toBe(500);
    expect(fake.counters.contractViolations).toEqual([
      "listServers answered 200 against the contract: /servers/0/label must be string",
    ]);
  });

  it("gives other secrets under another seed", () => {
    const [first, second] = [createFixture({ seed: 1 }).fake, createFixture({ seed: 2 }).fake];
    const secrets = [first, second].map(({ state, credentials }) =>
      findCanaries(JSON.stringify([...state.apps.values(), credentials])),
    );
    expect(new Set(secrets.flat()).size).toBe(2 * (12 * 3 + 4));
  });
});
