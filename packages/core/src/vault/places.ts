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
