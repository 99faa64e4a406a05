import { createTestAudit, readEvent } from "@fairlead/testkit/audit";
import { createManualClock } from "@fairlead/testkit/clock";
import { expect, test } from "vitest";
import { createSqliteStore } from "../storage/sqlite.ts";
import type { Store } from "../storage/store.ts";

test("says how many events wait, and how many never will be written", async () => {
  const real = await createSqliteStore(":memory:", { clock: createManualClock() });
  let isAway = true;
  const store: Store = {
    ...real,
    transaction: (work) => (isAway ? Promise.reject(new Error("Away.")) : real.transaction(work)),
  };
  const { audit } = await createTestAudit({ store, maxWaiting: 3 });
  expect(audit.backlog).toEqual({ waiting: 0, lost: 0 });
  for (let n = 0; n < 5; n += 1) audit.record(readEvent());
  await expect(audit.flush()).rejects.toThrow("Away.");
  expect(audit.backlog).toEqual({ waiting: 3, lost: 2 });
  isAway = false;
  await audit.flush();
  expect(audit.backlog).toEqual({ waiting: 0, lost: 2 });
  await real.close();
});
