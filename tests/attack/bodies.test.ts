import { ACTS } from "@fairlead/core/admin/acts";
import { bearer, type Caller } from "@fairlead/testkit/caller";
import type { HttpAnswer, Json } from "@fairlead/testkit/http";
import { createKey, type Installation, startInstallation } from "@fairlead/testkit/installation";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exampleOf } from "./src/example.ts";
import { probe } from "./src/probe.ts";
import { exchange, lines, statusesOf } from "./src/raw.ts";

let installation: Installation;
let another: Installation;
let admin: Caller;
let adminKey: string;
let acme: string;
let other: string;

beforeAll(async () => {
  [installation, another] = await Promise.all([
    startInstallation({ extraConnectors: [probe] }),
    startInstallation({
      environment: {
        ENCRYPTION_KEY: "a master key of quite another installation",
      },
      extraConnectors: [probe],
    }),
  ]);
  const made = ["acme", "other"].map((name) =>
    installation.operator.act<{ id: string }>("POST", "/api/tenants", { name }),
  );
  [acme, other] = (await Promise.all(made)).map(({ id }) => id) as [string, string];
  adminKey = (await createKey(installation, "acme", { roles: ["admin"] })).key;
  admin = installation.as(bearer(adminKey));
});

afterAll(async () => {
  await installation?.close();
  await another?.close();
});

const OWNED = {
  tenant_id: "ten_other",
  created_by: "prn_somebody",
  created_at: 0,
  owner_id: "prn_somebody",
  hash: "0".repeat(64),
  version: 99,
  sealed_credential: "v1.made.up",
  status: "active",
  isOperator: true,
};

const writes = ACTS.filter(({ effect, needs }) => effect !== "read" && needs !== "operator");

describe("fields that are not the sender's to set are refused", () => {
  test.each(writes.map((act) => [act.name, act] as const))("%s", async (_name, act) => {
    const { method, path, body = {} } = exampleOf(act);
    for (const [field, value] of Object.entries(OWNED)) {
      if (field in act.input.shape) continue;
      const answer = await admin.rest(method, path, { ...body, [field]: value });
      expect([400, 403, 404]).toContain(answer.status);
      if (act.needs !== "fairlead:admin") continue;
      expect(answer).toMatchObject({ status: 400, json: { code: "invalid_input" } });
      expect(answer.text).toContain(field);
    }
  });

  test("nor does the query or the body name another tenant", async () => {
    for (const tenant of ["other", other, "ten_local", "local"]) {
      const body = { label: "x", tenant };
      const answers = [
        await admin.rest("POST", "/api/keys", body),
        await admin.rest("POST", `/api/keys?tenant=${tenant}`, { label: "x" }),
        await admin.rest("POST", `/api/keys?tenant=acme`, body),
        await admin.rest("POST", `/api/keys?tenant=acme&tenant=${tenant}`, body),
      ];
      // A field that comes twice may be refused before anybody looks at whom it names.
      for (const answer of answers) expect([400, 404]).toContain(answer.status);
      expect(answers[0]?.status).toBe(404);
      expect(answers[1]?.status).toBe(404);
    }
    for (const tenant of [[other], { id: other }, null, 1, true]) {
      const answer = await admin.rest("POST", "/api/keys", { label: "x", tenant });
      expect([400, 404]).toContain(answer.status);
    }
  });
});

test("what is changed is what the path names, whatever the body or the query says", async () => {
  const [mine, decoy] = await Promise.all([
    createKey(installation, "acme", { label: "mine" }),
    createKey(installation, "acme", { label: "decoy" }),
  ]);
  const path = `/api/principals/${mine.principal_id}`;
  await admin.rest("PATCH", path, { id: decoy.principal_id, label: "changed" });
  await admin.rest("PATCH", `${path}?id=${decoy.principal_id}`, { label: "changed" });
  const { items } = await admin.act<{ items: Json[] }>("GET", "/api/principals?limit=500");
  const labels = new Map(items.map(({ id, label }) => [id, label]));
  expect(labels.get(decoy.principal_id)).toBe("decoy");
});

describe("ids that lead elsewhere are no ids", () => {
  test.each([
    "..%2f..%2fapi%2ftenants",
    "%2e%2e",
    "prn_x%00",
    "prn_x%0d%0aSet-Cookie:%20a=b",
    "prn_%25",
    "prn_x'%20or%201=1--",
    "%ff%fe",
    "__proto__",
    "constructor",
    `prn_${"x".repeat(5_000)}`,
  ])("%s", async (id) => {
    const answer = await admin.rest("PATCH", `/api/principals/${id}`, { label: "x" });
    expect([400, 404]).toContain(answer.status);
    expect(answer.headers["set-cookie"]).toBeUndefined();
  });
});

describe("bodies", () => {
  const post = (body: string | Buffer, type = "application/json", path = "/api/keys") =>
    installation.http.send({
      ...{ method: "POST", path, body },
      headers: [
        ["Authorization", `Bearer ${adminKey}`],
        ["Content-Type", type],
      ],
    });

  function expectBadInput(answer: HttpAnswer): void {
    expect(answer).toMatchObject({ status: 400, json: { status: "error", code: "invalid_input" } });
  }

  test.each<[string, string]>([
    ["__proto__", '{"label":"x","__proto__":{"polluted":true}}'],
    ["constructor", '{"label":"x","constructor":{"prototype":{"polluted":true}}}'],
    [
      "nested in settings",
      '{"connector":"probe","label":"p1","settings":{"__proto__":{"polluted":1}}}',
    ],
  ])("that would change all objects change none: %s", async (_name, body) => {
    const path = body.includes('connector"') ? "/api/connections" : "/api/keys";
    const answer = await post(body, "application/json", path);
    expect([201, 400]).toContain(answer.status);
    expect(({} as Json).polluted).toBeUndefined();
    const args = JSON.parse(
      '{"any":{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}}',
    );
    expect((await admin.call("probe_say", args)).text).not.toContain('\\"polluted\\":true,\\"');
    expect(({} as Json).polluted).toBeUndefined();
  });

  test("that are nested very deep are refused or read, and the server goes on", async () => {
    const deep = `${'{"a":'.repeat(40_000)}1${"}".repeat(40_000)}`;
    const answers = [
      await post(`{"label":"x","settings":${deep}}`),
      await post(
        `{"connector":"probe","label":"deep","settings":${deep}}`,
        "application/json",
        "/api/connections",
      ),
    ];
    for (const answer of answers) expect([400, 413]).toContain(answer.status);
    expect((await admin.rest("GET", "/api/tenant")).status).toBe(200);
  });

  test("that are very large are refused before they are read", async () => {
    const answer = await post(`{"label":"${"x".repeat(1_000_000)}"}`);
    expect([400, 413]).toContain(answer.status);
  });

  test("that never end are refused while they come", async () => {
    const { port } = installation.server;
    const chunk = `10000\r\n${"x".repeat(0x10000)}\r\n`;
    const head = lines(
      ...["POST /api/keys HTTP/1.1", "Host: 127.0.0.1", `Authorization: Bearer ${adminKey}`],
      ...["Content-Type: application/json", "Transfer-Encoding: chunked"],
    );
    // No last chunk: who waits for the end never answers.
    const answer = await exchange(port, head + chunk.repeat(20));
    expect([400, 413]).toContain(statusesOf(answer)[0]);
  });

  test("that are no UTF-8 are refused, not mended", async () => {
    const broken = Buffer.concat([
      Buffer.from('{"label":"'),
      Buffer.from([0xc3, 0x28, 0xff]),
      Buffer.from('"}'),
    ]);
    expectBadInput(await post(broken));
  });

  test.each(["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])(
    "of the type %j, as a page of another origin could send, are refused",
    async (type) => {
      expect([400, 415]).toContain((await post('{"label":"x"}', type)).status);
    },
  );

  test.each(["[]", "null", "1", '"x"', "{", '{"label":"x"}{}', "\u0000", "NaN"])(
    "that are no object are refused: %j",
    async (body) => expectBadInput(await post(body)),
  );
});

describe("labels", () => {
  const CRLF = 'x\r\nSet-Cookie: a=b\r\n{"level":"info","module":"audit","msg":"forged"}';

  test("with line breaks forge no header and no line of the log", async () => {
    const answers = [
      await admin.rest("POST", "/api/keys", { label: CRLF }),
      await admin.rest("POST", "/api/principals", {
        kind: "service",
        label: CRLF,
        roles: ["viewer"],
      }),
      await admin.rest("POST", "/api/invitations", { label: CRLF, roles: ["viewer"] }),
      await admin.rest("POST", "/api/policies", {
        name: CRLF,
        text: "permit (principal, action, resource);",
        enabled: false,
      }),
      await admin.rest("POST", "/api/connections", { connector: "probe", label: CRLF }),
      await admin.rest("GET", `/api/keys?tenant=${encodeURIComponent(CRLF)}`),
    ];
    for (const { headers } of answers) expect(headers["set-cookie"]).toBeUndefined();
    const lines = installation
      .log()
      .split("\n")
      .filter((line) => line !== "");
    for (const line of lines) expect(JSON.parse(line).msg).not.toBe("forged");
  });

  test("with characters that nobody sees are refused", async () => {
    for (const label of ["a\u202eb", "a\u200bb", "a\u0000b", "a\u001b[2Jb", "a\r\nb"]) {
      const answer = await admin.rest("POST", "/api/keys", { label });
      expect(answer).toMatchObject({ status: 400, json: { code: "invalid_input" } });
    }
  });
});

describe("cursors", () => {
  const asCursor = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

  test.each<[string, string]>([
    ["no cursor at all", "zzz"],
    ["another shape", asCursor({ $gt: "" })],
    ["a number where a text belongs", asCursor([1, 2])],
    ["a text where a number belongs", asCursor(["0", "x"])],
    ["a number beyond numbers", "WzFlMzAwLCJhIl0"],
    ["more parts", asCursor([0, "a", "b"])],
    ["nothing", asCursor(null)],
  ])("made of %s are refused", async (_name, cursor) => {
    for (const path of ["/api/keys", "/api/principals", "/api/audit"]) {
      const answer = await admin.rest("GET", `${path}?cursor=${cursor}`);
      expect(answer).toMatchObject({ status: 400, json: { code: "invalid_input" } });
    }
  });

  test("that carry SQL select nothing else", async () => {
    for (const text of ["' or tenant_id='ten_other", `') union select * from api_keys --`, "%"]) {
      const answer = await admin.rest("GET", `/api/keys?cursor=${asCursor([0, text])}`);
      expect(answer.status).toBe(200);
      const { items } = answer.json.data as { items: { tenant_id: string }[] };
      for (const { tenant_id } of items) expect(tenant_id).toBe(acme);
    }
  });
});

describe("sealed tokens", () => {
  const capabilities = { elicitation: {} };
  let admin: Caller;

  beforeAll(async () => {
    await installation.operator.act("POST", "/api/tenants", { name: "sealed" });
    const { key } = await createKey(installation, "sealed", { roles: ["admin"] });
    admin = installation.as(bearer(key));
  });

  const HELLO = {
    protocolVersion: "2025-11-25",
    capabilities,
    clientInfo: { name: "t", version: "1" },
  };

  async function openSession(caller: Caller): Promise<string> {
    const { headers } = await caller.legacy("initialize", HELLO);
    const token = headers["mcp-session-id"];
    if (typeof token !== "string") throw new Error("No session came.");
    return token;
  }

  const list = (caller: Caller, token: string) =>
    caller.legacy("tools/list", {}, { headers: { "Mcp-Session-Id": token } });

  async function askState(caller: Caller): Promise<string> {
    const { json } = await caller.call("probe_ask", {}, { capabilities });
    const { requestState } = json.result as { requestState: string };
    expect(typeof requestState).toBe("string");
    return requestState;
  }

  const answerWith = (caller: Caller, requestState: unknown, changes: Json = {}) =>
    caller.modern(
      "tools/call",
      {
        ...{ name: "probe_ask", arguments: {}, requestState },
        inputResponses: { who: { action: "accept", content: {} } },
        ...changes,
      },
      { capabilities },
    );

  test("are good where and for whom they were made", async () => {
    expect((await list(admin, await openSession(admin))).status).toBe(200);
    expect((await answerWith(admin, await askState(admin))).text).toContain("said");
  });

  test("of another installation are unknown", async () => {
    await another.operator.act("POST", "/api/tenants", { name: "acme" });
    const { key } = await createKey(another, "acme", { roles: ["admin"] });
    const foreign = another.as(bearer(key));
    const unknown = await list(admin, "made-up");
    const answer = await list(admin, await openSession(foreign));
    expect({ status: answer.status, text: answer.text }).toEqual({
      status: 404,
      text: unknown.text,
    });
    const state = await answerWith(admin, await askState(foreign));
    expect(state.text).toMatch(/requestState/);
    expect(state.text).not.toContain("said");
  });

  test("with any part changed are unknown", async () => {
    const [session, state] = [await openSession(admin), await askState(admin)];
    for (let index = 0; index < 24; index += 1) {
      const at = Math.floor((index * (session.length - 1)) / 23);
      expect((await list(admin, flip(session, at))).status).toBe(404);
      const stateAt = Math.floor((index * (state.length - 1)) / 23);
      const answer = await answerWith(admin, flip(state, stateAt));
      expect(answer.text).not.toContain("said");
    }
  });

  test("of one kind are not of another", async () => {
    const [session, state] = [await openSession(admin), await askState(admin)];
    expect((await list(admin, state)).status).toBe(404);
    expect((await answerWith(admin, session)).text).not.toContain("said");
  });

  test("belong to their call: to no other tool, arguments, endpoint or caller", async () => {
    const state = await askState(admin);
    const { key } = await createKey(installation, "sealed", { roles: ["admin"] });
    const attempts = [
      await answerWith(admin, state, { arguments: { n: 2 } }),
      await answerWith(installation.as(bearer(key)), state),
      await admin.modern(
        "tools/call",
        { ...{ name: "ask", arguments: {}, requestState: state }, inputResponses: {} },
        { capabilities, endpoint: "/mcp/probe" },
      ),
    ];
    for (const { text } of attempts) {
      expect(text).toMatch(/requestState/);
      expect(text).not.toContain("said");
    }
  });

  test.each([null, 1, {}, [], "", "x".repeat(200_000)])(
    "that are %j are refused",
    async (state) => {
      const { text, status } = await answerWith(admin, state);
      expect(status).toBeLessThan(500);
      expect(text).not.toContain("said");
    },
  );
});

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** Changes the highest bit of one letter: the lowest ones of a last letter mean nothing. */
function flip(token: string, at: number): string {
  const letter = LETTERS.charAt(LETTERS.indexOf(token.charAt(at)) ^ 32);
  return token.slice(0, at) + (letter === "" ? "A" : letter) + token.slice(at + 1);
}
