import {
  type AgentPair,
  createAgentPair,
  createTestAccount,
  type TestAccount,
} from "@fairlead/testkit/agents";
import { bearer } from "@fairlead/testkit/caller";
import type { HttpAnswer, Json } from "@fairlead/testkit/http";
import { type Installation, startInstallation } from "@fairlead/testkit/installation";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

const pair = createAgentPair("03".repeat(32));
const attackersPair = createAgentPair("04".repeat(32));
const victim = createTestAccount("01".repeat(32));
const attacker = createTestAccount("02".repeat(32));
const nobody = createTestAccount("05".repeat(32));

let installation: Installation;
let another: Installation;
let serial = 0;

beforeAll(async () => {
  const environment = { TRUSTED_PROXIES: "127.0.0.1" };
  [installation, another] = await Promise.all([
    startInstallation({ environment }),
    startInstallation({
      environment: { ...environment, ENCRYPTION_KEY: "a master key of quite another installation" },
    }),
  ]);
  for (const each of [installation, another]) {
    for (const [name, account] of [
      ["acme", victim],
      ["other", attacker],
    ] as const) {
      await each.operator.act("POST", "/api/tenants", { name });
      await each.operator.act("POST", `/api/principals?tenant=${name}`, {
        ...{ kind: "agent", label: name, roles: ["admin"] },
        ...{ issuer: "formation", subject: account.address },
      });
    }
  }
});

afterAll(async () => {
  await installation?.close();
  await another?.close();
});

beforeEach(() => {
  serial += 1;
});

/** From a network of the test's own: guesses slow down nobody else. */
function post(path: string, body: Json, on = installation): Promise<HttpAnswer> {
  const headers = { "X-Forwarded-For": `2001:db8:${serial.toString(16)}::1` };
  return on.as(headers).rest("POST", `/api/auth/${path}`, body);
}

const later = () => Math.floor(Date.now() / 1000) + 86_400;

async function prepare(
  { address, delegate }: TestAccount,
  { public_key, sign }: AgentPair,
  on = installation,
): Promise<Json> {
  const { json } = await post("challenge", { address, public_key }, on);
  const { challenge_id, message } = json.data as { challenge_id: string; message: string };
  return {
    ...{ address, public_key, challenge_id, signed_message: message },
    ...{ signature: sign(message), delegation: delegate(public_key, later()) },
  };
}

async function login(account = victim, keys = pair): Promise<string> {
  const { json, text } = await post("login", await prepare(account, keys));
  const { token } = (json.data ?? {}) as { token?: string };
  if (token === undefined) throw new Error(text);
  return token;
}

const show = (token: string, on = installation) => on.as(bearer(token)).rest("GET", "/api/tenant");

async function expectRefused(body: Json): Promise<void> {
  const answer = await post("login", body);
  expect([400, 401, 403, 409]).toContain(answer.status);
  expect(answer.text).not.toContain('"token"');
}

test("an agent that proves itself is in its own tenant, and no other", async () => {
  const [acme, other] = [await login(), await login(attacker, attackersPair)];
  expect((await show(acme)).text).toContain('"name":"acme"');
  expect((await show(other)).text).toContain('"name":"other"');
});

describe("a login that was overheard is worth nothing", () => {
  test("sent again", async () => {
    const body = await prepare(victim, pair);
    expect((await post("login", body)).status).toBe(200);
    await expectRefused(body);
    await expectRefused(body);
  });

  test("sent many times at once", async () => {
    const body = await prepare(victim, pair);
    const answers = await Promise.all(Array.from({ length: 12 }, () => post("login", body)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  test("sent to another installation", async () => {
    const body = await prepare(victim, pair);
    const answer = await post("login", body, another);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.text).not.toContain('"token"');
  });

  test("with a fresh challenge in front of the old signature", async () => {
    const [old, fresh] = [await prepare(victim, pair), await prepare(victim, pair)];
    await expectRefused({ ...old, challenge_id: fresh.challenge_id });
    await expectRefused({ ...fresh, signature: old.signature });
    await expectRefused({ ...fresh, signed_message: old.signed_message, signature: old.signature });
  });
});

describe("nobody signs in as somebody else", () => {
  test("with a challenge of one's own, and the victim's address", async () => {
    const own = await prepare(attacker, attackersPair);
    await expectRefused({ ...own, address: victim.address });
  });

  test("with the victim's address and a key that the victim never delegated to", async () => {
    const body = await prepare(victim, attackersPair);
    const { public_key } = attackersPair;
    for (const delegation of [
      attacker.delegate(public_key, later()),
      nobody.delegate(public_key, later()),
      victim.delegate(pair.public_key, later()),
      {
        ...victim.delegate(pair.public_key, later()),
        message: attacker.delegate(public_key, later()).message,
      },
      undefined,
      null,
      {},
    ]) {
      await expectRefused({ ...body, delegation });
    }
  });

  test("with a delegation that is over", async () => {
    const body = await prepare(victim, pair);
    const over = Math.floor(Date.now() / 1000) - 10;
    await expectRefused({ ...body, delegation: victim.delegate(pair.public_key, over) });
  });

  test("with a message of one's own in place of the challenge", async () => {
    const body = await prepare(victim, pair);
    const message = `${String(body.signed_message)} `;
    await expectRefused({ ...body, signed_message: message, signature: pair.sign(message) });
  });

  test("with a key that signs for anything", async () => {
    for (const point of ["00".repeat(32), `01${"00".repeat(31)}`, "ff".repeat(32)]) {
      const { address } = victim;
      const challenge = await post("challenge", { address, public_key: point });
      if (challenge.status !== 200) continue;
      const { challenge_id, message } = challenge.json.data as Json;
      await expectRefused({
        ...{ address, public_key: point, challenge_id, signed_message: message },
        ...{ signature: "00".repeat(64), delegation: victim.delegate(point, later()) },
      });
    }
  });
});

test("whether an account is known is told to nobody who does not own it", async () => {
  const ask = async (account: TestAccount) => {
    const body = await prepare(account, attackersPair);
    const refused = await post("login", { ...body, delegation: undefined });
    const forged = await post("login", {
      ...(await prepare(account, attackersPair)),
      signature: "ab".repeat(64),
    });
    return [refused, forged].map(({ status, text }) => ({
      status,
      text: text.replaceAll(account.address, "ADDRESS"),
    }));
  };
  expect(await ask(victim)).toEqual(await ask(nobody));
});

describe("a token", () => {
  const part = (token: string, index: number): Json =>
    JSON.parse(Buffer.from(token.split(".")[index] ?? "", "base64url").toString());
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

  test("with a changed claim, another algorithm or no signature is nobody's", async () => {
    const token = await login(attacker, attackersPair);
    const [head = "", body = "", signature = ""] = token.split(".");
    const claims = part(token, 1);
    const changed = [
      `${head}.${encode({ ...claims, sub: victim.address })}.${signature}`,
      `${head}.${encode({ ...claims, exp: later() })}.${signature}`,
      `${encode({ ...part(token, 0), alg: "none" })}.${body}.`,
      `${encode({ ...part(token, 0), alg: "HS512" })}.${body}.${signature}`,
      `${encode({ ...part(token, 0), kid: "x" })}.${body}.${signature}`,
      `${head}.${body}.`,
    ];
    const statuses = await Promise.all(changed.map(async (each) => (await show(each)).status));
    expect(statuses).toEqual(changed.map(() => 401));
    expect((await show(token)).status).toBe(200);
  });

  test("of another installation is nobody's", async () => {
    const { json } = await post("login", await prepare(victim, pair, another), another);
    const { token } = json.data as { token: string };
    expect((await show(token, another)).status).toBe(200);
    expect((await show(token)).status).toBe(401);
  });

  test("that was given back or exchanged is nobody's, wherever it is shown", async () => {
    const [out, old] = [await login(), await login()];
    expect((await post("logout", { token: out })).status).toBe(200);
    const refreshed = await post("refresh", { token: old });
    expect(refreshed.status).toBe(200);
    for (const token of [out, old]) {
      expect((await show(token)).status).toBe(401);
      expect((await post("validate", { token })).status).toBe(401);
      expect((await post("refresh", { token })).status).toBe(401);
      expect((await installation.as(bearer(token)).modern("tools/list")).status).toBe(401);
    }
    expect((await show((refreshed.json.data as { token: string }).token)).status).toBe(200);
  });

  test("of a disabled agent, or of a disabled tenant, is refused", async () => {
    const token = await login();
    const { items } = await installation.operator.act<{ items: { id: string; kind: string }[] }>(
      "GET",
      "/api/principals?tenant=acme",
    );
    const id = items.find(({ kind }) => kind === "agent")?.id;
    const set = (status: string) =>
      installation.operator.act("PATCH", `/api/principals/${id}?tenant=acme`, { status });
    await set("disabled");
    expect((await show(token)).status).toBe(403);
    await set("active");
    const tenant = (status: string) =>
      installation.operator.act("PATCH", "/api/tenant?tenant=acme", { status });
    await tenant("disabled");
    expect((await show(token)).status).toBe(403);
    await expectRefused(await prepare(victim, pair));
    await tenant("active");
  });
});

test("of tokens, signatures and delegations nothing is in the log", async () => {
  const body = await prepare(victim, pair);
  const { json } = await post("login", body);
  const { token } = json.data as { token: string };
  await post("validate", { token });
  const log = installation.log();
  for (const secret of [token, token.split(".")[2], body.signature]) {
    expect(log).not.toContain(String(secret));
  }
  expect(log).not.toContain((body.delegation as { signature: string }).signature);
});
