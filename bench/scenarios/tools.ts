import type { Journal } from "../journal.ts";
import type { ListResult } from "../load.ts";
import type { Plan } from "../options.ts";
import { echoName } from "../servers/echo.ts";
import { type Subject, startLoad, startServer, subjects, whenAvailable } from "../subject.ts";

export interface ToolsSample extends ListResult {
  readonly callsPerSecond: number;
}

export interface ToolsRow {
  readonly subject: string;
  readonly registered: number;
  readonly samples: readonly ToolsSample[];
}

export interface CatalogueRow extends ListResult {
  readonly view: string;
}

export interface ToolsResult {
  readonly rows: readonly ToolsRow[];
  /** The real Cloudways catalogue, by view. */
  readonly catalogue: readonly CatalogueRow[];
}

const connections = 10;
const warmLists = 5;

/** What a bigger catalogue does to calls, and what listing it costs server and model. */
export async function measureTools(plan: Plan, journal: Journal): Promise<ToolsResult> {
  const rows = plan.toolCounts.flatMap((registered) =>
    [subjects.sdkModern, subjects.modern].map((subject) => {
      const samples: ToolsSample[] = [];
      return { subject, registered, samples };
    }),
  );
  for (let round = 1; round <= plan.rounds; round += 1) {
    for (const { subject, registered, samples } of rows) {
      journal.step(`tools ${round}/${plan.rounds}: ${subject.label}, ${registered} tools`);
      const measure = () => measureOnce(subject, registered, plan);
      const sample = await whenAvailable(subject.label, journal, measure);
      if (sample) samples.push(sample);
    }
  }
  journal.step("tools: the Cloudways catalogue");
  const catalogue = await whenAvailable("Fairlead, Cloudways catalogue", journal, () =>
    weighCatalogue(plan.listTimes),
  );
  return {
    rows: rows.map(({ subject, ...row }) => ({ subject: subject.label, ...row })),
    catalogue: catalogue ?? [],
  };
}

/** Calls the tool that was registered last: a server that searches for it shows here. */
async function measureOnce(subject: Subject, registered: number, plan: Plan): Promise<ToolsSample> {
  await using server = await startServer(subject, { extraArgs: ["--tools", String(registered)] });
  const tool = echoName(registered - 1);
  await using load = await startLoad(subject, server, connections, tool);
  await load.run({ ...plan.warm, minRequests: plan.measure.minRequests });
  const run = await load.run(plan.measure);
  await load.list(warmLists);
  const list = await load.list(plan.listTimes);
  if (list.tools !== registered)
    throw new Error(`${subject.label} lists ${list.tools} tools of ${registered}`);
  return { callsPerSecond: run.requests / run.seconds, ...list };
}

async function weighCatalogue(times: number): Promise<CatalogueRow[]> {
  const extraArgs = ["--catalogue", "cloudways"];
  await using server = await startServer(subjects.modern, { extraArgs });
  const rows: CatalogueRow[] = [];
  for (const [view, url] of Object.entries({ default: server.endpoint.url, ...server.views })) {
    const endpoint = { ...server.endpoint, url };
    await using load = await startLoad(subjects.modern, { endpoint }, 1);
    await load.list(warmLists);
    rows.push({ view, ...(await load.list(times)) });
  }
  return rows;
}
