import { setTimeout as sleep } from "node:timers/promises";
import type { JournalRow } from "@fairlead/core/storage/write-records";
import { expect } from "vitest";
import { type Installation, TENANT } from "./installation.ts";
import type { KillPoint } from "./kill-points.ts";
import type { Reply } from "./messages.ts";
import type { Scenario, Write } from "./scenario.ts";
import { DEATHS, type Death } from "./upstream.ts";

/** A write of a scenario, and all that its caller was ever told. */
interface Played extends Write {
  thing: string;
  replies: Reply[];
  calls: number;
  waiting: Set<Promise<unknown>>;
}

/** What was counted over many scenarios. */
export interface Tally {
  writes: number;
  effects: number;
  unknown: number;
  settledByEvidence: number;
  settledByPerson: number;
}

/** Real time that a caller waits before it turns to something else. Whatever was not answered by then may be later. */
const PATIENCE_MS = 300;
const ATTEMPTS = 4;
const STEP_MS = 5_000;
const STEPS = 80;
let serial = 0;

/** Plays a scenario to its end and looks whether every promise was kept. */
export async function play(
  installation: Installation,
  scenario: Scenario,
  tally: Tally,
): Promise<void> {
  const played: Played[] = [];
  for (const write of scenario.writes) {
    serial += 1;
    const one = {
      ...write,
      thing: `thing-${serial}`,
      replies: [],
      calls: 0,
      waiting: new Set<never>(),
    };
    played.push(one);
    await ask(installation, one);
  }
  await settle(installation, scenario.settling, played);
  for (const one of played) await checkSettled(installation, one, tally);
  for (const one of played) await checkPerson(installation, one, tally);
  for (const one of played) await checkRetry(installation, one);
  expect(installation.upstream.collisions, "two at once in one lane").toEqual([]);
  tally.writes += played.length;
  for (const { thing } of played) tally.effects += installation.upstream.effects(thing);
}

/** Asks until an answer came, or until it is clear that one will not come soon. */
async function ask(installation: Installation, one: Played): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const isElsewhere = attempt % 2 === 1 && one.retriesElsewhere;
    const at = isElsewhere ? other(one.at) : one.at;
    arm(await installation.replica(at), one.dies[attempt]);
    installation.upstream.expect(
      one.thing,
      attempt === 0 ? one.way : "plain",
      deathOf(one.dies[attempt]),
    );
    const places = one.isAskedTwice ? [at, other(at)] : [at];
    const calls = places.map((each) => call(installation, one, each));
    const first = await Promise.race([Promise.all(calls), sleep(PATIENCE_MS, "waits" as const)]);
    arm(await installation.replica(at), undefined);
    if (first === "waits" || first.some((reply) => reply !== undefined)) return;
  }
}

async function call(
  installation: Installation,
  one: Played,
  at: 0 | 1,
): Promise<Reply | undefined> {
  const { tool, thing, lane } = one;
  const replica = await installation.replica(at);
  one.calls += 1;
  const answer = replica.call(tool, { thing, lane, idempotency_key: thing });
  one.waiting.add(answer);
  const reply = await answer;
  one.waiting.delete(answer);
  if (reply !== undefined) one.replies.push(reply);
  return reply;
}

function arm(
  replica: Awaited<ReturnType<Installation["replica"]>>,
  point: KillPoint | Death | undefined,
): void {
  replica.arm(deathOf(point) === undefined ? (point as KillPoint | undefined) : undefined);
}

function deathOf(point: KillPoint | Death | undefined): Death | undefined {
  return DEATHS.find((death) => death === point);
}

function other(at: 0 | 1): 0 | 1 {
  return at === 0 ? 1 : 0;
}

/** Lets time pass until nothing is open any more but what only a person can settle. */
async function settle(
  installation: Installation,
  deaths: Scenario["settling"],
  played: readonly Played[],
): Promise<void> {
  await installation.upstream.quiet();
  for (const { at, point } of deaths) (await installation.replica(at)).arm(point);
  for (let step = 0; ; step += 1) {
    await installation.advance(STEP_MS);
    await sleep(15);
    if (!(await isAnyOpen(installation, played))) {
      // Who was told of a timeout may still be written down, and then taken back.
      await sleep(PATIENCE_MS);
      if (!(await isAnyOpen(installation, played))) break;
    }
    expect(step, `steps until nothing is open, of ${JSON.stringify(played)}`).toBeLessThan(STEPS);
  }
  for (const at of [0, 1]) (await installation.replica(at)).arm(undefined);
  for (const { waiting, tool } of played) expect(waiting.size, `${tool} was answered`).toBe(0);
}

async function isAnyOpen(installation: Installation, played: readonly Played[]): Promise<boolean> {
  const open = await Promise.all(played.map((one) => isOpen(installation, one)));
  return open.includes(true);
}

async function isOpen({ store, rowOf }: Installation, one: Played): Promise<boolean> {
  if (one.waiting.size > 0) return true;
  const row = await rowOf(one.thing);
  if (row === undefined) return false;
  if (row.state === "unknown") return row.check_at !== null;
  if (row.state !== "done" && row.state !== "failed") return true;
  if (row.operation_id === null) return false;
  const operation = await store.operations.find(TENANT, row.operation_id);
  return operation?.state === "running";
}

/** What is certain of it now, and whether everybody who was told something was told that. */
async function checkSettled(installation: Installation, one: Played, tally: Tally): Promise<void> {
  const { upstream, rowOf } = installation;
  const row = await rowOf(one.thing);
  const effects = upstream.effects(one.thing);
  const about = describe(one, row);
  expect(effects, `effects of ${about}`).toBeLessThanOrEqual(1);
  const isDone = one.replies.some(claimsIt);
  const isDenied = one.replies.some((reply) => deniesIt(reply, one.calls === 1));
  if (isDone) expect(effects, `a success was told of ${about}`).toBe(1);
  if (isDenied && !isDone) expect(effects, `a failure was told of ${about}`).toBe(0);
  const states = effects === 1 ? ["done", "unknown"] : [undefined, "failed", "unknown"];
  expect(states, about).toContain(row?.state);
  if (row?.settled_by === "evidence") tally.settledByEvidence += 1;
  const operation =
    row?.operation_id == null
      ? undefined
      : await installation.store.operations.find(TENANT, row.operation_id);
  if (row?.state !== "unknown") {
    const ended = row?.state === "done" ? "completed" : "failed";
    if (operation !== undefined) expect(operation.state, `operation of ${about}`).toBe(ended);
    return;
  }
  expect(one.tool, `only what leaves no trace stays unknown: ${about}`).toMatch(/hoist|moor/);
  expect(operation?.state, `operation of ${about}`).toBe("unknown");
  expect(row.lane, `lane of ${about}`).toBeNull();
  tally.unknown += 1;
}

/** What takes long is claimed to be done only once it says so. */
function claimsIt(reply: Reply): boolean {
  if (reply.kind === "failure") return false;
  const { status = "completed" } = Object(reply.structured) as { status?: string };
  return status === "completed";
}

/** A failure by which a caller may take it that nothing was done. Of time that ran out: by none but the only call. */
function deniesIt(reply: Reply, isOnlyCall: boolean): boolean {
  if (reply.kind === "success" || reply.code === "outcome_unknown") return false;
  if (reply.code === "timeout" || reply.code === "cancelled") return isOnlyCall;
  return reply.reason !== "under_way" && reply.reason !== "busy" && reply.reason !== "settled";
}

/** Whoever looks at the upstream can say how it is, and everybody is told that from then on. */
async function checkPerson(installation: Installation, one: Played, tally: Tally): Promise<void> {
  const { admin, rowOf, upstream } = installation;
  const row = await rowOf(one.thing);
  if (row?.state !== "unknown") return;
  const { operations } = await admin.act<{ operations: { id: string }[] }>("operations.list", {
    ...{ status: "unknown", limit: 100 },
  });
  expect(
    operations.map(({ id }) => id),
    `listed: ${describe(one, row)}`,
  ).toContain(row.operation_id);
  const outcome = upstream.effects(one.thing) === 1 ? "happened" : "did_not_happen";
  await admin.act("operations.settle", {
    id: row.operation_id,
    outcome,
    note: "Seen at the quay.",
  });
  tally.settledByPerson += 1;
}

/** The same key again, now that the upstream takes everything: it is done once in the end, or it was refused. */
async function checkRetry(installation: Installation, one: Played): Promise<void> {
  const { upstream, rowOf } = installation;
  const before = await rowOf(one.thing);
  upstream.expect(one.thing, "plain", undefined);
  const reply = await call(installation, one, other(one.at));
  const about = `${describe(one, before)}, then answered ${JSON.stringify(reply)}`;
  const isRefused = before?.state === "failed" && before.sealed_outcome !== null;
  expect(upstream.effects(one.thing), about).toBe(isRefused ? 0 : 1);
  const isLost = before?.state === "done" && before.settled_by?.startsWith("prn_") === true;
  if (isLost) expect(reply, about).toMatchObject({ kind: "failure", reason: "settled" });
  else expect(reply?.kind, about).toBe(isRefused ? "failure" : "success");
}

function describe(one: Played, row: JournalRow | undefined): string {
  const { waiting: _waiting, replies, ...write } = one;
  const { state, settled_by, operation_id } = row ?? {};
  return JSON.stringify({ write, row: { state, settled_by, operation_id }, replies });
}
