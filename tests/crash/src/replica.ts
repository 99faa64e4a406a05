/** One replica: the engine over records that others use as well, told what to do by the test, and killed by it. */
import { once } from "node:events";
import process from "node:process";
import { toFairleadError } from "@fairlead/core/errors";
import { createTestEngine, type TestEngine } from "@fairlead/testkit/engine";
import { createKillPoints, dyingFetch, dyingStore } from "./kill-points.ts";
import type { Reply, Said, Start, Told } from "./messages.ts";
import { openShared, openStore } from "./place.ts";
import { createQuays } from "./quay.ts";
import { createShiftedClock } from "./shifted-clock.ts";

process.once("disconnect", () => process.exit());
const [told]: Told[] = await once(process, "message");
if (told?.do === "begin") await begin(told.start);

async function begin({ place, seed, shift, upstream, settleMs }: Start): Promise<void> {
  const clock = createShiftedClock(shift);
  const points = createKillPoints();
  const store = dyingStore(await openStore(place), points);
  const startedAt = clock.now();

  /** As a server does every five seconds; here whenever time was moved on. */
  const beat = () =>
    store.processes.beat({
      ...{ id: `test-${seed}`, host: "here", pid: process.pid, shared: "file" },
      ...{ started_at: startedAt, seen_at: clock.now() },
    });

  async function obey(told: Told): Promise<void> {
    if (told.do === "arm") points.arm(told.point);
    if (told.do === "advance") {
      clock.advance(told.ms);
      await beat();
      say({ is: "advanced" });
    }
    if (told.do === "call") {
      const reply = await replyTo(engine, told.tool, told.given);
      points.reach("reply: before");
      say({ is: "reply", id: told.id, reply }, () => points.reach("reply: after"));
    }
  }

  await beat();
  const engine = await createTestEngine(createQuays({ url: upstream, settleMs }), {
    ...{ store, shared: await openShared(place, clock), clock, seed, works: true },
    fetch: dyingFetch(globalThis.fetch, points),
  });
  process.on("message", (told: Told) => void obey(told));
  say({ is: "ready" });
}

async function replyTo(
  { callTool }: TestEngine,
  tool: string,
  given: Record<string, unknown>,
): Promise<Reply> {
  try {
    const answer = await callTool(tool, given);
    return { kind: "success", structured: answer.structured };
  } catch (thrown) {
    const { code, message, details } = toFairleadError(thrown);
    return { kind: "failure", code, reason: details?.reason as string | undefined, message };
  }
}

function say(said: Said, onSaid: () => void = () => {}): void {
  process.send?.(said, onSaid);
}
