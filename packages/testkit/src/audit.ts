import { createHash } from "node:crypto";
import { type AuditLogParts, createAuditLog } from "@fairlead/core/audit/audit-log";
import { createKeyRing } from "@fairlead/core/audit/keys";
import type { AuditEvent } from "@fairlead/core/observe/audit-event";
import { SILENT } from "@fairlead/core/ports";
import { createMemoryShared } from "@fairlead/core/storage/memory-shared";
import { createSqliteStore } from "@fairlead/core/storage/sqlite";
import { createManualClock } from "./clock.ts";
import { seededRandom } from "./random.ts";

/** What a vault derives, of a master key that everybody knows. */
export function deriveForTests(purpose: string): Buffer {
  return createHash("sha256").update(`master key of tests\n${purpose}`).digest();
}

/** An audit log on a store in memory, by a clock that stands still. */
export async function createTestAudit(own: Partial<Omit<AuditLogParts, "clock">> = {}) {
  const clock = createManualClock();
  const store = own.store ?? (await createSqliteStore(":memory:", { clock }));
  const shared = createMemoryShared(clock);
  const parts = {
    ...{ store, clock, shared },
    derive: deriveForTests,
    random: seededRandom(),
    logger: SILENT,
    processId: "p1",
    ...own,
  };
  const open = (processId: string) => createAuditLog({ ...parts, processId });
  return { ...parts, audit: createAuditLog(parts), open, keys: createKeyRing(parts.derive) };
}

/** A read, as it ends thousands of times a second. */
export function readEvent(own: Partial<AuditEvent> = {}): AuditEvent {
  return {
    at: Date.UTC(2026, 2, 14, 9, 30),
    request_id: "0123456789abcdef",
    trace_id: "0123456789abcdef0123456789abcdef",
    surface: "http",
    tenant_id: "ten_pier",
    principal_id: "prn_ann",
    action: "tool",
    name: "cloudways_list_servers",
    connector: "cloudways",
    connection_id: "con_cloudways_1",
    effect: "read",
    outcome: "ok",
    duration_ms: 3,
    address: "192.0.2.7",
    bytes_out: 1_234,
    upstream_calls: 0,
    ...own,
  };
}

/** An administrator's act. */
export function adminEvent(own: Partial<AuditEvent> = {}): AuditEvent {
  return readEvent({
    action: "admin",
    name: "keys.create",
    connector: undefined,
    connection_id: undefined,
    effect: undefined,
    target: "key_8Fq",
    facts: { label: "key of the harbour office", roles: ["viewer"] },
    ...own,
  });
}

/** Lets a minute go by and waits for the checkpoint that is signed at its end. */
export async function passMinute({
  clock,
  store,
}: Pick<TestAudit, "clock" | "store">): Promise<void> {
  const before = (await store.audit.lastCheckpoint())?.seq ?? 0;
  clock.advance(60_000);
  while (((await store.audit.lastCheckpoint())?.seq ?? 0) === before)
    await new Promise((resolve) => setImmediate(resolve));
}

export type TestAudit = Awaited<ReturnType<typeof createTestAudit>>;
