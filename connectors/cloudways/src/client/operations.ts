import type { ClientEnvironment } from "@fairlead/core/connector";
import { FairleadError } from "@fairlead/core/errors";
import { wait } from "@fairlead/core/wait";
import { z } from "zod";
import type { Settings } from "../settings.ts";
import type { Api } from "./api.ts";
import type { AppAddress } from "./apps.ts";
import * as wire from "./wire.ts";

/** How soon a list of restore points is asked for that somebody waits for, and how often. Each costs a request. */
const FIRST_LOOK_MS = 2_000;
const NEXT_LOOK_MS = 5_000;
const MAX_LOOKS = 6;

/** A number, or a UUID. */
export const operationId = z.union([z.number().int(), z.string().regex(/^[\w-]{1,64}$/)]);
export type OperationId = z.output<typeof operationId>;

/** The answer to whatever is done later. */
export const begun = z.object({ operation_id: operationId }).transform((ref) => ref.operation_id);

/** Neither a mark nor words for a failure are documented; "-1" and these are what clients look for. */
const FAILED = /\b(failed|failure)\b|^error\b/i;

const progress = z.object({
  is_completed: z.union([z.string(), z.number(), z.boolean()]),
  status: wire.line,
  message: wire.line,
  estimated_time_remaining: wire.optionalNumber,
  backup_dates: wire.wholeListOf(wire.line).optional(),
  local_backup_exists: wire.flag.optional(),
});

export const operationAnswer = z.object({ operation: progress }).transform(({ operation }) => {
  const { is_completed, status, message, estimated_time_remaining } = operation;
  return {
    state: toState(String(is_completed).toLowerCase(), status),
    said: (message || status).replaceAll('"', "'"),
    minutes_left: estimated_time_remaining,
    restore_points: operation.backup_dates,
    local_backup_exists: operation.local_backup_exists === true,
  };
});

export type UpstreamOperation = z.output<typeof operationAnswer>;

/** What an application can be put back to. */
export interface Backups {
  /** Times of restore points, as Cloudways writes them and wants them back. */
  restore_points: string[];
  /** The copy that the last restore kept, which it can be rolled back to. */
  local_backup_exists: boolean;
}

export interface OperationCalls {
  getOperation(operation_id: OperationId, signal: AbortSignal): Promise<UpstreamOperation>;
  /** Cloudways collects them first, which takes some seconds and three requests or so. Never kept. */
  listBackups(app: AppAddress, signal: AbortSignal): Promise<Backups>;
}

export function createOperationCalls(
  api: Api,
  { clock }: Pick<ClientEnvironment<Settings>, "clock">,
): OperationCalls {
  const getOperation = (operation_id: OperationId, signal: AbortSignal) =>
    api.get("/operation/{operation_id}", { path: { operation_id } }, operationAnswer, signal);

  return {
    getOperation,
    async listBackups(query, signal) {
      const operation_id = await api.get("/app/manage/backup", { query }, begun, signal);
      for (let look = 0; look < MAX_LOOKS; look += 1) {
        await wait(clock, look === 0 ? FIRST_LOOK_MS : NEXT_LOOK_MS, signal);
        const { state, said, restore_points, local_backup_exists } = await getOperation(
          operation_id,
          signal,
        );
        if (state === "failed") throw uncollected(said);
        if (state === "completed" && restore_points === undefined) throw uncollected("");
        if (state === "completed" && restore_points !== undefined)
          return { restore_points, local_backup_exists };
      }
      throw new FairleadError(
        "timeout",
        "Cloudways did not list the restore points of this application in time. Try again in a minute.",
        { details: { reason: "restore_points_late" } },
      );
    },
  };
}

function toState(completed: string, status: string): "running" | "completed" | "failed" {
  if (completed === "1" || completed === "true") return "completed";
  return completed === "-1" || FAILED.test(status) ? "failed" : "running";
}

function uncollected(said: string): FairleadError {
  const says = said === "" ? "" : ` Cloudways says: "${said}"`;
  return new FairleadError(
    "upstream_rejected",
    `Cloudways could not list the restore points of this application.${says}`,
    { details: { reason: "restore_points_failed" } },
  );
}
