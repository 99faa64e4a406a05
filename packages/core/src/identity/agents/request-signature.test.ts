import {
  createAgentPair,
  createTestAccount,
  createTestAgents,
  FROM,
  type TestAgents,
} from "@fairlead/testkit/agents";
import { failureOf } from "@fairlead/testkit/failure-of";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const pair = createAgentPair("03".repeat(32));
const another = createAgentPair("04".repeat(32));
const account = createTestAccount("01".repeat(32));

let one: TestAgents;
let token: string;
beforeEach(async () => {
  one = await createTestAgents();
  await one.addAccount(account.address);
  token = (await one.agents.login(await one.prepare(pair, account), FROM)).token;
});
afterEach(() => one.close());

const REQUEST = { method: "POST", path: "/mcp?readonly=true", body: '{"jsonrpc":"2.0"}' };

function shown(headers: Record<string, string>, request: Partial<typeof REQUEST> = {}) {
  const { method, path, body } = { ...REQUEST, ...request };
  return { headers, method, path, body: async () => Buffer.from(body, "utf8") };
}

function signed(how: Partial<{ at: number; nonce: string; by: typeof pair }> = {}) {
  const { at = one.clock.now(), nonce = "nonce-00000001", by = pair } = how;
  return by.signRequest({ ...REQUEST, at, nonce });
}

const reasonOf = async (work: Promise<unknown>) => (await failureOf(work)).details?.reason;

describe("a signed request", () => {
  test("gets in", async () => {
    expect(await one.admit(token, shown(signed()))).toMatchObject({ id: "prn_bot" });
  });

  test("gets in once, on all replicas together", async () => {
    const two = await createTestAgents({ beside: one });
    const request = shown(signed());
    await one.admit(token, request);
    expect(await reasonOf(one.admit(token, request))).toBe("request_replayed");
    expect(await reasonOf(two.admit(token, request))).toBe("request_replayed");
    await two.close();
  });

  test.each<[string, Partial<typeof REQUEST>]>([
    ["body", { body: '{"jsonrpc":"2.1"}' }],
    ["path", { path: "/mcp/cloudways?readonly=true" }],
    ["query", { path: "/mcp" }],
    ["method", { method: "DELETE" }],
  ])("is refused with another %s, and uses up no nonce", async (_what, change) => {
    expect(await reasonOf(one.admit(token, shown(signed(), change)))).toBe("request_signature");
    expect(await one.admit(token, shown(signed()))).toMatchObject({ id: "prn_bot" });
  });

  test("is refused when another key signed it", async () => {
    expect(await reasonOf(one.admit(token, shown(signed({ by: another }))))).toBe(
      "request_signature",
    );
  });

  test.each([-300, 300])("may come from a clock that is %i s off", async (s) => {
    const headers = signed({ at: one.clock.now() + s * 1000 });
    expect(await one.admit(token, shown(headers))).toMatchObject({ id: "prn_bot" });
  });

  test.each([-301, 301])("is refused from a clock that is %i s off", async (s) => {
    const headers = signed({ at: one.clock.now() + s * 1000 });
    expect(await reasonOf(one.admit(token, shown(headers)))).toBe("request_timestamp");
  });

  test("cannot come again as long as its time is good", async () => {
    const at = one.clock.now() + 300_000;
    await one.admit(token, shown(signed({ at })));
    one.clock.advance(600_000);
    expect(await reasonOf(one.admit(token, shown(signed({ at }))))).toBe("request_replayed");
  });

  test.each(["x-mcp-signature", "x-mcp-timestamp", "x-mcp-nonce"])(
    "is refused without its %s",
    async (name) => {
      const { [name]: _left, ...headers } = signed();
      expect(await reasonOf(one.admit(token, shown(headers)))).toBe("request_signature");
    },
  );

  test("is refused where nobody can tell what was signed", async () => {
    const failure = await failureOf(one.admit(token, { headers: signed() }));
    expect(failure.code).toBe("invalid_input");
  });

  test("is refused while it cannot be told whether it came before", async () => {
    one.shared.isAway = true;
    expect((await failureOf(one.admit(token, shown(signed())))).code).toBe("upstream_unavailable");
  });

  test("may have no body", async () => {
    const headers = pair.signRequest({
      method: "GET",
      path: "/api/x",
      at: one.clock.now(),
      nonce: "nonce-00000002",
    });
    expect(await one.admit(token, { headers, method: "GET", path: "/api/x" })).toMatchObject({
      id: "prn_bot",
    });
  });
});

describe("a session that signs every request", () => {
  test("takes no request without a signature, whether or not the token was seen before", async () => {
    const input = await one.prepare(pair, account, { signed_requests: true });
    const { token: strict } = await one.agents.login(input, FROM);
    expect(await reasonOf(one.admit(strict))).toBe("unsigned_request");
    expect(await one.admit(strict, shown(signed()))).toMatchObject({ id: "prn_bot" });
    expect(await reasonOf(one.admit(strict))).toBe("unsigned_request");
    expect(await reasonOf(one.agents.refresh(strict, FROM))).toBe("unsigned_request");
    expect(await reasonOf(one.agents.logout(strict, FROM))).toBe("unsigned_request");
  });

  test("stays one when it is refreshed", async () => {
    const input = await one.prepare(pair, account, { signed_requests: true });
    const { token: strict } = await one.agents.login(input, FROM);
    const { token: next } = await one.agents.refresh(strict, { ...FROM, ...shown(signed()) });
    expect(await reasonOf(one.admit(next))).toBe("unsigned_request");
  });

  test("is every session where the operator wants it so", async () => {
    const strict = await createTestAgents({ beside: one, requireSignedRequests: true });
    expect(await reasonOf(strict.admit(token))).toBe("unsigned_request");
    expect(await strict.admit(token, shown(signed()))).toMatchObject({ id: "prn_bot" });
    await strict.close();
  });
});
