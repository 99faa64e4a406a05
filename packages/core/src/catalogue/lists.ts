import { LRUCache } from "lru-cache";
import { z } from "zod";
import { atMost } from "../cache/bounded.ts";
import { hasScope, type Principal } from "../identity/principal.ts";
import type { View } from "./view.ts";

/** The lists of a view as one principal may see them: JSON arrays, ready for the wire, in a fixed order. */
export interface VisibleLists {
  tools: string;
  resources: string;
  resourceTemplates: string;
  prompts: string;
}

/**
 * Joins lists from what was rendered once per tool. Kept per view and set of scopes, since principals with the same
 * rights see the same lists.
 */
export function createLists(maxEntries = 100): (view: View, principal: Principal) => VisibleLists {
  const kept = new LRUCache<string, VisibleLists>(atMost(maxEntries));
  return (view, principal) => {
    const key = `${view.key} ${scopesKey(principal)}`;
    const known = kept.get(key);
    if (known !== undefined) return known;
    const lists = render(view, principal);
    kept.set(key, lists);
    return lists;
  };
}

const scopesKeys = new WeakMap<ReadonlySet<string>, string>();

function scopesKey({ scopes }: Principal): string {
  let key = scopesKeys.get(scopes);
  if (key === undefined) {
    key = scopes.has("*") ? "*" : [...scopes].sort().join(" ");
    scopesKeys.set(scopes, key);
  }
  return key;
}

function render(view: View, principal: Principal): VisibleLists {
  const isVisible = ({ scope }: { scope: string }) => hasScope(principal, scope);
  const tools = [...view.tools.values()].filter(isVisible).map(({ fragment }) => fragment);
  const resources = view.resources.filter(isVisible);
  const described = resources.map(({ resource, template }) => ({
    [template.variables.length === 0 ? "uri" : "uriTemplate"]: resource.uri,
    name: resource.name,
    title: resource.title,
    description: view.wording(resource.description),
    mimeType: resource.mimeType,
  }));
  const prompts = [...view.prompts.values()].filter(isVisible).map(({ prompt, listedName }) => ({
    name: listedName,
    title: prompt.title,
    description: view.wording(prompt.description),
    arguments: promptArguments(prompt.arguments),
  }));
  return {
    tools: `[${tools.join(",")}]`,
    resources: JSON.stringify(described.filter((entry) => "uri" in entry)),
    resourceTemplates: JSON.stringify(described.filter((entry) => "uriTemplate" in entry)),
    prompts: JSON.stringify(prompts),
  };
}

function promptArguments(
  schema: z.ZodObject | undefined,
): { name: string; description?: string; required: boolean }[] {
  return Object.entries(schema?.shape ?? {}).map(([name, field]) => {
    const description = field instanceof z.ZodType ? field.description : undefined;
    const required = field instanceof z.ZodType && !field.safeParse(undefined).success;
    return { name, ...(description === undefined ? {} : { description }), required };
  });
}
