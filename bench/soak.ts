/** `npm run soak -- <name> [--seconds N] [--count N] [--services]`: does something many times and looks for what is left over. */
import { parseArgs } from "node:util";
import { table } from "./report.ts";
import { calls } from "./soaks/calls.ts";
import type { Soak } from "./soaks/soak.ts";
import { upstream } from "./soaks/upstream.ts";
import { writes } from "./soaks/writes.ts";
import { type Subject, subjects, Unavailable, useFairlead } from "./subject.ts";

const soaks: Readonly<Record<string, Soak>> = { calls, upstream, writes };

const servers: Readonly<Record<string, readonly Subject[]>> = {
  fairlead: [subjects.modern, subjects.session],
  sdk: [subjects.sdkModern, subjects.sdkSession],
  raw: [subjects.raw],
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: "string", default: "0" },
    count: { type: "string" },
    services: { type: "boolean", default: false },
    server: { type: "string", default: "fairlead" },
    fairlead: { type: "string" },
  },
});
const soak = soaks[positionals[0] ?? ""];
const chosen = servers[values.server];

/** Whether nothing was left over. */
async function runSoak(name: string, soak: Soak, chosen: readonly Subject[]): Promise<boolean> {
  const context = {
    ...{ subjects: chosen, seconds: Number(values.seconds), say: console.log },
    ...(values.count === undefined ? {} : { count: Number(values.count) }),
    services: values.services,
  };
  try {
    const findings = await soak.run(context);
    const rows = findings.map(({ what, found, ok }) => [what, found, ok ? "ok" : "NOT OK"]);
    console.log(table(`Soak ${name}`, ["looked at", "found", "verdict"], rows));
    return findings.every(({ ok }) => ok);
  } catch (cause) {
    if (!(cause instanceof Unavailable)) throw cause;
    console.error(cause.message);
    return false;
  }
}

function showUsage(): void {
  console.log(
    "npm run soak -- <name> [--seconds N] [--count N] [--services] [--server NAME] [--fairlead FILE]\n",
  );
  for (const [name, { about }] of Object.entries(soaks)) console.log(`  ${name}  ${about}`);
  console.log(`\n  servers: ${Object.keys(servers).join(", ")}`);
}

if (values.fairlead) useFairlead(values.fairlead);
if (soak && chosen) {
  process.exitCode = (await runSoak(positionals[0] ?? "", soak, chosen)) ? 0 : 1;
} else {
  showUsage();
  process.exitCode = positionals.length === 0 ? 0 : 2;
}
