import { hash } from "node:crypto";
import type { AuditEvent } from "../observe/audit-event.ts";
import { SYSTEM_TENANT } from "../vault/vault.ts";
import { toCanonical } from "./canonical.ts";
import { toFact, toText } from "./fact.ts";

/**
 * A field that can be redacted: who reads the log sees its value, the chain's hashes cover only the salted hash. A
 * redaction leaves that hash in its place, and every proof as it was.
 */
export type Cell = { salt: string; value: unknown } | { sha256: string };

/** An event ready for its chain: `body` is what is kept, `committed` what the row's hash covers. */
export interface Prepared {
  tenant_id: string;
  body: string;
  committed: string;
}

/** Gives 16 fresh random bytes as text. */
export type Salt = () => string;

const VERSION = 1;

/** Only the fields named here are ever kept, so nothing else can slip into the log. */
export function prepare(event: AuditEvent, salt: Salt): Prepared {
  const tenant_id = toTenant(event.tenant_id);
  if (event.target !== undefined || event.facts !== undefined) {
    return { tenant_id, ...sealed(event, salt) };
  }
  // The members in the order RFC 8785 sorts them into, so that the engine's own serializer gives canonical JSON. This
  // runs for every read; the general way below costs five times as much and gives the same.
  const rest = JSON.stringify(plainFields(event)).slice(1);
  const action = `{"action":"${event.action}",`;
  if (event.address === undefined)
    return { tenant_id, body: action + rest, committed: action + rest };
  const value = toText(event.address);
  const salted = salt();
  const json = JSON.stringify(value);
  const sha256 = hashCell("address", salted, json);
  return {
    tenant_id,
    body: `${action}"address":{"salt":"${salted}","value":${json}},${rest}`,
    committed: `${action}"address":{"sha256":"${sha256}"},${rest}`,
  };
}

/** A row the log writes about itself: that a chain begins, that events were lost. */
export function prepareNote(
  tenant_id: string,
  at: number,
  name: string,
  note: Readonly<Record<string, unknown>>,
): Prepared {
  const body = toCanonical({ action: "audit", at, name, note, outcome: "ok", v: VERSION });
  return { tenant_id, body, committed: body };
}

function plainFields(event: AuditEvent) {
  return {
    at: toNumber(event.at),
    bytes_out: toCount(event.bytes_out),
    connection_id: toOptional(event.connection_id),
    connector: toOptional(event.connector),
    duration_ms: toNumber(event.duration_ms),
    effect: event.effect,
    name: toText(event.name),
    outcome: event.outcome,
    phase: event.phase,
    policy_id: toOptional(event.policy_id),
    principal_id: toOptional(event.principal_id),
    request_id: toText(event.request_id),
    revealed_secret: event.revealed_secret === true ? true : undefined,
    surface: event.surface,
    trace_id: toText(event.trace_id),
    upstream_calls: toCount(event.upstream_calls),
    v: VERSION,
  };
}

function sealed(event: AuditEvent, salt: Salt): Omit<Prepared, "tenant_id"> {
  const kept: Record<string, unknown> = { action: event.action, ...plainFields(event) };
  const committed: Record<string, unknown> = { ...kept };
  const seal = (name: string, value: unknown): [Cell, Cell] => {
    const salted = salt();
    const sha256 = hashCell(name, salted, toCanonical(value));
    return [{ salt: salted, value }, { sha256 }];
  };
  for (const name of ["address", "target"] as const) {
    const value = toOptional(event[name]);
    if (value !== undefined) [kept[name], committed[name]] = seal(name, value);
  }
  if (event.facts !== undefined) {
    const facts: [string, Cell, Cell][] = Object.entries(event.facts)
      .filter(([, value]) => value !== undefined)
      .map(([given, value]) => {
        const name = toFactName(given);
        return [name, ...seal(`facts.${name}`, toFact(value))];
      });
    kept.facts = Object.fromEntries(facts.map(([name, cell]) => [name, cell]));
    committed.facts = Object.fromEntries(facts.map(([name, , cell]) => [name, cell]));
  }
  return { body: toCanonical(kept), committed: toCanonical(committed) };
}

/** The salted hash a field enters the chain as. Names and salts hold no line break, so the parts cannot be shifted. */
export function hashCell(name: string, salt: string, canonicalValue: string): string {
  return hash("sha256", `fairlead audit field v1\n${name}\n${salt}\n${canonicalValue}`, "hex");
}

function toFactName(name: string): string {
  return name
    .slice(0, 64)
    .replaceAll(/[^a-zA-Z0-9_.-]|^[^a-zA-Z]/g, "_")
    .replace(/^_/, "x_");
}

/** An id that could not stand in a chain's name would hold up everything behind it. */
function toTenant(id: string | undefined): string {
  return id !== undefined && /^[\w.-]{1,100}$/.test(id) ? id : SYSTEM_TENANT;
}

function toOptional(value: string | undefined): string | undefined {
  return value === undefined ? undefined : toText(value);
}

function toCount(value: number | undefined): number | undefined {
  return value === undefined ? undefined : toNumber(value);
}

function toNumber(value: number): number {
  return Number.isFinite(value) ? value : 0;
}
