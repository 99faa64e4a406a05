import {
  createAgentPair,
  createTestAccount,
  createTestAgents,
  FROM,
  type TestAgents,
} from "@fairlead/testkit/agents";
import { createPrincipal } from "@fairlead/testkit/engine";
import { failureOf } from "@fairlead/testkit/failure-of";
import { seededRandom } from "@fairlead/testkit/random";
import { afterEach, beforeEach, expect, test } from "vitest";
import { LOCAL_USER } from "../../identity/principal.ts";
import { createAdmin } from "../admin.ts";

const pair = createAgentPair("03".repeat(32));
const account = createTestAccount("01".repeat(32));

let one: TestAgents;
beforeEach(async () => {
  one = await createTestAgents();
  await one.addAccount(account.address);
});
afterEach(() => one.close());

function run(name: string, input: Record<string, unknown>, principal = LOCAL_USER) {
  const { store, vault, auditLog: audit, changes, clock } = one;
  const admin = createAdmin({
    ...{ store, vault, audit, changes, clock, connectors: [], random: seededRandom(9) },
  });
  const tenant = principal === LOCAL_USER ? { tenant: "acme" } : {};
  return admin.run({ name, input: { ...input, ...tenant }, principal, surface: "cli" });
}

const login = async () => (await one.agents.login(await one.prepare(pair, account), FROM)).token;

test("an agent's key pairs are listed, without the delegation", async () => {
  await login();
  expect(await run("agents.list", { id: "prn_bot" })).toEqual({
    items: [
      {
        ...{ tenant_id: "ten_acme", principal_id: "prn_bot", address: account.address },
        ...{ public_key: pair.public_key, created_at: one.clock.now(), revoked_at: null },
        not_after: expect.any(Number),
        has_delegation: true,
      },
    ],
  });
});

test("a revoked key pair loses its tokens, its delegation and its way back in", async () => {
  const two = await createTestAgents({ beside: one });
  const token = await login();
  await two.admit(token);
  await run("agents.revoke", { id: "prn_bot", public_key: pair.public_key });
  await two.changes.nudge();
  expect((await failureOf(two.admit(token))).details?.reason).toBe("revoked_key_pair");
  expect((await failureOf(login())).details?.reason).toBe("revoked_key_pair");
  const key = await one.store.agentKeys.find(account.address, pair.public_key);
  expect(key).toMatchObject({ sealed_delegation: null, revoked_at: one.clock.now() });
  await two.close();
});

test("a key pair stays revoked when its account is deleted and added again", async () => {
  await login();
  await run("agents.revoke", { id: "prn_bot", public_key: pair.public_key });
  await one.store.principals.delete("ten_acme", "prn_bot");
  await one.addAccount(account.address, { id: "prn_bot2" });
  expect((await failureOf(login())).details?.reason).toBe("revoked_key_pair");
});

test("an administrator of another tenant finds no such agent", async () => {
  await login();
  const other = createPrincipal({ tenant_id: "ten_other" });
  for (const name of ["agents.list", "agents.revoke"]) {
    const input = {
      id: "prn_bot",
      ...(name === "agents.revoke" ? { public_key: pair.public_key } : {}),
    };
    expect((await failureOf(run(name, input, other))).code).toBe("not_found");
  }
});
