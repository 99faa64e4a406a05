import type { KeptError } from "../journal/outcome.ts";
import { openJson } from "../plan/plans.ts";
import type { OperationRow } from "../storage/write-records.ts";
import { operationPlace } from "../vault/places.ts";
import type { Vault } from "../vault/vault.ts";
import { openQuestions, openSuspended } from "./suspended.ts";
import type { OperationView } from "./view.ts";

/** An operation as it may be shown, but for what is sealed. */
export function describe(row: OperationRow): OperationView {
  const error: KeptError | null = row.error === null ? null : JSON.parse(row.error);
  return {
    operation_id: row.id,
    principal_id: row.principal_id,
    tool: row.tool,
    connector: row.connector,
    connection_id: row.connection_id,
    status: row.state,
    progress: row.progress,
    message: row.message,
    steps: JSON.parse(row.steps),
    upstream: row.pointer === null ? null : JSON.parse(row.pointer),
    plan_id: row.plan_id,
    error,
    created_at: row.created_at,
    updated_at: row.updated_at,
    ended_at: row.ended_at,
    expires_at: row.expires_at,
  };
}

/** The same with what it gave, or what it asks. */
export async function describeWhole(vault: Vault, row: OperationRow): Promise<OperationView> {
  const view = describe(row);
  if (row.state === "input_required") {
    const suspended = await openSuspended(vault, row);
    return suspended?.asked === undefined
      ? view
      : { ...view, asks: openQuestions(suspended.asked) };
  }
  if (row.sealed_result === null) return view;
  const kept = await openJson(vault, row.tenant_id, operationPlace(row.id), row.sealed_result);
  return { ...view, result: (kept as { value: unknown }).value };
}
