import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { z } from "zod";
import { compileServer } from "../build.ts";
import type { Journal } from "../journal.ts";
import type { Plan } from "../options.ts";
import { toCommand } from "../process.ts";

/** Milliseconds from spawn to the answer to tools/list, one per run. */
export interface StdioRow {
  readonly subject: string;
  readonly samples: readonly number[];
}

export const stdioLabels = { sdk: "SDK on stdio", fairlead: "Fairlead, packed" } as const;

interface Program {
  readonly label: string;
  readonly file: string;
  readonly args: readonly string[];
}

const answerTimeoutMs = 20_000;
const answered = z.object({ id: z.number(), result: z.record(z.string(), z.unknown()) });
const listed = z.object({ tools: z.array(z.unknown()).min(1) });

/** Cold starts of both, in turn; the first pair only warms the disk cache and is not counted. */
export async function measureStdio(
  plan: Plan,
  packed: string,
  journal: Journal,
): Promise<StdioRow[]> {
  const programs: Program[] = [
    { label: stdioLabels.sdk, file: await compileServer("sdk-stdio"), args: [] },
  ];
  if (existsSync(packed))
    programs.push({ label: stdioLabels.fairlead, file: packed, args: ["stdio"] });
  else journal.missing(stdioLabels.fairlead, `${packed} does not exist; run npm run build first`);

  const rows = programs.map((program) => {
    const samples: number[] = [];
    return { program, samples };
  });
  for (let run = 0; run <= plan.stdioRuns; run += 1) {
    journal.step(`stdio ${run}/${plan.stdioRuns}`);
    for (const { program, samples } of rows) {
      const ms = await startCold(program.file, program.args);
      if (run > 0) samples.push(ms);
    }
  }
  return rows.map(({ program, samples }) => ({ subject: program.label, samples }));
}

/** Starts with an empty home folder, as on a machine that never ran it. */
async function startCold(file: string, args: readonly string[]): Promise<number> {
  const home = await mkdtemp(join(tmpdir(), "fairlead-bench-"));
  const [command, commandArgs] = toCommand({ file, args, core: 0 });
  const env = { PATH: process.env.PATH, HOME: home };
  const startedAt = performance.now();
  const child = spawn(command, commandArgs, { stdio: ["pipe", "pipe", "pipe"], cwd: home, env });
  try {
    await converse(child);
    return performance.now() - startedAt;
  } finally {
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    if (child.exitCode === null && child.signalCode === null) await ended;
    await rm(home, { recursive: true, force: true });
  }
}

/** The least a 2025-11-25 client says before it can show tools. */
async function converse(child: ChildProcessWithoutNullStreams): Promise<void> {
  let complaints = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaints = (complaints + text).slice(-2_000);
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const timer = setTimeout(() => child.kill("SIGKILL"), answerTimeoutMs);
  const say = (message: object) =>
    child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);

  async function ask(id: number, method: string, params: object): Promise<unknown> {
    say({ id, method, params });
    const line = await lines.next();
    if (line.done) throw new Error(`No answer to ${method}: ${complaints}`);
    const answer = answered.safeParse(JSON.parse(line.value));
    if (answer.data?.id !== id) throw new Error(`Wrong answer to ${method}: ${line.value}`);
    return answer.data.result;
  }

  try {
    child.stdin.on("error", () => undefined);
    await ask(1, "initialize", {
      protocolVersion: "2025-11-25",
      capabilities: {},
      clientInfo: { name: "fairlead-bench", version: "0.1.0" },
    });
    say({ method: "notifications/initialized" });
    listed.parse(await ask(2, "tools/list", {}));
  } finally {
    clearTimeout(timer);
  }
}
