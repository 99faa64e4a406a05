import { z } from "zod";
import type { UpstreamPointer } from "../safe-write.ts";

/** Where an operation can be. `unknown` waits for evidence or for a person to settle it. */
export const OPERATION_STATES = [
  "awaiting_approval",
  "queued",
  "running",
  "input_required",
  "completed",
  "failed",
  "cancelled",
  "unknown",
] as const;

export type OperationState = (typeof OPERATION_STATES)[number];

export const ENDED_STATES: ReadonlySet<OperationState> = new Set([
  "completed",
  "failed",
  "cancelled",
]);

const results = new WeakMap<z.ZodType, z.ZodType>();

/** Output of a tool that takes long: an operation, and in the end its result. */
export function operationOf<T extends z.ZodType>(result: T) {
  const schema = z.object({
    operation_id: z
      .string()
      .describe("Follow it with fairlead_get_operation; it goes on without you."),
    status: z.enum(OPERATION_STATES),
    message: z.string().optional(),
    result: result.optional(),
  });
  results.set(schema, result);
  return schema;
}

/** The result's schema of an `operationOf`; undefined for any other output. */
export function resultSchemaOf(output: z.ZodType): z.ZodType | undefined {
  return results.get(output);
}

/** What the handler of a long tool returns: where the upstream goes on with it. */
export class Follow {
  readonly pointer: UpstreamPointer;
  readonly message: string | undefined;

  constructor(pointer: UpstreamPointer, message?: string) {
    this.pointer = pointer;
    this.message = message;
  }
}
