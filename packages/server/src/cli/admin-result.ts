import type { Act } from "@fairlead/core/admin/act";
import { isRecord } from "@fairlead/core/is-record";
import type { Invocation } from "./command.ts";
import { plain, print, printJson, printTable, wantsJson } from "./output.ts";

/** Columns that say little to a person, or are the same in every row. */
const LEFT_OUT = new Set([
  "tenant_id",
  "created_by",
  "updated_by",
  "repository",
  "owner_id",
  "text",
]);

/** What an act answered: JSON for programs, for people a table or a line for each field. */
export function showResult(
  result: unknown,
  { revealsSecret, text, columns }: Pick<Act, "revealsSecret" | "text" | "columns">,
  invocation: Invocation,
): void {
  if (wantsJson(invocation)) return printJson(result);
  if (text !== undefined) return print(plain(text(result)));
  if (!isRecord(result)) return printJson(result);
  const items = result.items ?? result.operations;
  if (Array.isArray(items)) {
    showTable(items.filter(isRecord), columns);
    if (typeof result.next_cursor === "string") print(`More: --cursor ${result.next_cursor}`);
    return;
  }
  for (const [name, value] of Object.entries(result)) print(`${name}: ${cell(value, name)}`);
  if (revealsSecret === true) {
    const what = typeof result.key === "string" ? "key" : "token";
    process.stderr.write(`The ${what} is shown this once: keep it now.\n`);
  }
}

function showTable(
  items: readonly Record<string, unknown>[],
  columns: readonly string[] | undefined,
): void {
  const [first] = items;
  if (first === undefined) return print("None.");
  const heads = columns ?? Object.keys(first).filter((name) => !LEFT_OUT.has(name));
  printTable(
    heads.map((name) => name.replaceAll("_", " ").toUpperCase()),
    items.map((item) => heads.map((head) => cell(item[head], head))),
  );
}

function cell(value: unknown, name: string): string {
  if (value === null || value === undefined) return "-";
  if (typeof value === "number" && name.endsWith("_at")) return toTime(value);
  if (Array.isArray(value)) return plain(value.join(","));
  return plain(typeof value === "object" ? JSON.stringify(value) : String(value));
}

function toTime(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16)}Z`;
}
