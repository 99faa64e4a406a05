import { text } from "../content.ts";
import { isRecord } from "../is-record.ts";
import { BUILT_IN_ID } from "../operations/built-in.ts";
import type { CallGround } from "./call.ts";
import type { Target } from "./find.ts";
import type { CallRequest, Reply } from "./request.ts";
import { CHARACTERS_PER_TOKEN, type ToolAnswer } from "./shape.ts";

/**
 * An answer that is too long and has no pages is cut, and the whole of it kept for its caller for an hour: nothing is
 * lost. Secrets are not kept; an answer that holds some stays as it is.
 */
export async function fitted(
  ground: Pick<CallGround, "results" | "resultTokenBudget">,
  { principal }: CallRequest,
  target: Target,
  reply: Reply,
): Promise<Reply> {
  if (reply.kind !== "tool" || target.kind !== "tool" || reply.holdsSecret) return reply;
  const { answer } = reply;
  const { tool, connector } = target;
  if (answer.isError || connector.id === BUILT_IN_ID || tool.pages !== undefined) return reply;
  const budget = ground.resultTokenBudget * CHARACTERS_PER_TOKEN;
  if (lengthOf(answer) <= budget) return reply;
  const whole = answer.structuredJson ?? textOf(answer);
  const id = await ground.results.keep(principal, tool.name, whole);
  const uri = `fairlead://results/${id}`;
  const words = `This is the beginning; the whole (${whole.length} characters) is at ${uri} for an hour: read that resource, or call fairlead_get_result with result_id "${id}".`;
  const begun = textOf(answer).slice(0, budget / 2);
  const link = {
    type: "resource_link" as const,
    uri,
    name: `${tool.name} answer`,
    mimeType: "application/json",
  };
  const others = answer.content.filter(({ type }) => type !== "text");
  const structured = shortened(answer.structured, budget / 2);
  const fits = tool.output === undefined || tool.output.safeParse(structured).success;
  return {
    ...reply,
    answer: {
      ...answer,
      content: [text(`${begun}\n\n${words}`), link, ...others],
      // Its schema holds whatever its length: one that does not allow less stays whole.
      ...(answer.structured === undefined || !fits
        ? {}
        : { structured, structuredJson: JSON.stringify(structured) }),
    },
  };
}

function lengthOf(answer: ToolAnswer): number {
  return Math.max(answer.structuredJson?.length ?? 0, textOf(answer).length);
}

function textOf({ content }: ToolAnswer): string {
  return content.map((block) => (block.type === "text" ? block.text : "")).join("\n");
}

/** Cuts lists and texts, the longest first, until the JSON of it has about so many characters. */
export function shortened(value: unknown, budget: number): unknown {
  if (sizeOf(value) <= budget) return value;
  if (typeof value === "string") return value.slice(0, Math.max(0, budget - 2));
  if (Array.isArray(value)) return shortList(value, budget);
  if (!isRecord(value)) return value;
  const entries = Object.entries(value).sort(([, one], [, other]) => sizeOf(one) - sizeOf(other));
  const kept = new Map<string, unknown>();
  let left = budget - 2;
  for (const [at, [name, each]] of entries.entries()) {
    const share = left / (entries.length - at) - name.length - 4;
    const part = shortened(each, Math.max(0, share));
    kept.set(name, part);
    left -= sizeOf(part) + name.length + 4;
  }
  return Object.fromEntries(Object.keys(value).map((name) => [name, kept.get(name)]));
}

function shortList(list: readonly unknown[], budget: number): unknown[] {
  const kept: unknown[] = [];
  let left = budget - 2;
  for (const item of list) {
    const size = sizeOf(item) + 1;
    if (size > left) break;
    kept.push(item);
    left -= size;
  }
  return kept;
}

function sizeOf(value: unknown): number {
  return value === undefined ? 0 : JSON.stringify(value).length;
}
