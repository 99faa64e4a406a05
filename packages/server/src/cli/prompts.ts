import { didYouMean } from "../config/names.ts";
import { collectArguments } from "./arguments.ts";
import type { Invocation } from "./command.ts";
import { withEngine } from "./engine.ts";
import { CliError } from "./exit.ts";
import { plain, print, printJson, printTable, wantsJson } from "./output.ts";

export async function runPrompts(invocation: Invocation): Promise<void> {
  const [verb, name] = invocation.words;
  if (verb === undefined) return list(invocation);
  if (verb === "get" && name !== undefined) return get(invocation, name);
  throw new CliError(
    "usage",
    "Say: fairlead prompts, or fairlead prompts get <name> --arg name=value",
  );
}

async function list(invocation: Invocation): Promise<void> {
  await withEngine(invocation, async ({ view }) => {
    const prompts = [...view.prompts.values()].map(({ prompt, listedName }) => ({
      name: listedName,
      title: prompt.title,
      description: prompt.description,
      arguments: Object.keys(prompt.arguments?.shape ?? {}),
    }));
    if (wantsJson(invocation)) return printJson(prompts);
    printTable(
      ["PROMPT", "ARGUMENTS", "WHAT IT IS FOR"],
      prompts.map((prompt) => [prompt.name, prompt.arguments.join(", "), prompt.title]),
    );
  });
}

async function get(invocation: Invocation, name: string): Promise<void> {
  await withEngine(invocation, async ({ view, call }) => {
    if (!view.prompts.has(name)) {
      const hint = didYouMean(name, [...view.prompts.keys()]);
      throw new CliError("usage", `There is no prompt "${name}".${hint} See: fairlead prompts`);
    }
    const texts = [...collectArguments(invocation)].map(([key, values]) => [key, values.join(",")]);
    const reply = await call({ kind: "prompt", name, arguments: Object.fromEntries(texts) }, name);
    if (reply.kind !== "prompt") throw new Error(`A prompt was answered with ${reply.kind}.`);
    const { description, messages } = reply;
    if (wantsJson(invocation)) return printJson({ description, messages });
    for (const { role, content } of messages) {
      print(`${role}: ${content.type === "text" ? plain(content.text) : `[${content.type}]`}`);
    }
  });
}
