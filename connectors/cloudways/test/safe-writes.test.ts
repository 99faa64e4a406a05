import type { FairleadError } from "@fairlead/core/errors";
import { failureOf } from "@fairlead/testkit/failure-of";
import { describe, expect, test } from "vitest";
import { useCloudways } from "./harness.ts";

const ALIAS = { app_id: 131933, alias: "shop.larkspur-books.example" };

describe("a change at Cloudways, down the whole path", () => {
  const cloudways = useCloudways();
  const accepted = () => cloudways.fake.effects().accepted;
  const aliases = () => cloudways.fake.state.apps.get(131933)?.aliases;

  async function agree(failure: FairleadError): Promise<string> {
    const plan_id = String(failure.details?.plan_id);
    await cloudways.fairlead.store.approvals.add({
      ...{ plan_id, tenant_id: "ten_local", principal_id: "prn_boss", on_behalf_of: null },
      ...{ decision: "approve", way: "page", reason: null, at: cloudways.clock.now() },
    });
    return plan_id;
  }

  test("is done once under its key, and taken back by its handle", async () => {
    const named = { ...ALIAS, idempotency_key: "shop" };
    const first = await cloudways.call("cloudways_add_app_alias", named);
    const again = await cloudways.call("cloudways_add_app_alias", named);
    expect(again.structured).toEqual(first.structured);
    expect(accepted()).toEqual({ updateAppAliases: 1 });
    expect(aliases()).toContain(ALIAS.alias);
    const { undo } = first.structured as { undo: { undo_id: string } };
    // Taking a domain away destroys something, so it is asked for like anything that does.
    const asked = await failureOf(cloudways.call("fairlead_undo", { undo_id: undo.undo_id }));
    expect(asked.code).toBe("consent_required");
    const confirmed = { undo_id: undo.undo_id, confirm: await agree(asked) };
    await cloudways.call("fairlead_undo", confirmed);
    await cloudways.call("fairlead_undo", confirmed);
    expect(aliases()).not.toContain(ALIAS.alias);
    expect(accepted()).toEqual({ updateAppAliases: 2 });
  });

  test("whose answer was lost is unknown, and is not repeated", async () => {
    cloudways.fake.faults.add({ kind: "reset", after: true, access: "write" });
    const named = { ...ALIAS, idempotency_key: "shop" };
    const lost = await failureOf(cloudways.call("cloudways_add_app_alias", named));
    expect(lost.code).toBe("outcome_unknown");
    const again = await failureOf(cloudways.call("cloudways_add_app_alias", named));
    expect(again).toMatchObject({ code: "outcome_unknown", details: lost.details });
    const unnamed = await failureOf(cloudways.call("cloudways_add_app_alias", ALIAS));
    expect(unnamed.code).toBe("conflict");
    expect(accepted()).toEqual({ updateAppAliases: 1 });
  });

  test("that deletes is planned, waits for a person, and happens once", async () => {
    const args = { app_id: 131933 };
    const plan = await cloudways.call("fairlead_plan", {
      ...{ tool: "cloudways_delete_app", arguments: args },
    });
    expect(plan.structured).toMatchObject({ consent: "person", undo: { kind: "irreversible" } });
    expect(accepted()).toEqual({});
    const asked = await failureOf(cloudways.call("cloudways_delete_app", args));
    expect(asked.code).toBe("consent_required");
    expect(accepted()).toEqual({});
    const plan_id = await agree(asked);
    const done = await cloudways.call("fairlead_apply", { plan_id });
    expect(done.structured).toMatchObject({ status: "running" });
    const again = await cloudways.call("fairlead_apply", { plan_id });
    expect(again.structured).toMatchObject({
      operation_id: (done.structured as { operation_id: string }).operation_id,
    });
    expect(accepted()).toEqual({ deleteApp: 1 });
  });

  test("that was agreed to is not done once the world has moved", async () => {
    const asked = await failureOf(cloudways.call("cloudways_delete_app", { app_id: 131933 }));
    const plan_id = await agree(asked);
    await cloudways.call("cloudways_add_app_alias", ALIAS);
    const moved = await failureOf(cloudways.call("fairlead_apply", { plan_id }));
    expect(moved.code).toBe("plan_changed");
    expect(moved.message).toContain("aliases");
    expect(accepted()).toEqual({ updateAppAliases: 1 });
  });
});
