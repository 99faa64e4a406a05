import type { Evidence } from "@fairlead/core/safe-write";
import type { z } from "zod";
import type { ServerRecord } from "./client/servers.ts";

/** What an earlier reading left in a plan; undefined where it is not there, or of another shape. */
export function stateOf<T extends z.ZodType>(schema: T, state: unknown): z.output<T> | undefined {
  const parsed = schema.safeParse(state);
  return parsed.success ? parsed.data : undefined;
}

/** Evidence that Cloudways did what a tool that takes long had asked for. Whose operation it is, its reader knows. */
export function happened<T>(
  result: T,
): Evidence<{ operation_id: string; status: "completed"; result: T }> {
  return { found: "happened", output: { operation_id: "", status: "completed", result } };
}

export const UNCLEAR = { found: "unclear" } as const;
export const NOTHING = { found: "nothing" } as const;

/** Whether Cloudways is at work on an application: what is not there yet may still come. */
export function isAtWorkOn(app_id: number, { operations }: ServerRecord): boolean {
  return operations.some((operation) => operation.app_id === app_id);
}

/** A time of Cloudways, which it writes without a zone and means in UTC; NaN for what is none. */
export function toEpochMs(time: string): number {
  const match = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})/.exec(time);
  return match === null ? Number.NaN : Date.parse(`${match[1]}T${match[2]}Z`);
}
