import type { KeysRow } from "./scenarios/keys.ts";
import type { MemoryRow } from "./scenarios/memory.ts";
import type { PolicyRow } from "./scenarios/policy.ts";
import type { StdioRow } from "./scenarios/stdio.ts";
import type { LoadRow, LoadSample } from "./scenarios/throughput.ts";
import type { ToolsResult } from "./scenarios/tools.ts";
import type { VaultRow } from "./scenarios/vault.ts";
import type { WritesRow } from "./scenarios/writes.ts";
import { ratiosOf, type Spread, spreadOf } from "./spread.ts";
import { subjects } from "./subject.ts";

/** Everything one run of the bench measured. */
export interface Results {
  readonly throughput?: readonly LoadRow[];
  readonly trust?: readonly LoadRow[];
  readonly tools?: ToolsResult;
  readonly stdio?: readonly StdioRow[];
  readonly memory?: readonly MemoryRow[];
  readonly vault?: readonly VaultRow[];
  readonly writes?: readonly WritesRow[];
  readonly keys?: readonly KeysRow[];
  readonly policy?: readonly PolicyRow[];
}

/** Each of ours beside what it is compared with. */
export const pairs = [
  { ours: subjects.modern.label, baseline: subjects.sdkModern.label },
  { ours: subjects.session.label, baseline: subjects.sdkSession.label },
  { ours: subjects.session.label, baseline: subjects.sdkSessionJson.label },
  { ours: subjects.embedded.label, baseline: subjects.sdkModern.label },
  { ours: subjects.services.label, baseline: subjects.sdkModern.label },
  { ours: subjects.ruled.label, baseline: subjects.sdkModern.label },
] as const;

type Cells = readonly string[];
type Format = (value: number) => string;

const whole: Format = (value) => Math.round(value).toLocaleString("en-US");
const one: Format = (value) => value.toFixed(1);
const milliseconds: Format = (us) => (us / 1000).toFixed(us < 10_000 ? 2 : 1);
const times: Format = (value) => `${value.toFixed(value < 0.1 ? 3 : 2)}x`;

const loadColumns: readonly { title: string; of: keyof LoadSample; format: Format }[] = [
  { title: "req/s", of: "requestsPerSecond", format: whole },
  { title: "CPU µs/req", of: "cpuUsPerRequest", format: one },
  { title: "p50 ms", of: "p50Us", format: milliseconds },
  { title: "p99 ms", of: "p99Us", format: milliseconds },
  { title: "p50 ms after idle", of: "afterIdleP50Us", format: milliseconds },
];

export function toReport({
  throughput,
  trust,
  tools,
  stdio,
  memory,
  vault,
  writes,
  policy,
  keys,
}: Results): string {
  return [
    ...(throughput ? [throughputTable(throughput), ratioTable(throughput)] : []),
    ...(trust ? [throughputTable(trust), ratioTable(trust)] : []),
    ...(tools ? [toolsTable(tools), catalogueTable(tools)] : []),
    ...(stdio ? [stdioTable(stdio)] : []),
    ...(memory ? [memoryTable(memory)] : []),
    ...(vault ? [vaultTable(vault)] : []),
    ...(writes ? [writesTable(writes)] : []),
    ...(policy ? [policyTable(policy)] : []),
    ...(keys ? [keysTable(keys)] : []),
  ].join("\n");
}

function throughputTable(rows: readonly LoadRow[]): string {
  const busy: Format = (share) => `${Math.round(share * 100)} %`;
  const columns = [
    ...loadColumns,
    { title: "generator busy", of: "generatorBusy", format: busy } as const,
  ];
  return table(
    "tools/call of a trivial tool: median (min–max) over fresh processes",
    ["server", "conn.", ...columns.map(({ title }) => title)],
    rows.map(({ subject, connections, samples }) => [
      subject,
      String(connections),
      ...columns.map(({ of, format }) =>
        cell(
          samples.map((sample) => sample[of]),
          format,
        ),
      ),
    ]),
  );
}

function ratioTable(rows: readonly LoadRow[]): string {
  const compared = pairs.flatMap(({ ours, baseline }) =>
    rows.flatMap((row) => {
      const other = rows.find(
        ({ subject, connections }) => subject === baseline && connections === row.connections,
      );
      if (row.subject !== ours || !other) return [];
      const ratios = loadColumns.map(({ of }) =>
        ratiosOf(
          row.samples.map((sample) => sample[of]),
          other.samples.map((sample) => sample[of]),
        ),
      );
      const label = `${ours} / ${baseline}`;
      return [[label, String(row.connections), ...ratios.map((values) => cell(values, times))]];
    }),
  );
  const titles = loadColumns.map(({ title }) => title.replace(/ ?(ms|µs)/, ""));
  return table("Ratios, ours / baseline, paired by round", ["pair", "conn.", ...titles], compared);
}

function toolsTable({ rows }: ToolsResult): string {
  return table(
    "Catalogue size (calls: 10 connections, the tool registered last; tokens: chars/4, an estimate)",
    ["server", "tools", "calls/s", "tools/list p50 ms", "list bytes", "list tokens"],
    rows.map(({ subject, registered, samples }) => [
      subject,
      String(registered),
      cell(
        samples.map(({ callsPerSecond }) => callsPerSecond),
        whole,
      ),
      cell(
        samples.map(({ p50Us }) => p50Us),
        milliseconds,
      ),
      middle(
        samples.map(({ bytes }) => bytes),
        whole,
      ),
      middle(
        samples.map(({ chars }) => chars / 4),
        whole,
      ),
    ]),
  );
}

function catalogueTable({ catalogue }: ToolsResult): string {
  return table(
    "The Cloudways catalogue in Fairlead (tokens: chars/4, an estimate)",
    ["view", "tools listed", "pages", "tools/list p50 ms", "bytes", "tokens"],
    catalogue.map(({ view, tools, pages, p50Us, bytes, chars }) => [
      view,
      String(tools),
      String(pages),
      milliseconds(p50Us),
      whole(bytes),
      whole(chars / 4),
    ]),
  );
}

function stdioTable(rows: readonly StdioRow[]): string {
  const lines = rows.map(({ subject, samples }) => [subject, cell(samples, one)]);
  return table("Cold start on stdio, spawn to tools/list answered", ["program", "ms"], lines);
}

function memoryTable(rows: readonly MemoryRow[]): string {
  return table(
    "Resident memory (load: highest sample with 50 connections)",
    ["server", "idle MiB", "load MiB"],
    rows.map(({ subject, samples }) => [
      subject,
      cell(
        samples.map(({ idle }) => idle),
        one,
      ),
      cell(
        samples.map(({ load }) => load),
        one,
      ),
    ]),
  );
}

function writesTable(rows: readonly WritesRow[]): string {
  return table(
    "Writes: journaled, audited, done at most once",
    ["records in", "added to the handler, p50 ms", "64 callers, writes/s"],
    rows.map(({ what, addedMs, perSecond }) => [
      what,
      cell(addedMs, (value) => value.toFixed(2)),
      cell(perSecond, whole),
    ]),
  );
}

function vaultTable(rows: readonly VaultRow[]): string {
  const lines = rows.map(({ what, perSecond }) => [what, cell(perSecond, whole)]);
  return table("Sealing and opening, per second of processor time", ["what", "per s"], lines);
}

function policyTable(rows: readonly PolicyRow[]): string {
  const lines = rows.map(({ what, us }) => [what, cell(us, (value) => value.toFixed(2))]);
  return table("Deciding, in microseconds of processor time", ["what", "us"], lines);
}

function keysTable(rows: readonly KeysRow[]): string {
  return table(
    "Knowing a caller by an API key, one after the other",
    ["records in", "keys", "first time, p50 us", "again, p50 us", "heap MiB after all were shown"],
    rows.map(({ what, keys, coldUs, warmUs, heapMiB }) => [
      what,
      whole(keys),
      middle(coldUs, one),
      middle(warmUs, one),
      middle(heapMiB, one),
    ]),
  );
}

function cell(values: readonly number[], format: Format): string {
  const spread = spreadOf(values);
  if (!spread) return "–";
  return values.length === 1
    ? format(spread.median)
    : `${format(spread.median)} ${range(spread, format)}`;
}

function middle(values: readonly number[], format: Format): string {
  const spread = spreadOf(values);
  return spread ? format(spread.median) : "–";
}

function range({ min, max }: Spread, format: Format): string {
  return `(${format(min)}–${format(max)})`;
}

/** A titled table in Markdown, padded so that it reads well in a terminal too. */
export function table(title: string, head: Cells, rows: readonly Cells[]): string {
  const widths = head.map((name, column) =>
    Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: Cells) =>
    `| ${widths.map((width, at) => (cells[at] ?? "").padEnd(width)).join(" | ")} |`;
  const rule = widths.map((width) => "-".repeat(width));
  const body = rows.length > 0 ? rows.map(line) : [line(["not measured"])];
  return [`\n${title}\n`, line(head), line(rule), ...body].join("\n");
}
