import { FairleadError } from "@fairlead/core/errors";
import type { Followed, UpstreamPointer } from "@fairlead/core/safe-write";
import { z } from "zod";
import type { OperationId } from "./client/operations.ts";
import { operationId } from "./client/operations.ts";
import type { CloudwaysClient } from "./client.ts";

/** Nothing is done sooner, and each look costs the account a request. */
const FIRST_LOOK_MS = 5_000;
const NEXT_LOOK_MS = 10_000;

const pointer = z.looseObject({ operation_id: operationId, sent_at: z.number() });

/** Where Cloudways goes on with a piece of work, and with it what its tool answers in the end. */
export function toPointer(
  operation_id: OperationId,
  { client }: { client: Pick<CloudwaysClient, "now"> },
  result: Readonly<Record<string, string | number>>,
): UpstreamPointer {
  return { ...result, operation_id, sent_at: client.now() };
}

/** Asks Cloudways how far a piece of work has come. */
export async function followOperation(
  client: CloudwaysClient,
  given: UpstreamPointer,
  signal: AbortSignal,
): Promise<Followed> {
  const parsed = pointer.safeParse(given);
  if (!parsed.success) {
    throw new FairleadError("internal", "What was kept of this operation is incomplete.", {
      cause: parsed.error,
    });
  }
  const { operation_id, sent_at, ...result } = parsed.data;
  const waitedMs = client.now() - sent_at;
  if (waitedMs >= 0 && waitedMs < FIRST_LOOK_MS) {
    return { status: "running", againInMs: FIRST_LOOK_MS - waitedMs };
  }
  const { state, said, minutes_left } = await client.getOperation(operation_id, signal);
  if (state === "running") {
    return { status: "running", message: toMessage(said, minutes_left), againInMs: NEXT_LOOK_MS };
  }
  await client.forgetServers();
  if (state === "completed") return { status: "completed", result };
  const says = said === "" ? "" : ` Cloudways says: "${said}"`;
  return {
    status: "failed",
    message: `Cloudways could not finish operation ${operation_id}.${says}`,
  };
}

function toMessage(said: string, minutesLeft: number | null): string {
  const left = minutesLeft === null || minutesLeft <= 0 ? "" : ` About ${minutesLeft} min left.`;
  return said === "" ? `Cloudways is at work.${left}` : `Cloudways says: "${said}".${left}`;
}
