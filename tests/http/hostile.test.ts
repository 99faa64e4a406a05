import { setTimeout as sleep } from "node:timers/promises";
import { changesChannel } from "@fairlead/core/call/context";
import { LOCAL_TENANT } from "@fairlead/core/identity/principal";
import { isRecord } from "@fairlead/core/is-record";
import { Secret } from "@fairlead/core/secret";
import { createPrincipal } from "@fairlead/testkit/engine";
import { afterAll, beforeAll, expect, test } from "vitest";
import { messageOf } from "./src/cases.ts";
import { leaky } from "./src/leaky.ts";
import { open, rawRequest } from "./src/raw.ts";
import {
  bare,
  type Changes,
  LEGACY,
  legacy,
  META,
  MODERN,
  modern,
  PATH,
  post,
} from "./src/requests.ts";
import { secretsIn } from "./src/secrets.ts";
import { createSlow } from "./src/slow.ts";
import { spawn } from "./src/spawn.ts";
import { type Running, start } from "./src/start.ts";
import { twin } from "./src/twin.ts";
import { type Answer, createWire, type Wire, type WireRequest } from "./src/wire.ts";

const echo = { name: "echo", arguments: { text: "hi" } };
const DEPTH = 100_000;

const slow = createSlow();
let server: Running;
let wire: Wire;

beforeAll(async () => {
  server = await start({ connectors: [twin, slow.connector] });
  wire = createWire(server.port);
});

afterAll(async () => {
  wire.close();
  await server.close();
});

function bodyOf({ text }: Answer): Record<string, unknown> {
  const parsed: unknown = JSON.parse(text);
  return isRecord(parsed) ? parsed : {};
}

function errorOf(answer: Answer): Record<string, unknown> {
  const { error } = bodyOf(answer);
  return isRecord(error) ? error : {};
}

/** The one question after each attack: is everybody else still served? */
async function expectToServe(running: Running = server): Promise<void> {
  const fresh = createWire(running.port);
  try {
    const answer = await fresh.send(modern("tools/list"));
    expect(answer.status).toBe(200);
  } finally {
    fresh.close();
  }
}

/** Lines of the log that tell of a failure of the server's own. */
function failuresOf(running: Running): string[] {
  return running
    .log()
    .split("\n")
    .filter((line) => /"level":"(warn|error)"/.test(line));
}

const SPECIFIED: [name: string, request: WireRequest, status: number, code: number][] = [
  ["malformed JSON", post("{"), 400, -32700],
  ["no JSON-RPC message", post({ hello: 1 }), 400, -32600],
  ["an unknown method", modern("nope"), 404, -32601],
  ["an unknown method of a legacy client", legacy("nope"), 200, -32601],
  ["a method of the other era", modern("initialize"), 404, -32601],
  ["an unknown tool", modern("tools/call", { name: "nope" }), 200, -32602],
  ["an unknown tool of a legacy client", legacy("tools/call", { name: "nope" }), 200, -32602],
  [
    "params of the wrong type",
    legacy("tools/list", undefined, { message: { params: 5 } }),
    400,
    -32600,
  ],
  [
    "arguments of the wrong type",
    legacy("tools/call", { name: "echo", arguments: 5 }),
    200,
    -32602,
  ],
  ["a name of the wrong type", legacy("tools/call", { name: 5 }), 200, -32602],
  [
    "an envelope of the wrong type",
    modern("tools/list", {}, { meta: { [META.info]: 5 } }),
    400,
    -32602,
  ],
  ["no envelope", modern("tools/list", {}, { message: { params: {} } }), 400, -32602],
  ["an unknown version", unknownVersion("2099-01-01"), 400, -32022],
  [
    "an unknown version of a legacy client",
    legacy("ping", {}, { headers: version("1999-01-01") }),
    400,
    -32000,
  ],
  [
    "a version that header and body disagree on",
    modern("tools/list", {}, { headers: version("2099-01-01") }),
    400,
    -32020,
  ],
  [
    "a method that header and body disagree on",
    modern("tools/list", {}, { headers: { "Mcp-Method": "ping" } }),
    400,
    -32020,
  ],
  [
    "a name that header and body disagree on",
    modern("tools/call", echo, { headers: { "Mcp-Name": "fail" } }),
    400,
    -32020,
  ],
  ["an argument that header and body disagree on", regional("us"), 400, -32020],
  [
    "no method header",
    modern("tools/list", {}, { headers: { "Mcp-Method": undefined } }),
    400,
    -32020,
  ],
  ["an id that overflows", post('{"jsonrpc":"2.0","id":1e400,"method":"tools/list"}'), 400, -32600],
  [
    "an id that is no safe integer",
    post('{"jsonrpc":"2.0","id":9007199254740993,"method":"ping"}'),
    400,
    -32600,
  ],
  ["a foreign host", modern("tools/list", {}, { headers: { Host: "evil.example" } }), 403, -32000],
  [
    "a foreign host that ends like ours",
    modern("tools/list", {}, { headers: { Host: "localhost.evil.example" } }),
    403,
    -32000,
  ],
  [
    "a foreign host with our port",
    modern("tools/list", {}, { headers: { Host: "evil.example:80" } }),
    403,
    -32000,
  ],
  [
    "a foreign origin",
    modern("tools/list", {}, { headers: { Origin: "https://evil.example" } }),
    403,
    -32000,
  ],
  ["an opaque origin", modern("tools/list", {}, { headers: { Origin: "null" } }), 403, -32000],
  [
    "an origin that is no URL",
    modern("tools/list", {}, { headers: { Origin: "localhost" } }),
    403,
    -32000,
  ],
  [
    "another content type",
    modern("tools/list", {}, { headers: { "Content-Type": "text/plain" } }),
    415,
    -32000,
  ],
  ["another accept", legacy("tools/list", {}, { headers: { Accept: "text/html" } }), 406, -32000],
  ["another HTTP method", bare("PUT"), 405, -32000],
  ["another endpoint", modern("tools/list", {}, { path: "/mcp/nope" }), 404, -32600],
  ["a deeper endpoint", modern("tools/list", {}, { path: "/mcp/twin/../twin/x" }), 404, -32600],
  ["an unknown query", modern("tools/list", {}, { path: `${PATH}?token=x` }), 400, -32600],
  ["an unknown session", legacy("ping", {}, { headers: { "Mcp-Session-Id": "x" } }), 404, -32001],
];

function version(value: string): Record<string, string> {
  return { "MCP-Protocol-Version": value };
}

function unknownVersion(value: string): WireRequest {
  return modern("tools/list", {}, { meta: { [META.version]: value }, headers: version(value) });
}

function regional(header: string): WireRequest {
  const params = { name: "region", arguments: { region: "eu" } };
  return modern("tools/call", params, { headers: { "Mcp-Param-Region": header } });
}

test.for(SPECIFIED)("answers %s with the specified error", async ([, request, status, code]) => {
  const answer = await wire.send(request);
  expect(answer.status).toBe(status);
  expect(answer.headers["content-type"]).toBe("application/json");
  expect(errorOf(answer).code).toBe(code);
  const { jsonrpc, id } = bodyOf(answer);
  expect(jsonrpc).toBe("2.0");
  expect([null, messageOf(request)?.id]).toContain(id);
});

test("names the versions it speaks when it does not speak the one that was asked for", async () => {
  const { data } = errorOf(await wire.send(unknownVersion("2099-01-01")));
  expect(data).toEqual({ supported: [MODERN], requested: "2099-01-01" });
});

test("answers arguments that do not fit the schema so that a model can mend them", async () => {
  const answer = await wire.send(modern("tools/call", { name: "echo", arguments: { text: 5 } }));
  expect(answer.status).toBe(200);
  expect(bodyOf(answer).result).toMatchObject({
    isError: true,
    content: [{ text: expect.stringContaining("text") }],
  });
});

const DEEP = deepRequests();

test.for(Object.entries(DEEP))("survives nesting 100,000 deep in %s", async ([, request]) => {
  const answer = await wire.send(request);
  expect(answer.status).toBeGreaterThan(0);
  expect(answer.status).toBeLessThan(500);
  await expectToServe();
});

function deepRequests(): Record<string, WireRequest> {
  const nested = `${"[".repeat(DEPTH)}${"]".repeat(DEPTH)}`;
  const objects = `${'{"a":'.repeat(DEPTH)}1${"}".repeat(DEPTH)}`;
  const within = (request: WireRequest, deep = nested): WireRequest => ({
    ...request,
    body: String(request.body).replace('"DEEP"', deep),
  });
  const bag = { name: "bag", arguments: { items: "DEEP" } };
  const hello = {
    protocolVersion: LEGACY,
    clientInfo: { name: "x", version: "1" },
    capabilities: { experimental: { x: { y: "DEEP" } } },
  };
  return {
    "the body": post(nested),
    "the body, of objects": post(objects),
    "an open body": post("[".repeat(DEPTH)),
    arguments: within(modern("tools/call", bag)),
    "arguments, of objects": within(modern("tools/call", bag), objects),
    "arguments of a legacy client": within(legacy("tools/call", bag)),
    "arguments that have to be a text": within(
      modern("tools/call", { name: "echo", arguments: { text: "DEEP" } }),
    ),
    "arguments, on the way through the SDK": within(
      modern("tools/call", bag, { headers: { "Mcp-Name": "=?base64?YmFn?=" } }),
    ),
    params: within(legacy("tools/call", undefined, { message: { params: "DEEP" } })),
    "an id": within(legacy("ping", {}, { message: { id: "DEEP" } })),
    _meta: within(legacy("tools/list", {}, { meta: { x: "DEEP" } })),
    "the client's capabilities": within(
      modern("tools/call", echo, {
        meta: { [META.capabilities]: { experimental: { x: { y: "DEEP" } } } },
      }),
    ),
    "the client's name": within(
      modern("tools/call", echo, {
        meta: { [META.info]: { name: "x", version: "1", more: "DEEP" } },
      }),
    ),
    "a key of somebody else": within(
      modern("tools/call", echo, { meta: { "com.example/x": "DEEP" } }),
    ),
    answers: within(modern("tools/call", { ...echo, inputResponses: { x: { y: "DEEP" } } })),
    "a filter": within(modern("subscriptions/listen", { notifications: { x: "DEEP" } })),
    "a handshake": within(legacy("initialize", hello)),
    "a batch": within(post([{ jsonrpc: "2.0", id: 1, method: "ping", params: { x: "DEEP" } }])),
    "a posted result": within(post({ jsonrpc: "2.0", id: "x", result: { x: "DEEP" } })),
    "a notification": within(
      post({ jsonrpc: "2.0", method: "notifications/x", params: { x: "DEEP" } }),
    ),
  };
}

const POLLUTING = {
  arguments: '{"items":1,"__proto__":{"polluted":true}}',
  "arguments, by the constructor": '{"items":1,"constructor":{"prototype":{"polluted":true}}}',
  "an argument": '{"items":{"__proto__":{"polluted":true}}}',
};

test.for(Object.entries(POLLUTING))("keeps prototypes clean of keys in %s", async ([, given]) => {
  for (const request of [
    modern("tools/call", { name: "bag", arguments: "HERE" }),
    legacy("tools/call", { name: "bag", arguments: "HERE" }),
    legacy("tools/list", { _meta: "HERE" }),
    modern("tools/call", { ...echo, inputResponses: { x: "HERE" } }),
    modern("tools/call", echo, { meta: { [META.capabilities]: "HERE" } }),
    legacy("prompts/get", { name: "greet", arguments: "HERE" }),
  ]) {
    const answer = await wire.send({
      ...request,
      body: String(request.body).replaceAll('"HERE"', given),
    });
    expect(answer.status).toBeLessThan(500);
    expect(answer.text).not.toContain('\\"polluted\\":true');
  }
  expect("polluted" in {}).toBe(false);
});

const BROKEN_HTTP: Record<string, string> = {
  "a chunk size that is no number": chunked("ZZ\r\n{}\r\n0\r\n\r\n"),
  "a chunk size that overflows": chunked("FFFFFFFFFFFFFFFFF\r\n{}\r\n"),
  "a chunk longer than it says": chunked("1\r\n{}{}{}\r\n0\r\n\r\n"),
  "both a length and chunks": `${head("Content-Length: 4", "Transfer-Encoding: chunked")}0\r\n\r\n`,
  "two lengths": `${head("Content-Length: 2", "Content-Length: 3")}{}`,
  "a negative length": head("Content-Length: -1"),
  "a length that is no number": `${head("Content-Length: 2x")}{}`,
  "an unknown transfer encoding": `${head("Transfer-Encoding: chunked, nope")}0\r\n\r\n`,
  "a header without a name": head(": x"),
  "a header with a line break in it": head("X: a\rb"),
  "a header that continues": head("X: a", " b"),
  "no host": `POST ${PATH} HTTP/1.1\r\nContent-Length: 0\r\n\r\n`,
  "a TLS handshake": "\u0016\u0003\u0001\u0002\u0000\u0001\u0000",
  "HTTP/2": "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
  "a NUL in the path": "GET /mcp/\u0000 HTTP/1.1\r\nHost: localhost\r\n\r\n",
};

function head(...lines: string[]): string {
  const all = ["Host: localhost", "Content-Type: application/json", ...lines];
  return `POST ${PATH} HTTP/1.1\r\n${all.join("\r\n")}\r\n\r\n`;
}

function chunked(body: string): string {
  return head(`Accept: application/json, text/event-stream`, "Transfer-Encoding: chunked") + body;
}

test.for(Object.entries(BROKEN_HTTP))("refuses HTTP with %s and hangs up", async ([, bytes]) => {
  const raw = await open(server.port);
  raw.write(bytes);
  await raw.closed;
  expect(raw.text).toMatch(/^HTTP\/1\.1 400 /);
  expect(raw.text.match(/HTTP\/1\.1 /g)).toHaveLength(1);
  await expectToServe();
});

test("refuses headers that are too large and hangs up", async () => {
  const raw = await open(server.port);
  raw.write(head(`X-Large: ${"x".repeat(20_000)}`, "Content-Length: 0"));
  await raw.closed;
  expect(raw.text).toMatch(/^HTTP\/1\.1 431 /);
});

test("refuses a body of 10 MB by its length, before it is sent, and hangs up", async () => {
  const raw = await open(server.port);
  raw.write(head("Content-Length: 10485760"));
  await raw.closed;
  expect(raw.text).toMatch(/^HTTP\/1\.1 413 /);
  expect(raw.text).toContain('"code":-32000');
});

test("refuses a body of 10 MB in chunks as soon as it is too much, and hangs up", async () => {
  const raw = await open(server.port);
  raw.write(chunked(""));
  const chunk = `10000\r\n${"x".repeat(0x10000)}\r\n`;
  for (let sent = 0; sent < 160 && !raw.socket.destroyed && raw.text === ""; sent += 1) {
    if (!raw.socket.write(chunk)) await sleep(1);
  }
  await raw.closed;
  expect(raw.text).toMatch(/^HTTP\/1\.1 413 /);
  expect(raw.socket.bytesWritten).toBeLessThan(10_000_000);
});

test("tells every sender of 10 MB that it is too much, and keeps nothing of it", async () => {
  const child = await spawn();
  const client = createWire(child.port);
  try {
    for (const headers of [{}, { "Transfer-Encoding": "chunked" }]) {
      const large = post(Buffer.alloc(10 * 1024 * 1024, 32), { headers, path: "/mcp" });
      expect((await client.send(large)).status).toBe(413);
      const before = await child.memory();
      for (let sent = 0; sent < 30; sent += 1) expect((await client.send(large)).status).toBe(413);
      await expect
        .poll(async () => (await child.memory()) - before, { timeout: 5_000 })
        .toBeLessThan(15 * 1024 * 1024);
    }
  } finally {
    client.close();
    child.process.kill("SIGKILL");
    await child.exited;
  }
});

test("answers pipelined requests in their order, though the first takes longest", async () => {
  const raw = await open(server.port);
  const request = (id: number, params: Record<string, unknown>) =>
    rawRequest(modern("tools/call", params, { message: { id }, path: "/mcp" }));
  raw.write(
    request(1, { name: "slow_wait", arguments: { ticket: "first" } }) +
      request(2, { name: "twin_echo", arguments: { text: "second" } }) +
      request(3, { name: "twin_fail" }),
  );
  await slow.started("first");
  slow.release("first");
  await raw.until(/"id":3/);
  raw.destroy();
  expect(raw.text.match(/"id":\d/g)).toEqual(['"id":1', '"id":2', '"id":3']);
});

test("hangs up on nonsense behind a request", async () => {
  const raw = await open(server.port);
  raw.write(`${rawRequest(modern("tools/call", echo))}nonsense\r\n\r\n`);
  await raw.closed;
  await expectToServe();
});

test("answers a client that has closed its half of the connection", async () => {
  const raw = await open(server.port);
  raw.socket.end(rawRequest(modern("tools/call", echo)));
  await raw.closed;
  expect(raw.text).toContain('"text":"hi"');
});

test("ends the call of a client that closes its half and waits for nothing", async () => {
  const raw = await open(server.port);
  const params = { name: "slow_wait", arguments: { ticket: "half" } };
  raw.write(rawRequest(modern("tools/call", params, { path: "/mcp" })));
  await slow.started("half");
  raw.socket.end();
  raw.destroy();
  expect(await slow.aborted("half")).toBe("cancelled");
});

test("forgets a request whose connection breaks in the middle of its body", async () => {
  const raw = await open(server.port);
  raw.write(
    `${head("Content-Length: 1000", `Accept: application/json, text/event-stream`)}{"jsonrpc"`,
  );
  raw.destroy();
  await expectToServe();
});

const HASTY = { headersTimeoutMs: 300, requestTimeoutMs: 500, keepAliveTimeoutMs: 200 };

test("hangs up on who sends nothing, headers in drops, or a body in drops", async () => {
  const hasty = await start({ connectors: [twin], http: HASTY });
  try {
    const silent = await open(hasty.port);
    const slowHeaders = await open(hasty.port);
    const slowBody = await open(hasty.port);
    slowBody.write(head("Content-Length: 1000", "Accept: application/json, text/event-stream"));
    const drops = setInterval(() => {
      slowHeaders.write("X-More: x\r\n");
      slowBody.write("{");
    }, 20);
    slowHeaders.write(`POST ${PATH} HTTP/1.1\r\nHost: localhost\r\n`);
    await Promise.all([silent.closed, slowHeaders.closed, slowBody.closed]);
    clearInterval(drops);
    expect(slowHeaders.text).toMatch(/^HTTP\/1\.1 408 /);
    expect(slowBody.text).toMatch(/^HTTP\/1\.1 408 /);
    await expectToServe(hasty);
  } finally {
    await hasty.close();
  }
});

test("hangs up on a connection that was kept and is not used", async () => {
  const hasty = await start({ connectors: [twin], http: HASTY });
  try {
    const raw = await open(hasty.port);
    raw.write(rawRequest(modern("tools/call", echo)));
    await raw.closed;
    expect(raw.text).toMatch(/^HTTP\/1\.1 200 /);
  } finally {
    await hasty.close();
  }
});

test("turns away connections beyond its limit, and takes new ones when others have gone", async () => {
  const small = await start({ connectors: [twin], http: { maxConnections: 3 } });
  try {
    const held = await Promise.all([open(small.port), open(small.port), open(small.port)]);
    // Each is really accepted before the next ones come.
    for (const raw of held) {
      raw.write(rawRequest(modern("tools/call", echo)));
      await raw.until(/"text":"hi"/);
    }
    const fourth = await open(small.port);
    fourth.write(rawRequest(modern("tools/call", echo)));
    await fourth.closed;
    expect(fourth.text).toBe("");
    for (const raw of held) raw.socket.end();
    await Promise.all(held.map(({ closed }) => closed));
    await expectToServe(small);
  } finally {
    await small.close();
  }
});

test("refuses streams beyond its limit, with an error each era understands", async () => {
  const small = await start({ connectors: [twin], http: { maxStreams: 1 } });
  const client = createWire(small.port);
  try {
    const opening = await client.send(legacy("initialize", HELLO));
    const session = { "Mcp-Session-Id": opening.headers["mcp-session-id"] ?? "" };
    const holder = await open(small.port);
    const listening = { notifications: { toolsListChanged: true } };
    holder.write(rawRequest(modern("subscriptions/listen", listening)));
    await holder.until(/acknowledged/);
    const second = await client.send(modern("subscriptions/listen", listening));
    expect([second.status, errorOf(second).code]).toEqual([200, -32603]);
    const stream = await client.send(bare("GET", { Accept: "text/event-stream", ...session }));
    expect([stream.status, errorOf(stream).code]).toEqual([503, -32000]);
    holder.destroy();
    await expectToServe(small);
  } finally {
    client.close();
    await small.close();
  }
});

const HELLO = {
  protocolVersion: LEGACY,
  capabilities: {},
  clientInfo: { name: "tester", version: "1.0.0" },
};

test.for(["legacy", "modern"])(
  "lets go of a %s client that never reads its stream",
  async (era) => {
    const uri = `twin://notes/${"x".repeat(50_000)}`;
    const raw = await open(server.port);
    if (era === "legacy") {
      const opening = await wire.send(legacy("initialize", HELLO));
      const session = { "Mcp-Session-Id": opening.headers["mcp-session-id"] ?? "" };
      await wire.send(legacy("resources/subscribe", { uri }, { headers: session }));
      raw.write(rawRequest(bare("GET", { Accept: "text/event-stream", ...session })));
      await raw.until(/text\/event-stream/);
    } else {
      const notifications = { toolsListChanged: true, resourceSubscriptions: [uri] };
      raw.write(rawRequest(modern("subscriptions/listen", { notifications })));
      await raw.until(/acknowledged/);
    }
    raw.socket.pause();
    const message = JSON.stringify({ kind: "resource_updated", uri });
    const { shared } = server.fairlead;
    for (let sent = 0; sent < 600; sent += 1) {
      await shared.publish(changesChannel("ten_local"), message);
      await new Promise((resolve) => setImmediate(resolve));
    }
    raw.socket.resume();
    await raw.closed;
    expect(raw.text.length).toBeLessThan(600 * uri.length);
    await expectToServe();
  },
);

test("logs nothing a secret scanner would find, whatever is sent, wherever it goes wrong", async () => {
  const canaries: string[] = [];
  const canary = (what: string): string => {
    const secret = `canary-${what}-${canaries.length}-7f3c9a1e5b`;
    canaries.push(secret);
    return secret;
  };
  const key = canary("good-key");
  const guarded = await start({
    connectors: [leaky],
    people: { [key]: createPrincipal({ tenant_id: LOCAL_TENANT }) },
    given: [
      {
        ...{ connector: "leaky", label: "leaky", settings: {} },
        credential: {
          email: new Secret("ann@acme.example"),
          api_key: new Secret(canary("credential")),
        },
      },
    ],
    engine: { identity: { trustLocal: false, headerCredentials: true } },
  });
  const client = createWire(guarded.port);
  const path = "/mcp/leaky";
  const send = (headers: Record<string, string>, request: Changes = {}, args: unknown = {}) =>
    client.send(
      modern("tools/call", { name: "crash", arguments: args }, { path, ...request, headers }),
    );
  try {
    const bearer = { Authorization: `Bearer ${key}` };
    const crashed = await send(bearer, {}, { password: canary("password") });
    expect(crashed.text).toContain("internal");
    await send({ "X-API-Key": key }, {}, { password: canary("password") });
    await send(bearer, {}, { password: 5, api_key: canary("argument") });
    await send(bearer, { message: { params: canary("params") } });
    await send(bearer, { body: `{"password":"${canary("broken-json")}` });
    await send(bearer, { path: `${path}?api_key=${canary("query")}` });
    await send(bearer, { path: `/mcp/${canary("path")}` });
    await send({
      ...bearer,
      "Mcp-Session-Id": canary("session"),
      Cookie: `sid=${canary("cookie")}`,
    });
    await send({ ...bearer, "Mcp-Name": canary("name") });
    await send({ ...bearer, Host: canary("host") });
    await send({ ...bearer, Origin: `https://${canary("origin")}` });
    await client.send(legacy("initialize", HELLO, { path, headers: bearer }));
    await client.send(legacy("tools/call", { name: canary("tool") }, { path, headers: bearer }));
    await client.send(
      legacy("resources/read", { uri: `x://y:${canary("uri")}@z` }, { path, headers: bearer }),
    );
    const deep = `{"password":"${canary("deep")}","x":${"[".repeat(DEPTH)}${"]".repeat(DEPTH)}}`;
    await send(bearer, { body: deep });
    const refused = await send({ Authorization: `Bearer ${canary("bad-key")}` });
    expect(refused.status).toBe(401);
    await send({ Authorization: `Basic ${Buffer.from(canary("basic")).toString("base64")}` });
    await send({ "X-API-Key": canary("bad-key") });
    const account = { "x-cloudways-email": "ann@acme.example" };
    const rejected = await send({ ...account, "x-cloudways-api-key": canary("bad-credential") });
    expect(rejected.status).toBe(401);
    await send({ "x-cloudways-api-key": canary("half-a-credential") });
  } finally {
    client.close();
    await guarded.close();
  }
  const log = guarded.log();
  expect(log).toContain('"outcome":"internal"');
  expect(log).toContain('"outcome":"unauthenticated"');
  expect(log).toContain("a request failed");
  expect(canaries.filter((secret) => log.includes(secret))).toEqual([]);
  expect(canaries.filter((secret) => log.includes(Buffer.from(secret).toString("base64")))).toEqual(
    [],
  );
  expect(secretsIn(log)).toEqual([]);
});

test("has logged no failure of its own over all of this", () => {
  expect(failuresOf(server)).toEqual([]);
});
