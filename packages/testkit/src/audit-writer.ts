/**
 * A process that reads and acts as fast as it can, to be killed in the middle of it. Takes where to write as JSON; says
 * `ack <n>` for each act once that was acknowledged.
 */
import { randomBytes } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { createAuditLog } from "@fairlead/core/audit/audit-log";
import { SILENT, SYSTEM_CLOCK } from "@fairlead/core/ports";
import { Secret } from "@fairlead/core/secret";
import { createSqliteStore } from "@fairlead/core/storage/sqlite";
import type { Store } from "@fairlead/core/storage/store";
import { createPostgresStore } from "fairlead/storage/postgres";
import { z } from "zod";
import { adminEvent, deriveForTests, readEvent } from "./audit.ts";

const READS_PER_ACT = 20;

const place = z.union([
  z.object({ sqlite: z.string(), processId: z.string() }),
  z.object({ postgres: z.string(), schema: z.string(), processId: z.string() }),
]);

export type WriterPlace = z.infer<typeof place>;

export function openPlace(where: WriterPlace): Promise<Store> {
  if ("sqlite" in where) return createSqliteStore(where.sqlite);
  const { postgres, schema } = where;
  return createPostgresStore({ url: new Secret(postgres), schema, poolSize: 5 });
}

/** Ids that say who did it and in which order. */
export const toActId = (processId: string, n: number) => `${processId}.${n}`;

async function write(where: WriterPlace): Promise<never> {
  const { processId } = where;
  const audit = createAuditLog({
    ...{ store: await openPlace(where), clock: SYSTEM_CLOCK, random: randomBytes, logger: SILENT },
    ...{ derive: deriveForTests, processId },
  });
  let reads = 0;
  for (let n = 1; ; n += 1) {
    for (let each = 0; each < READS_PER_ACT; each += 1) {
      reads += 1;
      audit.record(readEvent({ request_id: toActId(processId, reads) }));
    }
    const ref = toActId(processId, n);
    await audit.transaction(async (tx) => {
      await tx.changes.append({ tenant_id: "ten_pier", topic: "key", ref });
      return { result: undefined, event: adminEvent({ target: ref, request_id: ref }) };
    });
    process.stdout.write(`ack ${n}\n`);
    // Requests come by a socket: between them timers have their turn.
    await setImmediate();
  }
}

if (process.argv[1] === import.meta.filename)
  await write(place.parse(JSON.parse(process.argv[2] ?? "{}")));
