import { spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { verifyLog } from "@fairlead/core/audit/export";
import { parseBody, toReadable } from "@fairlead/core/audit/row";
import type { Store } from "@fairlead/core/storage/store";
import { createTestAudit, readEvent } from "@fairlead/testkit/audit";
import { openPlace, toActId, type WriterPlace } from "@fairlead/testkit/audit-writer";
import { createSchema, POSTGRES_URL, probePostgres } from "@fairlead/testkit/postgres";
import { requireService } from "@fairlead/testkit/services";
import { afterAll, describe, expect, test } from "vitest";

const WRITER = fileURLToPath(import.meta.resolve("@fairlead/testkit/audit-writer"));
const ACTS = 60;

/** Starts a writer and kills it without warning once that many acts were acknowledged; resolves with how many were. */
async function writeUntilKilled(where: WriterPlace): Promise<number> {
  const child = spawn(
    process.execPath,
    [...process.execArgv, "--conditions=fairlead-source", WRITER, JSON.stringify(where)],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  let acknowledged = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged = Number(line.replace("ack ", ""));
    if (acknowledged >= ACTS) child.kill("SIGKILL");
  }
  return acknowledged;
}

async function eventsOf({ audit }: Store, processId: string) {
  const events: { name: unknown; id: string }[] = [];
  for (let from = 0; ; ) {
    const rows = await audit.readChain(`ten_pier/${processId}`, from, 1_000);
    for (const { body } of rows) {
      const { name, request_id } = toReadable(parseBody(body) ?? {});
      events.push({ name, id: String(request_id) });
    }
    const last = rows.at(-1);
    if (last === undefined) return events;
    from = last.seq + 1;
  }
}

async function changesOf({ changes }: Store): Promise<string[]> {
  const refs: string[] = [];
  for (let seen = 0; ; ) {
    const page = await changes.since(seen, 500);
    refs.push(...page.map(({ ref }) => ref));
    const last = page.at(-1);
    if (last === undefined) return refs;
    seen = last.seq;
  }
}

/** Ids from 1 up to some number, without one missing in between. */
const firstIds = (processId: string, count: number) =>
  Array.from({ length: count }, (_, index) => toActId(processId, index + 1));

function testCrash(place: () => Promise<(processId: string) => WriterPlace>): void {
  test("two processes killed under load lose no act, no act's event, and only the last reads", async () => {
    const at = await place();
    const writers = ["w1", "w2"];
    const acknowledged = await Promise.all(writers.map((id) => writeUntilKilled(at(id))));
    const store = await openPlace(at("reader"));
    const changes = await changesOf(store);
    for (const [index, id] of writers.entries()) {
      const events = await eventsOf(store, id);
      const acts = events.filter(({ name }) => name === "keys.create");
      const reads = events.filter(({ name }) => name === "cloudways_list_servers");
      const changed = changes.filter((ref) => ref.startsWith(`${id}.`));
      expect(acts.length).toBeGreaterThanOrEqual(acknowledged[index] ?? Number.NaN);
      expect(acts.map((act) => act.id)).toEqual(firstIds(id, acts.length));
      expect(changed).toEqual(acts.map((act) => act.id));
      expect(reads.length).toBeGreaterThan(0);
      expect(reads.map((read) => read.id)).toEqual(firstIds(id, reads.length));
    }
    const { audit, keys } = await createTestAudit({ store });
    expect(await verifyLog(store.audit, keys)).toMatchObject({ problems: [], chains: 2 });
    audit.record(readEvent());
    await audit.close();
    // What the dead processes left behind is covered by whoever lives.
    expect(await verifyLog(store.audit, keys)).toMatchObject({
      ...{ problems: [], chains: 3, checkpoints: 1, uncovered_rows: 0 },
    });
    await store.close();
  }, 60_000);
}

describe("on SQLite", () => {
  testCrash(async () => {
    const sqlite = join(mkdtempSync(join(tmpdir(), "fairlead-crash-")), "records.db");
    return (processId) => ({ sqlite, processId });
  });
});

const describePostgres = await requireService("PostgreSQL", probePostgres);

describePostgres("on PostgreSQL", () => {
  let drop = async () => {};
  afterAll(() => drop());
  testCrash(async () => {
    drop = (await createSchema("audit_crash")).drop;
    return (processId) => ({ postgres: POSTGRES_URL, schema: "test_audit_crash", processId });
  });
});
