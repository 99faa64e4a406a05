import { atMost } from "@fairlead/core/cache/bounded";
import type { View } from "@fairlead/core/catalogue/view";
import { FairleadError } from "@fairlead/core/errors";
import type { Fairlead } from "@fairlead/core/fairlead";
import { LRUCache } from "lru-cache";

/** The view a URL of `/mcp` or `/mcp/{connector}` chooses. Throws `not_found` or `invalid_input` naming what is valid. */
export type Route = (url: string) => View;

const PARAMETERS = ["toolsets", "readonly", "view"];
const VIEWS = ["all"];

export function createRoute(fairlead: Fairlead): Route {
  const known = new LRUCache<string, View>(atMost(500));
  return (url) => {
    const remembered = known.get(url);
    if (remembered !== undefined) return remembered;
    const { pathname, searchParams } = new URL(url, "http://localhost");
    const [, , connector = "", ...rest] = pathname.replace(/\/$/, "").split("/");
    if (rest.length > 0) {
      throw new FairleadError("not_found", "Endpoints are /mcp and /mcp/{connector}.");
    }
    const selection = parseQuery(searchParams);
    const view = fairlead.view({ endpoint: connector === "" ? "all" : connector, ...selection });
    if (url.length < 1_000) known.set(url, view);
    return view;
  };
}

function parseQuery(query: URLSearchParams): { toolsets?: string[]; readonly?: boolean } {
  const selection: { toolsets?: string[]; readonly?: boolean } = {};
  for (const [name, value] of query) {
    if (query.getAll(name).length > 1) {
      throw new FairleadError("invalid_input", `"${name.slice(0, 50)}" may be given only once.`);
    }
    if (name === "toolsets") {
      selection.toolsets = value.split(",").map((toolset) => toolset.trim());
    } else if (name === "readonly") {
      if (value !== "true" && value !== "false") throw badValue(name, ["true", "false"]);
      selection.readonly = value === "true";
    } else if (name === "view") {
      if (!VIEWS.includes(value)) throw badValue(name, VIEWS);
    } else {
      throw new FairleadError(
        "invalid_input",
        `Unknown query parameter "${name.slice(0, 50)}". There are: ${PARAMETERS.join(", ")}.`,
      );
    }
  }
  return selection;
}

function badValue(name: string, valid: readonly string[]): FairleadError {
  return new FairleadError("invalid_input", `"${name}" can be: ${valid.join(", ")}.`);
}
