import type { TestAudit } from "@fairlead/testkit/audit";
import { adminEvent, createTestAudit, passMinute, readEvent } from "@fairlead/testkit/audit";
import fc from "fast-check";
import { expect, test } from "vitest";
import { exportLog, verifyExport } from "./export.ts";
import type { Selection } from "./items.ts";

const SECOND = 1_000;

/** Three tenants, two processes, three checkpoints; what was written last is covered by none. */
async function writeLog(): Promise<TestAudit> {
  const ground = await createTestAudit();
  const logs = [ground.audit, ground.open("p2")];
  for (let minute = 0; minute < 4; minute += 1) {
    for (const log of logs) {
      for (const tenant_id of ["ten_pier", "ten_quay", "ten_lock"]) {
        log.record(readEvent({ tenant_id, request_id: `minute ${minute}`, address: "192.0.2.9" }));
      }
      const event = adminEvent({ tenant_id: "ten_quay", facts: { label: `quay ${minute}` } });
      await log.transaction(async () => ({ result: 0, event }));
      await log.flush();
    }
    ground.clock.advance(SECOND);
    if (minute < 3) await passMinute(ground);
  }
  return ground;
}

async function linesOf({ store, keys, clock }: TestAudit, selection: Selection = {}) {
  const lines: string[] = [];
  for await (const line of exportLog(store.audit, keys, selection, clock.now()))
    lines.push(line.slice(0, -1));
  return lines;
}

async function* stream(lines: readonly string[]) {
  yield* lines;
}

const verify = (lines: readonly string[], trusted?: string[]) =>
  verifyExport(stream(lines), trusted);

const rowsOf = (lines: readonly string[]) =>
  lines.map((line) => JSON.parse(line)).filter(({ kind }) => kind === "row");

const ground = await writeLog();
const whole = await linesOf(ground);
const pier = await linesOf(ground, { tenant_id: "ten_pier" });

test("an export proves itself", async () => {
  expect(await verify(whole)).toMatchObject({
    problems: [],
    rows: 6 + 4 * 2 * 4,
    chains: 6,
    checkpoints: 3,
    uncovered_rows: 8,
  });
});

test("an export of one tenant proves itself and holds nothing of another", async () => {
  expect(await verify(pier)).toMatchObject({
    problems: [],
    tenant_id: "ten_pier",
    rows: 2 + 4 * 2,
    chains: 2,
    checkpoints: 3,
  });
  expect(pier.join("\n")).not.toMatch(/ten_quay|ten_lock|quay \d|key_8Fq/);
  const others = rowsOf(whole).filter(({ tenant_id }) => tenant_id !== "ten_pier");
  for (const { hash } of others) expect(pier.join("\n")).not.toContain(hash);
});

test("an export of a tenant without events is empty and sound", async () => {
  const lines = await linesOf(ground, { tenant_id: "ten_nobody" });
  expect(await verify(lines)).toMatchObject({ ok: true, rows: 0, checkpoints: 0 });
});

test("an export of some time holds its rows, and proves that none of them is missing", async () => {
  const times = rowsOf(pier).map(({ at }) => at);
  const [from = 0, to = 0] = [times[4], times[7]];
  const lines = await linesOf(ground, { tenant_id: "ten_pier", from, to });
  const meant = rowsOf(pier).filter(({ at }) => at >= from && at < to);
  expect(rowsOf(lines)).toEqual(expect.arrayContaining(meant));
  expect(rowsOf(lines).length).toBeLessThan(rowsOf(pier).length);
  expect(await verify(lines)).toMatchObject({ problems: [], from, to, uncovered_rows: 0 });
});

test("any part of the time proves itself", async () => {
  const { clock } = ground;
  const time = fc.integer({ min: clock.now() - 260 * SECOND, max: clock.now() + SECOND });
  const maybe = fc.option(time, { nil: undefined });
  const tenants = fc.constantFrom("ten_pier", "ten_quay", undefined);
  await fc.assert(
    fc.asyncProperty(tenants, maybe, maybe, async (tenant_id, from, to) => {
      const lines = await linesOf(ground, { tenant_id, from, to });
      expect((await verify(lines)).problems).toEqual([]);
      const inTime = ({ at }: { at: number }) =>
        at >= (from ?? 0) && at < (to ?? Number.POSITIVE_INFINITY);
      const meant = rowsOf(tenant_id === "ten_pier" ? pier : whole).filter(inTime);
      const own = meant.filter((row) => tenant_id === undefined || row.tenant_id === tenant_id);
      expect(rowsOf(lines)).toEqual(expect.arrayContaining(own));
    }),
    { numRuns: 60 },
  );
});

test("any change to a file is found", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat(pier.length - 1),
      fc.constantFrom("remove", "double", "change", "swap"),
      fc.nat(),
      async (index, how, at) => {
        const lines = [...pier];
        const line = lines[index] ?? "";
        const place = at % line.length;
        const other = line[place] === "0" ? "1" : "0";
        if (how === "remove") lines.splice(index, 1);
        if (how === "double") lines.splice(index, 0, line);
        if (how === "swap") lines.splice(index, 2, ...lines.slice(index, index + 2).reverse());
        if (how === "change") lines[index] = line.slice(0, place) + other + line.slice(place + 1);
        fc.pre(lines.join() !== pier.join());
        const found = await verify(lines).then(
          ({ ok }) => !ok,
          (error: unknown) => String(error).includes("not what an audit export holds"),
        );
        expect(found).toBe(true);
      },
    ),
    { numRuns: 300 },
  );
});

test("a file that was cut off says so", async () => {
  expect(await verify(pier.slice(0, -1))).toMatchObject({ problems: [{ kind: "cut" }] });
});

test("a file made with other keys is found by who knows the right one", async () => {
  const { keys } = ground;
  const forger = await createTestAudit({ derive: () => Buffer.alloc(32, 7) });
  forger.audit.record(readEvent());
  await forger.audit.close();
  const lines = await linesOf(forger);
  expect(await verify(lines)).toMatchObject({ ok: true });
  expect(await verify(lines, [keys.key(1).id])).toMatchObject({
    problems: [{ kind: "unknown_key" }],
  });
  expect(await verify(whole, [keys.key(1).public_key])).toMatchObject({ ok: true });
});

test.each(["", "nonsense", '{"kind":"row"}', '{"kind":"end"}'])("%j is no export", async (line) => {
  await expect(verify(line === "" ? [] : [line])).rejects.toMatchObject({
    code: "invalid_input",
    details: { reason: "audit_export", line: 1 },
  });
});

test("nothing is exported past a checkpoint that was tampered with", async () => {
  const broken = await writeLog();
  const last = await broken.store.audit.lastCheckpoint();
  if (last !== undefined) await broken.store.audit.putCheckpoint({ ...last, seq: 4 });
  await expect(linesOf(broken)).rejects.toMatchObject({
    details: { reason: "audit_checkpoint", checkpoint: 4 },
  });
});
