/**
 * Makes calls with a stored credential that end in every way a call can, then tells its parent to look through its
 * memory. Arguments: a directory, and `drop` or `forget`, which leaves one opened credential as it is. The credential is
 * never a string here: those are the collector's, and what they leave in freed memory nobody can say.
 */
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type OpenCredential, withCredential } from "@fairlead/core/connections/connection";
import { defineConnector } from "@fairlead/core/connector";
import type { CallContext } from "@fairlead/core/context";
import { Secret } from "@fairlead/core/secret";
import { createSqliteStore } from "@fairlead/core/storage/sqlite";
import { defineTool } from "@fairlead/core/tool";
import { openCredential } from "@fairlead/core/vault/credential";
import { createTestEngine, type TestEngine } from "@fairlead/testkit/engine";
import { z } from "zod";

const [directory = ".", mode = "drop"] = process.argv.slice(2);
const TIMES = 100;
const BYTES = 48;
const LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789";
const ENDS = ["well", "throws", "late", "cancelled"] as const;

interface HarbourClient {
  use(ends: (typeof ENDS)[number], signal: AbortSignal): Promise<number>;
}

/** Waits as a request does that is not answered; under way is told to whoever ends it. */
let underWay = () => {};
const untilAborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    underWay();
  });

const harbour = defineConnector({
  id: "harbour",
  title: "Harbour",
  description: "A harbour whose credential is used.",
  credential: z.object({ token: z.instanceof(Secret) }),
  settings: z.object({}),
  createClient: ({ withCredential }): HarbourClient => ({
    use: (ends, signal) =>
      withCredential(async ({ token }) => {
        if (token?.byteLength !== BYTES) throw new Error("This is not the credential.");
        if (ends === "throws") throw new Error("The pier is gone.");
        if (ends !== "well") await untilAborted(signal);
        return token.byteLength;
      }),
  }),
  tools: [
    defineTool({
      name: "harbour_use",
      title: "Use",
      description: "Uses the credential.",
      effect: "read",
      input: z.object({ ends: z.enum(ENDS) }),
      output: z.object({ bytes: z.number() }),
      handler: async ({ ends }, ctx: CallContext<HarbourClient>) => ({
        bytes: await ctx.client.use(ends, ctx.signal),
      }),
    }),
  ],
});

/** In one buffer outside of the heap, and nowhere else. */
function makeCanary(): Buffer {
  const canary = Buffer.allocUnsafeSlow(BYTES);
  const random = randomBytes(BYTES);
  for (let index = 0; index < BYTES; index += 1) {
    canary[index] = LETTERS.charCodeAt((random[index] ?? 0) % LETTERS.length);
  }
  return canary;
}

async function call(engine: TestEngine, ends: (typeof ENDS)[number]): Promise<string> {
  const own = new AbortController();
  const started = new Promise<void>((resolve) => {
    underWay = resolve;
  });
  const answer = engine
    .callTool("harbour_use", { ends }, { signal: own.signal })
    .then(({ isError }) => (isError === true ? "failed" : "answered"))
    .catch(() => "failed");
  if (ends === "late" || ends === "cancelled") await started;
  if (ends === "late") engine.clock.advance(60_000);
  if (ends === "cancelled") own.abort();
  return answer;
}

let forgotten: OpenCredential | undefined;

async function work(): Promise<Record<string, string[]>> {
  const canary = makeCanary();
  writeFileSync(join(directory, "canary"), canary);
  const store = await createSqliteStore(join(directory, "records.db"));
  const engine = await createTestEngine([harbour], { store });
  const secret = new Secret(canary);
  const row = await engine.connect("harbour", { credential: { token: secret } });
  secret.wipe();
  const ended: Record<string, string[]> = {};
  for (const ends of ENDS) {
    const answers = new Set<string>();
    for (let time = 0; time < TIMES; time += 1) answers.add(await call(engine, ends));
    ended[ends] = [...answers];
  }
  await withCredential({ openCredential: () => openCredential(engine.vault, row) }, () => {});
  if (mode === "forget") forgotten = await openCredential(engine.vault, row);
  await engine.close();
  await store.close();
  return ended;
}

const ended = await work();
for (let round = 0; round < 6; round += 1) {
  globalThis.gc?.();
  await new Promise((resolve) => setImmediate(resolve));
}
process.stdout.write(`${JSON.stringify({ ended, forgotten: forgotten !== undefined })}\n`);
// Its parent ends it once it has looked.
process.stdin.resume();
