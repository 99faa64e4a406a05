import type { Report } from "@fairlead/core/audit/problems";
import { plain } from "./output.ts";

/** What verifying found, in words. */
export function formatReport(report: Report): string[] {
  const {
    rows,
    chains,
    checkpoints,
    uncovered_rows,
    redacted_rows,
    last_checkpoint: last,
  } = report;
  const whose = report.tenant_id === null ? "The log" : `The log of ${plain(report.tenant_id)}`;
  const verdict = report.ok
    ? `${whose} is sound: ${count(rows, "event")} in ${count(chains, "chain")}, ${count(checkpoints, "checkpoint")}.`
    : `${whose} was tampered with: ${count(report.problem_count, "problem")} in ${count(rows, "event")}.`;
  const hidden = report.problem_count - report.problems.length;
  return [
    verdict,
    ...report.problems.map(({ message }) => `  ${plain(message)}`),
    ...(hidden > 0 ? [`  and ${hidden} more`] : []),
    ...(uncovered_rows > 0
      ? [`No checkpoint covers ${count(uncovered_rows, "event")} yet; the next one does.`]
      : []),
    ...(redacted_rows > 0 ? [`Something was redacted in ${count(redacted_rows, "event")}.`] : []),
    ...(last === null
      ? []
      : [
          `Last checkpoint: ${last.seq}, ${new Date(last.at).toISOString()}, key ${plain(last.key_id)}.`,
        ]),
    ...(report.keys.length > 0 ? [`Keys: ${report.keys.map(plain).join(", ")}`] : []),
  ];
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
