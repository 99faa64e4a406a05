import {
  adminEvent,
  createTestAudit,
  deriveForTests,
  passMinute,
  readEvent,
} from "@fairlead/testkit/audit";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { AuditCheckpoint, AuditRow } from "../storage/records.ts";
import { parseCheckpoint, signCheckpoint } from "./checkpoint.ts";
import { verifyLog } from "./export.ts";
import { createKeyRing } from "./keys.ts";
import type { AuditRecords } from "./read-log.ts";
import { hashRow, NO_HASH, parseBody, toCommitted } from "./row.ts";

const keys = createKeyRing(deriveForTests);

/** What is in the store, as somebody who may write to it sees it. */
interface Records {
  rows: AuditRow[];
  checkpoints: AuditCheckpoint[];
}

/** Two processes, three tenants, acts and reads, a checkpoint each minute; the last rows are not covered yet. */
async function writeLog(minutes = 3, perMinute = 4): Promise<Records> {
  const { audit, store, clock, open } = await createTestAudit();
  const logs = [audit, open("p2")];
  for (let minute = 0; minute <= minutes; minute += 1) {
    for (const log of logs) {
      for (let each = 0; each < perMinute; each += 1) {
        const tenant_id = each % 4 === 0 ? "ten_quay" : "ten_pier";
        log.record(readEvent({ tenant_id, at: clock.now(), request_id: `${minute}.${each}` }));
      }
      await log.transaction(async () => ({ result: 0, event: adminEvent() }));
      await log.flush();
    }
    clock.advance(1_000);
    if (minute < minutes) await passMinute({ clock, store });
  }
  return read(store.audit);
}

async function read(audit: AuditRecords): Promise<Records> {
  const rows: AuditRow[] = [];
  for (const { chain } of await audit.heads()) rows.push(...(await audit.readChain(chain, 0, 900)));
  return { rows, checkpoints: await audit.readCheckpoints(0, 900) };
}

/** Reads records as a database would. */
function recordsOf({ rows, checkpoints }: Records): AuditRecords {
  const sorted = rows.toSorted((one, other) => one.seq - other.seq);
  const signed = checkpoints.toSorted((one, other) => one.seq - other.seq);
  return {
    async heads() {
      const heads = new Map(sorted.map((row) => [row.chain, row]));
      return [...heads.values()].map(({ chain, tenant_id, seq, hash }) => ({
        ...{ chain, tenant_id, seq, hash },
      }));
    },
    readChain: async (chain, from, limit) =>
      sorted.filter((row) => row.chain === chain && row.seq >= from).slice(0, limit),
    readCheckpoints: async (from, limit) => signed.filter(({ seq }) => seq >= from).slice(0, limit),
    lastCheckpoint: async () => signed.at(-1),
  };
}

const kindsOf = async (records: Records) => {
  const { problems } = await verifyLog(recordsOf(records), keys);
  return [...new Set(problems.map(({ kind }) => kind))].sort();
};

const log = await writeLog();
const covered = (row: AuditRow) =>
  log.checkpoints.some((each) =>
    parseCheckpoint(each)?.standings.some(({ heads }) =>
      heads.some(({ chain, seq }) => chain === row.chain && seq >= row.seq),
    ),
  );

/** What follows on a change is made to fit, as somebody would who knows how hashes are made. */
function remake(rows: readonly AuditRow[]): AuditRow[] {
  const last = new Map<string, { seq: number; hash: string }>();
  return rows
    .toSorted((one, other) => one.seq - other.seq)
    .map((row) => {
      const before = last.get(row.chain) ?? { seq: 0, hash: NO_HASH };
      const body = parseBody(row.body);
      if (body === undefined) throw new Error("Only whole bodies can be remade.");
      const link = { ...row, seq: before.seq + 1, prev_hash: before.hash };
      const hash = hashRow(link.prev_hash, link, toCommitted(body));
      last.set(row.chain, { seq: link.seq, hash });
      return { ...link, hash };
    });
}

test("a log as it was written has nothing wrong with it", async () => {
  expect(await verifyLog(recordsOf(log), keys)).toMatchObject({
    ok: true,
    problems: [],
    rows: log.rows.length,
    chains: 4,
    checkpoints: 3,
    uncovered_rows: log.rows.filter((row) => !covered(row)).length,
  });
});

test("one tenant's part of it can be verified alone", async () => {
  const report = await verifyLog(recordsOf(log), keys, "ten_quay");
  expect(report).toMatchObject({ ok: true, chains: 2, checkpoints: 3, tenant_id: "ten_quay" });
});

const anyRow = fc.nat(log.rows.length - 1);
const CHARACTERS = 'abc019"{}:,\\ ';

const change = fc.oneof(
  fc.record({
    what: fc.constant("text" as const),
    field: fc.constantFrom("body" as const, "hash", "prev_hash", "chain", "tenant_id"),
    at: fc.nat(),
    by: fc.constantFrom(...CHARACTERS),
  }),
  fc.record({ what: fc.constant("time" as const), by: fc.integer({ min: -9, max: 9 }) }),
  fc.record({ what: fc.constant("remove" as const) }),
  fc.record({ what: fc.constant("swap" as const), with: anyRow }),
  fc.record({ what: fc.constant("copy" as const), to: fc.nat(30) }),
);

function apply(index: number, how: typeof change extends fc.Arbitrary<infer T> ? T : never) {
  const rows = log.rows.map((row) => ({ ...row }));
  const row = rows[index];
  if (row === undefined) throw new Error("There is no such row.");
  if (how.what === "remove") rows.splice(index, 1);
  if (how.what === "time") row.at += how.by;
  if (how.what === "copy") rows.push({ ...row, seq: how.to });
  if (how.what === "swap") {
    const other = rows[how.with];
    if (other !== undefined) [row.body, other.body] = [other.body, row.body];
  }
  if (how.what === "text") {
    const text = row[how.field];
    const at = how.at % text.length;
    row[how.field] = text.slice(0, at) + how.by + text.slice(at + 1);
  }
  return rows;
}

test("any change to any row that a checkpoint covers is found", async () => {
  const before = JSON.stringify(log.rows);
  await fc.assert(
    fc.asyncProperty(anyRow, change, async (index, how) => {
      const row = log.rows[index];
      fc.pre(row !== undefined && covered(row));
      const rows = apply(index, how);
      fc.pre(JSON.stringify(rows) !== before);
      expect(await kindsOf({ ...log, rows })).not.toEqual([]);
    }),
    { numRuns: 250 },
  );
});

test("it is found as well when every hash behind the change was made anew", async () => {
  await fc.assert(
    fc.asyncProperty(
      anyRow,
      fc.constantFrom("remove", "change", "copy"),
      fc.string(),
      async (index, how, name) => {
        const row = log.rows[index];
        fc.pre(row !== undefined && covered(row) && row.seq > 1);
        const rows = log.rows.map((each) => ({ ...each }));
        const body = parseBody(row?.body ?? "");
        if (row === undefined || body === undefined) throw new Error("There is no such row.");
        if (how === "remove") rows.splice(index, 1);
        if (how === "copy") {
          // What is put in behind the last covered row is covered by nothing yet.
          fc.pre(covered({ ...row, seq: row.seq + 1 }));
          rows.splice(index, 0, { ...row });
        }
        if (how === "change") {
          fc.pre(name.isWellFormed() && name !== body.name);
          rows[index] = { ...row, body: row.body.replace(/"v":1/, `"v":${name.length + 2}`) };
        }
        expect(await kindsOf({ ...log, rows: remake(rows) })).not.toEqual([]);
      },
    ),
    { numRuns: 150 },
  );
});

test("any change to a checkpoint is found", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat(log.checkpoints.length - 1),
      fc.constantFrom("body" as const, "signature", "key_id"),
      fc.nat(),
      fc.constantFrom(...CHARACTERS),
      async (index, field, at, by) => {
        const checkpoints = log.checkpoints.map((each) => ({ ...each }));
        const checkpoint = checkpoints[index];
        if (checkpoint === undefined) throw new Error("There is no such checkpoint.");
        const text = checkpoint[field];
        const place = at % text.length;
        fc.pre(text[place] !== by);
        checkpoint[field] = text.slice(0, place) + by + text.slice(place + 1);
        expect(await kindsOf({ ...log, checkpoints })).not.toEqual([]);
      },
    ),
    { numRuns: 200 },
  );
});

test("names what is wrong: a row changed", async () => {
  const rows = log.rows.map((row, index) =>
    index === 4 ? { ...row, body: row.body.replace("cloudways_list", "cloudways_drop") } : row,
  );
  const report = await verifyLog(recordsOf({ ...log, rows }), keys);
  expect(report.problems).toEqual([
    {
      kind: "changed",
      chain: log.rows[4]?.chain,
      seq: log.rows[4]?.seq,
      message: `chain ${log.rows[4]?.chain}, row ${log.rows[4]?.seq}: a row is not as it was written`,
    },
  ]);
});

test("names what is wrong: a row taken away", async () => {
  expect(await kindsOf({ ...log, rows: log.rows.toSpliced(2, 1) })).toEqual(["missing"]);
});

test("names what is wrong: a chain cut off below a checkpoint", async () => {
  const [chain] = log.rows.map((row) => row.chain);
  const rows = log.rows.filter((row) => row.chain !== chain || row.seq <= 3);
  expect(await kindsOf({ ...log, rows })).toEqual(["truncated"]);
});

test("names what is wrong: a whole chain taken away", async () => {
  const [chain] = log.rows.map((row) => row.chain);
  const rows = log.rows.filter((row) => row.chain !== chain);
  expect(await kindsOf({ ...log, rows })).toEqual(["truncated"]);
});

test("names what is wrong: the beginning of a chain taken away", async () => {
  const [chain] = log.rows.map((row) => row.chain);
  const rows = log.rows.filter((row) => row.chain !== chain || row.seq > 2);
  expect(await kindsOf({ ...log, rows })).toEqual(["lapsed"]);
});

test("names what is wrong: a chain made anew from a row on", async () => {
  const rows = remake(
    log.rows.map((row, index) =>
      index === 4 ? { ...row, body: row.body.replace("cloudways_list", "cloudways_drop") } : row,
    ),
  );
  expect(await kindsOf({ ...log, rows })).toEqual(["rewritten"]);
});

test("names what is wrong: a chain begun by somebody without the key", async () => {
  const forger = await createTestAudit({
    processId: "p9",
    derive: (purpose) => deriveForTests(`forger ${purpose}`),
  });
  forger.audit.record(readEvent());
  await forger.audit.flush();
  const { rows } = await read(forger.store.audit);
  expect(await kindsOf({ ...log, rows: [...log.rows, ...rows] })).toEqual(["forged_chain"]);
});

test("names what is wrong: a checkpoint signed by somebody without the key", async () => {
  const [first, ...others] = log.checkpoints;
  const parsed = first && parseCheckpoint(first);
  if (parsed === undefined) throw new Error("There is none.");
  const forger = createKeyRing((purpose) => deriveForTests(`forger ${purpose}`));
  const { kept: forged } = signCheckpoint(forger.key(1), parsed.standings, parsed.statement);
  expect(await kindsOf({ ...log, checkpoints: [forged, ...others] })).toContain(
    "forged_checkpoint",
  );
});

test("names what is wrong: a checkpoint taken away", async () => {
  expect(await kindsOf({ ...log, checkpoints: log.checkpoints.toSpliced(1, 1) })).toEqual([
    "missing_checkpoint",
  ]);
});

test("names what is wrong: the first checkpoint taken away", async () => {
  expect(await kindsOf({ ...log, checkpoints: log.checkpoints.slice(1) })).toEqual([
    "missing_checkpoint",
  ]);
});

test("names what is wrong: the last checkpoints taken away, when a chain was begun behind them", async () => {
  const { audit, store, clock, open } = await createTestAudit();
  audit.record(readEvent());
  await audit.flush();
  await passMinute({ clock, store });
  const later = open("p2");
  later.record(readEvent());
  await later.flush();
  const records = await read(store.audit);
  expect(await kindsOf(records)).toEqual([]);
  expect(await kindsOf({ ...records, checkpoints: [] })).toEqual(["missing_checkpoint"]);
});

test("names what is wrong: a row moved to another tenant", async () => {
  const rows = log.rows.map((row, index) =>
    index === 4 ? { ...row, tenant_id: "ten_other" } : row,
  );
  expect(await kindsOf({ ...log, rows })).toEqual(["changed", "foreign"]);
});

test("names what is wrong: a field taken away without a word", async () => {
  const rows = log.rows.map((row) => {
    const body = JSON.parse(row.body);
    if (row.seq !== 3 || body.address === undefined) return row;
    const { address } = JSON.parse(toCommitted(parseBody(row.body) ?? {}));
    return { ...row, body: JSON.stringify({ ...body, address }) };
  });
  expect(await kindsOf({ ...log, rows })).toEqual(["redacted"]);
});

test("lists a hundred problems and counts the others", async () => {
  const long = await writeLog(1, 120);
  const rows = long.rows.map((row) => ({ ...row, at: row.at + 1 }));
  const report = await verifyLog(recordsOf({ ...long, rows }), keys);
  expect(report.problems).toHaveLength(100);
  expect(report.problem_count).toBeGreaterThan(400);
});
