import type { Invocation } from "./command.ts";
import { withEngine } from "./engine.ts";
import { print, printJson, printTable, wantsJson } from "./output.ts";

export async function runTools(invocation: Invocation): Promise<void> {
  await withEngine(invocation, async ({ view }) => {
    const targets = [...view.tools.values()];
    if (invocation.options.names === true) {
      print(targets.map(({ listed }) => listed.name).join("\n"));
    } else if (wantsJson(invocation)) {
      printJson(targets.map(({ listed }) => listed));
    } else {
      printTable(
        ["TOOL", "EFFECT", "TOOLSET", "WHAT IT DOES"],
        targets.map(({ tool, listed }) => [
          listed.name,
          tool.effect,
          tool.toolset ?? "",
          listed.title,
        ]),
      );
    }
  });
}
