import { isRecord } from "@fairlead/core/is-record";
import { bare, LEGACY, legacy, META, MODERN, modern, notification, post } from "./requests.ts";
import type { WireRequest } from "./wire.ts";

const echo = { name: "echo", arguments: { text: "hi" } };
const region = { name: "region", arguments: { region: "eu", floor: 3, dry: true } };
const regionHeaders = { "Mcp-Param-Region": "eu", "Mcp-Param-Floor": "3", "Mcp-Param-Dry": "true" };
const base64 = (text: string) => `=?base64?${Buffer.from(text).toString("base64")}?=`;
/** Asks the reference to answer by a stream, as ours does once there is something to tell before the answer. */
export const STREAMED = { "X-Reference": "stream" };
const nested = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;

/** Both eras' well-formed requests, by name. The fuzzer starts from these. */
export const VALID: Record<string, WireRequest> = {
  "modern discover": modern("server/discover"),
  "modern tools/list": modern("tools/list"),
  "modern tools/call": modern("tools/call", echo),
  "modern tools/call with all arguments": modern("tools/call", {
    name: "echo",
    arguments: { text: "hi", times: 2 },
  }),
  "modern tools/call of a failing tool": modern("tools/call", { name: "fail", arguments: {} }),
  "modern tools/call of an image": modern("tools/call", { name: "picture" }),
  "modern tools/call of any arguments": modern("tools/call", {
    name: "bag",
    arguments: { items: [1, { a: null }], other: true },
  }),
  "modern tools/call with header parameters": modern("tools/call", region, {
    headers: regionHeaders,
  }),
  "modern tools/call with a progress token": modern(
    "tools/call",
    { name: "work", arguments: { steps: 2 } },
    { meta: { progressToken: "p" } },
  ),
  "modern tools/call with a log level": modern(
    "tools/call",
    { name: "work", arguments: { steps: 1 } },
    { meta: { [META.logLevel]: "info", progressToken: 7 } },
  ),
  "modern tools/call that asks": modern("tools/call", { name: "ask", arguments: {} }),
  "modern tools/call that was answered": modern("tools/call", {
    name: "ask",
    arguments: {},
    inputResponses: { who: { action: "accept", content: { name: "Ada" } } },
  }),
  "modern resources/list": modern("resources/list"),
  "modern resources/templates/list": modern("resources/templates/list"),
  "modern resources/read": modern("resources/read", { uri: "twin://motto" }),
  "modern resources/read of a template": modern("resources/read", { uri: "twin://notes/ada" }),
  "modern prompts/list": modern("prompts/list"),
  "modern prompts/get": modern("prompts/get", { name: "greet", arguments: { name: "Ada" } }),
  "modern completion of a prompt": modern("completion/complete", {
    ref: { type: "ref/prompt", name: "greet" },
    argument: { name: "name", value: "a" },
  }),
  "modern completion of a template": modern("completion/complete", {
    ref: { type: "ref/resource", uri: "twin://notes/{note_id}" },
    argument: { name: "note_id", value: "b" },
  }),
  "modern subscriptions/listen": modern("subscriptions/listen", {
    notifications: { toolsListChanged: true, resourceSubscriptions: ["twin://motto"] },
  }),
  "legacy initialize": legacy("initialize", {
    protocolVersion: LEGACY,
    capabilities: { elicitation: {} },
    clientInfo: { name: "tester", version: "1.0.0" },
  }),
  "legacy initialized": notification("notifications/initialized"),
  "legacy ping": legacy("ping"),
  "legacy tools/list": legacy("tools/list"),
  "legacy tools/list with params": legacy("tools/list", {}),
  "legacy tools/call": legacy("tools/call", echo),
  "legacy tools/call of a failing tool": legacy("tools/call", { name: "fail" }),
  "legacy tools/call of an image": legacy("tools/call", { name: "picture", arguments: {} }),
  "legacy tools/call of any arguments": legacy("tools/call", {
    name: "bag",
    arguments: { items: "x", __proto__: null, constructor: 1 },
  }),
  "legacy resources/list": legacy("resources/list", {}),
  "legacy resources/templates/list": legacy("resources/templates/list"),
  "legacy resources/read": legacy("resources/read", { uri: "twin://motto" }),
  "legacy resources/read of a template": legacy("resources/read", { uri: "twin://notes/ada" }),
  "legacy resources/subscribe": legacy("resources/subscribe", { uri: "twin://motto" }),
  "legacy resources/unsubscribe": legacy("resources/unsubscribe", { uri: "twin://motto" }),
  "legacy prompts/list": legacy("prompts/list"),
  "legacy prompts/get": legacy("prompts/get", { name: "greet", arguments: { name: "Ada" } }),
  "legacy completion of a prompt": legacy("completion/complete", {
    ref: { type: "ref/prompt", name: "greet" },
    argument: { name: "name", value: "al" },
    context: { arguments: { tone: "warm" } },
  }),
  "legacy logging/setLevel": legacy("logging/setLevel", { level: "warning" }),
};

/** Requests that are not all well-formed, by name: what each of them gets has to be the same. */
export const CASES: Record<string, WireRequest> = {
  ...VALID,
  ...http(),
  ...bodies(),
  ...messages(),
  ...batches(),
  ...modernHeaders(),
  ...envelopes(),
  ...params(),
  ...legacyOnly(),
};

function http(): Record<string, WireRequest> {
  const call = (headers: Record<string, string | undefined>) =>
    legacy("tools/call", echo, { headers });
  const modernCall = (headers: Record<string, string | undefined>) =>
    modern("tools/call", echo, { headers });
  return {
    "GET without a session": bare("GET", { Accept: "text/event-stream" }),
    "GET without accepting a stream": bare("GET", { Accept: "application/json" }),
    "GET with a modern version": bare("GET", {
      Accept: "text/event-stream",
      "MCP-Protocol-Version": MODERN,
    }),
    "DELETE without a session": bare("DELETE"),
    PUT: bare("PUT"),
    PATCH: bare("PATCH"),
    HEAD: bare("HEAD"),
    OPTIONS: bare("OPTIONS"),
    "PUT with a body": modern("tools/list", {}, { method: "PUT" }),
    "no content type": call({ "Content-Type": undefined }),
    "plain text": call({ "Content-Type": "text/plain" }),
    "a form": call({ "Content-Type": "application/x-www-form-urlencoded" }),
    "content type with a charset": call({ "Content-Type": "application/json; charset=utf-8" }),
    "content type in capitals": call({ "Content-Type": "APPLICATION/JSON" }),
    "content type with spaces": call({ "Content-Type": " application/json ; charset=utf-8" }),
    "a +json content type": call({ "Content-Type": "application/vnd.api+json" }),
    "a content type with json inside": call({ "Content-Type": "text/application/json" }),
    "two content types": call({ "Content-Type": "text/plain, application/json" }),
    "modern plain text": modernCall({ "Content-Type": "text/plain" }),
    "no accept": call({ Accept: undefined }),
    "accept of JSON only": call({ Accept: "application/json" }),
    "accept of a stream only": call({ Accept: "text/event-stream" }),
    "accept of anything": call({ Accept: "*/*" }),
    "accept in capitals": call({ Accept: "APPLICATION/JSON, TEXT/EVENT-STREAM" }),
    "accept with weights": call({ Accept: "application/json;q=0.5, text/event-stream;q=0.1" }),
    "accept of a stream first": call({ Accept: "text/event-stream, application/json" }),
    "accept in two headers": legacy("tools/call", echo, {
      headers: { Accept: undefined },
      more: [
        ["Accept", "application/json"],
        ["Accept", "text/event-stream"],
      ],
    }),
    "accept of a legacy list, stream first": legacy("tools/list", undefined, {
      headers: { Accept: "text/event-stream, application/json" },
    }),
    "modern, no accept": modernCall({ Accept: undefined }),
    "modern, accept of JSON only": modernCall({ Accept: "application/json" }),
    "modern, accept of a stream only": modernCall({ Accept: "text/event-stream" }),
    "chunked body": legacy("tools/call", echo, { headers: { "Transfer-Encoding": "chunked" } }),
    "an encoding that is never undone": legacy("tools/call", echo, {
      headers: { "Content-Encoding": "identity" },
    }),
    "a query that the endpoint ignores": modern(
      "tools/list",
      {},
      { path: "/mcp/twin?readonly=false" },
    ),
    "a slash at the end": modern("tools/list", {}, { path: "/mcp/twin/" }),
    "a body of the longest kind": post(" ".repeat(400_000) + JSON.stringify({})),
    "a body that is too long": post(`"${"x".repeat(600_000)}"`),
    "a chunked body that is too long": post(`"${"x".repeat(600_000)}"`, {
      headers: { "Transfer-Encoding": "chunked" },
    }),
    "a modern body that is too long": modern("tools/call", {
      name: "echo",
      arguments: { text: "x".repeat(600_000) },
    }),
  };
}

function bodies(): Record<string, WireRequest> {
  const valid = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping" });
  const broken: Record<string, string | Buffer> = {
    "an empty body": "",
    "a blank body": "  \n ",
    "broken JSON": "{",
    "JSON with a comma too many": '{"jsonrpc":"2.0","id":1,"method":"ping",}',
    "JSON with single quotes": "{'jsonrpc':'2.0'}",
    "JSON with a comment": `${valid}//`,
    "two JSON documents": `${valid}\n${valid}`,
    "JSON with a byte order mark": `\u{feff}${valid}`,
    "JSON with a byte order mark only": "\u{feff}",
    "UTF-16": Buffer.from(valid, "utf16le"),
    "invalid UTF-8": Buffer.concat([
      Buffer.from('{"jsonrpc":"2.0","id":"'),
      Buffer.from([0xff, 0xfe, 0xc0]),
      Buffer.from('","method":"ping"}'),
    ]),
    "invalid UTF-8 in an argument": Buffer.concat([
      Buffer.from(
        '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"text":"',
      ),
      Buffer.from([0xe2, 0x28, 0xa1, 0xed, 0xa0, 0x80, 0xf0, 0x9f]),
      Buffer.from('"}}}'),
    ]),
    "a lone surrogate":
      '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"text":"\\ud800"}}}',
    "a NUL in a text":
      '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"text":"\\u0000"}}}',
    null: "null",
    true: "true",
    "a number": "42",
    "a text": '"ping"',
    "an empty object": "{}",
    NaN: "NaN",
    "a deep array": nested(2_000),
    "a deep object": `${'{"a":'.repeat(2_000)}1${"}".repeat(2_000)}`,
    "deep arguments": `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"bag","arguments":{"items":${nested(2_000)}}}}`,
    "deep arguments of a strict tool": `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"text":"a","x":${nested(2_000)}}}}`,
    "deep _meta": `{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{"x":${nested(2_000)}}}}`,
    "a method twice": '{"jsonrpc":"2.0","id":1,"method":"nope","method":"ping"}',
    "an id twice": '{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}',
    "params twice":
      '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":5,"params":{"name":"echo","arguments":{"text":"b"}}}',
    "__proto__ in the message":
      '{"jsonrpc":"2.0","id":1,"method":"tools/list","__proto__":{"polluted":1}}',
    "__proto__ in the arguments":
      '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"bag","arguments":{"items":1,"__proto__":{"polluted":1}}}}',
    "__proto__ in strict arguments":
      '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"text":"a","__proto__":{"polluted":1}}}}',
    "__proto__ in _meta":
      '{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{"__proto__":{"polluted":1}}}}',
    "__proto__ instead of params":
      '{"jsonrpc":"2.0","id":1,"method":"tools/call","__proto__":{"params":{"name":"echo","arguments":{"text":"a"}}}}',
    "constructor in the arguments":
      '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"bag","arguments":{"items":1,"constructor":{"prototype":{"polluted":1}}}}}',
  };
  return Object.fromEntries(Object.entries(broken).map(([name, body]) => [name, post(body)]));
}

function messages(): Record<string, WireRequest> {
  const ids: Record<string, unknown> = {
    "a text": "one",
    "an empty text": "",
    "a long text": "x".repeat(5_000),
    "a text in unicode": "π \u{1f9ed} \u0000",
    zero: 0,
    "minus one": -1,
    "the largest safe integer": Number.MAX_SAFE_INTEGER,
    "an integer too large": 2 ** 53,
    "a fraction": 1.5,
    null: null,
    true: true,
    "an array": [1],
    "an object": { a: 1 },
  };
  const named: Record<string, WireRequest> = {};
  for (const [name, id] of Object.entries(ids)) {
    named[`legacy id: ${name}`] = legacy("tools/call", echo, { message: { id } });
    named[`modern id: ${name}`] = modern("tools/call", echo, { message: { id } });
    named[`modern list id: ${name}`] = modern("tools/list", {}, { message: { id } });
  }
  const overflow = '{"jsonrpc":"2.0","id":1e400,"method":"tools/list"}';
  const negativeZero = '{"jsonrpc":"2.0","id":-0,"method":"tools/list"}';
  const changed: Record<string, Record<string, unknown>> = {
    "no jsonrpc": { jsonrpc: undefined },
    "jsonrpc 1.0": { jsonrpc: "1.0" },
    "jsonrpc as a number": { jsonrpc: 2 },
    "no method": { method: undefined },
    "method null": { method: null },
    "method as a number": { method: 5 },
    "method empty": { method: "" },
    "method in capitals": { method: "TOOLS/LIST" },
    "method with a space": { method: "tools/list " },
    "method __proto__": { method: "__proto__" },
    "method constructor": { method: "constructor" },
    "an unknown method": { method: "nope/nope" },
    "a method of the other era": { method: "server/discover" },
    "params null": { params: null },
    "params as an array": { params: [] },
    "params as a text": { params: "x" },
    "params as a number": { params: 0 },
    "params false": { params: false },
    "an extra member": { extra: 1 },
    "a result besides": { result: {} },
    "an error besides": { error: { code: 1, message: "x" } },
  };
  for (const [name, message] of Object.entries(changed)) {
    named[`legacy message: ${name}`] = legacy("tools/list", undefined, { message });
    named[`legacy call: ${name}`] = legacy("tools/call", echo, { message });
    named[`modern message: ${name}`] = modern("tools/list", {}, { message });
    named[`modern call: ${name}`] = modern("tools/call", echo, { message });
    named[`modern message and header: ${name}`] = modern(
      "tools/list",
      {},
      {
        message,
        headers: { "Mcp-Method": String(message.method ?? "tools/list").trim() },
      },
    );
    named[`notification: ${name}`] = notification("notifications/initialized", {}, { message });
  }
  for (const method of [
    "initialize",
    "ping",
    "logging/setLevel",
    "resources/subscribe",
    "resources/unsubscribe",
    "tasks/get",
    "sampling/createMessage",
    "elicitation/create",
    "roots/list",
    "notifications/initialized",
  ]) {
    named[`modern ${method}`] = modern(method, { uri: "twin://motto", level: "info" });
    named[`legacy ${method} as a request`] = legacy(method, { uri: "twin://motto", level: "info" });
  }
  return { ...named, "id overflow": post(overflow), "id minus zero": post(negativeZero) };
}

function batches(): Record<string, WireRequest> {
  const ping = { jsonrpc: "2.0", id: 1, method: "ping" };
  const call = { jsonrpc: "2.0", id: 2, method: "tools/call", params: echo };
  const initialized = { jsonrpc: "2.0", method: "notifications/initialized" };
  const response = { jsonrpc: "2.0", id: "x", result: {} };
  const claimed = JSON.parse(String(modern("tools/list").body));
  return {
    "batch: empty": post([]),
    "batch: one request": post([ping]),
    "batch: two requests": post([ping, call]),
    "batch: a request and a notification": post([initialized, call]),
    "batch: notifications only": post([initialized, initialized]),
    "batch: responses only": post([response]),
    "batch: a request and nonsense": post([ping, 5]),
    "batch: nonsense only": post([1, 2, 3]),
    "batch: nested": post([[ping]]),
    "batch: modern": post([claimed]),
    "batch: modern, with its headers": modern(
      "tools/list",
      {},
      { body: JSON.stringify([claimed]) },
    ),
    "batch: with an unknown method": post([ping, { ...ping, id: 3, method: "nope" }]),
    "batch: with initialize": post([ping, { ...ping, id: 3, method: "initialize", params: {} }]),
    "batch: 100": post(Array.from({ length: 100 }, (_, id) => ({ ...ping, id }))),
    "batch: 101": post(Array.from({ length: 101 }, (_, id) => ({ ...ping, id }))),
    "a posted result": post(response),
    "a posted error": post({ jsonrpc: "2.0", id: 1, error: { code: 1, message: "no" } }),
    "a posted error without an id": post({ jsonrpc: "2.0", error: { code: 1, message: "no" } }),
    "a posted result and error": post({ ...response, error: { code: 1, message: "no" } }),
    "a posted result with a modern header": post(response, {
      headers: { "MCP-Protocol-Version": MODERN },
    }),
    "a posted result with a wrong version": post(response, {
      headers: { "MCP-Protocol-Version": "1999-01-01" },
    }),
    "a legacy notification of a cancellation": notification("notifications/cancelled", {
      requestId: 1,
      reason: "no",
    }),
    "a legacy notification of nonsense": notification("notifications/nope", { a: 1 }),
    "a notification of a cancellation without an id": notification("notifications/cancelled", {}),
    "a notification with a wrong version": notification("notifications/initialized", undefined, {
      headers: { "MCP-Protocol-Version": "1999-01-01" },
    }),
    "a modern notification": modern(
      "notifications/cancelled",
      { requestId: 1 },
      { message: { id: undefined } },
    ),
    "a modern notification without headers": modern(
      "notifications/cancelled",
      { requestId: 1 },
      { message: { id: undefined }, headers: { "Mcp-Method": undefined } },
    ),
    "a modern notification with another method in the header": modern(
      "notifications/cancelled",
      { requestId: 1 },
      { message: { id: undefined }, headers: { "Mcp-Method": "tools/list" } },
    ),
    "a notification with a modern header only": notification(
      "notifications/initialized",
      {},
      {
        headers: { "MCP-Protocol-Version": MODERN },
      },
    ),
    "tools/call as a notification": modern("tools/call", echo, { message: { id: undefined } }),
    "legacy tools/call as a notification": notification("tools/call", echo),
  };
}

function modernHeaders(): Record<string, WireRequest> {
  const call = (headers: Record<string, string | undefined>) =>
    modern("tools/call", echo, { headers });
  const list = (headers: Record<string, string | undefined>) =>
    modern("tools/list", {}, { headers });
  const regional = (headers: Record<string, string | undefined>, args = region.arguments) =>
    modern(
      "tools/call",
      { name: "region", arguments: args },
      { headers: { ...regionHeaders, ...headers } },
    );
  const read = (headers: Record<string, string | undefined>) =>
    modern("resources/read", { uri: "twin://motto" }, { headers });
  return {
    "header: no version": call({ "MCP-Protocol-Version": undefined }),
    "header: legacy version": call({ "MCP-Protocol-Version": LEGACY }),
    "header: unknown version": call({ "MCP-Protocol-Version": "2099-01-01" }),
    "header: version with spaces": call({ "MCP-Protocol-Version": `  ${MODERN}  ` }),
    "header: version twice": modern("tools/call", echo, {
      more: [["MCP-Protocol-Version", MODERN]],
    }),
    "header: version in another case": modern("tools/call", echo, {
      headers: { "MCP-Protocol-Version": undefined },
      more: [["mcp-PROTOCOL-version", MODERN]],
    }),
    "header: no method": call({ "Mcp-Method": undefined }),
    "header: another method": call({ "Mcp-Method": "tools/list" }),
    "header: method in capitals": call({ "Mcp-Method": "TOOLS/CALL" }),
    "header: method with spaces": call({ "Mcp-Method": "  tools/call\t" }),
    "header: method twice": modern("tools/call", echo, { more: [["Mcp-Method", "tools/call"]] }),
    "header: no method on a list": list({ "Mcp-Method": undefined }),
    "header: another method on a list": list({ "Mcp-Method": "prompts/list" }),
    "header: method encoded": call({ "Mcp-Method": base64("tools/call") }),
    "header: no name": call({ "Mcp-Name": undefined }),
    "header: another name": call({ "Mcp-Name": "fail" }),
    "header: name in capitals": call({ "Mcp-Name": "ECHO" }),
    "header: name with spaces": call({ "Mcp-Name": "  echo  " }),
    "header: name encoded": call({ "Mcp-Name": base64("echo") }),
    "header: name encoded badly": call({ "Mcp-Name": "=?base64?ZWNobw?=" }),
    "header: name encoded with junk": call({ "Mcp-Name": "=?base64?ZW!!Nobw==?=" }),
    "header: name encoded as no UTF-8": call({ "Mcp-Name": "=?base64?/////w==?=" }),
    "header: another name encoded": call({ "Mcp-Name": base64("fail") }),
    "header: name empty": call({ "Mcp-Name": "" }),
    "header: name twice": modern("tools/call", echo, { more: [["Mcp-Name", "echo"]] }),
    "header: name on a list": list({ "Mcp-Name": "echo" }),
    "header: a name that looks encoded, as it is": modern("tools/call", {
      name: base64("echo"),
      arguments: {},
    }),
    "header: a name that looks encoded, encoded": modern(
      "tools/call",
      { name: base64("echo") },
      {
        headers: { "Mcp-Name": base64(base64("echo")) },
      },
    ),
    "header: an unknown name that looks half encoded": modern("tools/call", { name: "=?base64?" }),
    "header: a name in unicode, encoded": modern(
      "tools/call",
      { name: "é" },
      {
        headers: { "Mcp-Name": base64("é") },
      },
    ),
    "header: a name in unicode, raw": modern("tools/call", { name: "é" }),
    "header: no name for a resource": read({ "Mcp-Name": undefined }),
    "header: another name for a resource": read({ "Mcp-Name": "twin://notes/ada" }),
    "header: resource name encoded": read({ "Mcp-Name": base64("twin://motto") }),
    "header: all in lower case": modern("tools/call", echo, {
      headers: {
        "MCP-Protocol-Version": undefined,
        "Mcp-Method": undefined,
        "Mcp-Name": undefined,
      },
      more: [
        ["mcp-protocol-version", MODERN],
        ["mcp-method", "tools/call"],
        ["mcp-name", "echo"],
      ],
    }),
    "header: modern headers on a legacy body": legacy("tools/call", echo, {
      headers: { "MCP-Protocol-Version": MODERN, "Mcp-Method": "tools/call", "Mcp-Name": "echo" },
    }),
    "header: modern headers but a legacy version": legacy("tools/call", echo, {
      headers: { "Mcp-Method": "tools/list", "Mcp-Name": "other" },
    }),
    "header: parameters missing": regional({
      "Mcp-Param-Region": undefined,
      "Mcp-Param-Floor": undefined,
      "Mcp-Param-Dry": undefined,
    }),
    "header: one parameter missing": regional({ "Mcp-Param-Floor": undefined }),
    "header: a parameter that disagrees": regional({ "Mcp-Param-Region": "us" }),
    "header: a parameter in another case": regional({ "Mcp-Param-Region": "EU" }),
    "header: a parameter encoded": regional({ "Mcp-Param-Region": base64("eu") }),
    "header: a parameter encoded badly": regional({ "Mcp-Param-Region": "=?base64?ZXU?=" }),
    "header: a parameter encoded, half": regional({ "Mcp-Param-Region": "=?base64?ZXU=" }),
    "header: a number written otherwise": regional({ "Mcp-Param-Floor": "3.0" }),
    "header: a number with a sign": regional({ "Mcp-Param-Floor": "+3" }),
    "header: a number in exponent form": regional({ "Mcp-Param-Floor": "3e0" }),
    "header: a number in hexadecimal": regional({ "Mcp-Param-Floor": "0x3" }),
    "header: a number with zeros in front": regional({ "Mcp-Param-Floor": "003" }),
    "header: a number that disagrees": regional({ "Mcp-Param-Floor": "4" }),
    "header: a boolean in capitals": regional({ "Mcp-Param-Dry": "TRUE" }),
    "header: a boolean as a number": regional({ "Mcp-Param-Dry": "1" }),
    "header: a parameter too many": modern(
      "tools/call",
      { name: "region", arguments: { region: "eu" } },
      {
        headers: regionHeaders,
      },
    ),
    "header: a parameter twice": modern("tools/call", region, {
      headers: regionHeaders,
      more: [["Mcp-Param-Region", "eu"]],
    }),
    "header: an unknown parameter": modern("tools/call", echo, {
      headers: { "Mcp-Param-Other": "x" },
    }),
    "header: parameters and wrong types": modern(
      "tools/call",
      { name: "region", arguments: { region: 5, floor: "3", dry: null } },
      { headers: { "Mcp-Param-Region": "5", "Mcp-Param-Floor": "3" } },
    ),
    "header: parameters and an integer too large": modern(
      "tools/call",
      { name: "region", arguments: { region: "eu", floor: 2 ** 53 } },
      { headers: { "Mcp-Param-Region": "eu" } },
    ),
    "header: parameters of a notification": modern("tools/call", region, {
      message: { id: undefined },
    }),
    "header: parameters missing, unknown version": modern("tools/call", region, {
      meta: { [META.version]: "2099-01-01" },
      headers: { "MCP-Protocol-Version": "2099-01-01" },
    }),
    "header: parameters and a null": modern(
      "tools/call",
      { name: "region", arguments: { region: null } },
      { headers: { "Mcp-Param-Region": "x" } },
    ),
    "header: parameters and an object": modern("tools/call", {
      name: "region",
      arguments: { region: {} },
    }),
    "header: parameters and no arguments": modern("tools/call", { name: "region" }),
    "header: parameters and arguments of another kind": modern("tools/call", {
      name: "region",
      arguments: "eu",
    }),
    "header: parameters and a slow path": regional({ "Mcp-Name": base64("region") }),
    "header: a disagreeing parameter and a slow path": regional({
      "Mcp-Name": base64("region"),
      "Mcp-Param-Region": "us",
    }),
    "header: parameters of a legacy call": legacy("tools/call", region),
    "header: parameters that disagree in a legacy call": legacy("tools/call", region, {
      headers: { "Mcp-Param-Region": "us", "Mcp-Method": "tools/call" },
    }),
  };
}

function envelopes(): Record<string, WireRequest> {
  const changed: Record<string, Record<string, unknown>> = {
    "no version": { [META.version]: undefined },
    "version null": { [META.version]: null },
    "version as a number": { [META.version]: 2026 },
    "version empty": { [META.version]: "" },
    "legacy version": { [META.version]: LEGACY },
    "unknown version": { [META.version]: "v999.0.0" },
    "newer version": { [META.version]: "2099-01-01" },
    "no capabilities": { [META.capabilities]: undefined },
    "capabilities null": { [META.capabilities]: null },
    "capabilities as an array": { [META.capabilities]: [] },
    "capabilities with wrong types": { [META.capabilities]: { elicitation: 5 } },
    "capabilities empty": { [META.capabilities]: {} },
    "unknown capabilities": { [META.capabilities]: { other: { a: 1 }, experimental: { x: {} } } },
    "no client info": { [META.info]: undefined },
    "client info null": { [META.info]: null },
    "client info as a text": { [META.info]: "tester" },
    "client info without a version": { [META.info]: { name: "x" } },
    "client info with more": { [META.info]: { name: "x", version: "1", title: "X", other: 1 } },
    "a log level": { [META.logLevel]: "debug" },
    "an unknown log level": { [META.logLevel]: "loud" },
    "a log level as a number": { [META.logLevel]: 3 },
    "a progress token of zero": { progressToken: 0 },
    "a progress token null": { progressToken: null },
    "a progress token as a fraction": { progressToken: 1.5 },
    "a progress token as an object": { progressToken: {} },
    "a progress token empty": { progressToken: "" },
    "a trace": { traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" },
    "a trace as a number": { traceparent: 5 },
    "a trace state as an object": { tracestate: {} },
    "baggage as a number": { baggage: 1 },
    "a server's key": { "io.modelcontextprotocol/serverInfo": { name: "x", version: "1" } },
    "a subscription id": { "io.modelcontextprotocol/subscriptionId": 5 },
    "a related task": { "io.modelcontextprotocol/related-task": { taskId: "x" } },
    "a key of somebody else": { "com.example/x": { a: [1] } },
    "a key that is no legal name": { "/": 1, "": 2 },
  };
  const named: Record<string, WireRequest> = {};
  for (const [name, meta] of Object.entries(changed)) {
    const version = meta[META.version];
    named[`envelope of a call: ${name}`] = modern("tools/call", echo, { meta });
    named[`envelope of a list: ${name}`] = modern("tools/list", {}, { meta });
    named[`envelope of work: ${name}`] = modern("tools/call", { name: "work" }, { meta });
    named[`envelope of a read: ${name}`] = modern(
      "resources/read",
      { uri: "twin://motto" },
      { meta },
    );
    named[`envelope and header: ${name}`] = modern("tools/call", echo, {
      meta,
      headers: { "MCP-Protocol-Version": typeof version === "string" ? version : MODERN },
    });
    named[`envelope without the header: ${name}`] = modern("tools/call", echo, {
      meta,
      headers: { "MCP-Protocol-Version": undefined },
    });
    if (meta[META.version] === undefined && !(META.version in meta)) {
      named[`legacy _meta of a list: ${name}`] = legacy("tools/list", {}, { meta });
      named[`legacy _meta of a call: ${name}`] = legacy("tools/call", echo, { meta });
    }
  }
  for (const meta of [null, [], "x", 5, false]) {
    const params = { ...echo, _meta: meta };
    const what = JSON.stringify(meta);
    named[`_meta as ${what}`] = legacy("tools/call", params);
    named[`_meta of a list as ${what}`] = legacy("tools/list", { _meta: meta });
    named[`_meta as ${what} with modern headers`] = modern("tools/call", echo, {
      message: { params },
    });
  }
  const claim = (meta: Record<string, unknown>) =>
    modern("tools/call", { name: "ask", arguments: {} }, { meta });
  return {
    ...named,
    "asking a client without capabilities": claim({ [META.capabilities]: {} }),
    "asking a client that takes forms": claim({
      [META.capabilities]: { elicitation: { form: {} } },
    }),
    "asking a client that takes only URLs": claim({
      [META.capabilities]: { elicitation: { url: {} } },
    }),
  };
}

function params(): Record<string, WireRequest> {
  const named: Record<string, WireRequest> = {};
  const both = (name: string, method: string, given: Record<string, unknown>) => {
    named[`modern ${name}`] = modern(method, given);
    named[`legacy ${name}`] = legacy(method, given);
  };
  for (const name of [undefined, null, 5, "", "nope", "twin_echo", "Echo", " echo", {}, ["echo"]]) {
    const what = JSON.stringify(name) ?? "missing";
    both(`call of the name ${what}`, "tools/call", { name, arguments: { text: "x" } });
    both(`prompt of the name ${what}`, "prompts/get", { name, arguments: { name: "x" } });
  }
  for (const args of [undefined, null, 5, "x", true, [], {}, [{ text: "x" }]]) {
    const what = JSON.stringify(args) ?? "missing";
    both(`call with the arguments ${what}`, "tools/call", { name: "echo", arguments: args });
    both(`call for nothing with the arguments ${what}`, "tools/call", {
      name: "picture",
      arguments: args,
    });
    both(`prompt with the arguments ${what}`, "prompts/get", { name: "greet", arguments: args });
  }
  for (const text of [undefined, null, 5, {}, [], "", "\u{1f9ed}", "x".repeat(20_000)]) {
    const what = (JSON.stringify(text) ?? "missing").slice(0, 20);
    both(`echo of ${what}`, "tools/call", { name: "echo", arguments: { text } });
  }
  for (const times of [1.5, -1, 1e300, "2", null, 2 ** 53]) {
    both(`echo times ${times}`, "tools/call", { name: "echo", arguments: { text: "a", times } });
  }
  both("call with an argument too many", "tools/call", {
    name: "echo",
    arguments: { text: "a", other: 1 },
  });
  for (const name of ["connection", "cursor", "idempotency_key", "confirm"]) {
    both(`call with the argument ${name}`, "tools/call", {
      name: "echo",
      arguments: { text: "a", [name]: "x" },
    });
  }
  both("call with a member too many", "tools/call", { ...echo, other: 1 });
  both("call as a task", "tools/call", { ...echo, task: { ttl: 1_000 } });
  for (const cursor of ["x", "", null, 5]) {
    for (const list of ["tools/list", "prompts/list", "resources/list"]) {
      both(`${list} with the cursor ${JSON.stringify(cursor)}`, list, { cursor });
    }
  }
  for (const uri of [
    undefined,
    null,
    5,
    "nope",
    "twin://nope",
    "twin://notes/",
    "twin://notes/a,b",
    "twin://notes/a%20b",
  ]) {
    const what = JSON.stringify(uri) ?? "missing";
    both(`read of ${what}`, "resources/read", { uri });
    named[`subscribe to ${what}`] = legacy("resources/subscribe", { uri });
  }
  for (const notifications of [
    undefined,
    null,
    5,
    {},
    { toolsListChanged: "x" },
    { other: true },
    { toolsListChanged: false },
  ]) {
    named[`listen to ${JSON.stringify(notifications) ?? "nothing named"}`] = modern(
      "subscriptions/listen",
      { notifications },
    );
  }
  named["subscribe with a requestState"] = legacy("resources/subscribe", {
    uri: "twin://motto",
    requestState: "x",
  });
  named["completion with a requestState"] = modern("completion/complete", {
    ref: { type: "ref/prompt", name: "greet" },
    argument: { name: "name", value: "a" },
    requestState: "x",
  });
  named["listen to a resource as a number"] = modern("subscriptions/listen", {
    notifications: { resourceSubscriptions: [5] },
  });
  named["listen to an unknown resource"] = modern("subscriptions/listen", {
    notifications: { toolsListChanged: true, resourceSubscriptions: ["twin://nope"] },
  });
  named["listen to no resource"] = modern("subscriptions/listen", {
    notifications: { resourceSubscriptions: [] },
  });
  named["listen to everything"] = modern("subscriptions/listen", {
    notifications: { toolsListChanged: true, promptsListChanged: true, resourcesListChanged: true },
  });
  for (const [what, given] of Object.entries<Record<string, unknown>>({
    "no reference": { argument: { name: "name", value: "a" } },
    "an unknown reference": { ref: { type: "ref/nope" }, argument: { name: "name", value: "a" } },
    "an unknown prompt": {
      ref: { type: "ref/prompt", name: "nope" },
      argument: { name: "a", value: "" },
    },
    "an unknown template": {
      ref: { type: "ref/resource", uri: "x://{y}" },
      argument: { name: "y", value: "" },
    },
    "an unknown argument": {
      ref: { type: "ref/prompt", name: "greet" },
      argument: { name: "nope", value: "" },
    },
    "no argument": { ref: { type: "ref/prompt", name: "greet" } },
    "a value as a number": {
      ref: { type: "ref/prompt", name: "greet" },
      argument: { name: "name", value: 1 },
    },
    "a fixed resource": {
      ref: { type: "ref/resource", uri: "twin://motto" },
      argument: { name: "x", value: "" },
    },
    "no value that fits": {
      ref: { type: "ref/prompt", name: "greet" },
      argument: { name: "name", value: "zz" },
    },
  })) {
    both(`completion with ${what}`, "completion/complete", given);
  }
  for (const inputResponses of [
    null,
    5,
    [],
    "x",
    { who: 5 },
    { who: null },
    { who: {} },
    { who: [] },
    {},
    { other: {} },
    { who: { method: "elicitation/create", result: { action: "accept" } } },
  ]) {
    const what = JSON.stringify(inputResponses);
    named[`modern answers ${what}`] = modern("tools/call", {
      name: "ask",
      arguments: {},
      inputResponses,
    });
    named[`modern answers to nothing ${what}`] = modern("tools/call", { ...echo, inputResponses });
    named[`legacy answers ${what}`] = legacy("tools/call", { ...echo, inputResponses });
  }
  for (const requestState of [null, 5, "", "x", "v1.x.y", {}]) {
    const what = JSON.stringify(requestState);
    named[`modern state ${what}`] = modern("tools/call", {
      name: "ask",
      arguments: {},
      requestState,
    });
    named[`modern state of nothing ${what}`] = modern("tools/call", { ...echo, requestState });
    named[`legacy state ${what}`] = legacy("tools/call", { ...echo, requestState });
  }
  return named;
}

function legacyOnly(): Record<string, WireRequest> {
  const hello = {
    protocolVersion: LEGACY,
    capabilities: {},
    clientInfo: { name: "tester", version: "1.0.0" },
  };
  const version = (value: string | undefined) =>
    legacy("tools/call", echo, { headers: { "MCP-Protocol-Version": value } });
  const work = (steps: number, headers: Record<string, string>, progressToken?: unknown) =>
    legacy(
      "tools/call",
      { name: "work", arguments: { steps } },
      {
        headers,
        ...(progressToken === undefined ? {} : { meta: { progressToken } }),
      },
    );
  const named: Record<string, WireRequest> = {
    "legacy work without notifications": work(0, {}, "p"),
    "legacy work with notifications": work(2, STREAMED),
    "legacy work with progress": work(2, STREAMED, "p"),
    "legacy work with progress, by number": work(3, STREAMED, 0),
    "legacy version: none": version(undefined),
    "legacy version: 2025-06-18": version("2025-06-18"),
    "legacy version: 2025-03-26": version("2025-03-26"),
    "legacy version: 2024-11-05": version("2024-11-05"),
    "legacy version: 2024-10-07": version("2024-10-07"),
    "legacy version: unknown": version("1999-01-01"),
    "legacy version: empty": version(""),
    "legacy version: newer than all": version("2099-01-01"),
    "legacy version: no date": version("latest"),
    "legacy version: with spaces": version(`  ${LEGACY} `),
    "legacy version: twice": legacy("tools/call", echo, {
      more: [["MCP-Protocol-Version", LEGACY]],
    }),
    "legacy list, unknown version": legacy("tools/list", undefined, {
      headers: { "MCP-Protocol-Version": "1999-01-01" },
    }),
    "legacy ping, unknown version": legacy("ping", undefined, {
      headers: { "MCP-Protocol-Version": "1999-01-01" },
    }),
    "legacy ping, no accept": legacy("ping", undefined, { headers: { Accept: undefined } }),
    "legacy body that is broken, no accept": post("{", { headers: { Accept: undefined } }),
    "modern body that is broken": modern("tools/list", {}, { body: "{" }),
    "modern body that is empty": modern("tools/list", {}, { body: "" }),
    "modern body that is broken, no accept": modern(
      "tools/list",
      {},
      {
        body: "{",
        headers: { Accept: undefined },
      },
    ),
    "initialize without a header": legacy("initialize", hello, {
      headers: { "MCP-Protocol-Version": undefined },
    }),
    "initialize with a modern header": legacy("initialize", hello, {
      headers: { "MCP-Protocol-Version": MODERN },
    }),
    "initialize with an unknown header": legacy("initialize", hello, {
      headers: { "MCP-Protocol-Version": "1999-01-01" },
    }),
    "initialize, no accept": legacy("initialize", hello, { headers: { Accept: undefined } }),
    "initialize as a notification": notification("initialize", hello),
    "initialize in a batch": post([{ jsonrpc: "2.0", id: 1, method: "initialize", params: hello }]),
    "initialize with an envelope": modern("initialize", hello),
  };
  for (const [what, change] of Object.entries<Record<string, unknown>>({
    "no version": { protocolVersion: undefined },
    "a version as a number": { protocolVersion: 5 },
    "an older version": { protocolVersion: "2025-03-26" },
    "the oldest version": { protocolVersion: "2024-10-07" },
    "an unknown version": { protocolVersion: "1999-01-01" },
    "a modern version": { protocolVersion: MODERN },
    "no capabilities": { capabilities: undefined },
    "capabilities null": { capabilities: null },
    "no client info": { clientInfo: undefined },
    "client info without a version": { clientInfo: { name: "x" } },
    "a member too many": { other: 1 },
  })) {
    named[`initialize with ${what}`] = legacy("initialize", { ...hello, ...change });
  }
  for (const level of [undefined, null, 5, "loud", "DEBUG", "emergency"]) {
    named[`setLevel to ${JSON.stringify(level) ?? "missing"}`] = legacy("logging/setLevel", {
      level,
    });
  }
  return named;
}

/** The message of a request, when it has one that can be read. */
export function messageOf({ body }: WireRequest): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(String(body));
    return isRecord(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}
