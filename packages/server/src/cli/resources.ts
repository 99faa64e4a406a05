import type { Invocation } from "./command.ts";
import { withEngine } from "./engine.ts";
import { CliError } from "./exit.ts";
import { plain, print, printJson, printTable, wantsJson } from "./output.ts";

export async function runResources(invocation: Invocation): Promise<void> {
  const [verb, uri] = invocation.words;
  if (verb === undefined) return list(invocation);
  if (verb === "read" && uri !== undefined) return read(invocation, uri);
  throw new CliError("usage", "Say: fairlead resources, or fairlead resources read <uri>");
}

async function list(invocation: Invocation): Promise<void> {
  await withEngine(invocation, async ({ view }) => {
    const resources = view.resources.map(({ resource }) => resource);
    if (!wantsJson(invocation)) {
      printTable(
        ["URI", "WHAT IT SHOWS"],
        resources.map(({ uri, title }) => [uri, title]),
      );
      return;
    }
    printJson(
      resources.map(({ uri, name, title, description, mimeType }) => ({
        uri,
        name,
        title,
        description,
        mimeType,
      })),
    );
  });
}

async function read(invocation: Invocation, uri: string): Promise<void> {
  await withEngine(invocation, async ({ call }) => {
    const reply = await call({ kind: "resource", uri }, `Reading ${uri}`);
    if (reply.kind !== "resource") throw new Error(`A read was answered with ${reply.kind}.`);
    if (wantsJson(invocation)) return printJson(reply.contents);
    for (const contents of reply.contents) {
      print("text" in contents ? plain(contents.text) : `[${contents.uri}, binary]`);
    }
  });
}
