import { hash } from "node:crypto";
import { toCanonical } from "../audit/canonical.ts";

/** What a plan is given consent for. Another value in any of these makes it another plan. */
export interface Bound {
  tenant_id: string;
  principal_id: string;
  connection_id: string | null;
  tool: string;
  /** Version of the program: a tool may do something else under the same name later. */
  version: string;
  input: unknown;
  /** What the plan rests on; null where nothing could be read. */
  state: unknown;
}

/** SHA-256 (hex) over the canonical JSON (RFC 8785) of what is bound. */
export function planHash(bound: Bound): string {
  const { tenant_id, principal_id, connection_id, tool, version, input, state } = bound;
  const parts = [tenant_id, principal_id, connection_id, tool, version, plain(input), plain(state)];
  return hash("sha256", `fairlead plan v1\n${toCanonical(parts)}`, "hex");
}

/** As it would come back from being kept: without what JSON leaves out. */
export function plain(value: unknown): unknown {
  return value === undefined ? null : JSON.parse(JSON.stringify(value));
}
