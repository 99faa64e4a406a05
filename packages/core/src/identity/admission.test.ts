import { createTestEngine } from "@fairlead/testkit/engine";
import { failureOf } from "@fairlead/testkit/failure-of";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { defineConnector } from "../connector.ts";
import { FairleadError } from "../errors.ts";
import { Secret } from "../secret.ts";

const GOOD_PAIR = { "x-harbour-token": "pier-7" };
const WRONG_PAIR = { "x-harbour-token": "pier-8" };

function createHarbour() {
  const verified: string[] = [];
  const harbour = defineConnector({
    id: "harbour",
    title: "Harbour",
    description: "A harbour.",
    credential: z.object({ token: z.instanceof(Secret) }),
    settings: z.object({}),
    headerCredential: { headers: { "x-harbour-token": "token" }, account: () => "ann" },
    createClient: ({ withCredential }) => ({ withCredential }),
    async verify({ withCredential }) {
      const token = await withCredential((fields) => fields.token?.reveal() ?? "");
      verified.push(token);
      if (token !== "pier-7") throw new FairleadError("unauthenticated", "Harbour rejected this.");
    },
    tools: [],
  });
  return { harbour, verified };
}

async function setUp() {
  const { harbour } = createHarbour();
  const { fairlead, events } = await createTestEngine([harbour]);
  const admit = (headers: Record<string, string>) =>
    fairlead.admit({ surface: "http", address: "10.0.0.1", headers, connectors: [harbour] });
  return { admit, events };
}

describe("at the door", () => {
  test("an address that comes too often is sent away before its credential is looked at", async () => {
    const { harbour, verified } = createHarbour();
    const { fairlead } = await createTestEngine([harbour], {
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
    const { admit, events } = await setUp();
    await failureOf(admit(WRONG_PAIR));
    expect(events).toMatchObject([
      { action: "admission", outcome: "unauthenticated", tenant_id: undefined, surface: "http" },
    ]);
    expect(JSON.stringify(events)).not.toContain("pier-8");
  });

  test("an admission alone is not recorded", async () => {
    const { admit, events } = await setUp();
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
    const { fairlead } = await createTestEngine([broken]);
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
