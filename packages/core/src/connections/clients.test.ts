import { createManualClock } from "@fairlead/testkit/clock";
import { createConnection } from "@fairlead/testkit/engine";
import { failureOf } from "@fairlead/testkit/failure-of";
import { seededRandom } from "@fairlead/testkit/random";
import { expect, test } from "vitest";
import { z } from "zod";
import { createCache } from "../cache/cache.ts";
import { type ClientEnvironment, defineConnector } from "../connector.ts";
import { SILENT } from "../ports.ts";
import { Secret } from "../secret.ts";
import { createMemoryShared } from "../storage/memory-shared.ts";
import { createKeyedHash } from "../vault/keyed-hash.ts";
import { createClients } from "./clients.ts";

interface Client {
  environment: ClientEnvironment<{ region: string }>;
}

function setUp(closeClient?: (client: Client) => Promise<void>) {
  const clock = createManualClock();
  const random = seededRandom();
  const harbour = defineConnector({
    id: "harbour",
    title: "Harbour",
    description: "A harbour.",
    credential: z.object({ token: z.instanceof(Secret) }),
    settings: z.object({ region: z.string().default("north") }),
    createClient: (environment): Client => ({ environment }),
    ...(closeClient === undefined ? {} : { closeClient }),
    tools: [],
  });
  const clients = createClients({
    fetch: () => Promise.reject(new Error("No test here reaches outside.")),
    clock,
    random,
    shared: createMemoryShared(clock),
    cache: createCache(clock),
    logger: SILENT,
    keyedHash: createKeyedHash("key", random),
  });
  const open = (changes = {}) => clients.open(harbour, createConnection(changes)) as Client;
  return { clients, harbour, open };
}

test("builds a client with credential, settings and whose it is", () => {
  const { environment } = setUp().open();
  expect(environment).toMatchObject({
    connection_id: "con_main",
    tenant_id: "ten_acme",
    settings: { region: "north" },
  });
  expect(environment.credential.token?.reveal()).toBe("pier-7");
});

test("builds one client per connection and keeps it", () => {
  const { open } = setUp();
  expect(open()).toBe(open());
  expect(open({ id: "con_other" })).not.toBe(open());
});

test("builds a new client when the connection changed", () => {
  const { open } = setUp();
  expect(open({ version: 2 })).not.toBe(open({ version: 1 }));
});

test("never hands one tenant the client of another, whatever their connections are called", () => {
  const { open } = setUp();
  expect(open({ tenant_id: "ten_other" })).not.toBe(open());
});

test("keeps the cached answers of two connections apart", async () => {
  const { open } = setUp();
  const { signal } = new AbortController();
  const ask = (changes: object, answer: string) =>
    open(changes).environment.cache.get("tide", { ttlMs: 1_000 }, signal, async () => answer);
  expect(await ask({}, "low")).toBe("low");
  expect(await ask({ id: "con_other" }, "high")).toBe("high");
  expect(await ask({ tenant_id: "ten_other" }, "higher")).toBe("higher");
});

test("refuses a connection whose settings do not fit", async () => {
  const { open } = setUp();
  const error = await failureOf(() => open({ settings: { region: 7 } }));
  expect(error.code).toBe("invalid_input");
  expect(error.message).toContain("settings of connection main");
});

test("closes and forgets the client of a connection that is dropped", () => {
  const closed: Client[] = [];
  const { clients, open } = setUp(async (client) => void closed.push(client));
  const dropped = open();
  clients.drop(createConnection());
  expect(closed).toEqual([dropped]);
  expect(open()).not.toBe(dropped);
});

test("waits until all clients are closed", async () => {
  const mayClose = Promise.withResolvers<void>();
  const closed: string[] = [];
  const { clients, open } = setUp(async ({ environment }) => {
    await mayClose.promise;
    closed.push(environment.connection_id);
  });
  open({ id: "con_a" });
  open({ id: "con_b" });
  const all = clients.closeAll();
  mayClose.resolve();
  await all;
  expect(closed.sort()).toEqual(["con_a", "con_b"]);
});

test("closes the others when one client cannot be closed", async () => {
  const { clients, open } = setUp(() => Promise.reject(new Error("The rope is stuck.")));
  open();
  await expect(clients.closeAll()).resolves.toBeUndefined();
});

test("closes a client that needs no closing", async () => {
  const { clients, open } = setUp();
  open();
  await expect(clients.closeAll()).resolves.toBeUndefined();
});
