/** What a tool does to the world. Annotations, scope and consent follow from it. */
export type Effect = "read" | "write" | "destroy";

/** MCP tool annotations (schema 2026-07-28, `ToolAnnotations`). */
export interface ToolAnnotations {
  title: string;
  readOnlyHint: boolean;
  destructiveHint: boolean;
  idempotentHint: boolean;
  openWorldHint: boolean;
}

export function toAnnotations(tool: {
  title: string;
  effect: Effect;
  idempotent?: boolean | undefined;
  openWorld?: boolean | undefined;
}): ToolAnnotations {
  return {
    title: tool.title,
    readOnlyHint: tool.effect === "read",
    destructiveHint: tool.effect === "destroy",
    idempotentHint: tool.idempotent ?? tool.effect === "read",
    openWorldHint: tool.openWorld ?? true,
  };
}

/** The scope a call needs: `cloudways:read`, `cloudways:write`, `cloudways:destroy`. */
export function toScope(connector: string, effect: Effect): string {
  return `${connector}:${effect}`;
}
