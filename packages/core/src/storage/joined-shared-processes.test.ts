import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { failureOf } from "@fairlead/testkit/failure-of";
import { afterAll, afterEach, expect, test } from "vitest";
import { type Clock, SYSTEM_CLOCK } from "../ports.ts";
import { createJoinedShared } from "./joined-shared.ts";
import type { Shared } from "./shared.ts";

const directory = mkdtempSync(join(tmpdir(), "fairlead-joined-"));
const opened: Shared[] = [];
const children: ChildProcess[] = [];
let files = 0;

afterEach(async () => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  for (const shared of opened.splice(0)) await shared.close();
});
afterAll(() => rmSync(directory, { recursive: true }));

const newPath = () => join(directory, `${files++}.db`);

/** The machine's clock, fifty times as fast: who waits for ten seconds waits for a fifth of one. */
const HURRY = `({
  now: () => Date.UTC(2026, 2, 14) + (Date.now() % 1e9) * 50,
  after(ms, callback) {
    const timer = setTimeout(callback, ms / 50);
    timer.unref();
    return () => clearTimeout(timer);
  },
})`;
const HURRIED: Clock = {
  now: () => Date.UTC(2026, 2, 14) + (Date.now() % 1e9) * 50,
  after: (ms, callback) => SYSTEM_CLOCK.after(ms / 50, callback),
};

function open(path: string, clock: Clock = SYSTEM_CLOCK): Shared {
  const shared = createJoinedShared({ path, clock });
  opened.push(shared);
  return shared;
}

/** No token of it comes back in the time of a test. */
const BUCKET = { capacity: 90, refillPerSecond: 1 / 1e9 };

/** Takes one by one, so that others get in between, until it has so many or is refused; gives how many. */
const PRELUDE = `
  const bucket = ${JSON.stringify(BUCKET)};
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  const takeToken = () => shared.take("k", bucket, 1);
  const takeCall = () => shared.takeWindow("w", { limit: 90, windowMs: 3_600_000 }, 1);
  async function takeUpTo(most, take = takeToken) {
    for (let taken = 0; ; taken++) {
      if (taken === most || !(await take()).admitted) return taken;
      await turn();
    }
  }
  const stayAlive = setInterval(() => {}, 1_000);`;

/** A process of its own that runs the statements, says what `say` is given, and for `told()` waits until it is told to go on. */
async function run(path: string, statements: string, clock = "SYSTEM_CLOCK") {
  const from = (file: string) => JSON.stringify(new URL(file, import.meta.url));
  const code = `
    import { createInterface } from "node:readline";
    import { createJoinedShared } from ${from("./joined-shared.ts")};
    import { SYSTEM_CLOCK } from ${from("../ports.ts")};
    const shared = createJoinedShared({ path: ${JSON.stringify(path)}, clock: ${clock} });
    const say = (what) => console.log(JSON.stringify(what));
    const input = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
    const told = () => input.next();
    ${statements}`;
  const node = ["--conditions=fairlead-source", "--input-type=module", "--eval", code];
  const child = spawn(process.execPath, node, { stdio: ["pipe", "pipe", "inherit"] });
  children.push(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    child,
    async next(): Promise<unknown> {
      return JSON.parse((await lines.next()).value ?? "null");
    },
    async nextNumber(): Promise<number> {
      return Number(JSON.parse((await lines.next()).value ?? "NaN"));
    },
    go: () => child.stdin.write("go\n"),
    async kill() {
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
}

const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0);

test.each(["takeToken", "takeCall"])(
  "three processes that start at once share what there is exactly (%s)",
  async (take) => {
    const path = newPath();
    const statements = `${PRELUDE} say("ready"); await told(); say(await takeUpTo(90, ${take}));`;
    const processes = await Promise.all([1, 2, 3].map(() => run(path, statements)));
    for (const each of processes) expect(await each.next()).toBe("ready");
    for (const each of processes) each.go();
    expect(sum(await Promise.all(processes.map((each) => each.nextNumber())))).toBe(90);
  },
);

test("three processes that fight for the file get no more than what a bucket holds and what comes back", async () => {
  const path = newPath();
  const bucket = { capacity: 100, refillPerSecond: 100 };
  const statements = `
    const bucket = ${JSON.stringify(bucket)};
    say("ready");
    await told();
    const from = Date.now();
    let admitted = 0;
    while (Date.now() < from + 2_000) {
      const take = await shared.take("fought", bucket, 1).catch(() => ({ admitted: false }));
      if (take.admitted) admitted++;
      await new Promise((resolve) => setImmediate(resolve));
    }
    say([from, Date.now(), admitted]);
    await told();`;
  const processes = await Promise.all([1, 2, 3].map(() => run(path, statements)));
  for (const each of processes) expect(await each.next()).toBe("ready");
  for (const each of processes) each.go();
  const told = (await Promise.all(processes.map((each) => each.next()))) as [
    from: number,
    to: number,
    admitted: number,
  ][];
  const elapsedMs = Math.max(...told.map(([, to]) => to)) - Math.min(...told.map(([from]) => from));
  const admitted = sum(told.map(([, , each]) => each));
  expect(admitted).toBeLessThanOrEqual(100 + Math.floor((elapsedMs * 100) / 1_000));
  // It does come back, or the bound would say nothing.
  expect(admitted).toBeGreaterThan(150);
});

test.each(["takeToken", "takeCall"])(
  "a second and a third that come in the midst of a burst get exactly the rest (%s)",
  async (take) => {
    const path = newPath();
    const first = await run(
      path,
      `${PRELUDE}
     say(await takeUpTo(30, ${take}));
     say(shared.isAlone);
     for (;;) { // until somebody else has taken, then the rest
       const before = (await shared.peek("joined", { capacity: 2, refillPerSecond: 1e-9 })).remaining;
       if (before === 0) break;
       await turn();
     }
     say(await takeUpTo(90, ${take}));`,
    );
    expect(await first.nextNumber()).toBe(30);
    const isAlone = await first.next();
    expect(isAlone).toBe(take === "takeToken");
    const late = `${PRELUDE}
    await shared.take("joined", { capacity: 2, refillPerSecond: 1e-9 }, 1);
    say(await takeUpTo(90, ${take}));`;
    const others = await Promise.all([run(path, late), run(path, late)]);
    const counts = await Promise.all([first, ...others].map((each) => each.nextNumber()));
    expect(30 + sum(counts)).toBe(90);
  },
);

test("one of three that is killed takes nothing with it that it had taken", async () => {
  const path = newPath();
  const statements = `${PRELUDE}
    say(await takeUpTo(10)); await told(); say(await takeUpTo(10)); await told(); say(await takeUpTo(90));`;
  const processes = await Promise.all([1, 2, 3].map(() => run(path, statements)));
  for (const each of processes) expect(await each.nextNumber()).toBe(10);
  for (const each of processes) each.go();
  for (const each of processes) expect(await each.nextNumber()).toBe(10);
  await processes[0]?.kill();
  for (const each of processes.slice(1)) each.go();
  expect(sum(await Promise.all(processes.slice(1).map((each) => each.nextNumber())))).toBe(30);
});

test("one that is killed while it is alone keeps nobody waiting, and what it wrote is counted", async () => {
  const path = newPath();
  const alone = await run(
    path,
    `${PRELUDE}
     await takeUpTo(40);
     await takeUpTo(40, takeCall);
     say((await shared.lease("l", 60_000)).fence);
     setInterval(() => shared.peek("k", bucket), 10); // not idle
     setTimeout(() => say(shared.isAlone), 60); // a beat has passed
    `,
    HURRY,
  );
  const fence = await alone.nextNumber();
  expect(await alone.next()).toBe(true);
  await alone.kill();
  const shared = open(path, HURRIED);
  expect((await shared.take("k", BUCKET, 1)).remaining).toBe(49);
  expect((await shared.takeWindow("w", { limit: 90, windowMs: 1e9 }, 0)).remaining).toBe(50);
  expect(await shared.lease("l", 1_000)).toBeUndefined();
  await shared.delete("l");
  expect((await shared.lease("other", 1_000))?.fence).toBeGreaterThan(fence);
});

test("who joins waits for one that is busy, and then gets exactly the rest", async () => {
  const path = newPath();
  const busy = await run(
    path,
    `${PRELUDE}
     await takeUpTo(40);
     say("busy");
     await turn();
     Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
     say(await takeUpTo(10));`,
  );
  expect(await busy.next()).toBe("busy");
  const joining = open(path).take("k", BUCKET, 1);
  expect(await busy.nextNumber()).toBe(10);
  const { admitted, remaining } = await joining;
  expect(admitted).toBe(true);
  // The other one takes ten more one by one: before, after, or around this one.
  expect(remaining).toBeGreaterThanOrEqual(39);
  expect(remaining).toBeLessThanOrEqual(49);
  expect((await open(path).peek("k", BUCKET)).remaining).toBe(39);
});

test("one that dies while it joins leaves the others right", async () => {
  const path = newPath();
  const keeper = await run(
    path,
    `${PRELUDE} await takeUpTo(40); say("kept"); await told(); say(await takeUpTo(10));`,
  );
  expect(await keeper.next()).toBe("kept");
  keeper.child.kill("SIGSTOP");
  const joiner = await run(path, `${PRELUDE} const wait = takeToken(); say("waits"); await wait;`);
  expect(await joiner.next()).toBe("waits");
  await joiner.kill();
  keeper.child.kill("SIGCONT");
  keeper.go();
  expect(await keeper.nextNumber()).toBe(10);
  expect((await open(path).take("k", BUCKET, 1)).remaining).toBe(39);
});

test("beside one that is stopped, takes are refused, later go on without it, and it counts along when it wakes", async () => {
  const path = newPath();
  const stopped = await run(
    path,
    `${PRELUDE}
     await takeUpTo(40);
     setInterval(() => shared.peek("k", bucket), 10); // not idle
     setTimeout(() => say("written"), 60);
     await told();
     say(await takeUpTo(10));`,
    HURRY,
  );
  expect(await stopped.next()).toBe("written");
  stopped.child.kill("SIGSTOP");
  const shared = open(path, HURRIED);
  expect((await failureOf(shared.take("k", BUCKET, 1))).details?.reason).toBe("shared_state");
  expect((await failureOf(shared.take("k", BUCKET, 1))).details?.reason).toBe("shared_state");
  // Not refused meanwhile: what an upstream counts, and all else that is in the file.
  expect((await shared.takeWindow("w", { limit: 1, windowMs: 1e9 }, 1)).admitted).toBe(true);
  await expect
    .poll(() => shared.take("k", BUCKET, 1).catch(() => undefined), { timeout: 10_000 })
    .toMatchObject({ admitted: true, remaining: 49 });
  stopped.child.kill("SIGCONT");
  stopped.go();
  expect(await stopped.nextNumber()).toBe(10);
  expect((await shared.peek("k", BUCKET)).remaining).toBe(39);
});

/** One that took 40 and then does not answer for so long that another one takes 40 without it; gives the other. */
async function leaveOut(statements: string) {
  const path = newPath();
  const busy = await run(
    path,
    `${PRELUDE}
     await takeUpTo(40);
     setTimeout(async () => {
       await takeToken(); // not written to the file yet, and so lost
       say("busy");
       Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_500);
       ${statements}
     }, 60);`,
    HURRY,
  );
  expect(await busy.next()).toBe("busy");
  const shared = open(path, HURRIED);
  await expect
    .poll(() => shared.take("k", BUCKET, 40).catch(() => undefined), { timeout: 1_400 })
    .toMatchObject({ admitted: true, remaining: 10 });
  return { busy, shared };
}

test("one that was left out takes from the file as soon as it is back", async () => {
  const { busy } = await leaveOut("say((await takeToken()).remaining);");
  expect(await busy.nextNumber()).toBe(9);
});

test("one that was left out and is closed overwrites nothing", async () => {
  const { busy, shared } = await leaveOut("await shared.close(); say(0);");
  await busy.next();
  expect((await shared.peek("k", BUCKET)).remaining).toBe(10);
});

test("who waits for one that dies meanwhile goes on without it", async () => {
  const path = newPath();
  const keeper = await run(
    path,
    `${PRELUDE} await takeUpTo(40, takeCall); await takeToken(); say("kept");`,
  );
  expect(await keeper.next()).toBe("kept");
  keeper.child.kill("SIGSTOP");
  const joining = open(path).take("k", BUCKET, 1);
  await keeper.kill();
  expect((await joining).admitted).toBe(true);
});

test("messages are heard before, across and after the switch, each once and in order", async () => {
  const path = newPath();
  const shared = open(path);
  const heard: string[] = [];
  await shared.subscribe("c", (message) => heard.push(message));
  await shared.take("k", BUCKET, 1);
  const other = await run(
    path,
    `${PRELUDE}
     await shared.subscribe("c", (message) => message.startsWith("here") && say(message));
     say("listens");
     await told();
     for (let i = 0; i < 10; i++) { await shared.publish("c", "there " + i); if (i === 4) await takeToken(); }`,
  );
  expect(await other.next()).toBe("listens");
  expect(shared.isAlone).toBe(true);
  await shared.publish("c", "here 0");
  other.go();
  expect(await other.next()).toBe("here 0");
  const told = Array.from({ length: 10 }, (_, index) => `there ${index}`);
  await expect.poll(() => heard, { timeout: 10_000 }).toEqual(["here 0", ...told]);
  expect(shared.isAlone).toBe(false);
  await shared.publish("c", "here 1");
  expect(await other.next()).toBe("here 1");
});

test("a command that has nothing else to do waits for the levels instead of ending", async () => {
  const path = newPath();
  const shared = open(path);
  await shared.take("k", BUCKET, 40);
  const command = await run(
    path,
    `say((await shared.take("k", ${JSON.stringify(BUCKET)}, 1)).remaining);`,
  );
  expect(await command.nextNumber()).toBe(49);
});
