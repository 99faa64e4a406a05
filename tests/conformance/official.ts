import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";

/** One run of the official runner. */
export interface Run {
  revision: string;
  /** Absent: everything the revision requires, which is what counts for its score. */
  scenario?: string;
}

export interface Outcome {
  /** The runner found nothing that the list of expected failures does not say, and nothing it says in vain. */
  ok: boolean;
  /** Scenarios that count, and their checks. */
  scenarios: readonly Scenario[];
  /** What the runner printed. */
  output: string;
}

export interface Scenario {
  name: string;
  passed: number;
  /** A warning is a recommendation not followed; the runner counts it as a failure, and so do we. */
  failures: readonly Check[];
}

const checkSchema = z.object({
  id: z.string(),
  status: z.enum(["SUCCESS", "FAILURE", "WARNING", "SKIPPED", "INFO"]),
  errorMessage: z.string().optional(),
});

export type Check = z.infer<typeof checkSchema>;

const RUNNER = fileURLToPath(
  import.meta.resolve("@modelcontextprotocol/conformance/dist/index.js"),
);
const EXPECTED_FAILURES = fileURLToPath(new URL("expected-failures.yml", import.meta.url));
const DEADLINE_MS = 5 * 60_000;

/** Runs the official suite against a server. Its files go to a directory of their own, which is gone afterwards. */
export async function runOfficial(url: string, run: Run): Promise<Outcome> {
  const directory = await mkdtemp(join(tmpdir(), "fairlead-conformance-"));
  try {
    const what =
      run.scenario === undefined
        ? ["--requirements", run.revision]
        : // What is asked for by its name runs, also where it is an extension's and no revision's.
          ["--scenario", run.scenario, "--spec-version", run.revision, "--force"];
    const files = ["--expected-failures", EXPECTED_FAILURES, "--output-dir", directory];
    const { ok, output } = await execute(directory, ["server", "--url", url, ...what, ...files]);
    const counted = run.scenario === undefined ? await requiredBy(run.revision) : [run.scenario];
    const scenarios = await readResults(directory, new Set(counted));
    // A runner that breaks off or skips a scenario leaves no failed check behind, only fewer results.
    return { ok: ok && scenarios.length === counted.length, scenarios, output };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function execute(cwd: string, args: string[]): Promise<{ ok: boolean; output: string }> {
  return new Promise((resolve) => {
    const options = { cwd, timeout: DEADLINE_MS, maxBuffer: 64 * 1024 * 1024 };
    execFile(process.execPath, [RUNNER, ...args], options, (error, stdout, stderr) =>
      resolve({ ok: error === null, output: `${stdout}${stderr}` }),
    );
  });
}

/** The runner keeps one directory per scenario, named `server-<scenario>-<time>`. */
async function readResults(directory: string, counted: ReadonlySet<string>): Promise<Scenario[]> {
  const found: Scenario[] = [];
  for (const entry of await readdir(directory)) {
    const name = entry.replace(/^server-/, "").replace(/-\d{4}-\d{2}-\d{2}T[\d-]+Z$/, "");
    if (!counted.has(name)) continue;
    const file = join(directory, entry, "checks.json");
    if (!existsSync(file)) continue; // not applicable at this revision, or broken off
    const checks = z.array(checkSchema).parse(JSON.parse(await readFile(file, "utf8")));
    found.push({
      name,
      passed: checks.filter(({ status }) => status === "SUCCESS").length,
      failures: checks.filter(({ status }) => status === "FAILURE" || status === "WARNING"),
    });
  }
  return found;
}

/** The scenarios a server has to pass to conform to a revision, from the list the suite froze at its release. */
async function requiredBy(revision: string): Promise<string[]> {
  const file = import.meta.resolve(
    `@modelcontextprotocol/conformance/requirements/${revision}.yaml`,
  );
  const yaml = await readFile(fileURLToPath(file), "utf8");
  const list = /^server:\n((?: {2}- .+\n)+)/m.exec(yaml)?.[1];
  if (list === undefined) throw new Error(`${file} lists no scenarios for servers.`);
  return [...list.matchAll(/^ {2}- (.+)$/gm)].map((match) => match[1] ?? "");
}
