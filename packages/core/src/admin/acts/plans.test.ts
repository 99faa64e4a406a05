import {
  type Actor,
  createTestAdmin,
  signedIn,
  storedPerson,
  type TestAdmin,
  toPrincipal,
} from "@fairlead/testkit/admin";
import { failureOf } from "@fairlead/testkit/failure-of";
import { operationRow, planRow } from "@fairlead/testkit/plans";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Principal } from "../../identity/principal.ts";
import type { PlanRow } from "../../storage/write-records.ts";

let ground: TestAdmin;
let now: number;

beforeEach(async () => {
  ground = await createTestAdmin();
  now = ground.clock.now();
});
afterEach(() => ground.close());

const plan = (changes: Partial<PlanRow> = {}) =>
  ground.store.plans.insert(planRow({ now, ...changes }));
const approve = (as: Actor, more: Record<string, unknown> = {}) =>
  ground.act("plans.approve", { id: "pln_1", ...more }, as);
const deny = (as: Actor, more: Record<string, unknown> = {}) =>
  ground.act("plans.deny", { id: "pln_1", reason: "Not today.", ...more }, as);
const seenBy = async (as: Actor, more = {}) => {
  const { items } = await ground.act<{ items: { id: string }[] }>("plans.list", more, as);
  return items.map(({ id }) => id).sort();
};
const keyOf = (principal: Principal): Principal => ({
  ...principal,
  credential: { kind: "api_key", id: "key_1", expires_at: null },
});

test("a person approves, and it is written down with all that it took", async () => {
  await plan();
  await ground.store.operations.insert(operationRow({ now }));
  expect(await approve(signedIn("developer"), { reason: "Agreed with Ann." })).toEqual({
    ...{ id: "pln_1", decision: "approve", on_behalf_of: null, approved: true },
    ...{ status: "approved", operation_id: "opn_1" },
  });
  expect(ground.events.at(-1)).toMatchObject({
    ...{ name: "plans.approve", target: "pln_1", principal_id: "prn_developer", outcome: "ok" },
    facts: {
      ...{ tool: "harbour_delete_berth", consent: "person", asked_by: "prn_operator", way: "rest" },
      ...{
        approved: true,
        reason: "Agreed with Ann.",
        operation_id: "opn_1",
        hash: "ab".repeat(32),
      },
    },
  });
  expect(ground.moved).toMatchObject([{ id: "opn_1", state: "queued" }]);
});

test("a denial needs a reason, and tells it to who asked", async () => {
  await plan();
  await ground.store.operations.insert(operationRow({ now }));
  expect((await failureOf(deny(signedIn("developer"), { reason: " " }))).code).toBe(
    "invalid_input",
  );
  expect(await deny(signedIn("developer"))).toMatchObject({ status: "denied", approved: false });
  expect(ground.moved).toMatchObject([
    { state: "cancelled", message: "It was denied: Not today." },
  ]);
  expect(ground.events.at(-1)?.facts).toMatchObject({ reason: "Not today." });
  expect((await failureOf(approve(signedIn("owner")))).code).toBe("conflict");
});

test("a reason holds no characters that nobody sees", async () => {
  await plan();
  for (const reason of ["it\u202eis", "zero\u200bwidth", "bell\u0007"]) {
    expect((await failureOf(approve(signedIn("developer"), { reason }))).code).toBe(
      "invalid_input",
    );
  }
  await approve(signedIn("developer"), { reason: "Two\nlines." });
});

test("the operator's terminal decides; the same person over HTTP, or a key of theirs, does not", async () => {
  await plan();
  const ofKey: Principal = { ...toPrincipal("host"), id: "prn_key_1", kind: "operator_key" };
  for (const as of ["host", ofKey] as const) {
    for (const act of [approve, deny]) {
      const failure = await failureOf(act(as, { tenant: "acme" }));
      expect([failure.code, failure.details?.reason]).toEqual(["forbidden", "not_a_person"]);
    }
  }
  expect(await approve("terminal", { tenant: "acme" })).toMatchObject({ approved: true });
  expect(ground.events.at(-1)?.facts).toMatchObject({ way: "cli" });
});

test.each(["owner", "admin", "developer"] as const)(
  "a key of the %s's decides nothing, and nothing is left of the try",
  async (role) => {
    await plan();
    for (const act of [approve, deny]) {
      expect((await failureOf(act(keyOf(toPrincipal(role))))).code).toBe("forbidden");
    }
    expect(ground.events.at(-1)).toMatchObject({ name: "plans.deny", outcome: "forbidden" });
    expect(await ground.store.approvals.listOf("ten_acme", "pln_1")).toEqual([]);
    expect((await ground.store.plans.find("ten_acme", "pln_1"))?.denied_at).toBeNull();
  },
);

test("two who agree at the same moment are both counted", async () => {
  await plan({ consent: "approver", approvals_needed: 2 });
  await ground.store.operations.insert(operationRow({ now }));
  const said = await Promise.all([approve(signedIn("developer")), approve(signedIn("owner"))]);
  expect(said.map(({ approved }) => approved).sort()).toEqual([false, true]);
  expect(await ground.store.operations.find("ten_acme", "opn_1")).toMatchObject({
    state: "queued",
  });
});

test("a list shows one's own plans and those one could approve", async () => {
  await plan();
  await plan({ id: "pln_2", principal_id: "prn_viewer", connector: "other", effect: "write" });
  await plan({ id: "pln_3", consent: "approver", principal_id: "prn_developer" });
  await plan({ id: "pln_4", denied_at: now });
  await plan({ id: "pln_5", expires_at: now });
  await plan({ id: "pln_6", tenant_id: "ten_umbra" });
  expect(await seenBy(signedIn("viewer"))).toEqual(["pln_2"]);
  expect(await seenBy(signedIn("operator"))).toEqual(["pln_1", "pln_2"]);
  expect(await seenBy(signedIn("developer"))).toEqual(["pln_1", "pln_2", "pln_3"]);
  expect(await seenBy(signedIn("admin"))).toEqual(["pln_1", "pln_2", "pln_3"]);
  expect(await seenBy(keyOf(toPrincipal("developer")))).toEqual(["pln_3"]);
  expect(await seenBy(keyOf(toPrincipal("admin")))).toEqual(["pln_1", "pln_2", "pln_3"]);
  expect(await seenBy("host", { tenant: "umbra" })).toEqual(["pln_6"]);
  await ground.store.delegations.insert({
    ...{ id: "dlg_1", tenant_id: "ten_acme", from_principal_id: "prn_owner" },
    ...{ to_principal_id: "prn_viewer", created_at: now, expires_at: now + 1 },
  });
  expect(await seenBy(signedIn("viewer"))).toEqual(["pln_1", "pln_2", "pln_3"]);
});

test("a list goes on past pages of what one may not see", async () => {
  await plan({ id: "pln_0", principal_id: "prn_viewer", created_at: now - 100 });
  for (let at = 1; at < 5; at += 1) await plan({ id: `pln_${at}` });
  expect(await seenBy(signedIn("viewer"), { limit: 1 })).toEqual(["pln_0"]);
});

test("shows all of a plan, and whether one could approve it", async () => {
  await plan({ consent: "approver", approvals_needed: 2 });
  await approve(signedIn("owner"), { reason: "Fine." });
  const view = await ground.act("plans.get", { id: "pln_1" }, signedIn("developer"));
  const { plan: shown, ...rest } = view;
  expect(shown).toMatchObject({ arguments: { berth_id: 7 }, loses: ["The bookings of berth 7"] });
  expect(rest).toMatchInlineSnapshot(`
    {
      "approvals": 1,
      "approvals_needed": 2,
      "asked_by": "prn_operator",
      "connection": "north quay",
      "consent": "approver",
      "created_at": 1773480600000,
      "denied_at": null,
      "expires_at": 1773484200000,
      "id": "pln_1",
      "may_approve": true,
      "may_deny": true,
      "principal_id": "prn_operator",
      "said": [
        {
          "at": 1773480600000,
          "by": "prn_owner",
          "decision": "approve",
          "for": null,
          "on_behalf_of": null,
          "principal_id": "prn_owner",
          "reason": "Fine.",
          "way": "rest",
        },
      ],
      "status": "open",
      "summary": "Deletes berth 7 and moves what lies there.",
      "tool": "harbour_delete_berth",
      "why_not": null,
    }
  `);
  expect(await ground.act("plans.get", { id: "pln_1" }, signedIn("owner"))).toMatchObject({
    ...{ may_approve: false, why_not: "You have approved pln_1.", may_deny: true },
  });
  expect(await ground.act("plans.get", { id: "pln_1" }, signedIn("operator"))).toMatchObject({
    ...{
      may_approve: false,
      may_deny: true,
      why_not: expect.stringContaining("needs somebody else"),
    },
  });
  await approve(signedIn("developer"));
  expect(await ground.act("plans.get", { id: "pln_1" }, "admin")).toMatchObject({
    ...{ status: "approved", approvals: 2, may_approve: false },
  });
});

test("says in words what a person at a terminal has to know", async () => {
  await plan();
  await approve(signedIn("developer"), { reason: "Fine." });
  const act = ground.admin.acts.find(({ name }) => name === "plans.get");
  const view = await ground.act("plans.get", { id: "pln_1" }, signedIn("developer"));
  expect(act?.text?.(view)).toMatchInlineSnapshot(`
    "Deletes berth 7 and moves what lies there.
    Connection: north quay.
    - berth "7" is deleted
    - ship "Larkspur" (12) is moved: berth 7 → berth 9
    What is lost or interrupted:
    - The bookings of berth 7
    Way back (irreversible): There is none.

    pln_1: approved. harbour_delete_berth, asked for by prn_operator.
    Arguments: {"berth_id":7}
    Needs: person. Lapses: 14 Mar 2026, 10:30 UTC.
    prn_developer approved it (rest, 14 Mar 2026, 09:30 UTC): Fine."
  `);
});

test("a colleague who may not approve is told why; a key that did not ask learns nothing", async () => {
  await plan();
  const colleague = await failureOf(ground.act("plans.get", { id: "pln_1" }, signedIn("viewer")));
  expect(colleague).toMatchObject({ code: "forbidden", details: { scope: "harbour:destroy" } });
  const said = [];
  for (const id of ["pln_1", "pln_none"]) {
    const failure = await failureOf(ground.act("plans.get", { id }, keyOf(toPrincipal("viewer"))));
    said.push(`${failure.code} ${failure.message.replace(id, "…")}`);
  }
  expect(new Set(said)).toEqual(new Set(["not_found There is no plan … in this tenant."]));
  const asked = keyOf(toPrincipal("operator"));
  expect(await ground.act("plans.get", { id: "pln_1" }, asked)).toMatchObject({ status: "open" });
});

test("another tenant's plan is the same as none, also to an owner", async () => {
  await ground.store.principals.insert(storedPerson("prn_other", "ten_umbra", "owner"));
  await plan({ tenant_id: "ten_umbra", principal_id: "prn_other" });
  for (const name of ["plans.get", "plans.approve", "plans.deny"]) {
    const said = [];
    for (const id of ["pln_1", "pln_none"]) {
      const input = { id, ...(name === "plans.deny" ? { reason: "x" } : {}) };
      const failure = await failureOf(ground.act(name, input, signedIn("owner")));
      said.push(`${failure.code} ${failure.message.replace(id, "…")}`);
    }
    expect(new Set(said)).toEqual(new Set(["not_found There is no plan … in this tenant."]));
  }
});

test("the operator decides in tenants that only a credential made, and in no others that are no record", async () => {
  const tenant = `ten_${"0a".repeat(16)}`;
  await plan({ tenant_id: tenant, principal_id: `prn_${"0a".repeat(16)}` });
  expect(await approve("terminal", { tenant })).toMatchObject({ approved: true });
  for (const other of ["ten_none", `ten_${"0A".repeat(16)}`]) {
    expect((await failureOf(approve("terminal", { tenant: other }))).code).toBe("not_found");
  }
  expect((await failureOf(approve(signedIn("owner"), { tenant }))).code).toBe("not_found");
  expect((await failureOf(ground.act("keys.list", { tenant }, "host"))).code).toBe("not_found");
});
