import { deriveForTests } from "@fairlead/testkit/audit";
import { createManualClock } from "@fairlead/testkit/clock";
import { seededRandom } from "@fairlead/testkit/random";
import { afterEach, expect, test } from "vitest";
import type { AuditEvent } from "../observe/audit-event.ts";
import { SILENT } from "../ports.ts";
import { createSqliteStore } from "../storage/sqlite.ts";
import type { Store } from "../storage/store.ts";
import { createAuditLog } from "./audit-log.ts";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function open() {
  const clock = createManualClock();
  const store = await createSqliteStore(":memory:", { clock });
  let commits = 0;
  const counted: Store = {
    ...store,
    transaction(work) {
      commits += 1;
      return store.transaction(work);
    },
  };
  const events: AuditEvent[] = [];
  const log = createAuditLog({
    ...{ store: counted, clock, random: seededRandom(), processId: "p", logger: SILENT },
    derive: deriveForTests,
    onEvent: (event) => void events.push(event),
  });
  closing.push(async () => {
    await log.close();
    await store.close();
  });
  return { store, log, events, commits: () => commits };
}

function eventOf(target: string, changes: Partial<AuditEvent> = {}): AuditEvent {
  return {
    ...{ at: 1, request_id: "r", trace_id: "t", surface: "http", tenant_id: "ten_acme" },
    ...{ principal_id: "prn_ann", action: "tool", name: "harbour_book", connector: "harbour" },
    ...{ connection_id: undefined, effect: "write", outcome: "ok", duration_ms: 0, target },
    ...changes,
  };
}

const revoke = (store: Store, id: string) => store.revocations.add({ id, expires_at: 9 });

test("what comes together is committed together, each with its event", async () => {
  const { store, log, events, commits } = await open();
  const parts = Array.from({ length: 50 }, (_, at) =>
    log.join(async (tx) => {
      await revoke(tx, `r${at}`);
      return { result: at, event: eventOf(`r${at}`) };
    }),
  );
  expect(await Promise.all(parts)).toEqual(Array.from({ length: 50 }, (_, at) => at));
  expect(commits()).toBe(1);
  expect(events).toHaveLength(50);
  expect(await store.revocations.has("r49")).toBe(true);
  expect((await store.audit.list("ten_acme", { limit: 100 })).items).toHaveLength(51);
});

test("one that fails takes back its own part and no other", async () => {
  const { store, log, events } = await open();
  const outcomes = await Promise.allSettled(
    ["a", "b", "c"].map((id) =>
      log.join(async (tx) => {
        await revoke(tx, id);
        if (id === "b") throw new Error("not this one");
        return { result: id, event: eventOf(id) };
      }),
    ),
  );
  expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(outcomes[1]).toMatchObject({ reason: { message: "not this one" } });
  const there = await Promise.all(["a", "b", "c"].map((id) => store.revocations.has(id)));
  expect(there).toEqual([true, false, true]);
  expect(events.map(({ target }) => target)).toEqual(["a", "c"]);
});

test("one alone that fails leaves nothing", async () => {
  const { store, log } = await open();
  const alone = log.join(async (tx) => {
    await revoke(tx, "a");
    throw new Error("no");
  });
  await expect(alone).rejects.toThrow("no");
  expect(await store.revocations.has("a")).toBe(false);
});

test("an intent is in the chain, and told to nobody", async () => {
  const { store, log, events } = await open();
  await log.join(async () => ({ result: 1, event: eventOf("a", { phase: "intent" }) }));
  await log.join(async () => ({ result: 2 }));
  expect(events).toEqual([]);
  const { items } = await store.audit.list("ten_acme", { limit: 10 });
  expect(items.some(({ body }) => JSON.parse(body).phase === "intent")).toBe(true);
});
