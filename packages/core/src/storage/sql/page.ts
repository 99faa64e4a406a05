import { FairleadError } from "../../errors.ts";
import type { Page, PageRequest } from "../records.ts";

const MAX_LIMIT = 1_000;

export function limitOf({ limit }: Pick<PageRequest, "limit">): number {
  return Math.max(1, Math.min(MAX_LIMIT, Math.trunc(limit)));
}

/** One row more than asked for tells whether there is another page. */
export function toPage<T>(
  rows: readonly T[],
  request: PageRequest,
  cursorOf: (last: T) => readonly (string | number)[],
): Page<T> {
  const limit = limitOf(request);
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const isLast = rows.length <= limit || last === undefined;
  return { items, next_cursor: isLast ? null : toCursor(cursorOf(last)) };
}

function toCursor(parts: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(parts)).toString("base64url");
}

/** What stood in the cursor: where the page before ended. Throws `invalid_input` for one that was not given out. */
export function parseCursor<const K extends readonly ("string" | "number")[]>(
  cursor: string | undefined,
  kinds: K,
): Parts<K> | undefined {
  if (cursor === undefined) return undefined;
  const parts = parseJson(Buffer.from(cursor, "base64url").toString());
  if (isOfKinds(parts, kinds)) return parts;
  throw new FairleadError(
    "invalid_input",
    "This cursor was not given out for this list. Start again without one.",
  );
}

type Parts<K extends readonly ("string" | "number")[]> = {
  [I in keyof K]: K[I] extends "number" ? number : string;
};

function isOfKinds<K extends readonly ("string" | "number")[]>(
  parts: unknown,
  kinds: K,
): parts is Parts<K> {
  return (
    Array.isArray(parts) &&
    parts.length === kinds.length &&
    // A number that no column holds would be an error of the database.
    parts.every(
      (part, i) =>
        typeof part === kinds[i] && (kinds[i] === "string" || Number.isSafeInteger(part)),
    )
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
