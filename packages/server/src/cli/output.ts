import { styleText } from "node:util";
import type { Invocation } from "./command.ts";

/** Whether programs read the answer: they asked for JSON, or standard output is no terminal. */
export function wantsJson({ options }: Pick<Invocation, "options">): boolean {
  return options.json === true || process.stdout.isTTY !== true;
}

export function printJson(value: unknown): void {
  const space = process.stdout.isTTY === true ? 2 : undefined;
  process.stdout.write(`${JSON.stringify(value, undefined, space)}\n`);
}

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** A table for people: the last column takes the rest of the line. */
export function printTable(heads: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = heads.map((head, column) =>
    Math.max(head.length, ...rows.map((row) => plain(row[column] ?? "").length)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) =>
        plain(cell).padEnd(column < cells.length - 1 ? (widths[column] ?? 0) : 0),
      )
      .join("  ");
  print(styleText("bold", line(heads), { stream: process.stdout }));
  for (const row of rows) print(fit(line(row)));
}

/** Texts of upstreams may carry sequences that move the cursor or worse; line breaks and tabs may stay. */
export function plain(text: string): string {
  return text.replaceAll(/(?![\n\t])[\p{Cc}\p{Cf}]/gu, "");
}

function fit(line: string): string {
  const { columns = 0 } = process.stdout;
  return columns > 20 && line.length > columns ? `${line.slice(0, columns - 1)}…` : line;
}
