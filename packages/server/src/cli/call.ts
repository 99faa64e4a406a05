import { text as readText } from "node:stream/consumers";
import type { ToolAnswer } from "@fairlead/core/call/shape";
import type { ToolTarget, View } from "@fairlead/core/catalogue/view";
import type { ContentBlock } from "@fairlead/core/content";
import { didYouMean } from "../config/names.ts";
import { collectArguments, toToolArguments } from "./arguments.ts";
import type { Invocation } from "./command.ts";
import { withEngine } from "./engine.ts";
import { CliError, EXIT } from "./exit.ts";
import { plain, print, printJson, wantsJson } from "./output.ts";

export async function runCall(invocation: Invocation): Promise<number> {
  const [name, another] = invocation.words;
  if (name === undefined) throw new CliError("usage", "Which tool? See: fairlead tools");
  if (another !== undefined) {
    throw new CliError(
      "usage",
      `"${another}" is too much. Arguments are options: --name value, --arg name=value or --json '{…}'.`,
    );
  }
  return withEngine(invocation, async ({ view, call }) => {
    const target = requireTool(view, name);
    const given = await argumentsOf(invocation, target);
    const reply = await call({ kind: "tool", name, arguments: given }, target.tool.title);
    if (reply.kind !== "tool") throw new Error(`A tool call was answered with ${reply.kind}.`);
    show(reply.answer, invocation);
    return reply.answer.isError ? EXIT.failed.code : EXIT.ok.code;
  });
}

function requireTool({ tools }: View, name: string): ToolTarget {
  const target = tools.get(name);
  if (target !== undefined) return target;
  // On an endpoint of its own the connector's tools go without its prefix; here they have it.
  const prefixed = [...tools.values()].find(
    ({ connector, label }) => label === `${connector.id}_${name}`,
  );
  const hint = prefixed ? ` Did you mean ${prefixed.label}?` : didYouMean(name, [...tools.keys()]);
  throw new CliError("usage", `There is no tool "${name}".${hint} See: fairlead tools`);
}

async function argumentsOf(invocation: Invocation, { listed }: ToolTarget): Promise<unknown> {
  const { json } = invocation.options;
  const named = toToolArguments(collectArguments(invocation), listed.inputSchema);
  if (typeof json !== "string") return named;
  const text = json === "-" ? await readText(process.stdin) : json;
  try {
    const whole: unknown = JSON.parse(text);
    return typeof whole === "object" && whole !== null ? { ...whole, ...named } : whole;
  } catch (error) {
    const reason = error instanceof Error ? error.message : "";
    throw new CliError("usage", `--json is no JSON: ${reason}. Put the object in single quotes.`);
  }
}

function show({ content, structured }: ToolAnswer, invocation: Invocation): void {
  if (wantsJson(invocation)) {
    printJson(structured ?? { content });
    return;
  }
  for (const block of content) print(plain(inWords(block)));
}

function inWords(block: ContentBlock): string {
  switch (block.type) {
    case "text":
      return pretty(block.text);
    case "image":
    case "audio":
      return `[${block.type}, ${block.mimeType}]`;
    case "resource_link":
      return `[${block.name}: ${block.uri}]`;
    case "resource":
      return "text" in block.resource ? block.resource.text : `[${block.resource.uri}]`;
  }
}

function pretty(text: string): string {
  if (!/^[[{]/.test(text)) return text;
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2);
  } catch {
    return text;
  }
}
