import type { TestAudit } from "@fairlead/testkit/audit";
import { adminEvent, createTestAudit, passMinute, readEvent } from "@fairlead/testkit/audit";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createCheckpoints } from "./checkpoints.ts";
import { exportLog, verifyExport, verifyLog } from "./export.ts";
import { dropLapsing, findLapsing } from "./prune.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

async function lapse({ audit, ...ground }: TestAudit, before: number): Promise<number> {
  const lapsing = await findLapsing(ground.store, before);
  return audit.transaction(async (tx) => ({
    result: await dropLapsing(tx, createCheckpoints(ground), before, lapsing),
    event: adminEvent({ tenant_id: undefined, name: "audit.prune", facts: { before } }),
  }));
}

/** A chain that is written to every few hours goes on; one that is not is followed by another. */
async function writeSome(ground: TestAudit, tenant_id: string, pause: number): Promise<void> {
  for (let each = 0; each < 3; each += 1) ground.audit.record(readEvent({ tenant_id }));
  await ground.audit.flush();
  await passMinute(ground);
  ground.clock.advance(pause);
}

async function exportOf({ store, keys, clock }: TestAudit, tenant_id: string) {
  const lines: string[] = [];
  for await (const line of exportLog(store.audit, keys, { tenant_id }, clock.now()))
    lines.push(line.slice(0, -1));
  return lines;
}

test("what is left after the beginning lapsed can be verified", async () => {
  const ground = await createTestAudit();
  for (let each = 0; each < 4; each += 1) await writeSome(ground, "ten_pier", 4 * HOUR);
  const before = ground.clock.now() - 10 * HOUR;
  expect(await lapse(ground, before)).toBeGreaterThan(0);
  const rows = await ground.store.audit.readChain("ten_pier/p1", 0, 100);
  expect(rows.every(({ at }) => at >= before)).toBe(true);
  expect(await verifyLog(ground.store.audit, ground.keys)).toMatchObject({ problems: [] });
  const lines = await exportOf(ground, "ten_pier");
  const report = await verifyExport(
    (async function* () {
      yield* lines;
    })(),
  );
  expect(report.problems).toEqual([]);
});

test("more taken away than what lapsed is found", async () => {
  const ground = await createTestAudit();
  for (let each = 0; each < 4; each += 1) await writeSome(ground, "ten_pier", 4 * HOUR);
  await lapse(ground, ground.clock.now() - 10 * HOUR);
  await ground.store.audit.deleteBefore(ground.clock.now() - 6 * HOUR);
  const { problems } = await verifyLog(ground.store.audit, ground.keys);
  expect(problems.map(({ kind }) => kind)).toContain("lapsed");
});

test("checkpoints lapse with the rows they cover", async () => {
  const ground = await createTestAudit();
  for (let each = 0; each < 4; each += 1) await writeSome(ground, "ten_pier", 4 * HOUR);
  await lapse(ground, ground.clock.now() - 10 * HOUR);
  const [first] = await ground.store.audit.readCheckpoints(0, 1);
  expect(first?.seq).toBe(3);
});

test("a chain all of whose rows lapsed is gone, and is not missed", async () => {
  const ground = await createTestAudit();
  await writeSome(ground, "ten_pier", DAY);
  await writeSome(ground, "ten_quay", DAY);
  await lapse(ground, ground.clock.now() - DAY - DAY / 2);
  expect((await ground.store.audit.heads()).map(({ tenant_id }) => tenant_id)).toEqual([
    "ten_quay",
    "ten_system",
  ]);
  expect(await verifyLog(ground.store.audit, ground.keys)).toMatchObject({ problems: [] });
});

test("however often and whenever rows lapse, what is left can be verified", async () => {
  const step = fc.record({
    tenant: fc.constantFrom("ten_pier", "ten_quay", "ten_lock"),
    lapses: fc.option(fc.integer({ min: HOUR, max: 3 * DAY }), { nil: undefined }),
    pause: fc.oneof(fc.integer({ min: 0, max: 8 * HOUR }), fc.constant(DAY)),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
      const ground = await createTestAudit();
      for (const { tenant, lapses, pause } of steps) {
        await writeSome(ground, tenant, pause);
        if (lapses !== undefined) await lapse(ground, ground.clock.now() - lapses);
        const { problems } = await verifyLog(ground.store.audit, ground.keys);
        expect(problems).toEqual([]);
      }
    }),
    { numRuns: 40 },
  );
});

test("a process drops by itself what is older than it is to be kept", async () => {
  const ground = await createTestAudit({ retentionDays: 2 });
  for (let day = 0; day < 4; day += 1) await writeSome(ground, "ten_pier", DAY);
  ground.clock.advance(2 * 3_600_000);
  await ground.audit.close();
  const rows = await ground.store.audit.readChain("ten_pier/p1", 0, 100);
  expect(rows.every(({ at }) => at >= ground.clock.now() - 3 * DAY)).toBe(true);
  expect(await verifyLog(ground.store.audit, ground.keys)).toMatchObject({ problems: [] });
});
