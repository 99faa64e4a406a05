import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { Secret } from "@fairlead/core/secret";
import { createManualClock, type ManualClock } from "@fairlead/testkit/clock";
import { createCollectingLogger } from "@fairlead/testkit/logger";
import { seededRandom } from "@fairlead/testkit/random";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createEgress, type EgressConfig } from "../egress/egress.ts";
import { createWebhook, sign, type Webhook } from "./webhook.ts";

interface Arrival {
  url: string | undefined;
  headers: IncomingHttpHeaders;
  body: string;
}

const SECRET = new Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
let arrivals: Arrival[];
/** How the receiver answers, one after another; the last goes on. */
let answers: { status: number; location?: string }[];
let server: Server;
let url: string;
let clock: ManualClock;
let logger: ReturnType<typeof createCollectingLogger>;
let egress: ReturnType<typeof createEgress> | undefined;
const hooks: Webhook[] = [];

function create(changes: Partial<EgressConfig> = {}, to = `${url}/hook/t0p-s3cret`): Webhook {
  egress = createEgress({
    ...{ allowPrivate: true, allow: [], connectionsPerHost: 2, connectTimeoutMs: 1_000 },
    ...{ totalTimeoutMs: 10_000, maxResponseBytes: 1_000, ...changes },
  });
  const config = { url: new Secret(to), secret: SECRET };
  const hook = createWebhook({
    ...{ config, fetch: egress.fetch, clock, random: seededRandom(), logger },
  });
  hooks.push(hook);
  return hook;
}

/** Lets real sockets do their part, then moves time on to the next attempt, until all is said. */
async function toTheEnd(sending: Promise<boolean>): Promise<boolean> {
  let result: boolean | undefined;
  void sending.then((taken) => {
    result = taken;
  });
  while (result === undefined) {
    await new Promise<void>((go) => setImmediate(go));
    const [next] = clock.waiting;
    if (next !== undefined) clock.advance(next);
  }
  return result;
}

beforeEach(async () => {
  arrivals = [];
  answers = [{ status: 204 }];
  clock = createManualClock();
  logger = createCollectingLogger();
  server = createServer(async (req, res) => {
    arrivals.push({ url: req.url, headers: req.headers, body: await text(req) });
    const { status, location } = (answers.length > 1 ? answers.shift() : answers[0]) ?? {
      status: 204,
    };
    res.writeHead(status, location === undefined ? {} : { Location: location }).end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  for (const hook of hooks.splice(0)) hook.close();
  await egress?.close();
  server.closeAllConnections();
  server.close();
});

describe("a signature", () => {
  test("is that of the Standard Webhooks libraries", () => {
    // The example of https://docs.svix.com/receiving/verifying-payloads/how-manual.
    const body = '{"test": 2432232314}';
    expect(sign(SECRET, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)).toBe(
      "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    );
  });

  test("takes any text for a secret", () => {
    const other = sign(new Secret("a secret of the operator's"), "alt_1", 1, "{}");
    expect(other).toMatch(/^v1,[A-Za-z0-9+/]{43}=$/);
    expect(other).not.toBe(sign(new Secret("another"), "alt_1", 1, "{}"));
  });
});

test("arrives signed, with its id and the time", async () => {
  expect(await create().send("alt_1", '{"type":"alert.test"}')).toBe(true);
  const [arrival] = arrivals;
  const timestamp = Math.floor(clock.now() / 1000);
  expect(arrival).toMatchObject({ url: "/hook/t0p-s3cret", body: '{"type":"alert.test"}' });
  expect(arrival?.headers).toMatchObject({
    "content-type": "application/json",
    "webhook-id": "alt_1",
    "webhook-timestamp": String(timestamp),
    "webhook-signature": sign(SECRET, "alt_1", timestamp, '{"type":"alert.test"}'),
  });
});

test("is tried again until it is taken, under the same id and with a new time", async () => {
  answers = [{ status: 500 }, { status: 429 }, { status: 204 }];
  expect(await toTheEnd(create().send("alt_1", "{}"))).toBe(true);
  expect(arrivals.map(({ headers }) => headers["webhook-id"])).toEqual(["alt_1", "alt_1", "alt_1"]);
  expect(new Set(arrivals.map(({ headers }) => headers["webhook-timestamp"])).size).toBe(3);
});

test("is given up after five attempts, within a quarter of an hour", async () => {
  answers = [{ status: 500 }];
  const startedAt = clock.now();
  expect(await toTheEnd(create().send("alt_1", "{}"))).toBe(false);
  expect(arrivals).toHaveLength(5);
  expect(clock.now() - startedAt).toBeLessThan(15 * 60_000);
});

test("is not tried again where its receiver wants no more", async () => {
  answers = [{ status: 410 }];
  expect(await create().send("alt_1", "{}")).toBe(false);
  expect(arrivals).toHaveLength(1);
});

test("is never led elsewhere", async () => {
  answers = [{ status: 307, location: `${url}/elsewhere` }];
  expect(await toTheEnd(create().send("alt_1", "{}"))).toBe(false);
  expect(arrivals.every((arrival) => arrival.url === "/hook/t0p-s3cret")).toBe(true);
});

test("does not leave for a private address that is not listed, and is not tried again", async () => {
  const hook = create({ allowPrivate: false });
  expect(await hook.send("alt_1", "{}")).toBe(false);
  expect(
    await create({ allowPrivate: false }, url.replace("127.0.0.1", "localhost")).send("a", "{}"),
  ).toBe(false);
  expect(arrivals).toEqual([]);
  expect(clock.waiting).toEqual([]);
  expect(logger.lines.at(-1)?.message).toBe("the webhook may not be reached");
});

test("lets neither its secret nor its address into the log", async () => {
  answers = [{ status: 500 }];
  await toTheEnd(create().send("alt_1", "{}"));
  await toTheEnd(create({}, "http://127.0.0.1:1/hook/t0p-s3cret").send("alt_2", "{}"));
  expect(logger.lines.length).toBeGreaterThan(5);
  expect(logger.text()).not.toMatch(/t0p-s3cret|MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw/);
});

test("ends its waiting when it is closed", async () => {
  answers = [{ status: 500 }];
  const hook = create();
  const sending = hook.send("alt_1", "{}");
  await expect.poll(() => clock.waiting.length).toBe(1);
  hook.close();
  expect(await sending).toBe(false);
});
