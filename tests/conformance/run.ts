/** `npm run conformance`: the official MCP suite against the real server. `-- --url URL` takes a server that runs already. */
import { parseArgs } from "node:util";
import { type Outcome, type Run, runOfficial } from "./official.ts";
import { type Running, start } from "./start.ts";

/** Of the tasks extension (SEP-2663), which no revision requires. The last one checks nothing yet. */
const TASKS = [
  "tasks-lifecycle",
  "tasks-capability-negotiation",
  "tasks-wire-fields",
  "tasks-request-state-removal",
  "tasks-mrtr-input",
  "tasks-mrtr-composition",
  "tasks-request-headers",
  "tasks-dispatch-and-envelope",
  "tasks-required-task-error",
  "tasks-status-notifications",
];

/** Required by a revision, then what the suite has besides: newer than the revision, or too hard for its own server. */
const RUNS: readonly Run[] = [
  { revision: "2025-11-25" },
  { revision: "2025-11-25", scenario: "json-schema-2020-12" },
  { revision: "2025-11-25", scenario: "server-session-lifecycle" },
  { revision: "2025-11-25", scenario: "server-sse-polling" },
  { revision: "2026-07-28" },
  { revision: "2026-07-28", scenario: "json-schema-2020-12" },
  { revision: "2026-07-28", scenario: "http-header-validation" },
  { revision: "2026-07-28", scenario: "http-custom-header-server-validation" },
  ...TASKS.map((scenario) => ({ revision: "2026-07-28", scenario })),
];

const { url } = parseArgs({ options: { url: { type: "string" } } }).values;
const server: Running = url === undefined ? await start() : { url, close: async () => {} };
try {
  for (const run of RUNS) {
    const outcome = await runOfficial(server.url, run);
    console.log(summary(run, outcome));
    if (!outcome.ok) process.exitCode = 1;
  }
} finally {
  await server.close();
}

function summary({ revision, scenario = "required" }: Run, outcome: Outcome): string {
  const { ok, scenarios, output } = outcome;
  const good = scenarios.filter(({ failures }) => failures.length === 0).length;
  const checks = scenarios.reduce((sum, { passed }) => sum + passed, 0);
  const score = `${good} of ${scenarios.length} scenarios, ${checks} checks passed`;
  const failures = scenarios.flatMap(({ name, failures }) =>
    failures.map(({ id, errorMessage = "" }) => `  ${name}:${id} ${errorMessage.slice(0, 1_000)}`),
  );
  // Without a failed check to show, the runner's own last words have to explain.
  const rest = ok
    ? []
    : output
        .trimEnd()
        .split("\n")
        .slice(-15)
        .map((line) => `  | ${line}`);
  return [`${ok ? "ok" : "NOT OK"}  ${revision} ${scenario}: ${score}`, ...failures, ...rest].join(
    "\n",
  );
}
