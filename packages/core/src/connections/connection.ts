import type { Secret } from "../secret.ts";

/** The fields of a credential, open. Whoever opened it wipes it. */
export interface OpenCredential {
  readonly fields: Readonly<Record<string, Secret>>;
  wipe(): void;
}

/** A tenant's configured use of a connector, as a call works with it. */
export interface Connection {
  /** `con_…` */
  id: string;
  tenant_id: string;
  connector: string;
  label: string;
  settings: Readonly<Record<string, unknown>>;
  /** Grows with every change, so that pooled clients of an older one are dropped. */
  version: number;
  /** It came with a request, and its tenant is derived from it: nothing of it outlives its last call by more than an hour. */
  isDerived?: boolean;
  /** True once it may have been changed or deleted: whoever still has it in hand keeps nothing made of it. */
  isOutdated?(): boolean;
  /** Opens the sealed credential. One that came with a request, or with the environment, is open already. */
  openCredential(): Promise<OpenCredential>;
}

/** Opens the credential for as long as `use` runs, and overwrites it then. */
export async function withCredential<T>(
  connection: Pick<Connection, "openCredential">,
  use: (fields: Readonly<Record<string, Secret>>) => Promise<T> | T,
): Promise<T> {
  const open = await connection.openCredential();
  try {
    return await use(open.fields);
  } finally {
    open.wipe();
  }
}

/** A credential that stays open: it came with the request or from the environment and lies nowhere sealed. */
export function heldCredential(
  fields: Readonly<Record<string, Secret>>,
): Connection["openCredential"] {
  const open: OpenCredential = { fields, wipe() {} };
  return async () => open;
}
