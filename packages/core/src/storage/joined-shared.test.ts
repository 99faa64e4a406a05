import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { createManualClock, type ManualClock } from "@fairlead/testkit/clock";
import { testShared } from "@fairlead/testkit/contracts/test-shared";
import { failureOf } from "@fairlead/testkit/failure-of";
import fc from "fast-check";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { type Level, refill, takeFrom, toMeasure } from "../limits/token-bucket.ts";
import { type Clock, SYSTEM_CLOCK } from "../ports.ts";
import { createFileShared } from "./file-shared.ts";
import { createJoinedShared } from "./joined-shared.ts";
import type { Bucket, Shared } from "./shared.ts";

const directory = mkdtempSync(join(tmpdir(), "fairlead-joined-"));
const opened: Shared[] = [];
let files = 0;

afterEach(async () => {
  for (const shared of opened.splice(0)) await shared.close();
});
afterAll(() => rmSync(directory, { recursive: true }));

const newPath = () => join(directory, `${files++}.db`);

/** Time as a test tells it; only what one process asks of another is answered by itself. */
function answering(clock: ManualClock): Clock {
  return {
    now: clock.now,
    after: (ms, callback) =>
      ms <= 100 ? SYSTEM_CLOCK.after(ms / 20, callback) : clock.after(ms, callback),
  };
}

function openAt(path: string, clock: Clock): Shared {
  const shared = createJoinedShared({ path, clock });
  opened.push(shared);
  return shared;
}

const BUCKET: Bucket = { capacity: 90, refillPerSecond: 1 / 3_600 };

async function admittedOf(shared: Shared, offers: number, bucket = BUCKET): Promise<number> {
  const takes = await Promise.all(
    Array.from({ length: offers }, () => shared.take("k", bucket, 1)),
  );
  return takes.filter(({ admitted }) => admitted).length;
}

describe("in memory until another one takes", () => {
  testShared(
    (clock, place) =>
      createJoinedShared({ path: join(directory, `${place}.db`), clock: answering(clock) }),
    { handles: 2 },
  );
});

describe("in the file", () => {
  async function createJoined(clock: ManualClock, place: string): Promise<Shared> {
    const path = join(directory, `joined-${place}.db`);
    const open = () => createJoinedShared({ path, clock: answering(clock) });
    const [shared, companion] = [open(), open()];
    for (const each of [shared, companion]) await each.take("another", BUCKET, 1);
    expect([shared.isAlone, companion.isAlone]).toEqual([false, false]);
    return {
      ...shared,
      async close() {
        await companion.close();
        await shared.close();
      },
    };
  }

  testShared(createJoined, { handles: 2 });
});

test("one alone takes without touching the file", async () => {
  const path = newPath();
  const shared = openAt(path, createManualClock());
  await shared.take("k", BUCKET, 1);
  const holder = new DatabaseSync(path);
  holder.exec("begin immediate");
  expect((await shared.take("k", BUCKET, 1)).remaining).toBe(88);
  expect(shared.isAlone).toBe(true);
  holder.exec("commit");
  holder.close();
});

test("what one took alone is counted for who comes next", async () => {
  const path = newPath();
  const clock = answering(createManualClock());
  const [first, second] = [openAt(path, clock), openAt(path, clock)];
  expect(await admittedOf(first, 40)).toBe(40);
  expect(first.isAlone).toBe(true);
  expect(await admittedOf(second, 90)).toBe(50);
  expect([first.isAlone, second.isAlone]).toEqual([false, false]);
  expect(await admittedOf(first, 10)).toBe(0);
});

test("what one took is counted after it was closed and opened again", async () => {
  const path = newPath();
  const clock = createManualClock();
  const first = openAt(path, clock);
  await admittedOf(first, 40);
  await first.close();
  expect(await admittedOf(openAt(path, clock), 90)).toBe(50);
});

test("who takes no tokens leaves the other one alone", async () => {
  const path = newPath();
  const clock = createManualClock();
  const server = openAt(path, clock);
  await server.take("k", BUCKET, 1);
  const command = openAt(path, clock);
  await command.subscribe("c", () => {});
  await command.publish("c", "changed");
  await command.set("note", "tide", 1_000);
  await command.setIfAbsent("turn", "", 1_000);
  await command.takeWindow("w", { limit: 3, windowMs: 1_000 }, 1);
  clock.advance(3_000);
  expect(server.isAlone).toBe(true);
  expect(await server.get("turn")).toBeUndefined();
  await command.close();
});

test("one that is alone again keeps in memory again, at once when the other left", async () => {
  const path = newPath();
  const clock = createManualClock();
  const [first, second] = [openAt(path, answering(clock)), openAt(path, answering(clock))];
  await first.take("k", BUCKET, 1);
  await second.take("k", BUCKET, 1);
  expect(first.isAlone).toBe(false);
  await second.close();
  await first.take("k", BUCKET, 1);
  clock.advance(1_000);
  expect(first.isAlone).toBe(true);
  expect((await first.take("k", BUCKET, 1)).remaining).toBe(86);
});

test("one that is alone again keeps in memory again, when the other took nothing for a minute", async () => {
  const path = newPath();
  const clock = createManualClock();
  const [first, second] = [openAt(path, answering(clock)), openAt(path, answering(clock))];
  await second.take("k", BUCKET, 1);
  await first.take("k", BUCKET, 1);
  const isAlone: unknown[] = [];
  for (let second = 0; second < 75; second++) {
    await first.take("k", BUCKET, 1);
    clock.advance(1_000);
    isAlone.push(first.isAlone);
  }
  expect([isAlone[55], isAlone.at(-1)]).toEqual([false, true]);
  expect((await second.take("k", BUCKET, 1)).remaining).toBe(90 - 78);
});

test("who is idle keeps nobody waiting, and has no timer left", async () => {
  const path = newPath();
  const clock = createManualClock();
  const idle = openAt(path, clock);
  const before = clock.waiting.length;
  await idle.take("k", BUCKET, 40);
  clock.advance(8_000);
  expect(idle.isAlone).toBe(false);
  expect(clock.waiting).toHaveLength(before);
  // A clock that nobody moves: it would never come back if it had to wait.
  expect((await openAt(path, clock).take("k", BUCKET, 1)).remaining).toBe(49);
});

test("what a reboot or a kill left behind holds nobody up", async () => {
  const path = newPath();
  const clock = createManualClock();
  await openAt(path, clock).close();
  const left = new DatabaseSync(path);
  left.exec(
    `insert into keeper values (1, 77, 0); insert into members values (77, ${clock.now()})`,
  );
  left.close();
  const shared = openAt(path, clock);
  expect((await shared.take("k", BUCKET, 1)).admitted).toBe(true);
  expect(shared.isAlone).toBe(true);
});

test("a clock that is set wrong costs no token and gives none", async () => {
  const path = newPath();
  const clock = createManualClock();
  const [first, second] = [openAt(path, answering(clock)), openAt(path, answering(clock))];
  await admittedOf(first, 30);
  clock.step(-86_400_000);
  await admittedOf(first, 30);
  expect(await admittedOf(second, 90)).toBe(30);
  clock.step(3_600_000);
  expect(await admittedOf(first, 90)).toBe(1);
});

test("levels beyond what fits in memory are in the file, and none is forgotten", async () => {
  const path = newPath();
  const shared = openAt(path, createManualClock());
  for (let i = 0; i < 51_000; i++) await shared.take(`k${i}`, BUCKET, 1);
  expect(shared.isAlone).toBe(true);
  for (const i of [0, 1_999, 2_000, 50_999]) {
    expect((await shared.peek(`k${i}`, BUCKET)).remaining).toBe(89);
  }
});

test("nothing is taken while the file that says who keeps the levels cannot be read", async () => {
  const path = newPath();
  const clock = createManualClock();
  const shared = openAt(path, clock);
  await shared.take("k", BUCKET, 1);
  const holder = new DatabaseSync(path);
  holder.exec("alter table keeper rename to hidden");
  clock.step(5_000);
  expect((await failureOf(shared.take("k", BUCKET, 1))).details?.reason).toBe("shared_state");
  holder.exec("alter table hidden rename to keeper");
  holder.close();
  expect((await shared.take("k", BUCKET, 1)).remaining).toBe(88);
});

test("a damaged file is made anew, and one of another program is left alone", async () => {
  const damaged = newPath();
  writeFileSync(damaged, "not a database at all ".repeat(500));
  expect(await admittedOf(openAt(damaged, createManualClock()), 1)).toBe(1);
  const theirs = newPath();
  const foreign = new DatabaseSync(theirs);
  foreign.exec("pragma application_id = 7; create table theirs (x)");
  foreign.close();
  expect(() => openAt(theirs, createManualClock())).toThrow("belongs to another program");
});

test("nobody else on the machine can read what is beside the file", () => {
  const path = newPath();
  openAt(path, createManualClock());
  expect(statSync(`${path}-keeper`).mode & 0o077).toBe(0);
});

test("a take of an old process that knows the file alone is seen by the next", async () => {
  const path = newPath();
  const clock = createManualClock();
  const old = createFileShared(path, clock);
  opened.push(old);
  await old.take("k", BUCKET, 40);
  expect((await openAt(path, clock).take("k", BUCKET, 1)).remaining).toBe(49);
});

type Act =
  | { kind: "open" }
  | { kind: "take" | "burst"; who: number; cost: number }
  | { kind: "close"; who: number }
  | { kind: "pass"; ms: number };

test("whoever joins and leaves, every take is as if there were one bucket", async () => {
  const who = fc.nat(3);
  const act: fc.Arbitrary<Act> = fc.oneof(
    { weight: 2, arbitrary: fc.constant({ kind: "open" } as const) },
    {
      weight: 8,
      arbitrary: fc.record({
        kind: fc.constantFrom("take" as const, "burst" as const),
        ...{ who, cost: fc.integer({ min: 1, max: 5 }) },
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("close" as const), who }) },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant("pass" as const),
        ms: fc.constantFrom(1, 700, 1_000, 7_000, 65_000),
      }),
    },
  );
  const bucket: Bucket = { capacity: 60, refillPerSecond: 1 / 7 };
  const measure = toMeasure(bucket);
  let switches = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 10, maxLength: 60 }), async (acts) => {
      const clock = createManualClock();
      const path = newPath();
      const handles = [createJoinedShared({ path, clock: answering(clock) })];
      const model: Level = {
        parts: measure.full,
        partsPerToken: measure.partsPerToken,
        at: clock.now(),
      };
      const expectTake = (cost: number) => {
        refill(model, measure, clock.now());
        return takeFrom(model, measure, cost);
      };
      const nth = (index: number) => handles[index % handles.length];
      for (const each of acts) {
        const wasAlone = handles.map(({ isAlone }) => isAlone).join();
        if (each.kind === "open" && handles.length < 4) {
          handles.push(createJoinedShared({ path, clock: answering(clock) }));
        } else if (each.kind === "take") {
          expect(await nth(each.who)?.take("k", bucket, each.cost)).toEqual(expectTake(each.cost));
        } else if (each.kind === "burst") {
          const takes = await Promise.all(handles.map((one) => one.take("k", bucket, 1)));
          const due = handles.map(() => expectTake(1).admitted);
          expect(takes.filter(({ admitted }) => admitted)).toHaveLength(due.filter(Boolean).length);
        } else if (each.kind === "close" && handles.length > 1) {
          await handles.splice(each.who % handles.length, 1)[0]?.close();
        } else if (each.kind === "pass") {
          clock.advance(each.ms);
        }
        if (handles.map(({ isAlone }) => isAlone).join() !== wasAlone) switches += 1;
      }
      for (const one of handles) await one.close();
    }),
    { seed: 7, numRuns: 60 },
  );
  // Else the property would say little.
  expect(switches).toBeGreaterThan(200);
}, 60_000);
