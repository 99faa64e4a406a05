import { hash } from "node:crypto";
import { z } from "zod";
import type { AuditRow } from "../storage/records.ts";
import { type Cell, hashCell } from "./body.ts";
import { toCanonical } from "./canonical.ts";

/** What the first row of a chain has in place of the hash of the one before. */
export const NO_HASH = "0".repeat(64);

/** What a row's hash covers, besides the hash of the row before it. */
export type Link = Pick<AuditRow, "chain" | "seq" | "tenant_id" | "at">;

/**
 * A row's hash. Nothing before the last part may hold a line break and canonical JSON never does, so that no two rows
 * have the same text.
 */
export function hashRow(prevHash: string, link: Link, committed: string): string {
  return hash(
    "sha256",
    `fairlead audit row v1\n${prevHash}\n${link.seq}\n${link.chain}\n${link.tenant_id}\n${link.at}\n${committed}`,
    "hex",
  );
}

/** The chain of one tenant and writer. */
export function isChainOf(chain: string, tenant_id: string): boolean {
  return chain.startsWith(`${tenant_id}/`) && /^[\x21-\x7e]{3,200}$/.test(chain);
}

const hex = z.string().regex(/^[0-9a-f]{64}$/);
const cell = z.union([
  z.strictObject({ salt: z.string().regex(/^[\w-]{22}$/), value: z.unknown() }),
  z.strictObject({ sha256: hex }),
]);
/** Anything else in a body is a plain field that the hash covers as it stands. */
const body = z.looseObject({
  address: cell.optional(),
  target: cell.optional(),
  facts: z.record(z.string(), cell).optional(),
});

export type Body = z.infer<typeof body>;

/** A kept body; undefined when it is not what the log writes, byte for byte. */
export function parseBody(text: string): Body | undefined {
  try {
    const raw: unknown = JSON.parse(text);
    const parsed = body.safeParse(raw);
    return parsed.success && toCanonical(raw) === text ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/** What the row's hash covers: each redactable field as its salted hash, whether or not its value is still there. */
export function toCommitted(body: Body): string {
  return toCanonical(mapCells(body, (name, each) => ({ sha256: commitmentOf(name, each) })));
}

/** The body with some redactable fields taken away; undefined when it has none of them (any more). */
export function redactBody(
  body: Body,
  isMeant: (name: string, value: unknown) => boolean,
): string | undefined {
  let changed = false;
  const redacted = mapCells(body, (name, each) => {
    if (!("salt" in each) || !isMeant(name, each.value)) return each;
    changed = true;
    return { sha256: commitmentOf(name, each) };
  });
  return changed ? toCanonical(redacted) : undefined;
}

/** Redactable fields whose values are gone. */
export function redactedFields(body: Body): string[] {
  return [...cellsOf(body)].filter(([, each]) => "sha256" in each).map(([name]) => name);
}

/** The event as people read it: values in place of cells, `null` where one was redacted. */
export function toReadable(body: Body): Record<string, unknown> {
  return { ...mapCells(body, (_name, each) => ("salt" in each ? each.value : null)) };
}

function commitmentOf(name: string, each: Cell): string {
  return "salt" in each ? hashCell(name, each.salt, toCanonical(each.value)) : each.sha256;
}

function* cellsOf({ address, target, facts = {} }: Body): Generator<[string, Cell]> {
  if (address !== undefined) yield ["address", address];
  if (target !== undefined) yield ["target", target];
  for (const [name, each] of Object.entries(facts)) yield [`facts.${name}`, each];
}

function mapCells<T>(body: Body, map: (name: string, cell: Cell) => T) {
  const { address, target, facts, ...plain } = body;
  return {
    ...plain,
    ...(address === undefined ? {} : { address: map("address", address) }),
    ...(target === undefined ? {} : { target: map("target", target) }),
    ...(facts === undefined
      ? {}
      : {
          facts: Object.fromEntries(
            Object.entries(facts).map(([name, each]) => [name, map(`facts.${name}`, each)]),
          ),
        }),
  };
}
