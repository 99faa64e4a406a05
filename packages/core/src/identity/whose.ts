import { FairleadError } from "../errors.ts";

/** Whose credential it was that was refused. */
export interface Whose {
  tenant_id: string;
  principal_id: string;
  credential_id: string;
}

/** Beside the errors and not in them: nothing of it reaches who was refused. */
const known = new WeakMap<FairleadError, Whose>();

/** Notes whose credential an error refuses, for the audit of its tenant, and gives the error back to be thrown. */
export function belongsTo<T>(error: T, whose: Whose): T {
  const isRefusal =
    error instanceof FairleadError &&
    (error.code === "unauthenticated" || error.code === "forbidden");
  if (isRefusal) known.set(error, whose);
  return error;
}

/** Whose credential was refused; undefined where nobody's was shown. */
export function whoseRefusal(error: FairleadError): Whose | undefined {
  return known.get(error);
}
