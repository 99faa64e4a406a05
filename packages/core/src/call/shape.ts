import { hash } from "node:crypto";
import { type ContentBlock, text } from "../content.ts";
import { FairleadError } from "../errors.ts";
import type { ContentResult, Tool } from "../tool.ts";

/** A tool's answer, on its way to any surface. */
export interface ToolAnswer {
  content: ContentBlock[];
  structured: unknown;
  /** `structured` as JSON, written once. */
  structuredJson: string | undefined;
  isError: boolean;
}

export const CHARACTERS_PER_TOKEN = 4;

/**
 * Checks what a handler returned against the tool's output schema and fits it into the budget: a list that is too long
 * is cut, and `next_cursor` leads to the rest.
 */
export function shapeTool(
  tool: Tool,
  returned: unknown,
  input: unknown,
  cursor: string | undefined,
  budgetTokens: number,
): ToolAnswer {
  if (tool.output === undefined) {
    const { content, isError } = returned as ContentResult;
    return { content, structured: undefined, structuredJson: undefined, isError: isError === true };
  }
  const parsed = tool.output.safeParse(returned);
  if (!parsed.success) {
    throw new FairleadError("internal", `The answer of ${tool.name} does not fit its schema.`, {
      cause: parsed.error,
    });
  }
  let structured: unknown = parsed.data;
  let json = JSON.stringify(structured);
  if (tool.pages !== undefined) {
    const call = [tool.name, input];
    const start = cursor === undefined ? 0 : readCursor(cursor, call);
    if (start > 0 || json.length > budgetTokens * CHARACTERS_PER_TOKEN) {
      structured = cutPage(structured, tool.pages, start, call, budgetTokens);
      json = JSON.stringify(structured);
    }
  }
  const words = tool.text === undefined ? json : tool.text(structured as never, input as never);
  const more = tool.pages === undefined ? undefined : nextCursorOf(structured);
  const shown =
    more === undefined || words.includes(more)
      ? words
      : `${words}\n\nMore: repeat the call with cursor "${more}".`;
  return { content: [text(shown)], structured, structuredJson: json, isError: false };
}

function cutPage(
  output: unknown,
  property: string,
  start: number,
  call: unknown,
  budgetTokens: number,
): unknown {
  const whole = output as Record<string, unknown>;
  const items = whole[property];
  if (!Array.isArray(items)) return output;
  const budget = budgetTokens * CHARACTERS_PER_TOKEN;
  let used = JSON.stringify({ ...whole, [property]: [] }).length;
  let end = start;
  while (end < items.length) {
    used += JSON.stringify(items[end]).length + 1;
    // One item always fits, or a large one would stop the reader for good.
    if (used > budget && end > start) break;
    end += 1;
  }
  const page = { ...whole, [property]: items.slice(start, end) };
  return end < items.length ? { ...page, next_cursor: writeCursor(end, call) } : page;
}

/** Clients that show only the text have to learn from it that there is more. */
function nextCursorOf(structured: unknown): string | undefined {
  const { next_cursor } = Object(structured) as { next_cursor?: unknown };
  return typeof next_cursor === "string" ? next_cursor : undefined;
}

function writeCursor(offset: number, call: unknown): string {
  return Buffer.from(JSON.stringify([offset, digest(call)])).toString("base64url");
}

function readCursor(cursor: string, call: unknown): number {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString());
    if (Array.isArray(parsed)) {
      const [offset, of] = parsed;
      if (Number.isSafeInteger(offset) && offset > 0 && of === digest(call)) return offset;
    }
  } catch {}
  throw new FairleadError(
    "invalid_input",
    "This cursor does not belong to this call. Repeat the call with the same arguments, or start without a cursor.",
  );
}

function digest(call: unknown): string {
  return hash("sha256", JSON.stringify(call), "hex").slice(0, 16);
}
