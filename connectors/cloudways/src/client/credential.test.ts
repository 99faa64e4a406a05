import { Secret } from "@fairlead/core/secret";
import { createTestFairlead } from "@fairlead/testkit/fairlead";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { useCloudways } from "../../test/harness.ts";
import { cloudways as connector } from "../connector.ts";

describe("a pair that Cloudways does not know", () => {
  const cloudways = useCloudways({
    credential: ({ credentials }) => ({ email: credentials.email, api_key: "canary-wrong-key-0" }),
  });

  test("is refused with what to do, and not tried again at once", async () => {
    for (let call = 1; call <= 3; call += 1) {
      await expect(cloudways.call("cloudways_ping")).rejects.toMatchObject({
        code: "unauthenticated",
        message:
          "Cloudways rejected the e-mail and API key of this connection. Check both, or make an access token in the Cloudways platform.",
        details: { reason: "login_refused" },
      });
    }
    expect(cloudways.fake.counters.total).toBe(1);

    cloudways.clock.advance(30_000);
    await expect(cloudways.call("cloudways_ping")).rejects.toMatchObject({
      code: "unauthenticated",
    });
    expect(cloudways.fake.counters.total).toBe(2);
  });

  test("is not blamed when Cloudways forbids the login", async () => {
    cloudways.fake.faults.add({ kind: "html", status: 403, operation: "createAccessToken" });
    await expect(cloudways.call("cloudways_ping")).rejects.toMatchObject({
      code: "forbidden",
      details: { reason: "login_forbidden" },
    });
  });
});

describe("an access token", () => {
  const cloudways = useCloudways({
    credential: ({ credentials }) => ({ api_key: ` ${credentials.readToken} ` }),
  });

  test("is sent as it is", async () => {
    await cloudways.call("cloudways_list_servers");
    expect(cloudways.fake.counters.byOperation).toEqual({ listServers: 1 });
    expect((await cloudways.call("cloudways_get_token_status")).text).toMatchInlineSnapshot(
      `"access_token: valid. Nothing is known against the token."`,
    );
  });

  test("is never exchanged, also when it has expired", async () => {
    cloudways.fake.faults.expireTokens("access");
    await expect(cloudways.call("cloudways_ping")).rejects.toMatchObject({
      code: "unauthenticated",
      message:
        "Cloudways no longer accepts the access token of this connection: it expired or was revoked. Make a new one in the Cloudways platform and put it in its place.",
    });
    expect(cloudways.fake.counters.byOperation).toEqual({ listProviders: 1 });
    expect((await cloudways.call("cloudways_get_token_status")).structured).toMatchObject({
      state: "refused",
    });
  });
});

describe("credentials in headers", () => {
  const cloudways = useCloudways();

  /** Shows headers to an engine whose operator says where Cloudways is, as the server does. */
  async function admit(headers: Record<string, string>) {
    const here = {
      ...connector,
      settings: z.preprocess(() => ({ base_url: cloudways.origin }), connector.settings),
    };
    const { fairlead } = await createTestFairlead({
      connectors: [here],
      clock: cloudways.clock,
      config: { identity: { trustLocal: false, headerCredentials: true } },
    });
    return fairlead.admit({ surface: "http", address: "192.0.2.1", connectors: [here], headers });
  }

  test("name the tenant once Cloudways accepted them, however the e-mail is written", async () => {
    const { email, apiKey } = cloudways.fake.credentials;
    const principal = await admit({
      "x-cloudways-email": email,
      "x-cloudways-api-key": apiKey,
    });
    expect(principal).toMatchObject({ kind: "header", tenant_id: expect.stringMatching(/^ten_/) });
    const account = connector.headerCredential?.account;
    expect(account?.({ email: new Secret(" Owner@X.example "), api_key: new Secret("k") })).toBe(
      "owner@x.example",
    );
  });

  test("need no e-mail beside an access token, and ignore one", async () => {
    const { readToken } = cloudways.fake.credentials;
    await admit({ "x-cloudways-api-key": readToken });
    await admit({ "x-cloudways-api-key": readToken, "x-cloudways-email": "whoever" });
    expect(cloudways.fake.counters.byOperation).toEqual({ listProviders: 2 });
    expect(
      connector.headerCredential?.account({
        email: new Secret("whoever"),
        api_key: new Secret("cw_abc"),
      }),
    ).toBe("cw_abc");
  });

  test("of a wrong pair are refused", async () => {
    const { email } = cloudways.fake.credentials;
    await expect(
      admit({ "x-cloudways-email": email, "x-cloudways-api-key": "canary-wrong-key-0" }),
    ).rejects.toMatchObject({ code: "unauthenticated", details: { reason: "login_refused" } });
  });

  test.each([
    ["no key", { "x-cloudways-email": "ops@example.com" }],
    ["no e-mail beside an account key", { "x-cloudways-api-key": "abc" }],
    ["no address", { "x-cloudways-email": "ops", "x-cloudways-api-key": "abc" }],
    ["a key of two words", { "x-cloudways-email": "a@b.example", "x-cloudways-api-key": "a b" }],
  ])("with %s are refused without asking Cloudways", async (_, headers) => {
    await expect(admit(headers)).rejects.toMatchObject({ code: "unauthenticated" });
    expect(cloudways.fake.counters.total).toBe(0);
  });
});
