import { unprefixed } from "../catalogue/fragment.ts";
import type { PromptTarget, ResourceTarget, ToolTarget, View } from "../catalogue/view.ts";
import { FairleadError } from "../errors.ts";
import type { Action } from "./request.ts";

export type Target = ToolTarget | ResourceTarget | PromptTarget;

/** What the action is about: a Map lookup for tools and prompts; resources are few and matched one by one. */
export function find(view: View, action: Action): Target {
  switch (action.kind) {
    case "tool":
      return view.tools.get(action.name) ?? missingTool(view, action.name);
    case "prompt":
      return view.prompts.get(action.name) ?? missing(`prompt "${action.name}"`, "prompts/list");
    case "resource":
    case "subscription":
      return (
        view.resources.find(({ template }) => template.match(action.uri) !== undefined) ??
        missing(
          `resource "${action.uri}"`,
          "resources/list or resources/templates/list",
          action.uri,
        )
      );
    case "completion": {
      const { ref } = action;
      if (ref.type === "ref/prompt") {
        return view.prompts.get(ref.name) ?? missing(`prompt "${ref.name}"`, "prompts/list");
      }
      return (
        view.resources.find(({ resource }) => resource.uri === ref.uri) ??
        missing(`resource template "${ref.uri}"`, "resources/templates/list")
      );
    }
  }
}

/** A client may know the tool by the name it has on another endpoint. */
function missingTool({ connectors, tools }: View, name: string): never {
  const here = connectors
    .flatMap(({ id }) => [`${id}_${name}`, unprefixed(name, id)])
    .find((each) => tools.has(each));
  if (here === undefined) return missing(`tool "${name}"`, "tools/list");
  throw new FairleadError("not_found", `On this endpoint the tool is called "${here}".`, {
    details: { reason: "unknown_target" },
  });
}

function missing(what: string, list: string, uri?: string): never {
  throw new FairleadError("not_found", `There is no ${what} on this endpoint. See ${list}.`, {
    details: { reason: "unknown_target", ...(uri === undefined ? {} : { uri }) },
  });
}
