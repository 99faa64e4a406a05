import { LRUCache } from "lru-cache";
import { z } from "zod";
import { atMost } from "../cache/bounded.ts";
import type { Principal } from "../identity/principal.ts";
import { maySee } from "../policy/authorize.ts";
import type { TenantPolicy } from "../policy/policy.ts";
import { toLegacyFragment } from "./fragment.ts";
import { NO_SCOPE, type View } from "./view.ts";

/** The lists of a view as one principal may see them: JSON arrays, ready for the wire, in a fixed order. */
export interface VisibleLists {
  tools: string;
  /** The same as clients up to 2025-11-25 read it. */
  readonly legacyTools: string;
  resources: string;
  resourceTemplates: string;
  prompts: string;
}

/** More of them than lists, since many principals see the same. */
const MAX_SETS = 5_000;

/**
 * Joins lists from what was rendered once per tool. What a principal may see is kept per view, scopes, and rules of its
 * tenant; the lists themselves per view and visible set, so that tenants whose rules hide the same share them.
 */
export function createLists(
  maxEntries = 100,
): (view: View, principal: Principal, policy: TenantPolicy) => VisibleLists {
  const visibleSets = new LRUCache<string, string>(atMost(MAX_SETS));
  const kept = new LRUCache<string, VisibleLists>(atMost(maxEntries));
  return (view, principal, policy) => {
    const whose = `${scopesKey(principal)}\n${policy.version}\n${policy.classOf(principal)}`;
    const wanted = `${view.key}\n${whose}`;
    let visible = visibleSets.get(wanted);
    if (visible === undefined) {
      visible = visibleSet(view, principal, policy);
      visibleSets.set(wanted, visible);
    }
    const key = `${view.key} ${visible}`;
    let lists = kept.get(key);
    if (lists === undefined) {
      lists = render(view, visible);
      kept.set(key, lists);
    }
    return lists;
  };
}

const scopesKeys = new WeakMap<ReadonlySet<string>, string>();

function scopesKey({ scopes }: Principal): string {
  let key = scopesKeys.get(scopes);
  if (key === undefined) {
    key = scopes.has("*") ? "*" : JSON.stringify([...scopes].sort());
    scopesKeys.set(scopes, key);
  }
  return key;
}

/** One digit for each tool, resource and prompt of the view, in its order: 1 where the principal may ever use it. */
function visibleSet(view: View, principal: Principal, policy: TenantPolicy): string {
  const targets = [...view.tools.values(), ...view.resources, ...view.prompts.values()];
  // Fairlead's own tools are for the sake of those that change something.
  const mayChange = view.changing.some((target) => maySee(principal, target, policy));
  return targets
    .map((target) =>
      (target.scope === NO_SCOPE ? mayChange : maySee(principal, target, policy)) ? "1" : "0",
    )
    .join("");
}

function render(view: View, visible: string): VisibleLists {
  let place = 0;
  const isVisible = () => visible[place++] === "1";
  const tools = [...view.tools.values()].filter(isVisible);
  let legacyTools: string | undefined;
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
    tools: `[${tools.map(({ fragment }) => fragment).join(",")}]`,
    // Joined when the first client asks: many servers never meet one of either era.
    get legacyTools() {
      legacyTools ??= `[${tools.map(({ fragment, tool }) => toLegacyFragment(fragment, tool)).join(",")}]`;
      return legacyTools;
    },
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
