import { bearer } from "@fairlead/testkit/caller";
import { createKey, type Installation, startInstallation } from "@fairlead/testkit/installation";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exchange, lines, statusesOf } from "./src/raw.ts";

let installation: Installation;
let victim: string;
let attacker: string;

beforeAll(async () => {
  installation = await startInstallation();
  const { operator } = installation;
  for (const name of ["acme", "other"]) await operator.act("POST", "/api/tenants", { name });
  victim = (await createKey(installation, "acme", { roles: ["owner"] })).key;
  attacker = (await createKey(installation, "other", { roles: ["owner"] })).key;
});

afterAll(async () => {
  await installation?.close();
});

type Headers = readonly (readonly [string, string])[];

const LIST = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list", params: {} });

/** To MCP and to REST: a credential has to mean the same on both. */
async function show(headers: Headers): Promise<{ statuses: number[]; text: string }> {
  const { http } = installation;
  const rest = await http.send({ method: "GET", path: "/api/tenant", headers });
  const mcp = await http.send({
    ...{ method: "POST", path: "/mcp", body: LIST },
    headers: [
      ["Content-Type", "application/json"],
      ["Accept", "application/json, text/event-stream"],
      ["MCP-Protocol-Version", "2025-11-25"],
      ...headers,
    ],
  });
  return { statuses: [rest.status, mcp.status], text: rest.text + mcp.text };
}

describe("more than one credential is refused, since nobody could tell which one is meant", () => {
  const cases: [string, () => Headers][] = [
    [
      "two keys in one kind of header",
      () => [
        ["X-API-Key", attacker],
        ["X-API-Key", victim],
      ],
    ],
    [
      "a key in each of the headers",
      () => [
        ["Authorization", `Bearer ${attacker}`],
        ["X-API-Key", victim],
      ],
    ],
    [
      "a key and a header pair",
      () => [
        ["Authorization", `Bearer ${attacker}`],
        ["X-Cloudways-Email", "victim@example.com"],
        ["X-Cloudways-API-Key", "something"],
      ],
    ],
    [
      "two Authorization headers",
      () => [
        ["Authorization", `Bearer ${attacker}`],
        ["Authorization", `Bearer ${victim}`],
      ],
    ],
    [
      "two Authorization headers, in different case",
      () => [
        ["authorization", `Bearer ${attacker}`],
        ["AUTHORIZATION", `Bearer ${victim}`],
      ],
    ],
    [
      "two keys in one Authorization header",
      () => [["Authorization", `Bearer ${attacker}, Bearer ${victim}`]],
    ],
    ["two keys between blanks", () => [["Authorization", `Bearer ${attacker} ${victim}`]]],
    [
      "an Authorization header of another kind, and a key",
      () => [
        ["Authorization", "Basic dXNlcjpwYXNz"],
        ["X-API-Key", victim],
      ],
    ],
  ];

  test.each(cases)("%s", async (name, headers) => {
    const { statuses, text } = await show(headers());
    // REST serves no connector, so it looks at no header pairs.
    const [rest, mcp] = statuses;
    expect([400, 401, 403]).toContain(mcp);
    if (name !== "a key and a header pair") expect([400, 401, 403]).toContain(rest);
    expect(text).not.toContain(victim);
    expect(text).not.toContain(attacker);
  });
});

describe("what only looks like a credential is none", () => {
  test.each<[string, (key: string) => Headers]>([
    ["underscores in place of dashes", (key) => [["X_API_Key", key]]],
    ["underscores around the name", (key) => [["_Authorization", `Bearer ${key}`]]],
    ["the name a proxy would give it", (key) => [["X-Forwarded-Authorization", `Bearer ${key}`]]],
    ["the name CGI would give it", (key) => [["HTTP_AUTHORIZATION", `Bearer ${key}`]]],
    ["a cookie", (key) => [["Cookie", `authorization=Bearer ${key}; api_key=${key}`]]],
    ["another scheme", (key) => [["Authorization", `Token ${key}`]]],
    ["no scheme", (key) => [["Authorization", key]]],
    ["Basic", (key) => [["Authorization", `Basic ${Buffer.from(`x:${key}`).toString("base64")}`]]],
    [
      "a name that says who one is",
      () => [
        ["X-Remote-User", "owner"],
        ["X-Tenant", "ten_local"],
      ],
    ],
  ])("%s", async (_name, headers) => {
    expect((await show(headers(victim))).statuses).toEqual([401, 401]);
  });

  test("a key in the URL", async () => {
    for (const name of ["api_key", "access_token", "key", "authorization"]) {
      const path = `/api/tenant?${name}=${victim}`;
      const { status } = await installation.http.send({ method: "GET", path });
      expect(status).toBe(401);
    }
  });
});

const get = (key: string, ...more: string[]) =>
  lines("GET /api/tenant HTTP/1.1", "Host: 127.0.0.1", `Authorization: Bearer ${key}`, ...more);

describe("no second request hides in a first one", () => {
  const HIDDEN = () => get(victim);
  const head = (...more: string[]) => [
    "POST /mcp HTTP/1.1",
    "Host: 127.0.0.1",
    `Authorization: Bearer ${attacker}`,
    "Content-Type: application/json",
    "Accept: application/json, text/event-stream",
    "MCP-Protocol-Version: 2025-11-25",
    ...more,
  ];

  test.each<[string, () => string]>([
    [
      "a length and chunks",
      () =>
        `${lines(...head("Content-Length: 5", "Transfer-Encoding: chunked"))}0\r\n\r\n${HIDDEN()}`,
    ],
    [
      "chunks and a length",
      () =>
        `${lines(...head("Transfer-Encoding: chunked", "Content-Length: 5"))}0\r\n\r\n${HIDDEN()}`,
    ],
    [
      "two lengths",
      () => lines(...head("Content-Length: 0", `Content-Length: ${HIDDEN().length}`)) + HIDDEN(),
    ],
    ["a list of lengths", () => lines(...head("Content-Length: 0, 300")) + HIDDEN()],
    ["a signed length", () => lines(...head("Content-Length: +0")) + HIDDEN()],
    ["a length in hex", () => lines(...head("Content-Length: 0x0")) + HIDDEN()],
    ["an unknown coding", () => `${lines(...head("Transfer-Encoding: cow"))}0\r\n\r\n${HIDDEN()}`],
    [
      "two codings",
      () => `${lines(...head("Transfer-Encoding: chunked, identity"))}0\r\n\r\n${HIDDEN()}`,
    ],
    [
      "a coding with a blank before its colon",
      () =>
        `${lines(...head("Content-Length: 5", "Transfer-Encoding : chunked"))}0\r\n\r\n${HIDDEN()}`,
    ],
    [
      "a coding behind a line that is folded",
      () =>
        lines(...head("Content-Length: 5", "X-Y: a", " Transfer-Encoding: chunked")) +
        `0\r\n\r\n${HIDDEN()}`,
    ],
    [
      "a chunk size that overflows",
      () => `${lines(...head("Transfer-Encoding: chunked"))}fffffffffffffffff0\r\n${HIDDEN()}`,
    ],
    [
      "a chunk size with a sign",
      () => `${lines(...head("Transfer-Encoding: chunked"))}-1\r\n\r\n${HIDDEN()}`,
    ],
    [
      "a chunk that ends without its line",
      () => `${lines(...head("Transfer-Encoding: chunked"))}2\r\n{}X0\r\n\r\n${HIDDEN()}`,
    ],
    [
      "a carriage return alone in a header",
      () =>
        lines(...head(`X-Y: a\rTransfer-Encoding: chunked`, "Content-Length: 5")) +
        `0\r\n\r\n${HIDDEN()}`,
    ],
    ["a zero byte in a name", () => lines(...head("X\0Y: a")) + HIDDEN()],
  ])("%s", async (_name, bytes) => {
    const answer = await exchange(installation.server.port, bytes());
    expect(statusesOf(answer)).toEqual([400]);
    expect(answer).not.toContain('"name":"acme"');
  });

  test("the hidden request would be answered if it were seen", async () => {
    const answer = await exchange(installation.server.port, HIDDEN());
    expect(statusesOf(answer)).toEqual([200]);
    expect(answer).toContain('"name":"acme"');
  });

  test("requests in a row are answered each for its own sender", async () => {
    const answer = await exchange(installation.server.port, get(attacker) + get(victim));
    const names = [...answer.matchAll(/"name":"(acme|other)"/g)].map(([, name]) => name);
    expect(names).toEqual(["other", "acme"]);
  });
});

describe("a name that is not this server's is no way in", () => {
  test.each([
    ["a page's own name that leads here", ["Host: evil.example"]],
    ["two names, the good one first", ["Host: 127.0.0.1", "Host: evil.example"]],
    ["two names, the bad one first", ["Host: evil.example", "Host: 127.0.0.1"]],
    ["a name with somebody in front", ["Host: 127.0.0.1@evil.example"]],
    ["a name that only begins well", ["Host: 127.0.0.1.evil.example"]],
    ["a name with a path", ["Host: evil.example/127.0.0.1"]],
    ["none", []],
  ])("%s", async (_name, hosts) => {
    for (const path of ["/api/tenant", "/mcp"]) {
      const request = lines(`GET ${path} HTTP/1.1`, ...hosts, `Authorization: Bearer ${victim}`);
      const [status] = statusesOf(await exchange(installation.server.port, request));
      expect([400, 403]).toContain(status);
    }
  });

  test("an absolute target does not stand in for the Host", async () => {
    const request = lines(
      "GET http://127.0.0.1/api/tenant HTTP/1.1",
      "Host: evil.example",
      `Authorization: Bearer ${victim}`,
    );
    const [status] = statusesOf(await exchange(installation.server.port, request));
    expect([400, 403]).toContain(status);
  });

  test("a page of another origin may not call, not even without reading the answer", async () => {
    for (const origin of ["https://evil.example", "null", "http://127.0.0.1.evil.example"]) {
      const { statuses } = await show([
        ["Authorization", `Bearer ${victim}`],
        ["Origin", origin],
      ]);
      expect(statuses).toEqual([403, 403]);
    }
  });
});

describe("the client's address", () => {
  /** What the audit says a refusal came from. */
  const addressesOf = (from: Installation) =>
    [...from.log().matchAll(/"address":"([^"]*)"/g)].map(([, address]) => address);

  test("is the connection's where no proxy is trusted, whatever headers say", async () => {
    const spoofed: Headers = [
      ["X-Forwarded-For", "203.0.113.7"],
      ["Forwarded", "for=203.0.113.7"],
      ["X-Real-IP", "203.0.113.7"],
      ["X_Forwarded_For", "203.0.113.7"],
    ];
    await show([...spoofed, ["Authorization", "Bearer wrong"]]);
    expect(addressesOf(installation)).not.toContain("203.0.113.7");
    expect(installation.log()).not.toContain("203.0.113.7");
  });

  test("does not change with the header, so that guesses stay counted", async () => {
    const own = await startInstallation();
    try {
      const statuses = new Set<number | undefined>();
      for (let index = 0; index < 15; index += 1) {
        const { statuses: both } = await guess(own, [["X-Forwarded-For", `203.0.113.${index}`]]);
        for (const status of both) statuses.add(status);
      }
      expect([...statuses]).toEqual([401, 429]);
    } finally {
      await own.close();
    }
  });

  test("behind a trusted proxy is the entry that the proxy wrote, not those before it", async () => {
    const own = await startInstallation({ environment: { TRUSTED_PROXIES: "127.0.0.1" } });
    try {
      const before: Headers[] = [
        [["X-Forwarded-For", "203.0.113.1, 198.51.100.9"]],
        [["X-Forwarded-For", "127.0.0.1, 203.0.113.2, 198.51.100.9"]],
        [
          ["X-Forwarded-For", "203.0.113.3"],
          ["X-Forwarded-For", "198.51.100.9"],
        ],
        [["X-Forwarded-For", `${"203.0.113.4, ".repeat(500)}198.51.100.9`]],
        [["X-Forwarded-For", '"203.0.113.5, 198.51.100.9']],
      ];
      for (const headers of before) await guess(own, headers);
      expect(new Set(addressesOf(own))).toEqual(new Set(["198.51.100.9"]));
    } finally {
      await own.close();
    }
  });

  async function guess({ http }: Installation, headers: Headers) {
    const path = "/api/tenant";
    const authorization = ["Authorization", "Bearer wrong"] as const;
    const { status } = await http.send({
      ...{ method: "GET", path },
      headers: [...headers, authorization],
    });
    return { statuses: [status] };
  }
});

test("a caller's keys still work after all that", async () => {
  const caller = installation.as(bearer(victim));
  expect((await caller.rest("GET", "/api/tenant")).status).toBe(200);
});
