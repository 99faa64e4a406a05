import { LOCAL_TENANT, LOCAL_USER } from "../identity/principal.ts";
import type { ApiKey } from "../storage/records.ts";
import type { Store } from "../storage/store.ts";
import type { PlanRow } from "../storage/write-records.ts";

/** What is read of the records to tell whose a caller is. */
export type PeopleStore = Pick<Store, "principals" | "keys">;

const KEY_OF_OPERATOR = /^prn_key_\d+$/;

/**
 * Everybody who may have had the plan's caller in hand when it was made: the caller itself, who owns it, who made it
 * (unless it is a person), who made a key of it that was good then, and so on with each of these. None of them is
 * somebody else than the caller.
 */
export async function peopleBehind(
  store: PeopleStore,
  {
    tenant_id,
    principal_id,
    created_at,
  }: Pick<PlanRow, "tenant_id" | "principal_id" | "created_at">,
): Promise<ReadonlySet<string>> {
  if (isOperators({ tenant_id, principal_id })) return new Set([principal_id, LOCAL_USER.id]);
  const people = new Set([principal_id]);
  // Whoever runs this Fairlead makes keys for everybody, and is nobody of the tenant.
  const add = (id: string | null) => {
    if (id !== null && !isOperatorId(id)) people.add(id);
  };
  // Grows while it is walked through.
  for (const id of people) {
    const row = await store.principals.find(tenant_id, id);
    if (row === undefined) continue;
    add(row.owner_id);
    if (row.kind !== "person") add(row.created_by);
    for (const key of await store.keys.listOf(tenant_id, id)) {
      if (wasGood(key, created_at)) add(key.created_by);
    }
  }
  return people;
}

function wasGood({ created_at, revoked_at, expires_at }: ApiKey, at: number): boolean {
  const ended = Math.min(
    revoked_at ?? Number.POSITIVE_INFINITY,
    expires_at ?? Number.POSITIVE_INFINITY,
  );
  return created_at <= at && ended > at;
}

/** The local user and the keys of the environment: callers who are the operator. */
export function isOperators({
  tenant_id,
  principal_id,
}: Pick<PlanRow, "tenant_id" | "principal_id">): boolean {
  return tenant_id === LOCAL_TENANT && isOperatorId(principal_id);
}

function isOperatorId(id: string): boolean {
  return id === LOCAL_USER.id || KEY_OF_OPERATOR.test(id);
}
