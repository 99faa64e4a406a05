import type { ShownPlan } from "@fairlead/core/plan/shown";
import type { Store } from "@fairlead/core/storage/store";
import type { JournalRow, OperationRow, PlanRow } from "@fairlead/core/storage/write-records";
import type { Vault } from "@fairlead/core/vault/vault";

const HOUR_MS = 3_600_000;

/** A plan of Acme's operator to delete a berth, as it is kept. */
export function planRow(
  changes: Partial<PlanRow> & { now: number },
  says: Partial<ShownPlan> = {},
): PlanRow {
  const { now, ...rest } = changes;
  const row: PlanRow = {
    ...{ id: "pln_1", tenant_id: "ten_acme", principal_id: "prn_operator", connector: "harbour" },
    ...{ connection_id: "con_1", tool: "harbour_delete_berth", effect: "destroy" },
    ...{ consent: "person", approvals_needed: 1, hash: "ab".repeat(32) },
    ...{ sealed_arguments: "sealed", shown: "", sealed_state: null },
    ...{ created_at: now, expires_at: now + HOUR_MS, denied_at: null },
    ...rest,
  };
  return { ...row, shown: JSON.stringify({ ...shownPlanOf(row), ...says }) };
}

export function shownPlanOf(row: PlanRow): ShownPlan {
  return {
    ...{ plan_id: row.id, tool: row.tool, effect: row.effect, connection: "north quay" },
    arguments: { berth_id: 7 },
    summary: "Deletes berth 7 and moves what lies there.",
    changes: [
      { on: 'berth "7"', does: "is deleted" },
      { on: 'ship "Larkspur" (12)', does: "is moved", from: "berth 7", to: "berth 9" },
    ],
    loses: ["The bookings of berth 7"],
    undo: { kind: "irreversible", how: "There is none." },
    ...{ state_known: true, consent: row.consent, approvals_needed: row.approvals_needed },
    ...{ budgets: [], hash: row.hash },
    created_at: new Date(row.created_at).toISOString(),
    expires_at: new Date(row.expires_at).toISOString(),
  };
}

/** An operation that waits for that plan. */
export function operationRow(changes: Partial<OperationRow> & { now: number }): OperationRow {
  const { now, ...rest } = changes;
  return {
    ...{ id: "opn_1", tenant_id: "ten_acme", principal_id: "prn_operator", connector: "harbour" },
    ...{ connection_id: "con_1", tool: "harbour_delete_berth", plan_id: "pln_1", journal_id: null },
    ...{ state: "awaiting_approval", progress: 0, message: "Waits for approval.", steps: "[]" },
    ...{ pointer: null, error: null, sealed_result: null, sealed_call: null },
    ...{ created_at: now, updated_at: now, ended_at: null, expires_at: now + HOUR_MS },
    ...{ version: 1, due_at: null, worker: null, claimed_until: null },
    ...rest,
  };
}

/** The effect of an operation, sent and never answered. */
export async function unknownEffect(
  { store, vault }: { store: Store; vault: Vault },
  operation: OperationRow,
  changes: Partial<JournalRow> & { now: number },
): Promise<JournalRow> {
  const { now, ...rest } = changes;
  const { tenant_id, principal_id, connector, connection_id, tool, plan_id } = operation;
  const id = operation.journal_id ?? "jrn_1";
  const seal = (value: unknown) =>
    vault.seal(tenant_id, `journal ${id}`, Buffer.from(JSON.stringify(value), "utf8"));
  const row: JournalRow = {
    ...{ id, tenant_id, principal_id, key: id, plan_id, operation_id: operation.id },
    ...{ connector, connection_id, tool, request_hash: "r".repeat(43) },
    ...{ open_hash: "r".repeat(43), lane: "con_1 berth 7", state: "unknown" as const },
    sealed_arguments: await seal({ berth_id: 7 }),
    ...{ sealed_state: null, sealed_outcome: null, owner: "one", created_at: now, sent_at: now },
    ...{ ended_at: null, check_at: null, settled_by: null },
    ...rest,
  };
  await store.journal.add(row);
  await store.operations.insert({
    ...operation,
    state: "unknown",
    journal_id: id,
    expires_at: null,
  });
  return row;
}
