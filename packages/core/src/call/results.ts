import { FairleadError } from "../errors.ts";
import type { Principal } from "../identity/principal.ts";
import type { Shared } from "../storage/shared.ts";
import type { Sealer } from "../vault/sealer.ts";

/** Answers that were too long, kept for an hour for whoever was answered. */
export interface Results {
  /** Keeps one; gives its id. */
  keep(principal: Principal, tool: string, text: string): Promise<string>;
  /** A part of it, as much as fits into an answer; all of it from -1 on. Throws `not_found` for anybody else. */
  part(
    principal: Principal,
    id: string,
    offset: number,
  ): Promise<{ text: string; total_characters: number; next_offset: number | null }>;
}

export interface ResultsParts {
  shared: Shared;
  sealer: Sealer;
  newId: (bytes: number) => string;
  /** Throws where the caller may no longer use the tool that answered. */
  authorize: (principal: Principal, tool: string) => Promise<void>;
  /** Characters of one part. */
  partLength: number;
}

const TTL_MS = 3_600_000;
const PURPOSE = "result";

interface Kept {
  principal_id: string;
  tool: string;
  text: string;
}

/** They lie sealed in shared state, bound to tenant and principal, and are authorised again as their tool. */
export function createResults({
  shared,
  sealer,
  newId,
  authorize,
  partLength,
}: ResultsParts): Results {
  const keyOf = (tenant_id: string, id: string) => `result ${tenant_id} ${id}`;

  return {
    async keep({ tenant_id, id: principal_id }, tool, text) {
      const id = newId(16);
      const key = keyOf(tenant_id, id);
      const kept: Kept = { principal_id, tool, text };
      const sealed = sealer.sealBytes(PURPOSE, key, Buffer.from(JSON.stringify(kept), "utf8"));
      await shared.set(key, sealed.toString("base64"), TTL_MS);
      return id;
    },
    async part(principal, id, offset) {
      const key = keyOf(principal.tenant_id, id);
      const stored = /^[0-9a-f]{32}$/.test(id) ? await shared.get(key) : undefined;
      const opened =
        stored === undefined
          ? undefined
          : sealer.openBytes(PURPOSE, key, Buffer.from(stored, "base64"));
      const kept: Kept | undefined = opened && JSON.parse(opened.toString("utf8"));
      if (kept === undefined || kept.principal_id !== principal.id) throw noResult();
      await authorize(principal, kept.tool);
      const { text } = kept;
      if (offset < 0) return { text, total_characters: text.length, next_offset: null };
      const end = Math.min(text.length, offset + partLength);
      return {
        text: text.slice(offset, end),
        total_characters: text.length,
        next_offset: end < text.length ? end : null,
      };
    },
  };
}

function noResult(): FairleadError {
  return new FairleadError(
    "not_found",
    "There is no such answer of this caller, or its hour is over. Repeat the call that gave it.",
    { details: { reason: "result" } },
  );
}
