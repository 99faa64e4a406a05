import type { Change } from "../storage/records.ts";
import type { Principal } from "./principal.ts";

/** Things found again by the ids they depend on. */
export interface Tagged<T> {
  add(tags: readonly string[], item: T): void;
  remove(tags: readonly string[], item: T): void;
  of(tag: string): T[];
}

export function createTagged<T>(): Tagged<T> {
  const sets = new Map<string, Set<T>>();
  return {
    add(tags, item) {
      for (const tag of tags) {
        const set = sets.get(tag);
        if (set === undefined) sets.set(tag, new Set([item]));
        else set.add(item);
      }
    },
    remove(tags, item) {
      for (const tag of tags) {
        const set = sets.get(tag);
        set?.delete(item);
        if (set?.size === 0) sets.delete(tag);
      }
    },
    of: (tag) => [...(sets.get(tag) ?? [])],
  };
}

/** What a principal, as it was made of records, depends on. */
export function tagsOf(principal: Principal, related: readonly string[] = []): string[] {
  const tags = [`tenant ${principal.tenant_id}`, `principal ${principal.id}`];
  if (principal.credential !== undefined) tags.push(`credential ${principal.credential.id}`);
  for (const id of related) tags.push(`principal ${id}`);
  return tags;
}

/** What a change makes outdated; undefined when it is of no concern to who calls. */
export function tagOf({ topic, tenant_id, ref }: Change): string | undefined {
  switch (topic) {
    case "tenant":
    case "policy":
      return `tenant ${tenant_id}`;
    case "principal":
      return `principal ${ref}`;
    case "key":
    case "token":
    case "sign_in":
      return `credential ${ref}`;
    default:
      return undefined;
  }
}
