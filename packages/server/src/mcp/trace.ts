const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The trace id of a W3C `traceparent` (in `_meta`, MCP 2026-07-28 basic, "_meta"). */
export function parseTraceparent(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  return TRACEPARENT.exec(value)?.[1];
}
