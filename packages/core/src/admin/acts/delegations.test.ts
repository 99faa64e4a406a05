import { createTestAdmin, signedIn, type TestAdmin } from "@fairlead/testkit/admin";
import { failureOf } from "@fairlead/testkit/failure-of";
import { planRow } from "@fairlead/testkit/plans";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { DelegationRow } from "../../storage/write-records.ts";

let ground: TestAdmin;

beforeEach(async () => {
  ground = await createTestAdmin();
});
afterEach(() => ground.close());

const admin = signedIn("admin");
const viewer = signedIn("viewer");
const lend = (input: Record<string, unknown> = {}, as: Parameters<TestAdmin["act"]>[2] = admin) =>
  ground.act<DelegationRow>("delegations.create", { to_principal_id: "prn_viewer", ...input }, as);
const listOf = async (as: Parameters<TestAdmin["act"]>[2]) =>
  (await ground.act<{ items: DelegationRow[] }>("delegations.list", {}, as)).items;

test("a person lends the own right for a week, until they take it back", async () => {
  const now = ground.clock.now();
  const made = await lend();
  expect(made).toEqual({
    ...{ id: expect.stringMatching(/^dlg_/), tenant_id: "ten_acme" },
    ...{ from_principal_id: "prn_admin", to_principal_id: "prn_viewer" },
    ...{ created_at: now, expires_at: now + 7 * 86_400_000 },
  });
  expect(ground.events.at(-1)).toMatchObject({
    ...{ name: "delegations.create", target: made.id },
    facts: { from_principal_id: "prn_admin", to_principal_id: "prn_viewer" },
  });
  await ground.store.plans.insert(planRow({ now, consent: "approver" }));
  const approve = () => ground.act("plans.approve", { id: "pln_1" }, viewer);
  await ground.act("delegations.delete", { id: made.id }, admin);
  expect((await failureOf(approve())).code).toBe("forbidden");
  await lend();
  expect(await approve()).toMatchObject({ approved: true, on_behalf_of: "prn_admin" });
  expect(ground.events.at(-1)?.facts).toMatchObject({ on_behalf_of: "prn_admin" });
});

test("nobody lends what is another's, and no key lends its person's", async () => {
  expect((await failureOf(lend({ from_principal_id: "prn_owner" }))).code).toBe("forbidden");
  expect((await failureOf(lend({}, "admin"))).details?.reason).toBe("not_a_person");
  expect((await failureOf(lend({}, "host"))).details?.reason).toBe("not_a_person");
  expect(await listOf("owner")).toEqual([]);
});

test("the operator at the terminal names whose right it is", async () => {
  const there = { tenant: "acme" };
  expect((await failureOf(lend(there, "terminal"))).code).toBe("invalid_input");
  const made = await lend({ ...there, from_principal_id: "prn_owner" }, "terminal");
  expect(made.from_principal_id).toBe("prn_owner");
});

test("is lent to active people of the tenant only, not to oneself and not for ever", async () => {
  const others: [Record<string, unknown>, string][] = [
    [{ to_principal_id: "prn_admin" }, "invalid_input"],
    [{ to_principal_id: "prn_none" }, "not_found"],
    [{ to_principal_id: "prn_umbra" }, "not_found"],
    [{ expires_in_s: 91 * 86_400 }, "invalid_input"],
    [{ expires_in_s: 1 }, "invalid_input"],
  ];
  for (const [input, code] of others) expect((await failureOf(lend(input))).code).toBe(code);
  const made = { kind: "service", label: "ci", roles: ["viewer"] };
  const { id } = await ground.act<{ id: string }>("principals.create", made);
  expect((await failureOf(lend({ to_principal_id: id }))).code).toBe("invalid_input");
  await ground.act("principals.update", { id: "prn_viewer", status: "disabled" });
  expect((await failureOf(lend())).message).toContain("disabled");
});

test("is seen, and given back, by who is in it and by administrators", async () => {
  const { id } = await lend({}, signedIn("owner"));
  for (const as of [signedIn("owner"), viewer, admin, "admin"] as const) {
    expect((await listOf(as)).map((each) => each.id)).toEqual([id]);
  }
  for (const as of [signedIn("developer"), "developer"] as const) {
    expect(await listOf(as)).toEqual([]);
    const failure = await failureOf(ground.act("delegations.delete", { id }, as));
    expect([failure.code, failure.message]).toEqual([
      "not_found",
      `There is no delegation ${id} in this tenant.`,
    ]);
  }
  await ground.act("delegations.delete", { id }, viewer);
  expect(await listOf(admin)).toEqual([]);
});
