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

export interface OperationSaid {
  operation_id: string;
  tool?: string | undefined;
  status: OperationState;
  message?: string | undefined;
  result?: unknown;
}

/** An operation for a reader who has to know what to do next. */
export function operationInWords({ operation_id, tool, status, message, result }: OperationSaid) {
  return [
    `Operation ${operation_id}${tool === undefined ? "" : ` (${tool})`}: ${status}.`,
    ...(message === undefined ? [] : [message]),
    ...(result === undefined ? [] : [`Result: ${JSON.stringify(result)}`]),
    ...(ENDED_STATES.has(status)
      ? []
      : ["It goes on without you; fairlead_get_operation tells how far it is."]),
  ].join(" ");
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
