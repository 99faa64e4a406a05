import { createTestAdmin, signedIn, storedPerson, type TestAdmin } from "@fairlead/testkit/admin";
import { failureOf } from "@fairlead/testkit/failure-of";
import { operationRow, planRow } from "@fairlead/testkit/plans";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { LOCAL_USER, type Principal } from "../identity/principal.ts";
import type { ApiKey, StoredPrincipal } from "../storage/records.ts";
import type { ApprovalRow, PlanRow } from "../storage/write-records.ts";
import { type Decision, decide, isAgreed, isApproved, requireApprover } from "./approvals.ts";

let ground: TestAdmin;
let now: number;

beforeEach(async () => {
  ground = await createTestAdmin();
  now = ground.clock.now();
});
afterEach(() => ground.close());

async function plan(changes: Partial<PlanRow> = {}): Promise<PlanRow> {
  const row = planRow({ now, ...changes });
  await ground.store.plans.insert(row);
  return row;
}

const forOthers = (approvals_needed = 1): Partial<PlanRow> => ({
  consent: "approver",
  approvals_needed,
});

function word(principal: Principal, changes: Partial<Decision> = {}) {
  return ground.store.transaction((store) =>
    decide(store, {
      ...{ tenant_id: "ten_acme", plan_id: "pln_1", principal, isOperator: false },
      ...{ decision: "approve", way: "page", reason: null, now, ...changes },
    }),
  );
}
const deny = (principal: Principal, changes: Partial<Decision> = {}) =>
  word(principal, { decision: "deny", reason: "no", ...changes });
const atTerminal = { isOperator: true, way: "cli" } as const;

async function refusal(work: Promise<unknown>): Promise<string> {
  const { code, details } = await failureOf(work);
  return `${code} ${details?.reason ?? ""}`.trim();
}

async function person(id: string, role: StoredPrincipal["roles"][number]): Promise<Principal> {
  await ground.store.principals.insert(storedPerson(id, "ten_acme", role));
  return signedIn(role, { id });
}

async function service(id: string, changes: Partial<StoredPrincipal> = {}): Promise<void> {
  const row = storedPerson(id, "ten_acme", "developer");
  const none = { issuer: null, subject: null };
  await ground.store.principals.insert({ ...row, ...none, kind: "service", ...changes });
}

async function key(principal_id: string, changes: Partial<ApiKey>): Promise<void> {
  await ground.store.keys.insert({
    ...{ id: `key_${principal_id}`, tenant_id: "ten_acme", principal_id, label: "a key" },
    ...{ hash: "00".repeat(32), scopes: null, addresses: null, created_at: now, created_by: "x" },
    ...{ expires_at: null, revoked_at: null, last_used_at: null, replaced_by: null, ...changes },
  });
}

async function lend(from: string, to: string, expires_at = now + 60_000): Promise<void> {
  await ground.store.delegations.insert({
    ...{ id: `dlg_${from}_${to}`, tenant_id: "ten_acme", created_at: now, expires_at },
    ...{ from_principal_id: from, to_principal_id: to },
  });
}

const developer = signedIn("developer");
const admin = signedIn("admin");
const owner = signedIn("owner");

describe("a plan that needs a person", () => {
  test("is approved by one who may do it, whoever asked", async () => {
    const row = await plan({ principal_id: "prn_developer" });
    const approvals: ApprovalRow[] = [];
    expect(isApproved(row, approvals)).toBe(false);
    expect(await word(developer)).toMatchObject({ isApproved: true });
    expect(await isAgreed(ground.store, row)).toBe(true);
  });

  test("is approved by the answer to a question of the caller's client", async () => {
    await plan();
    const caller = { ...signedIn("operator"), credential: undefined as never };
    expect(await word(caller, { way: "elicitation" })).toMatchObject({ isApproved: true });
  });

  test("is not approved by a question that somebody else's client put", async () => {
    await plan();
    expect(await refusal(word(developer, { way: "elicitation" }))).toBe("not_found");
  });

  test("is approved at the operator's terminal", async () => {
    await plan({ principal_id: "prn_developer" });
    const { right, isApproved: isNow } = await word(LOCAL_USER, atTerminal);
    expect([right.principal_id, isNow]).toEqual(["prn_local", true]);
  });

  const bearers: [string, Partial<Principal>][] = [
    [
      "a key of that very person",
      { credential: { kind: "api_key", id: "key_1", expires_at: null } },
    ],
    ["a token of that very person", { credential: { kind: "token", id: "t", expires_at: null } }],
    [
      "an agent's token",
      { kind: "agent", credential: { kind: "agent_token", id: "t", expires_at: null } },
    ],
    [
      "a credential in headers",
      { kind: "header", credential: { kind: "header", id: "h", expires_at: null } },
    ],
    ["a service with a session", { kind: "service" }],
    ["an OAuth client with a session", { kind: "oauth_client" }],
    ["nobody known", { kind: "anonymous" }],
    ["a person who showed nothing", { credential: undefined as never }],
    ["a sign-in that lapsed", { credential: { kind: "sign_in", id: "s", expires_at: 1 } }],
  ];
  test.each(bearers)("is neither approved nor denied by %s", async (_what, shown) => {
    const row = await plan();
    const caller = signedIn("owner", shown);
    expect(await refusal(word(caller))).toBe("forbidden not_a_person");
    expect(await refusal(deny(caller))).toBe("forbidden not_a_person");
    expect(await isAgreed(ground.store, row)).toBe(false);
  });

  test("is not approved by the operator's key, nor by the local user over HTTP", async () => {
    const row = await plan({ tenant_id: "ten_local", principal_id: "prn_local" });
    const ofKey: Principal = { ...LOCAL_USER, id: "prn_key_1", kind: "operator_key" };
    for (const caller of [LOCAL_USER, ofKey]) {
      expect(await refusal(word(caller, { tenant_id: "ten_local" }))).toBe(
        "forbidden not_a_person",
      );
    }
    expect(await isAgreed(ground.store, row)).toBe(false);
  });

  test("is not there for another tenant's person", async () => {
    const row = await plan();
    const stranger = signedIn("owner", { id: "prn_umbra", tenant_id: "ten_umbra" });
    expect(await refusal(word(stranger))).toBe("not_found");
    expect(await refusal(word(stranger, { tenant_id: "ten_umbra" }))).toBe("not_found");
    expect(await refusal(deny(stranger))).toBe("not_found");
    const asking = { principal: stranger, plan: row, isOperator: false, now };
    expect(await refusal(requireApprover(ground.store, asking))).toBe("not_found");
  });

  test("is not approved by who may not do it", async () => {
    await plan();
    const failure = await failureOf(word(signedIn("viewer")));
    expect(failure.details).toMatchObject({ reason: "scope", scope: "harbour:destroy" });
    // The one who asked may write, and no longer destroy.
    expect(await refusal(word(signedIn("operator")))).toBe("forbidden scope");
  });

  test("looks at what a person holds now, not when they signed in", async () => {
    await plan();
    const row = await ground.store.principals.find("ten_acme", "prn_developer");
    await ground.store.principals.update({ ...(row as StoredPrincipal), roles: ["viewer"] });
    expect(await refusal(word(developer))).toBe("forbidden scope");
    await ground.store.principals.update({ ...(row as StoredPrincipal), status: "disabled" });
    expect(await refusal(word(developer))).toBe("forbidden not_a_person");
  });
});

describe("a plan that needs others", () => {
  test("is not approved by who asked for it", async () => {
    await plan({ ...forOthers(), principal_id: "prn_developer" });
    expect(await refusal(word(developer))).toBe("forbidden own_plan");
    expect(await word(admin)).toMatchObject({ isApproved: true });
  });

  test("is not approved by who owns the service that asked", async () => {
    await service("prn_ci", { owner_id: "prn_developer" });
    await plan({ ...forOthers(), principal_id: "prn_ci" });
    expect(await refusal(word(developer))).toBe("forbidden own_plan");
    expect(await word(admin)).toMatchObject({ isApproved: true });
  });

  test("is not approved by who made that service with a key of another one of theirs", async () => {
    await service("prn_first", { owner_id: "prn_developer" });
    await service("prn_second", { created_by: "prn_first" });
    await plan({ ...forOthers(), principal_id: "prn_second" });
    expect(await refusal(word(developer))).toBe("forbidden own_plan");
  });

  test("is not approved by who made a key of the person who asked", async () => {
    await key("prn_developer", { created_by: "prn_admin" });
    await plan({ ...forOthers(), principal_id: "prn_developer" });
    expect(await refusal(word(admin))).toBe("forbidden own_plan");
    expect(await word(owner)).toMatchObject({ isApproved: true });
  });

  test("is approved by who invited the person who asked, or made a key that had ended", async () => {
    await key("prn_developer", {
      created_by: "prn_admin",
      created_at: now - 9,
      revoked_at: now - 1,
    });
    const row = await ground.store.principals.find("ten_acme", "prn_developer");
    await ground.store.principals.update({ ...(row as StoredPrincipal), created_by: "prn_admin" });
    await plan({ ...forOthers(), principal_id: "prn_developer" });
    expect(await word(admin)).toMatchObject({ isApproved: true });
  });

  test("is not approved by an answer in the caller's client", async () => {
    const row = await plan({ ...forOthers(), principal_id: "prn_developer" });
    expect(await refusal(word(developer, { way: "elicitation" }))).toBe("forbidden other_consent");
    const answer: ApprovalRow = {
      ...{ plan_id: "pln_1", tenant_id: "ten_acme", principal_id: "prn_admin", on_behalf_of: null },
      ...{ decision: "approve", way: "elicitation", reason: null, at: now },
    };
    expect(isApproved(row, [answer])).toBe(false);
  });

  test("that were asked for only later does not take the word of the caller's own person", async () => {
    await service("prn_ci", { owner_id: "prn_developer" });
    const row = await plan({ principal_id: "prn_ci" });
    expect(await word(developer)).toMatchObject({ isApproved: true });
    expect(await isAgreed(ground.store, { ...row, ...forOthers() })).toBe(false);
  });

  test("takes as many people as it says, each once", async () => {
    await plan(forOthers(2));
    expect(await word(developer)).toMatchObject({ isApproved: false });
    expect(await refusal(word(developer))).toBe("conflict spoken");
    expect(await word(admin)).toMatchObject({ isApproved: true });
  });

  test("counts the operator's terminal as one person, but not for what the operator asked", async () => {
    await plan(forOthers(2));
    expect(await word(LOCAL_USER, atTerminal)).toMatchObject({ isApproved: false });
    expect(await refusal(word(LOCAL_USER, atTerminal))).toBe("conflict spoken");
    expect(await word(developer)).toMatchObject({ isApproved: true });
    for (const [id, principal_id] of [
      ["pln_2", "prn_local"],
      ["pln_3", "prn_key_1"],
    ] as const) {
      await plan({ ...forOthers(), id, tenant_id: "ten_local", principal_id });
      const there = { ...atTerminal, tenant_id: "ten_local", plan_id: id };
      expect(await refusal(word(LOCAL_USER, there))).toBe("forbidden own_plan");
    }
  });

  test("takes the terminal's word for services whose keys were made there", async () => {
    await service("prn_ci", { created_by: "prn_local" });
    await plan({ ...forOthers(), principal_id: "prn_ci" });
    expect(await word(LOCAL_USER, atTerminal)).toMatchObject({ isApproved: true });
  });
});

describe("a right that was lent", () => {
  test("counts for the lender", async () => {
    await plan(forOthers());
    await lend("prn_admin", "prn_viewer");
    const { right, isApproved: isNow } = await word(signedIn("viewer"));
    expect(right).toEqual({ principal_id: "prn_viewer", on_behalf_of: "prn_admin" });
    expect(isNow).toBe(true);
  });

  test("makes no second person of lender and borrower, in either order", async () => {
    await plan(forOthers(2));
    await lend("prn_admin", "prn_viewer");
    await word(signedIn("viewer"));
    expect(await word(admin)).toMatchObject({ isApproved: false });
    expect(await word(owner)).toMatchObject({ isApproved: true });

    await plan({ ...forOthers(2), id: "pln_2" });
    await word(admin, { plan_id: "pln_2" });
    expect(await refusal(word(signedIn("viewer"), { plan_id: "pln_2" }))).toBe("forbidden scope");
  });

  test("is used once on a plan, whoever has it", async () => {
    const other = await person("prn_bob", "viewer");
    await plan(forOthers(2));
    await lend("prn_admin", "prn_viewer");
    await lend("prn_admin", "prn_bob");
    await word(signedIn("viewer"));
    expect(await refusal(word(other))).toBe("forbidden scope");
    await lend("prn_owner", "prn_bob");
    expect(await word(other)).toMatchObject({
      ...{ isApproved: true, right: { on_behalf_of: "prn_owner" } },
    });
  });

  test("is worth what the lender has: not after its end, nor once it was taken from them", async () => {
    await plan(forOthers());
    await lend("prn_admin", "prn_viewer", now + 10);
    expect(await refusal(word(signedIn("viewer"), { now: now + 10 }))).toBe("forbidden scope");
    const row = await ground.store.principals.find("ten_acme", "prn_admin");
    for (const change of [{ roles: ["viewer"] as const }, { status: "disabled" as const }]) {
      await ground.store.principals.update({ ...(row as StoredPrincipal), ...change });
      expect(await refusal(word(signedIn("viewer")))).toBe("forbidden scope");
    }
  });

  test("is not worth anything from somebody who has none, nor of a service", async () => {
    await plan(forOthers());
    await service("prn_ci");
    await lend("prn_operator", "prn_viewer");
    await lend("prn_ci", "prn_viewer");
    expect(await refusal(word(signedIn("viewer")))).toBe("forbidden scope");
  });

  test("is not the caller's own: neither lent by them nor to them", async () => {
    await plan({ ...forOthers(), principal_id: "prn_developer" });
    await lend("prn_developer", "prn_viewer");
    expect(await refusal(word(signedIn("viewer")))).toBe("forbidden scope");
    await plan({ ...forOthers(), id: "pln_2" });
    await lend("prn_admin", "prn_operator");
    expect(await refusal(word(signedIn("operator"), { plan_id: "pln_2" }))).toBe(
      "forbidden own_plan",
    );
    await plan({ id: "pln_3" });
    expect(await refusal(word(signedIn("operator"), { plan_id: "pln_3" }))).toBe("forbidden scope");
  });

  test("does not let somebody approve who has what was asked by another service of theirs", async () => {
    await service("prn_ci", { owner_id: "prn_viewer" });
    await plan({ ...forOthers(), principal_id: "prn_ci" });
    await lend("prn_admin", "prn_viewer");
    expect(await refusal(word(signedIn("viewer")))).toBe("forbidden own_plan");
  });
});

describe("a denial", () => {
  test("ends the plan, also where enough people agreed", async () => {
    const row = await plan(forOthers(2));
    await word(developer);
    await word(admin);
    expect(await deny(owner)).toMatchObject({ isApproved: false });
    const kept = await ground.store.plans.find("ten_acme", "pln_1");
    expect(kept?.denied_at).toBe(now);
    expect(await isAgreed(ground.store, kept as PlanRow)).toBe(false);
    // Read before the denial, it still sees who spoke.
    expect(await isAgreed(ground.store, row)).toBe(false);
    expect(await refusal(word(LOCAL_USER, atTerminal))).toBe("conflict denied");
    expect(await refusal(deny(developer))).toBe("conflict denied");
  });

  test("is open to who agreed before", async () => {
    await plan(forOthers(2));
    await word(developer);
    await deny(developer);
    expect((await ground.store.plans.find("ten_acme", "pln_1"))?.denied_at).toBe(now);
  });

  test("is open to who asked, and to who owns what asked", async () => {
    await service("prn_ci", { owner_id: "prn_viewer" });
    await plan({ ...forOthers(), principal_id: "prn_ci" });
    await deny(signedIn("viewer"));
    await plan({ ...forOthers(), id: "pln_2" });
    await deny(signedIn("operator"), { plan_id: "pln_2" });
    await plan({ ...forOthers(), id: "pln_3" });
    await deny(signedIn("operator"), { plan_id: "pln_3", way: "elicitation" });
  });

  test("is not open to who could not approve it either", async () => {
    await plan(forOthers());
    expect(await refusal(deny(signedIn("viewer")))).toBe("forbidden scope");
    expect(await refusal(deny(developer, { way: "elicitation" }))).toBe("not_found");
  });

  test("of a plan that only has to be confirmed is possible, an approval is not", async () => {
    await plan({ consent: "confirm", approvals_needed: 0 });
    expect(await refusal(word(developer))).toBe("conflict no_approval_needed");
    expect(await deny(developer)).toMatchObject({ isApproved: false });
  });
});

test("what has lapsed, and what was carried out, is not decided on", async () => {
  const row = await plan({ expires_at: now + 10 });
  const late = { now: now + 10 };
  expect(await refusal(word(developer, late))).toBe("conflict lapsed");
  expect(await refusal(deny(developer, late))).toBe("conflict lapsed");
  await ground.store.journal.add({
    ...{ id: "jrn_1", tenant_id: "ten_acme", principal_id: "prn_operator", key: "k" },
    ...{ plan_id: row.id, operation_id: null, connector: "harbour", connection_id: null },
    ...{ tool: row.tool, request_hash: "r", open_hash: null, lane: null, state: "sent" as const },
    ...{ sealed_arguments: "s", sealed_state: null, sealed_outcome: null, owner: "one" },
    ...{ created_at: now, sent_at: now, ended_at: null, check_at: null, settled_by: null },
  });
  expect(await refusal(word(developer))).toBe("conflict used");
  expect(await refusal(deny(developer))).toBe("conflict used");
});

describe("an operation that waits", () => {
  const kept = () => ground.store.operations.find("ten_acme", "opn_1");

  test("is queued when the last one agrees, and no earlier", async () => {
    await plan(forOthers(2));
    await ground.store.operations.insert(operationRow({ now }));
    expect((await word(developer)).operation).toBeUndefined();
    expect(await kept()).toMatchObject({ state: "awaiting_approval", due_at: null, version: 1 });
    expect((await word(admin)).operation?.id).toBe("opn_1");
    expect(await kept()).toMatchObject({
      ...{ state: "queued", due_at: now, expires_at: null, version: 2, message: "Approved." },
    });
    expect((await ground.store.operations.due(now, 9)).map(({ id }) => id)).toEqual(["opn_1"]);
  });

  test("is cancelled when somebody denies", async () => {
    await plan();
    await ground.store.operations.insert(operationRow({ now, sealed_call: "sealed" }));
    await deny(developer, { reason: "Not on a Friday." });
    expect(await kept()).toMatchObject({
      ...{ state: "cancelled", message: "It was denied: Not on a Friday.", due_at: null },
      ...{ ended_at: now, expires_at: now + 3_600_000, sealed_call: null, version: 2 },
    });
  });

  test("is left alone once it no longer waits", async () => {
    await plan();
    await ground.store.operations.insert(operationRow({ now, state: "cancelled" }));
    expect((await word(developer)).operation).toBeUndefined();
    expect(await kept()).toMatchObject({ state: "cancelled", version: 1 });
  });

  test("that changes in between is moved all the same", async () => {
    await plan();
    await ground.store.operations.insert(operationRow({ now }));
    const { operations } = ground.store;
    let interfere = true;
    const store = {
      ...ground.store,
      operations: {
        ...operations,
        async update(row: Parameters<typeof operations.update>[0]) {
          if (interfere) {
            interfere = false;
            await operations.update({ ...operationRow({ now }), version: 2 });
          }
          return operations.update(row);
        },
      },
    };
    const asked = {
      tenant_id: "ten_acme",
      plan_id: "pln_1",
      principal: developer,
      isOperator: false,
    };
    await decide(store, { ...asked, decision: "approve", way: "rest", reason: null, now });
    expect(await kept()).toMatchObject({ state: "queued", version: 3 });
  });
});
