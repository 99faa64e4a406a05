/**
 * What sealed values are bound to besides their tenant, table by table. `reseal.ts` needs the same words to move them
 * to a new key.
 */

/** `StoredConnection.sealed_credential` */
export function credentialPlace(connection_id: string): string {
  return `connection ${connection_id}`;
}

/** `AgentKey.sealed_delegation` */
export function delegationPlace(address: string, public_key: string): string {
  return `agent key ${address} ${public_key}`;
}

/** `PlanRow.sealed_arguments` and `sealed_state` */
export function planPlace(plan_id: string): string {
  return `plan ${plan_id}`;
}

/** `JournalRow.sealed_arguments`, `sealed_state` and `sealed_outcome` */
export function journalPlace(journal_id: string): string {
  return `journal ${journal_id}`;
}

/** `OperationRow.sealed_result` and `sealed_call` */
export function operationPlace(operation_id: string): string {
  return `operation ${operation_id}`;
}

/** `UndoRow.sealed_arguments` */
export function undoPlace(undo_id: string): string {
  return `undo ${undo_id}`;
}
