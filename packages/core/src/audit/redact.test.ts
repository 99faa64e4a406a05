import type { TestAudit } from "@fairlead/testkit/audit";
import { adminEvent, createTestAudit, passMinute, readEvent } from "@fairlead/testkit/audit";
import { expect, test } from "vitest";
import { listEvents } from "./events.ts";
import { verifyLog } from "./export.ts";
import { type Redaction, redactEvents } from "./redact.ts";

async function writeLog(): Promise<TestAudit> {
  const ground = await createTestAudit();
  for (let each = 0; each < 250; each += 1) {
    const address = each % 2 === 0 ? "192.0.2.7" : "198.51.100.1";
    ground.audit.record(readEvent({ address, request_id: `request ${each}` }));
  }
  ground.audit.record(readEvent({ tenant_id: "ten_quay" }));
  const event = adminEvent({ address: "192.0.2.7", request_id: "act" });
  await ground.audit.transaction(async () => ({ result: 0, event }));
  await ground.audit.flush();
  await passMinute(ground);
  return ground;
}

const redact = (ground: TestAudit, redaction: Omit<Redaction, "tenant_id">) =>
  redactEvents(ground, { tenant_id: "ten_pier", ...redaction }, ({ target, facts }) =>
    adminEvent({ name: "audit.redact", address: undefined, target, facts }),
  );

async function textOf({ store }: TestAudit, tenant_id: string): Promise<string> {
  const { items } = await store.audit.list(tenant_id, { limit: 500 });
  return items.map(({ body }) => body).join("\n");
}

test("an address that was redacted is nowhere in the tenant's log, and every proof holds", async () => {
  const ground = await writeLog();
  expect(await redact(ground, { address: "192.0.2.7" })).toBe(126);
  expect(await textOf(ground, "ten_pier")).not.toContain("192.0.2.7");
  expect(await textOf(ground, "ten_pier")).toContain("198.51.100.1");
  expect(await verifyLog(ground.store.audit, ground.keys)).toMatchObject({
    problems: [],
    redacted_rows: 126,
  });
});

test("another tenant's log is not touched", async () => {
  const ground = await writeLog();
  await redact(ground, { address: "192.0.2.7" });
  expect(await textOf(ground, "ten_quay")).toContain("192.0.2.7");
});

test("one event loses everything that names people or things", async () => {
  const ground = await writeLog();
  expect(await redact(ground, { request_id: "act" })).toBe(1);
  const { items } = await listEvents(ground.store, "ten_pier", { limit: 500 });
  const shown = items.find(({ event }) => event?.request_id === "act");
  expect(shown).toMatchObject({
    redacted: ["address", "target", "facts.label", "facts.roles"],
    event: { name: "keys.create", address: null, target: null },
  });
  expect(await verifyLog(ground.store.audit, ground.keys)).toMatchObject({ problems: [] });
});

test("the redaction is an event itself, which says which rows it was", async () => {
  const ground = await writeLog();
  await redact(ground, { request_id: "request 3" });
  const { items } = await listEvents(ground.store, "ten_pier", { limit: 1 });
  expect(items[0]?.event).toMatchObject({
    name: "audit.redact",
    target: "event",
    facts: { rows: ["ten_pier/p1#6"] },
  });
});

test("to redact again changes nothing", async () => {
  const ground = await writeLog();
  await redact(ground, { address: "192.0.2.7" });
  expect(await redact(ground, { address: "192.0.2.7" })).toBe(0);
});

test("what was redacted by whom cannot be redacted", async () => {
  const ground = await writeLog();
  await redactEvents(
    ground,
    { tenant_id: "ten_pier", address: "198.51.100.1" },
    ({ target, facts }) =>
      adminEvent({ name: "audit.redact", request_id: "redaction", target, facts }),
  );
  expect(await redact(ground, { request_id: "redaction" })).toBe(0);
});

test("asks for an event or an address, and not for both or neither", async () => {
  const ground = await createTestAudit();
  await expect(redact(ground, {})).rejects.toMatchObject({ code: "invalid_input" });
  const both = redact(ground, { address: "192.0.2.7", request_id: "act" });
  await expect(both).rejects.toMatchObject({ code: "invalid_input" });
});
