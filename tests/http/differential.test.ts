import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CASES, VALID } from "./src/cases.ts";
import { type Comparable, comparable, type Difference, differences } from "./src/compare.ts";
import { DELIBERATE, findDeliberate } from "./src/deliberate.ts";
import { mutate, mutations } from "./src/mutate.ts";
import { type Reference, startReference } from "./src/reference.ts";
import { bare, legacy, notification, post } from "./src/requests.ts";
import { type Running, start } from "./src/start.ts";
import { twin } from "./src/twin.ts";
import { createWire, type Wire, type WireRequest } from "./src/wire.ts";

const MAX_BODY_BYTES = 512 * 1024;
const SEED = 20_260_728;
const OLD = { "MCP-Protocol-Version": "1999-01-01" };
const RUNS = 1_500;

let ours: Running;
let theirs: Reference;
let toOurs: Wire;
let toTheirs: Wire;
const met = new Set<unknown>();

beforeAll(async () => {
  ours = await start({ connectors: [twin], http: { maxBodyBytes: MAX_BODY_BYTES } });
  theirs = await startReference(MAX_BODY_BYTES);
  toOurs = createWire(ours.port);
  toTheirs = createWire(theirs.port);
});

afterAll(async () => {
  toOurs.close();
  toTheirs.close();
  await ours.close();
  await theirs.close();
});

/** What our answer says otherwise than the SDK's, and does not mean to. */
async function undeliberate(name: string, request: WireRequest): Promise<Difference[]> {
  const [our, their] = await Promise.all([toOurs.send(request), toTheirs.send(request)]);
  expect(our.status, `an answer to ${name}`).toBeGreaterThan(0);
  return differences(comparable(their), comparable(our)).filter((difference) => {
    const entry = findDeliberate(name, difference);
    met.add(entry);
    return entry === undefined;
  });
}

test.for(Object.entries(CASES))(
  "answers as the official server does: %s",
  async ([name, request]) => {
    expect(await undeliberate(name, request)).toEqual([]);
  },
);

test.for(["__proto__", "toString", "valueOf"])(
  "completes nothing for an argument called %s",
  async (name) => {
    const request = legacy("completion/complete", {
      ref: { type: "ref/prompt", name: "greet" },
      argument: { name, value: "a" },
    });
    expect(await undeliberate("completion", request)).toEqual([]);
  },
);

/** What a server answers to one client's session, from its opening to after its end. */
async function liveSession(wire: Wire): Promise<Record<string, Comparable>> {
  const answers: Record<string, Comparable> = {};
  let session: Record<string, string> = {};
  const send = async (name: string, request: WireRequest) => {
    const answer = await wire.send(request);
    answers[name] = comparable(answer);
    return answer;
  };
  const get = (headers: Record<string, string>) =>
    bare("GET", { Accept: "text/event-stream", ...session, ...headers });
  const opening = await send("initialize", VALID["legacy initialize"]!);
  session = { "Mcp-Session-Id": opening.headers["mcp-session-id"] ?? "" };
  const unknown = { "Mcp-Session-Id": "nobody-knows-this-one" };
  const inSession = { headers: session };
  await send("initialized", notification("notifications/initialized", {}, inSession));
  await send("ping", legacy("ping", undefined, inSession));
  await send("a call", legacy("tools/call", { name: "picture" }, inSession));
  await send("a failing call", legacy("tools/call", { name: "fail" }, inSession));
  await send("a level", legacy("logging/setLevel", { level: "error" }, inSession));
  await send("a subscription", legacy("resources/subscribe", { uri: "twin://motto" }, inSession));
  await send("an unknown method", legacy("nope", {}, inSession));
  await send("a reply nobody waits for", post({ jsonrpc: "2.0", id: "x", result: {} }, inSession));
  await send("broken JSON", post("{", inSession));
  await send("a wrong version", legacy("ping", {}, { headers: { ...session, ...OLD } }));
  await send("a stream", get({}));
  await send("a stream without accepting one", get({ Accept: "application/json" }));
  await send("a stream of a wrong version", get(OLD));
  await send("a stream of an unknown session", get(unknown));
  await send("a call in an unknown session", legacy("tools/list", {}, { headers: unknown }));
  await send("the end of an unknown session", bare("DELETE", unknown));
  await send("the end of a wrong version", bare("DELETE", { ...session, ...OLD }));
  await send("the end", bare("DELETE", session));
  await send("a call after the end", legacy("tools/list", {}, inSession));
  await send("a stream after the end", get({}));
  await send("a second end", bare("DELETE", session));
  return answers;
}

test("treats a session as the official server does, from its opening to after its end", async () => {
  const [our, their] = await Promise.all([liveSession(toOurs), liveSession(toTheirs)]);
  const found = differences(their, our).filter(
    ({ path }) =>
      !path.endsWith(".headers.mcp-session-id") && !path.endsWith(".capabilities.tasks"),
  );
  expect(found).toEqual([]);
  expect(our.initialize?.headers["mcp-session-id"]).toBeDefined();
});

test("has no deliberate difference on its list that no longer exists", () => {
  expect(DELIBERATE.filter((entry) => !met.has(entry)).map(({ reason }) => reason)).toEqual([]);
});

test("answers as the official server does, whatever is wrong with a request", async () => {
  const property = fc.asyncProperty(
    fc.constantFrom(...Object.keys(VALID)),
    mutations,
    async (name, changes) => {
      const request = mutate(VALID[name]!, changes);
      const found = await undeliberate(`fuzzed ${name}`, request);
      expect({ found, request: found.length > 0 ? request : undefined }).toEqual({ found: [] });
    },
  );
  await fc.assert(property, { seed: SEED, numRuns: RUNS, endOnFailure: false });
});

test("has logged no failure of its own over all of this", () => {
  const failures = ours
    .log()
    .split("\n")
    .filter((line) => /"level":"(warn|error)"/.test(line));
  expect(failures).toEqual([]);
});
