import { text } from "@fairlead/core/content";
import { FairleadError } from "@fairlead/core/errors";
import { type InputRequest, parseElicitation } from "@fairlead/core/interaction";
import type { ContentResult } from "@fairlead/core/tool";
import { z } from "zod";

/** A form for the person at the client. Fields that are not named as required are still shown. */
export function form(
  message: string,
  properties: Record<string, Record<string, unknown>>,
  required: readonly string[] = Object.keys(properties),
): InputRequest {
  return {
    method: "elicitation/create",
    params: { message, requestedSchema: { type: "object", properties, required } },
  };
}

/** A question to the client's model. */
export function sampling(prompt: string, maxTokens: number): InputRequest {
  return {
    method: "sampling/createMessage",
    params: { messages: [{ role: "user", content: text(prompt) }], maxTokens },
  };
}

export const listRoots: InputRequest = { method: "roots/list", params: {} };

/** What a person did with a form, in the words the suite documents. */
export function describeElicitation(answer: unknown, key: string): ContentResult {
  const { action, content = {} } = parseElicitation(answer, key);
  return {
    content: [text(`Elicitation completed: action=${action}, content=${JSON.stringify(content)}`)],
  };
}

/** One field of an accepted form, or a word for a person who did not fill it in. */
export function fieldOf(answer: unknown, key: string, field: string): string {
  const { content } = parseElicitation(answer, key);
  return String(content?.[field] ?? "(no answer)");
}

const sampledMessage = z.object({
  content: z.object({ type: z.literal("text"), text: z.string() }),
});

export function sampledText(answer: unknown, key: string): string {
  return parse(sampledMessage, answer, key).content.text;
}

const rootsResult = z.object({ roots: z.array(z.object({ uri: z.string() })) });

export function rootUris(answer: unknown, key: string): string {
  const { roots } = parse(rootsResult, answer, key);
  return roots.map(({ uri }) => uri).join(", ");
}

function parse<T>(schema: z.ZodType<T>, answer: unknown, key: string): T {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw new FairleadError("invalid_input", `The answer to "${key}" is not what was asked for.`);
}
