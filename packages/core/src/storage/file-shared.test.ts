import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import { createManualClock } from "@fairlead/testkit/clock";
import { testShared } from "@fairlead/testkit/contracts/test-shared";
import { failureOf } from "@fairlead/testkit/failure-of";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { type Clock, SYSTEM_CLOCK } from "../ports.ts";
import { createFileShared } from "./file-shared.ts";
import type { Shared } from "./shared.ts";

const directory = mkdtempSync(join(tmpdir(), "fairlead-shared-"));
const opened: Shared[] = [];
const children: ChildProcess[] = [];
let files = 0;

afterEach(async () => {
  for (const shared of opened.splice(0)) await shared.close();
  for (const child of children.splice(0)) child.kill("SIGKILL");
});
afterAll(() => rmSync(directory, { recursive: true }));

const newPath = () => join(directory, `${files++}.db`);

function open(path: string) {
  const clock = createManualClock();
  return { shared: openLive(path, clock), clock };
}

function openLive(path: string, clock: Clock = SYSTEM_CLOCK): Shared {
  const shared = createFileShared(path, clock);
  opened.push(shared);
  return shared;
}

testShared((clock, place) => createFileShared(join(directory, `${place}.db`), clock), {
  handles: 2,
});

describe("three processes on one file", () => {
  /** A process of its own that runs the given statements on `shared` and says what `say` is given, line by line. */
  async function run(path: string, statements: string) {
    const code = `
      import { createFileShared } from ${JSON.stringify(new URL("./file-shared.ts", import.meta.url))};
      import { SYSTEM_CLOCK } from ${JSON.stringify(new URL("../ports.ts", import.meta.url))};
      const shared = createFileShared(${JSON.stringify(path)}, SYSTEM_CLOCK);
      const say = (what) => console.log(JSON.stringify(what));
      ${statements}`;
    const node = ["--conditions=fairlead-source", "--input-type=module", "--eval", code];
    const child = spawn(process.execPath, node, { stdio: ["pipe", "pipe", "inherit"] });
    children.push(child);
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const next = async (): Promise<unknown> => JSON.parse((await lines.next()).value ?? "null");
    return { child, next, go: () => child.stdin.write("go\n") };
  }

  /** Offers three times what there is, as soon as all are ready. */
  const offer = (take: string) => `
    say("ready");
    process.stdin.once("data", async () => {
      const takes = await Promise.all(Array.from({ length: 90 }, () => ${take}));
      say(takes.filter(({ admitted }) => admitted).length);
      process.exit();
    });`;

  test.each([
    ["bucket", `shared.take("k", { capacity: 90, refillPerSecond: 1 / 3600 }, 1)`],
    ["window", `shared.takeWindow("k", { limit: 90, windowMs: 3_600_000 }, 1)`],
  ])("get exactly what one %s holds, between them", async (_, take) => {
    const path = newPath();
    const processes = await Promise.all([1, 2, 3].map(() => run(path, offer(take))));
    for (const each of processes) expect(await each.next()).toBe("ready");
    for (const each of processes) each.go();
    const admitted = await Promise.all(processes.map((each) => each.next()));
    expect(admitted.reduce((sum: number, one) => sum + Number(one), 0)).toBe(90);
  });

  test("hear each other", async () => {
    const path = newPath();
    const shared = openLive(path);
    const heard: string[] = [];
    await shared.subscribe("c", (message) => heard.push(message));
    const other = await run(
      path,
      `await shared.subscribe("c", say);
       process.stdin.on("data", () => shared.publish("c", "from there"));
       say("ready");`,
    );
    expect(await other.next()).toBe("ready");
    await shared.publish("c", "from here");
    expect(await other.next()).toBe("from here");
    other.go();
    await expect.poll(() => heard, { timeout: 10_000 }).toEqual(["from here", "from there"]);
  });

  test("keep what one of them took that was killed, and get back its lease when that ends", async () => {
    const path = newPath();
    const shared = openLive(path);
    const bucket = { capacity: 2, refillPerSecond: 1 / 3600 };
    const killed = await run(
      path,
      `await shared.take("k", ${JSON.stringify(bucket)}, 2);
       say((await shared.lease("k", 700)).fence);
       setInterval(() => {}, 1_000);`,
    );
    const fence = Number(await killed.next());
    killed.child.kill("SIGKILL");
    await once(killed.child, "exit");
    expect((await shared.take("k", bucket, 1)).admitted).toBe(false);
    await expect
      .poll(async () => (await shared.lease("k", 700))?.fence, { timeout: 10_000 })
      .toBeGreaterThan(fence);
  });
});

test("calls fail at once while another process holds the file, and go on when it lets go", async () => {
  const path = newPath();
  const { shared, clock } = open(path);
  const holder = new DatabaseSync(path);
  holder.exec("begin immediate");
  expect(await failureOf(shared.set("k", "tide", 1_000))).toMatchObject({
    code: "upstream_unavailable",
    details: { reason: "shared_state" },
  });
  holder.exec("commit");
  // Waiting held up the whole process, so for a moment nothing is tried.
  expect((await failureOf(shared.get("k"))).details?.reason).toBe("shared_state");
  clock.advance(1_000);
  await shared.set("k", "tide", 1_000);
  expect(await shared.get("k")).toBe("tide");
  holder.close();
});

test("who slept longer than messages are kept is told that it missed some", async () => {
  const path = newPath();
  const { shared: sleeper, clock: asleep } = open(path);
  const { shared, clock } = open(path);
  const heard: string[] = [];
  let gaps = 0;
  await sleeper.subscribe(
    "c",
    (message) => heard.push(message),
    () => {
      gaps += 1;
    },
  );
  await shared.publish("c", "missed");
  clock.advance(120_000);
  await shared.publish("c", "heard");
  asleep.advance(200);
  expect({ heard, gaps }).toEqual({ heard: ["heard"], gaps: 1 });
});

test("a message that cannot be looked for is not lost, and until then nobody claims to listen", async () => {
  const path = newPath();
  const { shared, clock } = open(path);
  const { shared: other } = open(path);
  const heard: string[] = [];
  await shared.subscribe("c", (message) => heard.push(message));
  await other.publish("c", "one");
  const holder = new DatabaseSync(path);
  holder.exec("alter table messages rename column message to hidden");
  clock.advance(200);
  expect(shared.listening).toBe(false);
  holder.exec("alter table messages rename column hidden to message");
  holder.close();
  clock.advance(200);
  expect(shared.listening).toBe(true);
  expect(heard).toEqual(["one"]);
});

test("what is past leaves the file", async () => {
  const path = newPath();
  const { shared, clock } = open(path);
  await shared.take("k", { capacity: 2, refillPerSecond: 1 }, 1);
  await shared.takeWindow("k", { limit: 2, windowMs: 1_000 }, 1);
  await shared.set("k", "tide", 1_000);
  await shared.lease("k", 1_000);
  await shared.publish("c", "one");
  clock.advance(120_000);
  const database = new DatabaseSync(path);
  const counts = ["buckets", "windows", "entries", "leases", "messages"].map(
    (table) => database.prepare(`select count(*) as rows from ${table}`).get()?.rows,
  );
  database.close();
  expect(counts).toEqual([0, 0, 0, 0, 0]);
});

test("values that only save work are bounded, and what must happen once is not among them", async () => {
  const path = newPath();
  const { shared, clock } = open(path);
  await shared.setIfAbsent("nonce", "", 40_000);
  const sets = Array.from({ length: 21_000 }, (_, index) => shared.set(`v${index}`, "", 50_000));
  await Promise.all(sets);
  clock.advance(31_000);
  const database = new DatabaseSync(path);
  const count = database.prepare("select count(*) as rows from entries where once = 0").get()?.rows;
  database.close();
  expect(count).toBe(20_000);
  expect(await shared.setIfAbsent("nonce", "", 1_000)).toBe(false);
});

test("a damaged file is made anew", async () => {
  const path = newPath();
  writeFileSync(path, "not a database at all ".repeat(500));
  const { shared } = open(path);
  await shared.set("k", "tide", 1_000);
  expect(await shared.get("k")).toBe("tide");
});

test("a file of another program is left alone", () => {
  const path = newPath();
  const foreign = new DatabaseSync(path);
  foreign.exec("pragma application_id = 7; create table theirs (x)");
  foreign.close();
  expect(() => createFileShared(path, createManualClock())).toThrow("belongs to another program");
});

test("nobody else on the machine can read the file", () => {
  const path = newPath();
  open(path);
  for (const end of ["", "-wal"]) expect(statSync(`${path}${end}`).mode & 0o077).toBe(0);
});
