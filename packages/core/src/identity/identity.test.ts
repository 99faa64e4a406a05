import { failureOf } from "@fairlead/testkit/failure-of";
import { createTestIdentity, type TestIdentityOptions } from "@fairlead/testkit/identity";
import { describe, expect, onTestFinished, test } from "vitest";
import { FairleadError } from "../errors.ts";
import { Secret } from "../secret.ts";
import type { Change } from "../storage/records.ts";
import { LOCAL_USER, type Principal } from "./principal.ts";
import type { Way } from "./way.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;

async function setUp(options: TestIdentityOptions = {}) {
  const made = await createTestIdentity(options);
  onTestFinished(() => made.close());
  return made;
}

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

describe("what a caller holds open", () => {
  async function open(changes: { expires_at?: number } = {}) {
    const made = await setUp();
    const { key, record } = await made.addKey(changes);
    const principal = await made.admit(bearer(key));
    const ended: string[] = [];
    const stop = made.identity.onEnded(principal, () => ended.push("ended"));
    return { ...made, key, record, principal, ended, stop };
  }

  test("ends the moment its key expires, and no sooner", async () => {
    const { clock, ended } = await open({ expires_at: Date.UTC(2026, 2, 14, 9, 40) });
    clock.advance(10 * MINUTE - 1);
    expect(ended).toEqual([]);
    clock.advance(1);
    expect(ended).toEqual(["ended"]);
  });

  test("ends by a key that outlives every timer of Node", async () => {
    const { clock, ended } = await open({ expires_at: Date.UTC(2026, 2, 14, 9, 30) + 60 * DAY });
    clock.advance(60 * DAY - 1);
    expect(ended).toEqual([]);
    clock.advance(1);
    expect(ended).toEqual(["ended"]);
  });

  test.each<[Change["topic"], (ids: { key: string }) => string]>([
    ["key", ({ key }) => key],
    ["principal", () => "prn_ann"],
    ["tenant", () => "ten_acme"],
    ["policy", () => "pol_1"],
  ])("ends with a change of its %s", async (topic, ref) => {
    const { tell, record, ended } = await open();
    await tell(topic, ref({ key: record.id }));
    expect(ended).toEqual(["ended"]);
    await tell(topic, ref({ key: record.id }));
    expect(ended).toEqual(["ended"]);
  });

  test.each<[Change["topic"], string, string]>([
    ["key", "key_other", "ten_acme"],
    ["principal", "prn_other", "ten_acme"],
    ["tenant", "ten_other", "ten_other"],
    ["policy", "pol_1", "ten_other"],
    ["connection", "con_1", "ten_acme"],
    ["vault", "x", "ten_acme"],
  ])("goes on when %s %s of %s changes", async (topic, ref, tenant_id) => {
    const { tell, ended } = await open();
    await tell(topic, ref, tenant_id);
    expect(ended).toEqual([]);
  });

  test("is not told any more once it was closed by itself", async () => {
    const { tell, record, ended, stop, clock } = await open({
      expires_at: Date.UTC(2026, 2, 14, 12),
    });
    stop();
    await tell("key", record.id);
    clock.advance(DAY);
    expect(ended).toEqual([]);
  });

  test("ends at once when its key was revoked between the sign-in and the opening", async () => {
    const { identity, principal, tell, record } = await open();
    await tell("key", record.id);
    const ended = await new Promise<string>((resolve) => {
      identity.onEnded(principal, () => resolve("ended"));
    });
    expect(ended).toBe("ended");
  });

  test("goes on when its key was only forgotten to make room", async () => {
    const { identity, principal, clock, admit, key } = await open();
    clock.advance(5 * MINUTE);
    expect(await admit(bearer(key))).not.toBe(principal);
    let ended = false;
    identity.onEnded(principal, () => {
      ended = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(ended).toBe(false);
  });

  test("ends where changes may have been missed", async () => {
    const { store, changes, ended } = await open();
    const { since } = store.changes;
    await store.changes.append({ tenant_id: "ten_acme", topic: "vault", ref: "x" });
    await store.changes.append({ tenant_id: "ten_acme", topic: "vault", ref: "y" });
    Object.assign(store.changes, {
      since: async (seq: number, limit: number) => (await since(seq, limit)).slice(1),
    });
    await changes.nudge();
    expect(ended).toEqual(["ended"]);
  });

  test("never ends for the local user and the operator's own keys", async () => {
    const { identity, admit, tell, clock } = await setUp({
      config: { operatorKeys: [new Secret("one")] },
    });
    const ended: Principal[] = [];
    for (const principal of [LOCAL_USER, await admit(bearer("one"))]) {
      identity.onEnded(principal, () => ended.push(principal));
    }
    await tell("key", "key_x");
    clock.advance(DAY);
    expect(ended).toEqual([]);
  });

  test("of a browser's sign-in ends with the sign-in", async () => {
    const { identity, tell } = await setUp();
    const credential = { kind: "sign_in", id: "hash", expires_at: null } as const;
    let ended = 0;
    identity.onEnded({ ...LOCAL_USER, credential }, () => {
      ended += 1;
    });
    await tell("sign_in", "hash");
    expect(ended).toBe(1);
  });
});

describe("a further kind of token", () => {
  const agent: Principal = {
    ...{ id: "prn_bot", tenant_id: "ten_acme", kind: "agent", label: "bot", roles: ["viewer"] },
    scopes: new Set(["*:read"]),
    credential: { kind: "agent_token", id: "jti-hash", expires_at: Date.UTC(2026, 2, 14, 10, 30) },
  };

  test("is asked about once, and then remembered until it expires or is revoked", async () => {
    const asked: string[] = [];
    const way: Way = async (token) => {
      asked.push(token);
      return token === "agent" ? { principal: agent } : undefined;
    };
    const { admit, tell } = await setUp({ ways: [way] });
    await admit(bearer("agent"));
    expect(await admit(bearer("agent"))).toBe(agent);
    expect(asked).toEqual(["agent"]);
    await tell("token", "jti-hash");
    await admit(bearer("agent"));
    expect(asked).toEqual(["agent", "agent"]);
  });

  test("may ask for a proof of every request", async () => {
    const way: Way = async () => ({
      principal: agent,
      async admit({ headers, method, path, body }) {
        const signed = `${method} ${path} ${Buffer.from((await body?.()) ?? "").toString()}`;
        if (headers["x-signature"] === signed) return;
        throw new FairleadError("unauthenticated", "The signature does not fit the request.");
      },
    });
    const { admit } = await setUp({ ways: [way] });
    const request = { method: "POST", path: "/mcp?x=1", body: async () => Buffer.from("{}") };
    const headers = { ...bearer("agent"), "x-signature": "POST /mcp?x=1 {}" };
    for (let i = 0; i < 2; i++) expect(await admit(headers, request)).toBe(agent);
    const other = { ...request, body: async () => Buffer.from("{ }") };
    expect((await failureOf(admit(headers, other))).code).toBe("unauthenticated");
  });

  test("does not come before API keys", async () => {
    const way: Way = async () => ({ principal: agent });
    const { admit, addKey } = await setUp({ ways: [way] });
    const { key } = await addKey();
    expect((await admit(bearer(key))).id).toBe("prn_ann");
  });

  test("is verified again when a change overtakes it, and is not remembered if it always is", async () => {
    let asked = 0;
    const way: Way = async () => {
      asked += 1;
      await made.tell("principal", "prn_bot");
      return { principal: { ...agent } };
    };
    const made = await setUp({ ways: [way] });
    const principal = await made.admit(bearer("agent"));
    expect(asked).toBe(3);
    const ended = await new Promise<string>((resolve) => {
      made.identity.onEnded(principal, () => resolve("ended"));
    });
    expect(ended).toBe("ended");
  });
});

test("principals that an issuer brings cannot be made without an audit", async () => {
  const { createIdentity } = await import("./identity.ts");
  const { parseIssuers } = await import("./issuers.ts");
  const issuers = parseIssuers('{"issuer":"https://login.example.com","tenant":"acme"}');
  const made = await setUp();
  const parts = { config: { trustLocal: false, headerCredentials: false, issuers } };
  // Whatever else is missing is not looked at before this.
  expect(() => createIdentity({ ...made, ...parts } as never)).toThrow("auditLog");
});
