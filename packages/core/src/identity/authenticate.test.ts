import { hash } from "node:crypto";
import { failureOf } from "@fairlead/testkit/failure-of";
import { createTestIdentity } from "@fairlead/testkit/identity";
import { describe, expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { defineConnector } from "../connector.ts";
import { FairleadError } from "../errors.ts";
import { Secret } from "../secret.ts";
import type { IdentityConfig } from "./authenticate.ts";
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
    createClient: ({ withCredential, connection_id }) => ({ withCredential, connection_id }),
    closeClient: ({ connection_id }) => void closed.push(connection_id),
    async verify({ withCredential }, signal) {
      const pair = await withCredential(
        ({ user, token }) => `${user?.reveal()} ${token?.reveal()}`,
      );
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

async function setUp(config: Partial<IdentityConfig> = {}) {
  const upstream = createHarbour();
  const made = await createTestIdentity({ config, connectors: [upstream.harbour] });
  onTestFinished(() => made.close());
  return { ...made, ...upstream };
}

describe("a key", () => {
  test.each(["Basic YW5uOnBpZXI=", "Bearer", "Bearer two words", "DPoP abc", ""])(
    "is not read from an Authorization header %j",
    async (authorization) => {
      const { admit } = await setUp({ trustLocal: true });
      expect((await failureOf(admit({ authorization }))).code).toBe("unauthenticated");
    },
  );

  test("that is wrong never falls back to a weaker credential", async () => {
    const { admit } = await setUp({ trustLocal: true, anonymousConnectors: ["harbour"] });
    expect((await failureOf(admit({ "x-api-key": "unknown" }))).code).toBe("unauthenticated");
    expect((await failureOf(admit({ "x-api-key": "" }))).code).toBe("unauthenticated");
  });

  test("may come in both headers, but not another in each", async () => {
    const { admit } = await setUp({ operatorKeys: [new Secret("one"), new Secret("two")] });
    const same = await admit({ authorization: "Bearer one", "x-api-key": "one" });
    expect(same.id).toBe("prn_key_1");
    const error = await failureOf(admit({ authorization: "Bearer one", "x-api-key": "two" }));
    expect(error).toMatchObject({
      code: "invalid_input",
      details: { reason: "several_credentials" },
    });
  });

  test.each([
    ["a list", ["one", "one"]],
    ["joined by Node", "one, one"],
  ])("that comes twice is not taken (%s)", async (_how, value) => {
    const { admit } = await setUp({ operatorKeys: [new Secret("one")] });
    const { code } = await failureOf(admit({ "x-api-key": value }));
    expect(["invalid_input", "unauthenticated"]).toContain(code);
  });

  test("together with the headers of an account is refused before either is looked at", async () => {
    const { admit, verified } = await setUp({ operatorKeys: [new Secret("one")] });
    const error = await failureOf(admit({ ...GOOD_PAIR, authorization: "Bearer one" }));
    expect(error).toMatchObject({
      code: "invalid_input",
      details: { reason: "several_credentials" },
    });
    expect(error.message).toContain("x-harbour-user and x-harbour-token");
    expect(verified).toEqual([]);
  });

  test("together with the headers of an account is refused also where such headers are off", async () => {
    const { admit } = await setUp({ operatorKeys: [new Secret("one")], headerCredentials: false });
    const headers = { ...GOOD_PAIR, authorization: "Bearer one" };
    expect((await failureOf(admit(headers))).code).toBe("invalid_input");
    // Where the endpoint does not serve that account's connector nobody can mean it.
    expect((await admit(headers, { connectors: [] })).id).toBe("prn_key_1");
  });
});

describe("a pair of headers", () => {
  test("is good when the upstream accepts it, and names a tenant of its own", async () => {
    const { admit } = await setUp();
    const principal = await admit(GOOD_PAIR);
    expect(principal).toMatchObject({ kind: "header", label: "Harbour account" });
    expect(principal.tenant_id).toMatch(/^ten_[0-9a-f]{32}$/);
    expect(principal.connections).toMatchObject([
      { connector: "harbour", tenant_id: principal.tenant_id },
    ]);
  });

  test("shows nothing of itself in the names made from it", async () => {
    const { admit } = await setUp();
    const { id, tenant_id, connections } = await admit(GOOD_PAIR);
    const names = `${id} ${tenant_id} ${connections?.[0]?.id}`;
    expect(names).not.toContain("ann");
    expect(names).not.toContain(hash("sha256", "ann", "hex").slice(0, 32));
  });

  test("is refused when the upstream rejects it", async () => {
    const error = await failureOf((await setUp()).admit(WRONG_PAIR));
    expect(error).toMatchObject({
      code: "unauthenticated",
      message: "Harbour rejected this pair.",
    });
  });

  test("that was rejected leaves no client open", async () => {
    const { admit, closed } = await setUp();
    await failureOf(admit(WRONG_PAIR));
    const { connections } = await admit(GOOD_PAIR);
    expect(closed).toHaveLength(1);
    expect(closed).not.toContain(connections?.[0]?.id);
  });

  test("is asked of the upstream once and then remembered until an hour after its last use", async () => {
    const { admit, clock, verified } = await setUp();
    const first = await admit(GOOD_PAIR);
    clock.advance(HOUR);
    expect(await admit(GOOD_PAIR)).toBe(first);
    clock.advance(HOUR);
    expect(await admit(GOOD_PAIR)).toBe(first);
    expect(verified).toHaveLength(1);
    clock.advance(HOUR + 1);
    await admit(GOOD_PAIR);
    expect(verified).toHaveLength(2);
  });

  test("that is remembered is known at once", async () => {
    const { admit, identity, harbour } = await setUp();
    const first = await admit(GOOD_PAIR);
    const evidence = { surface: "http", address: "10.0.0.9", connectors: [harbour] } as const;
    expect(identity.authenticate({ ...evidence, headers: GOOD_PAIR })).toBe(first);
  });

  test("is asked about again once the upstream no longer takes it", async () => {
    const { admit, identity, verified } = await setUp();
    identity.forget(await admit(GOOD_PAIR));
    await admit(GOOD_PAIR);
    expect(verified).toHaveLength(2);
  });

  test("is asked about once for all who bring it at the same time", async () => {
    const { admit, verified } = await setUp();
    const all = await Promise.all(Array.from({ length: 50 }, () => admit(GOOD_PAIR)));
    expect(new Set(all).size).toBe(1);
    expect(verified).toHaveLength(1);
  });

  test("is still checked for the others when one of them leaves", async () => {
    const { admit, closed } = await setUp();
    const leaving = new AbortController();
    const left = failureOf(admit(GOOD_PAIR, { signal: () => leaving.signal }));
    const stayed = admit(GOOD_PAIR);
    leaving.abort(new FairleadError("cancelled", "Gone."));
    expect((await left).code).toBe("cancelled");
    expect((await stayed).kind).toBe("header");
    expect(closed).toEqual([]);
  });

  test("is asked of the upstream again each time it was rejected", async () => {
    const { admit, verified } = await setUp();
    await failureOf(admit(WRONG_PAIR));
    await failureOf(admit(WRONG_PAIR));
    expect(verified).toEqual(["ann pier-8", "ann pier-8"]);
  });

  test("that is wrong is not good because a right one of the same account was", async () => {
    const { admit } = await setUp();
    await admit(GOOD_PAIR);
    expect((await failureOf(admit(WRONG_PAIR))).code).toBe("unauthenticated");
  });

  test("leads to the same tenant as another pair of the same account", async () => {
    const { admit } = await setUp();
    const renewed = await admit({ ...GOOD_PAIR, "x-harbour-token": "pier-9" });
    expect(renewed.tenant_id).toBe((await admit(GOOD_PAIR)).tenant_id);
  });

  test("leads to another tenant than a pair of another account", async () => {
    const { admit } = await setUp();
    const bob = await admit({ ...GOOD_PAIR, "x-harbour-user": "bob" });
    const ann = await admit(GOOD_PAIR);
    expect(bob.tenant_id).not.toBe(ann.tenant_id);
    expect(bob.connections?.[0]?.id).not.toBe(ann.connections?.[0]?.id);
  });

  test("that is incomplete is refused, and all headers are named", async () => {
    const { admit, verified } = await setUp();
    const error = await failureOf(admit({ "x-harbour-user": "ann" }));
    expect(error.code).toBe("unauthenticated");
    expect(error.message).toContain("x-harbour-user and x-harbour-token");
    expect(verified).toEqual([]);
  });

  test("counts only on an endpoint that serves its connector", async () => {
    const { admit } = await setUp();
    expect((await failureOf(admit(GOOD_PAIR, { connectors: [] }))).code).toBe("unauthenticated");
  });

  test("counts only where header credentials are switched on, and then nobody weaker stands in", async () => {
    const { admit, verified } = await setUp({
      headerCredentials: false,
      trustLocal: true,
      anonymousConnectors: ["harbour"],
    });
    const error = await failureOf(admit(GOOD_PAIR));
    expect(error.code).toBe("unauthenticated");
    expect(error.message).toContain("x-harbour-user");
    expect(verified).toEqual([]);
  });

  test("is neither accepted nor blamed when the upstream is away", async () => {
    const { admit, goAway, comeBack } = await setUp();
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
    ["API keys", { "x-api-key": "unknown" }],
    ["pairs", WRONG_PAIR],
  ])("with %s are limited per address", async (_kind, headers) => {
    const { admit } = await setUp();
    const error = await failUntilRefused(() => admit(headers));
    expect(error.details).toEqual({ reason: "failed_logins", retry_after_s: 30 });
  });

  test("are let through one in thirty seconds after that, however fast they come", async () => {
    const { admit, clock, verified } = await setUp();
    await failUntilRefused(() => admit(WRONG_PAIR));
    const before = verified.length;
    for (let i = 0; i < 600; i++) {
      clock.advance(100);
      await failureOf(admit(WRONG_PAIR));
    }
    expect(verified.length - before).toBe(2);
  });

  test("are as few when they all come at once", async () => {
    const { admit, verified } = await setUp();
    const guesses = Array.from({ length: 200 }, (_, i) =>
      failureOf(admit({ ...WRONG_PAIR, "x-harbour-token": `pier-${i + 100}` })),
    );
    const codes = (await Promise.all(guesses)).map(({ code }) => code);
    expect(codes.filter((code) => code === "rate_limited").length).toBeGreaterThan(170);
    expect(verified.length).toBeLessThan(30);
  });

  test("do not lock out another address", async () => {
    const { admit } = await setUp();
    await failUntilRefused(() => admit(WRONG_PAIR));
    expect((await admit(GOOD_PAIR, { address: "10.0.0.2" })).kind).toBe("header");
  });

  test("do not lock out who is remembered", async () => {
    const { admit } = await setUp();
    const principal = await admit(GOOD_PAIR);
    await failUntilRefused(() => admit(WRONG_PAIR));
    expect(await admit(GOOD_PAIR)).toBe(principal);
  });

  test("that were few do not turn a busy address with good keys away", async () => {
    const { admit, addKey } = await setUp();
    for (let i = 0; i < 9; i++) await failureOf(admit({ "x-api-key": "unknown" }));
    for (let i = 0; i < 1_100; i++) {
      const { key } = await addKey();
      expect((await admit({ "x-api-key": key })).id).toBe("prn_ann");
    }
  });

  test("do not turn good keys away even where they are many", async () => {
    const { admit, addKey } = await setUp();
    const { key } = await addKey();
    await failUntilRefused(() => admit({ "x-api-key": "unknown" }));
    expect((await admit({ "x-api-key": key })).id).toBe("prn_ann");
  });
});

describe("headers of two accounts", () => {
  const GOOD_PILOT = { "x-pilot": "sue" };

  async function setUpTwo() {
    const { harbour } = createHarbour();
    const pilot = defineConnector({
      ...{ id: "pilot", title: "Pilot", description: "A pilot." },
      credential: z.object({ name: z.instanceof(Secret) }),
      settings: z.object({}),
      headerCredential: {
        headers: { "x-pilot": "name" },
        account: ({ name }) => name?.reveal() ?? "",
      },
      createClient: () => undefined,
      verify: async () => {},
      tools: [],
    });
    const made = await createTestIdentity({ connectors: [harbour, pilot] });
    onTestFinished(() => made.close());
    return { ...made, harbour, pilot };
  }

  test("are refused where both count, and the message says what to do", async () => {
    const { admit } = await setUpTwo();
    const error = await failureOf(admit({ ...GOOD_PAIR, ...GOOD_PILOT }));
    expect(error).toMatchObject({
      code: "invalid_input",
      details: { reason: "several_credentials" },
    });
    expect(error.message).toContain("Harbour and Pilot");
  });

  test("are taken one at a time at the connectors' own endpoints", async () => {
    const { admit, harbour, pilot } = await setUpTwo();
    const headers = { ...GOOD_PAIR, ...GOOD_PILOT };
    const ann = await admit(headers, { connectors: [harbour] });
    const sue = await admit(headers, { connectors: [pilot] });
    expect(ann.connections?.map(({ connector }) => connector)).toEqual(["harbour"]);
    expect(sue.connections?.map(({ connector }) => connector)).toEqual(["pilot"]);
    expect(ann.tenant_id).not.toBe(sue.tenant_id);
  });

  test("with the same name for the account still lead to two tenants", async () => {
    const { admit, harbour, pilot } = await setUpTwo();
    const ann = await admit(GOOD_PAIR, { connectors: [harbour] });
    const other = await admit({ "x-pilot": "ann" }, { connectors: [pilot] });
    expect(ann.tenant_id).not.toBe(other.tenant_id);
  });

  test("of a connector that cannot ask its upstream are never believed", async () => {
    const credulous = defineConnector({
      ...{ id: "credulous", title: "Credulous", description: "Believes anything." },
      credential: z.object({ name: z.instanceof(Secret) }),
      settings: z.object({}),
      headerCredential: {
        headers: { "x-name": "name" },
        account: ({ name }) => name?.reveal() ?? "",
      },
      createClient: () => undefined,
      tools: [],
    });
    const { admit } = await setUpTwo();
    const error = await failureOf(admit({ "x-name": "ann" }, { connectors: [credulous] }));
    expect(error.code).toBe("unauthenticated");
  });
});

describe("no credential at all", () => {
  test("is refused, and the message says what to send", async () => {
    const error = await failureOf((await setUp()).admit({}));
    expect(error.code).toBe("unauthenticated");
    expect(error.message).toContain("Authorization: Bearer");
  });

  test("means the local user where the operator trusts the machine", async () => {
    expect(await (await setUp({ trustLocal: true })).admit({})).toBe(LOCAL_USER);
  });
});

describe("a caller without a credential where some connectors are open", () => {
  const open = { anonymousConnectors: ["harbour"], headerCredentials: true };

  test("reads those, out of an allowance of its network", async () => {
    const { admit } = await setUp(open);
    expect(await admit({}, { address: "2001:db8:1:2:3:4:5:6" })).toEqual({
      id: "prn_anonymous",
      tenant_id: "ten_anonymous",
      kind: "anonymous",
      label: "anonymous",
      roles: [],
      scopes: new Set(["harbour:read"]),
      allowance: {
        key: "calls anonymous 2001:db8:1:2::/64",
        tier: "anonymous",
        bucket: { capacity: 100, refillPerSecond: 100 / 3_600 },
      },
    });
  });

  test("is refused on an endpoint that serves anything else, so that clients sign in there", async () => {
    const { admit, harbour } = await setUp(open);
    const other = { ...harbour, id: "other" };
    for (const connectors of [[harbour, other], [other], []]) {
      expect((await failureOf(admit({}, { connectors }))).code).toBe("unauthenticated");
    }
  });

  test("is refused where none is open", async () => {
    const { admit } = await setUp();
    expect((await failureOf(admit({}))).code).toBe("unauthenticated");
  });

  test("is whoever it shows to be, as soon as it shows something", async () => {
    const { admit } = await setUp(open);
    expect((await admit(GOOD_PAIR)).kind).toBe("header");
    expect((await failureOf(admit(WRONG_PAIR))).code).toBe("unauthenticated");
  });
});
