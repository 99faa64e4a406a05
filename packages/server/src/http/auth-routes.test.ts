import { hash } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { toFairleadError } from "@fairlead/core/errors";
import {
  createAgentPair,
  createTestAccount,
  createTestAgents,
  type TestAgents,
} from "@fairlead/testkit/agents";
import { getRequestListener, type HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { addAuthRoutes } from "./auth-routes.ts";
import { fail } from "./envelope.ts";

const pair = createAgentPair("03".repeat(32));
const account = createTestAccount("01".repeat(32));

let one: TestAgents;
let server: Server;
let base: string;

beforeEach(async () => {
  one = await createTestAgents();
  await one.addAccount(account.address);
  const app = new Hono<{ Bindings: HttpBindings }>();
  addAuthRoutes(app, { agents: one.agents, addressOf: () => "10.0.0.1" });
  app.onError((error, c) => fail(c, toFairleadError(error)));
  server = createServer(getRequestListener(app.fetch, { overrideGlobalObjects: false }));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/auth`;
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await one.close();
});

interface Answer {
  status: number;
  json: { status: string; data: Record<string, unknown>; message: unknown; code?: string };
}

async function post(
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(`${base}/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  return { status: response.status, json: (await response.json()) as Answer["json"] };
}

async function login(more: Record<string, unknown> = {}): Promise<Answer> {
  const { address } = account;
  const { public_key } = pair;
  const { json } = await post("challenge", { address, public_key });
  const { challenge_id, message } = json.data;
  const delegation = account.delegate(public_key, Math.floor(one.clock.now() / 1000) + 86_400);
  const signature = pair.sign(String(message));
  const proof = { challenge_id, signed_message: message, signature, public_key, delegation };
  return post("login", { address, ...proof, ...more });
}

describe("/api/auth", () => {
  test("leads from a challenge to a token and to its end, in the envelope of the contract", async () => {
    const { status, json } = await login();
    expect(status).toBe(200);
    expect(json).toEqual({
      status: "success",
      data: {
        token: expect.any(String),
        user_id: account.address,
        expires_at: Math.floor(one.clock.now() / 1000) + 3_600,
        permissions: ["*:read", "*:write"],
      },
      message: null,
    });
    const { token } = json.data;
    const validated = await post("validate", { token });
    expect(validated.json.data).toMatchObject({ user_id: account.address, roles: ["operator"] });
    const refreshed = await post("refresh", undefined, { authorization: `Bearer ${token}` });
    expect(refreshed.status).toBe(200);
    expect((await post("validate", { token })).status).toBe(401);
    const next = `Bearer ${refreshed.json.data.token}`;
    const out = await post("logout", undefined, { authorization: next });
    expect(out.json).toEqual({ status: "success", data: null, message: null });
    const again = await post("logout", undefined, { authorization: next });
    expect(again.json).toMatchObject({ status: "error", data: null, code: "unauthenticated" });
  });

  test("tells an unknown account from a wrong signature only once the account proved itself", async () => {
    await one.store.principals.delete("ten_acme", "prn_bot");
    expect((await login()).status).toBe(403);
    expect((await login({ signature: "00".repeat(64) })).status).toBe(401);
  });

  test("takes a signature over the request where a session signs all of them", async () => {
    const { json } = await login({ signed_requests: true });
    const authorization = `Bearer ${json.data.token}`;
    expect((await post("refresh", undefined, { authorization })).status).toBe(401);
    const request = { method: "POST", path: "/api/auth/refresh", body: "{}" };
    const signed = pair.signRequest({ ...request, at: one.clock.now(), nonce: "nonce-00000001" });
    expect(hash("sha256", request.body, "hex")).toMatch(/^44136fa355/);
    expect((await post("refresh", "{ }", { authorization, ...signed })).status).toBe(401);
    expect((await post("refresh", "{}", { authorization, ...signed })).status).toBe(200);
  });

  test.each([
    ["challenge", "{"],
    ["challenge", "[]"],
    ["challenge", { address: "0x1", public_key: pair.public_key }],
    ["login", {}],
    ["login", { address: account.address, signed_message: "x", signature: "short" }],
    ["validate", {}],
    ["validate", { token: 7 }],
    ["refresh", {}],
    ["logout", undefined],
  ])("refuses a %s of %o", async (path, body) => {
    const { status, json } = await post(path, body);
    expect(status).toBe(400);
    expect(json).toMatchObject({ status: "error", data: null, code: "invalid_input" });
  });

  test("refuses a body that is too large, also one that does not say so", async () => {
    const { status, json } = await post("login", `"${"x".repeat(20_000)}"`);
    expect([status, json]).toMatchObject([413, { code: "invalid_input" }]);
  });

  test("says when to come back", async () => {
    const body = { address: account.address, public_key: pair.public_key };
    const answers = await Promise.all(Array.from({ length: 31 }, () => post("challenge", body)));
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(1);
  });
});
