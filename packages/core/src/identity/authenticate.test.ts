import { hash } from "node:crypto";
import { createTestEngine } from "@fairlead/testkit/engine";
import { failureOf } from "@fairlead/testkit/failure-of";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { defineConnector } from "../connector.ts";
import { FairleadError } from "../errors.ts";
import { Secret } from "../secret.ts";
import type { ApiKey } from "../storage/store.ts";
import type { Evidence, IdentityConfig } from "./authenticate.ts";
import { LOCAL_USER } from "./principal.ts";

const HOUR = 3_600_000;
const GOOD_PAIR = { "x-harbour-user": "ann", "x-harbour-token": "pier-7" };
const WRONG_PAIR = { ...GOOD_PAIR, "x-harbour-token": "pier-8" };

/** A harbour that knows one pair, and one that is closed whatever is shown. */
function createHarbour() {
  const verified: string[] = [];
  const closed: string[] = [];
  let isAway = false;
  const harbour = defineConnector({
    id: "harbour",
    title: "Harbour",
    description: "A harbour.",
    credential: z.object({ user: z.instanceof(Secret), token: z.instanceof(Secret) }),
    settings: z.object({}),
    headerCredential: {
      headers: { "x-harbour-user": "user", "x-harbour-token": "token" },
      account: ({ user }) => user?.reveal() ?? "",
    },
    createClient: ({ credential }) => credential,
    closeClient: ({ token }) => void closed.push(token?.reveal() ?? ""),
    async verify({ user, token }, signal) {
      const pair = `${user?.reveal()} ${token?.reveal()}`;
      verified.push(pair);
      await new Promise((resolve) => setImmediate(resolve));
      signal.throwIfAborted();
      if (isAway) throw new FairleadError("upstream_unavailable", "The harbour does not answer.");
      if (!["ann pier-7", "ann pier-9", "bob pier-7"].includes(pair)) {
        throw new FairleadError("unauthenticated", "Harbour rejected this pair.");
      }
    },
    tools: [],
  });
  return {
    harbour,
    verified,
    closed,
    goAway() {
      isAway = true;
    },
    comeBack() {
      isAway = false;
    },
  };
}

function setUp(identity: Partial<IdentityConfig> = {}) {
  const upstream = createHarbour();
  const engine = createTestEngine([upstream.harbour], {
    config: {
      identity: { trustLocal: false, headerCredentials: true, ...identity },
      addressBucket: { capacity: 1_000_000, refillPerSecond: 1 },
    },
  });
  const admit = (headers: Evidence["headers"], changes: Partial<Evidence> = {}) =>
    engine.fairlead.admit({
      surface: "http",
      address: "10.0.0.1",
      headers,
      connectors: [upstream.harbour],
      ...changes,
    });
  return { ...engine, ...upstream, admit };
}

function keyRecord(key: string, changes: Partial<ApiKey> = {}): ApiKey {
  return {
    id: "key_ci",
    tenant_id: "ten_acme",
    principal_id: "prn_ci",
    label: "continuous integration",
    scopes: ["harbour:read"],
    hash: hash("sha256", key, "hex"),
    ...changes,
  };
}

describe("an API key", () => {
  test.each([
    { authorization: "Bearer flk_ahoy" },
    { authorization: "bearer  flk_ahoy " },
    { "x-api-key": "flk_ahoy" },
    { "x-api-key": ["flk_ahoy", "another"] },
  ])("tells who is calling when it comes as %j", async (headers) => {
    const { admit, store } = setUp();
    await store.putApiKey(keyRecord("flk_ahoy"));
    expect(await admit(headers)).toEqual({
      id: "prn_ci",
      tenant_id: "ten_acme",
      kind: "api_key",
      label: "continuous integration",
      scopes: new Set(["harbour:read"]),
    });
  });

  test("is refused when nobody knows it", async () => {
    const error = await failureOf(setUp().admit({ "x-api-key": "flk_unknown" }));
    expect(error.code).toBe("unauthenticated");
    expect(error.message).not.toContain("flk_unknown");
  });

  test.each(["Basic YW5uOnBpZXI=", "Bearer", "Bearer two words"])(
    "is not read from an Authorization header %j",
    async (authorization) => {
      const error = await failureOf(setUp({ trustLocal: true }).admit({ authorization }));
      expect(error.code).toBe("unauthenticated");
    },
  );

  test("that is wrong never falls back to a weaker credential", async () => {
    const { admit } = setUp({ trustLocal: true });
    const headers = { ...GOOD_PAIR, "x-api-key": "flk_unknown" };
    expect((await failureOf(admit(headers))).code).toBe("unauthenticated");
  });

  test("is good for a second after it was taken away, and no longer", async () => {
    const { admit, clock, store } = setUp();
    await store.putApiKey(keyRecord("flk_ahoy"));
    await admit({ "x-api-key": "flk_ahoy" });
    await store.putApiKey(keyRecord("flk_new"));
    clock.advance(1_000);
    expect((await admit({ "x-api-key": "flk_ahoy" })).id).toBe("prn_ci");
    clock.advance(1);
    expect((await failureOf(admit({ "x-api-key": "flk_ahoy" }))).code).toBe("unauthenticated");
  });
});

describe("a pair of headers", () => {
  test("is good when the upstream accepts it, and names a tenant of its own", async () => {
    const { admit } = setUp();
    const principal = await admit(GOOD_PAIR);
    expect(principal).toMatchObject({ kind: "header", label: "Harbour account" });
    expect(principal.tenant_id).toMatch(/^ten_[0-9a-f]{32}$/);
    expect(principal.connections).toMatchObject([
      { connector: "harbour", tenant_id: principal.tenant_id },
    ]);
  });

  test("shows nothing of itself in the names made from it", async () => {
    const { admit } = setUp();
    const { id, tenant_id, connections } = await admit(GOOD_PAIR);
    const names = `${id} ${tenant_id} ${connections?.[0]?.id}`;
    expect(names).not.toContain("ann");
    expect(names).not.toContain(hash("sha256", "ann", "hex").slice(0, 32));
  });

  test("is refused when the upstream rejects it", async () => {
    const error = await failureOf(setUp().admit(WRONG_PAIR));
    expect(error).toMatchObject({
      code: "unauthenticated",
      message: "Harbour rejected this pair.",
    });
  });

  test("that was rejected leaves no client open", async () => {
    const { admit, closed } = setUp();
    await failureOf(admit(WRONG_PAIR));
    await admit(GOOD_PAIR);
    expect(closed).toEqual(["pier-8"]);
  });

  test("is asked of the upstream once and then remembered for an hour", async () => {
    const { admit, clock, verified } = setUp();
    const first = await admit(GOOD_PAIR);
    clock.advance(HOUR);
    expect(await admit(GOOD_PAIR)).toBe(first);
    expect(verified).toHaveLength(1);
    clock.advance(1);
    await admit(GOOD_PAIR);
    expect(verified).toHaveLength(2);
  });

  test("is asked about once for all who bring it at the same time", async () => {
    const { admit, verified } = setUp();
    const all = await Promise.all(Array.from({ length: 50 }, () => admit(GOOD_PAIR)));
    expect(new Set(all).size).toBe(1);
    expect(verified).toHaveLength(1);
  });

  test("is still checked for the others when one of them leaves", async () => {
    const { admit, closed } = setUp();
    const leaving = new AbortController();
    const left = failureOf(admit(GOOD_PAIR, { signal: () => leaving.signal }));
    const stayed = admit(GOOD_PAIR);
    leaving.abort(new FairleadError("cancelled", "Gone."));
    expect((await left).code).toBe("cancelled");
    expect((await stayed).kind).toBe("header");
    expect(closed).toEqual([]);
  });

  test("is asked of the upstream again each time it was rejected", async () => {
    const { admit, verified } = setUp();
    await failureOf(admit(WRONG_PAIR));
    await failureOf(admit(WRONG_PAIR));
    expect(verified).toEqual(["ann pier-8", "ann pier-8"]);
  });

  test("that is wrong is not good because a right one of the same account was", async () => {
    const { admit } = setUp();
    await admit(GOOD_PAIR);
    expect((await failureOf(admit(WRONG_PAIR))).code).toBe("unauthenticated");
  });

  test("leads to the same tenant as another pair of the same account", async () => {
    const { admit } = setUp();
    const renewed = await admit({ ...GOOD_PAIR, "x-harbour-token": "pier-9" });
    expect(renewed.tenant_id).toBe((await admit(GOOD_PAIR)).tenant_id);
  });

  test("leads to another tenant than a pair of another account", async () => {
    const { admit } = setUp();
    const bob = await admit({ ...GOOD_PAIR, "x-harbour-user": "bob" });
    const ann = await admit(GOOD_PAIR);
    expect(bob.tenant_id).not.toBe(ann.tenant_id);
    expect(bob.connections?.[0]?.id).not.toBe(ann.connections?.[0]?.id);
  });

  test("that is incomplete is refused, and all headers are named", async () => {
    const { admit, verified } = setUp();
    const error = await failureOf(admit({ "x-harbour-user": "ann" }));
    expect(error.code).toBe("unauthenticated");
    expect(error.message).toContain("x-harbour-user and x-harbour-token");
    expect(verified).toEqual([]);
  });

  test("counts only on an endpoint that serves its connector", async () => {
    const { admit } = setUp();
    expect((await failureOf(admit(GOOD_PAIR, { connectors: [] }))).code).toBe("unauthenticated");
  });

  test("counts only where header credentials are switched on", async () => {
    const { admit, verified } = setUp({ headerCredentials: false });
    expect((await failureOf(admit(GOOD_PAIR))).code).toBe("unauthenticated");
    expect(verified).toEqual([]);
  });

  test("is neither accepted nor blamed when the upstream is away", async () => {
    const { admit, goAway, comeBack } = setUp();
    goAway();
    for (let i = 0; i < 20; i++) {
      expect((await failureOf(admit(GOOD_PAIR))).code).toBe("upstream_unavailable");
    }
    comeBack();
    expect((await admit(GOOD_PAIR)).kind).toBe("header");
  });
});

describe("failed sign-ins", () => {
  async function failUntilRefused(admit: () => Promise<unknown>): Promise<FairleadError> {
    for (let i = 0; i < 20; i++) {
      const error = await failureOf(admit());
      if (error.code === "rate_limited") return error;
    }
    throw new Error("Twenty failures in a row were let through.");
  }

  test.each([
    ["API keys", { "x-api-key": "flk_unknown" }],
    ["pairs", WRONG_PAIR],
  ])("with %s are limited per address", async (_kind, headers) => {
    const { admit } = setUp();
    const error = await failUntilRefused(() => admit(headers));
    expect(error.details).toEqual({ reason: "failed_logins", retry_after_s: 30 });
  });

  test("are let through one in thirty seconds after that, however fast they come", async () => {
    const { admit, clock, verified } = setUp();
    await failUntilRefused(() => admit(WRONG_PAIR));
    const before = verified.length;
    for (let i = 0; i < 600; i++) {
      clock.advance(100);
      await failureOf(admit(WRONG_PAIR));
    }
    expect(verified.length - before).toBe(2);
  });

  test("are as few when they all come at once", async () => {
    const { admit, verified } = setUp();
    const guesses = Array.from({ length: 200 }, (_, i) =>
      failureOf(admit({ ...WRONG_PAIR, "x-harbour-token": `pier-${i + 100}` })),
    );
    const codes = (await Promise.all(guesses)).map(({ code }) => code);
    expect(codes.filter((code) => code === "rate_limited").length).toBeGreaterThan(170);
    expect(verified.length).toBeLessThan(30);
  });

  test("do not lock out another address", async () => {
    const { admit } = setUp();
    await failUntilRefused(() => admit(WRONG_PAIR));
    expect((await admit(GOOD_PAIR, { address: "10.0.0.2" })).kind).toBe("header");
  });

  test("do not lock out who is remembered", async () => {
    const { admit } = setUp();
    const principal = await admit(GOOD_PAIR);
    await failUntilRefused(() => admit(WRONG_PAIR));
    expect(await admit(GOOD_PAIR)).toBe(principal);
  });

  test("that were few do not turn a busy address with good keys away", async () => {
    const { admit, store } = setUp();
    for (let i = 0; i < 9; i++) await failureOf(admit({ "x-api-key": "flk_unknown" }));
    for (let i = 0; i < 1_100; i++) {
      await store.putApiKey(keyRecord(`flk_${i}`, { id: `key_${i}` }));
      expect((await admit({ "x-api-key": `flk_${i}` })).kind).toBe("api_key");
    }
  });
});

describe("no credential at all", () => {
  test("is refused, and the message says what to send", async () => {
    const error = await failureOf(setUp().admit({}));
    expect(error.code).toBe("unauthenticated");
    expect(error.message).toContain("Authorization: Bearer");
  });

  test("means the local user where the operator trusts the machine", async () => {
    expect(await setUp({ trustLocal: true }).admit({})).toBe(LOCAL_USER);
  });
});

describe("at the door", () => {
  test("an address that comes too often is sent away before its credential is looked at", async () => {
    const { harbour, verified } = createHarbour();
    const { fairlead } = createTestEngine([harbour], {
      config: { addressBucket: { capacity: 1, refillPerSecond: 0.5 } },
    });
    const evidence = {
      surface: "http",
      address: "10.0.0.1",
      headers: GOOD_PAIR,
      connectors: [harbour],
    } as const;
    await fairlead.admit(evidence);
    const error = await failureOf(fairlead.admit(evidence));
    expect(error).toMatchObject({
      code: "rate_limited",
      details: { retry_after_s: 2, reason: "call_limit" },
    });
    expect(verified).toHaveLength(1);
    await expect(fairlead.admit({ ...evidence, address: "10.0.0.2" })).resolves.toBeDefined();
  });

  test("a refusal is recorded without a tenant and without the credential", async () => {
    const { admit, events } = setUp();
    await failureOf(admit(WRONG_PAIR));
    expect(events).toMatchObject([
      { action: "admission", outcome: "unauthenticated", tenant_id: undefined, surface: "http" },
    ]);
    expect(JSON.stringify(events)).not.toContain("pier-8");
  });

  test("an admission alone is not recorded", async () => {
    const { admit, events } = setUp();
    await admit(GOOD_PAIR);
    expect(events).toEqual([]);
  });

  test("what nobody foresaw in a connector's check becomes internal", async () => {
    const broken = defineConnector({
      id: "harbour",
      title: "Harbour",
      description: "A harbour.",
      credential: z.object({ token: z.instanceof(Secret) }),
      settings: z.object({}),
      headerCredential: { headers: { "x-harbour-token": "token" }, account: () => "ann" },
      createClient: () => undefined,
      verify: () => Promise.reject(new TypeError("pier-7 is not a function")),
      tools: [],
    });
    const { fairlead } = createTestEngine([broken]);
    const error = await failureOf(
      fairlead.admit({
        surface: "http",
        address: "10.0.0.1",
        headers: { "x-harbour-token": "pier-7" },
        connectors: [broken],
      }),
    );
    expect(error.code).toBe("internal");
    expect(error.message).not.toContain("pier-7");
  });
});
