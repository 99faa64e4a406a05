import { FairleadError } from "../errors.ts";
import { hasScope, type Principal } from "../identity/principal.ts";

interface Guarded {
  label: string;
  scope: string;
}

/** May this caller do this at all? Decided before arguments are looked at; what is refused here is not listed either. */
export function authorizeAction(principal: Principal, target: Guarded): void {
  if (hasScope(principal, target.scope)) return;
  throw new FairleadError(
    "forbidden",
    `This caller may not use ${target.label}: it needs the scope ${target.scope}. Ask an administrator for it.`,
    { details: { scope: target.scope } },
  );
}

/** May this caller do this with these arguments? Secrets need a scope of their own. */
export function authorizeArguments(
  principal: Principal,
  target: Guarded & { connector: { id: string } },
  revealsSecret: boolean,
): void {
  if (!revealsSecret) return;
  const scope = `${target.connector.id}:secrets`;
  if (hasScope(principal, scope)) return;
  throw new FairleadError(
    "forbidden",
    `Showing secrets needs the scope ${scope}. Repeat the call without asking for them, or ask an administrator.`,
    { details: { scope } },
  );
}
