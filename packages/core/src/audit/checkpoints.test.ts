import type { TestAudit } from "@fairlead/testkit/audit";
import { createTestAudit, passMinute, readEvent } from "@fairlead/testkit/audit";
import { createCollectingLogger } from "@fairlead/testkit/logger";
import { expect, test } from "vitest";
import { parseCheckpoint } from "./checkpoint.ts";
import { createCheckpoints } from "./checkpoints.ts";
import { verifyLog } from "./export.ts";

async function write({ audit }: Pick<TestAudit, "audit">, tenant_id = "ten_pier"): Promise<void> {
  audit.record(readEvent({ tenant_id }));
  await audit.flush();
}

async function headsOf({ store }: TestAudit) {
  return (await store.audit.readCheckpoints(0, 100)).map((each) =>
    parseCheckpoint(each)?.standings.flatMap(({ heads }) =>
      heads.map(({ chain, seq }) => `${chain}#${seq}`),
    ),
  );
}

test("signs each minute how far the chains came that moved", async () => {
  const ground = await createTestAudit();
  await write(ground, "ten_pier");
  await write(ground, "ten_quay");
  await passMinute(ground);
  await write(ground, "ten_quay");
  await passMinute(ground);
  expect(await headsOf(ground)).toEqual([["ten_pier/p1#2", "ten_quay/p1#2"], ["ten_quay/p1#3"]]);
});

test("covers what other processes wrote, also of one that is gone", async () => {
  const ground = await createTestAudit();
  await write({ audit: ground.open("p2") });
  await passMinute(ground);
  expect(await headsOf(ground)).toEqual([["ten_pier/p2#2"]]);
});

test("of many processes one signs, and none when nothing moved", async () => {
  const ground = await createTestAudit();
  const others = ["p2", "p3"].map(ground.open);
  await write(ground);
  await passMinute(ground);
  ground.clock.advance(600_000);
  for (const log of [ground.audit, ...others]) await log.close();
  expect(await headsOf(ground)).toHaveLength(1);
});

test("signs when the process ends, so that nothing waits for the next one", async () => {
  const ground = await createTestAudit();
  ground.audit.record(readEvent());
  await ground.audit.close();
  expect(await headsOf(ground)).toEqual([["ten_pier/p1#2"]]);
});

test("two that sign at the same moment make two checkpoints that follow on each other", async () => {
  const ground = await createTestAudit();
  await write(ground);
  await passMinute(ground);
  const logger = createCollectingLogger();
  const [one, other] = [1, 2].map(() => createCheckpoints({ ...ground, logger }));
  await Promise.all([one?.sign({ rotates: true }), other?.sign({ rotates: true })]);
  expect(await verifyLog(ground.store.audit, ground.keys)).toMatchObject({
    ok: true,
    checkpoints: 3,
  });
});

test("every checkpoint is told to the log, which is kept elsewhere", async () => {
  const logger = createCollectingLogger();
  const ground = await createTestAudit({ logger });
  await write(ground);
  await passMinute(ground);
  const line = logger.lines.find(({ message }) => message === "audit checkpoint");
  expect(line?.fields).toMatchObject({ seq: 1, key_id: ground.keys.key(1).id });
});

test("after a rotation of the key old and new signatures are good, and new chains are begun with the new one", async () => {
  const ground = await createTestAudit();
  await write(ground);
  await passMinute(ground);
  await createCheckpoints(ground).sign({ rotates: true });
  const next = ground.open("p2");
  await write({ audit: next });
  await next.close();
  const [begun] = await ground.store.audit.readChain("ten_pier/p2", 1, 1);
  expect(JSON.parse(begun?.body ?? "{}").note.key_id).toBe(ground.keys.key(2).id);
  expect(await verifyLog(ground.store.audit, ground.keys)).toMatchObject({
    ok: true,
    checkpoints: 3,
    keys: [ground.keys.key(1).id, ground.keys.key(2).id],
  });
});

test("does not sign behind a checkpoint that was tampered with", async () => {
  const ground = await createTestAudit();
  await write(ground);
  await passMinute(ground);
  const last = await ground.store.audit.lastCheckpoint();
  if (last === undefined) throw new Error("There is no checkpoint.");
  await ground.store.audit.putCheckpoint({ ...last, seq: 2 });
  await expect(createCheckpoints(ground).sign({ rotates: true })).rejects.toMatchObject({
    details: { reason: "audit_checkpoint" },
  });
});
