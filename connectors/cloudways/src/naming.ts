import type { AppRecord, ServerRecord } from "./client/servers.ts";

const MAX_NAMED = 20;

/** How plans and messages name a thing. A label is somebody else's text, so it cannot end its own quotation. */
export function nameOfServer({ id, label }: Pick<ServerRecord, "id" | "label">): string {
  return `server "${quoted(label)}" (${id})`;
}

export function nameOfApp({ id, label }: Pick<AppRecord, "id" | "label">): string {
  return `application "${quoted(label)}" (${id})`;
}

/** The domains that an application answers to, its main one first. */
export function domainsOf({ cname, aliases }: Pick<AppRecord, "cname" | "aliases">): string[] {
  return [...(cname === null ? [] : [cname]), ...aliases];
}

/** The first of many things, and how many there are besides. */
export function listed(things: readonly string[]): string {
  if (things.length <= MAX_NAMED) return things.join(", ");
  return `${things.slice(0, MAX_NAMED).join(", ")} and ${things.length - MAX_NAMED} more`;
}

function quoted(text: string): string {
  return text.replaceAll('"', "'");
}
