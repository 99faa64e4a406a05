import type { Connector, PromptDefinition, ResourceDefinition } from "../connector.ts";
import { toScope } from "../effect.ts";
import { FairleadError } from "../errors.ts";
import type { Tool } from "../tool.ts";
import { type RenderedTool, renderOnce, unprefixed, unprefixNames } from "./fragment.ts";
import { parseUriTemplate, type UriTemplate } from "./uri-template.ts";

/** A tool in a view: everything a call needs to know of it, worked out once. */
export interface ToolTarget extends RenderedTool {
  kind: "tool";
  /** Its full name, for audit and policy. */
  label: string;
  connector: Connector;
  tool: Tool;
  scope: string;
}

export interface ResourceTarget {
  kind: "resource";
  label: string;
  connector: Connector;
  resource: ResourceDefinition<never>;
  template: UriTemplate;
  /** The read tool it is a view of. */
  tool: Tool;
  scope: string;
}

export interface PromptTarget {
  kind: "prompt";
  label: string;
  listedName: string;
  connector: Connector;
  prompt: PromptDefinition<never>;
  scope: string;
}

/** What one endpoint with one query offers. It binds every call made through it. */
export interface View {
  /** Endpoint and normalised query: `/mcp/cloudways?readonly=true`. */
  key: string;
  /** Path of its endpoint, without a query: what a token has to be meant for. */
  endpoint: string;
  /** `serverInfo.name`; clients key their caches on it. */
  serverName: string;
  title: string;
  instructions: string;
  connectors: readonly Connector[];
  /** What it was chosen by: the same gives the same view elsewhere and later. */
  selection: { endpoint: string; toolsets?: readonly string[]; readonly?: boolean };
  /** Tools that change something, also where the query hides them: Fairlead's own tools are listed for their sake. */
  changing: readonly Changing[];
  /** A text as this view's readers should see it: tools by the names they are listed under. */
  wording: (text: string) => string;
  tools: ReadonlyMap<string, ToolTarget>;
  resources: readonly ResourceTarget[];
  prompts: ReadonlyMap<string, PromptTarget>;
}

/** What decides who may use a tool. */
export type Changing = Pick<ToolTarget, "kind" | "label" | "connector" | "tool" | "scope">;

/** Which part of the catalogue is meant. */
export interface ViewSelection {
  /** A connector's id, or `all`. */
  endpoint: string;
  toolsets?: readonly string[];
  /** Toolsets the operator left on; names that this endpoint does not know are no mistake here. */
  allowedToolsets?: readonly string[];
  readonly?: boolean;
}

/** Builds a view of these connectors, or throws `invalid_input` naming what is valid. */
export function createView(
  connectors: readonly Connector[],
  selection: ViewSelection,
  builtIn?: Connector,
): View {
  const chosen = chooseConnectors(connectors, selection.endpoint);
  const toolsets = normaliseToolsets(chosen, selection.toolsets);
  const prefixed = selection.endpoint === "all";
  const isIn = (names: readonly string[] | undefined, toolset: string | undefined, id: string) =>
    names === undefined ||
    (toolset !== undefined && (names.includes(toolset) || names.includes(`${id}:${toolset}`)));
  const isChosen = ({ toolset }: Tool, { id }: Connector) =>
    isIn(toolsets, toolset, id) && isIn(selection.allowedToolsets, toolset, id);
  const isVisible = (tool: Tool, connector: Connector) =>
    (selection.readonly !== true || tool.effect === "read") && isChosen(tool, connector);

  const [only] = chosen;
  const wording =
    prefixed || only === undefined
      ? (text: string) => text
      : (text: string) => unprefixNames(text, only);
  const tools = new Map<string, ToolTarget>();
  const changing: Changing[] = [];
  const resources: ResourceTarget[] = [];
  const prompts = new Map<string, PromptTarget>();
  for (const connector of chosen) {
    for (const tool of connector.tools) {
      const target = toolTarget(tool, connector, prefixed);
      if (tool.effect !== "read" && isChosen(tool, connector)) changing.push(target);
      if (isVisible(tool, connector)) tools.set(target.listed.name, target);
    }
    for (const resource of connector.resources ?? []) {
      const tool = connector.tools.find(({ name }) => name === resource.tool);
      if (tool === undefined || !isVisible(tool, connector)) continue;
      const template = parseUriTemplate(resource.uri);
      const scope = toScope(connector.id, tool.effect);
      const label = resource.uri;
      resources.push({ kind: "resource", label, connector, resource, template, tool, scope });
    }
    for (const prompt of connector.prompts ?? []) {
      const listedName = prefixed ? prompt.name : unprefixed(prompt.name, connector.id);
      const scope = toScope(connector.id, "read");
      prompts.set(listedName, {
        kind: "prompt",
        label: prompt.name,
        listedName,
        connector,
        prompt,
        scope,
      });
    }
  }
  for (const tool of builtIn?.tools ?? []) {
    if (builtIn === undefined || (selection.readonly === true && tool.effect !== "read")) continue;
    // One that plans what is not there has nothing to plan.
    if (selection.readonly === true && tool.name === "fairlead_plan") continue;
    tools.set(tool.name, { ...toolTarget(tool, builtIn, true), scope: NO_SCOPE });
  }
  for (const resource of builtIn?.resources ?? []) {
    const tool = builtIn?.tools.find(({ name }) => name === resource.tool);
    if (builtIn === undefined || tool === undefined) continue;
    const template = parseUriTemplate(resource.uri);
    const common = { kind: "resource" as const, label: resource.uri, connector: builtIn };
    resources.push({ ...common, resource, template, tool, scope: NO_SCOPE });
  }
  const key = viewKey({ ...selection, ...(toolsets === undefined ? {} : { toolsets }) });
  return {
    key,
    endpoint: key.split("?", 1)[0] ?? key,
    serverName: key === "/mcp" ? "fairlead" : `fairlead${key.slice("/mcp".length)}`,
    title: prefixed ? "Fairlead" : `Fairlead: ${chosen[0]?.title ?? ""}`,
    instructions: wording(instructionsOf(chosen, selection.readonly === true, changing.length > 0)),
    connectors: chosen,
    selection: {
      endpoint: selection.endpoint,
      ...(toolsets === undefined ? {} : { toolsets }),
      ...(selection.readonly === undefined ? {} : { readonly: selection.readonly }),
    },
    changing,
    wording,
    tools,
    resources,
    prompts,
  };
}

/** What is one's own anyway needs no right to it. */
export const NO_SCOPE = "";

function toolTarget(tool: Tool, connector: Connector, prefixed: boolean): ToolTarget {
  const scope = toScope(connector.id, tool.effect);
  return {
    kind: "tool",
    label: tool.name,
    connector,
    tool,
    scope,
    ...renderOnce(tool, connector, prefixed),
  };
}

function chooseConnectors(
  connectors: readonly Connector[],
  endpoint: string,
): readonly Connector[] {
  if (endpoint === "all") return connectors;
  const connector = connectors.find(({ id }) => id === endpoint);
  if (connector !== undefined) return [connector];
  const valid = connectors.map(({ id }) => id).join(", ");
  throw new FairleadError(
    "not_found",
    `There is no connector "${endpoint}" here. Connectors: ${valid}.`,
  );
}

function normaliseToolsets(
  connectors: readonly Connector[],
  asked: readonly string[] | undefined,
): readonly string[] | undefined {
  if (asked === undefined) return undefined;
  const valid = new Set<string>();
  for (const connector of connectors) {
    for (const { toolset } of connector.tools) {
      if (toolset !== undefined) valid.add(toolset).add(`${connector.id}:${toolset}`);
    }
  }
  const unknown = asked.filter((name) => !valid.has(name));
  if (unknown.length === 0 && asked.length > 0) return [...new Set(asked)].sort();
  const names = [...valid].filter((name) => !name.includes(":")).sort();
  throw new FairleadError(
    "invalid_input",
    `Unknown toolset ${unknown.map((name) => `"${name}"`).join(", ") || '""'}. Toolsets here: ${names.join(", ") || "none"}.`,
  );
}

function viewKey({ endpoint, toolsets, readonly }: ViewSelection): string {
  const query = [
    ...(readonly === true ? ["readonly=true"] : []),
    ...(toolsets === undefined ? [] : [`toolsets=${toolsets.join(",")}`]),
  ].join("&");
  const path = endpoint === "all" ? "/mcp" : `/mcp/${endpoint}`;
  return query === "" ? path : `${path}?${query}`;
}

const CHANGES =
  "Tools that change something take `idempotency_key` (repeat a call under the same key and it happens once) and `confirm` " +
  "(a plan_id). See what a call would do with fairlead_plan; what destroys is planned first and may need a person's consent.";

function instructionsOf(
  connectors: readonly Connector[],
  readonly: boolean,
  changes: boolean,
): string {
  return [
    "Fairlead gives you safe hands on the systems a team runs.",
    ...(readonly ? ["This endpoint only reads; nothing here changes anything."] : []),
    "If an account has several connections, name one with the argument `connection` (its id or label).",
    "Answers that are too long come in pages: repeat the call with `cursor` set to `next_cursor`.",
    ...(changes && !readonly ? [CHANGES] : []),
    ...connectors
      .filter(({ instructions }) => instructions !== undefined)
      .map(({ title, instructions = "" }) => `${title}: ${instructions}`),
  ].join("\n");
}
