/** An argument that the client repeats in a header `Mcp-Param-{name}` (MCP 2026-07-28, Streamable HTTP, `x-mcp-header`). */
export interface HeaderParameter {
  /** Lower-case header name as Node gives it. */
  header: string;
  /** Where the value stands in the arguments. */
  path: readonly string[];
  numeric: boolean;
}

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/**
 * The header parameters an input schema declares. Throws at start for a declaration that would make clients drop the
 * tool: not a token, not unique, or on something that is no string, integer or boolean.
 */
export function findHeaderParameters(schema: Record<string, unknown>): readonly HeaderParameter[] {
  const found: HeaderParameter[] = [];
  visit(schema, [], found);
  const names = new Set(found.map(({ header }) => header));
  if (names.size !== found.length) throw new Error("x-mcp-header names must be unique in a tool.");
  return found;
}

function visit(schema: unknown, path: readonly string[], found: HeaderParameter[]): void {
  if (typeof schema !== "object" || schema === null || !("properties" in schema)) return;
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    const here = [...path, key];
    if (isAnnotated(property)) {
      const name = property["x-mcp-header"];
      const { type } = property;
      if (typeof name !== "string" || !TOKEN.test(name)) {
        throw new Error(`x-mcp-header of ${here.join(".")} is not an HTTP token.`);
      }
      if (type !== "string" && type !== "integer" && type !== "boolean") {
        throw new Error(`x-mcp-header of ${here.join(".")} needs a string, integer or boolean.`);
      }
      found.push({
        header: `mcp-param-${name.toLowerCase()}`,
        path: here,
        numeric: type === "integer",
      });
    }
    visit(property, here, found);
  }
}

function isAnnotated(value: unknown): value is { "x-mcp-header": unknown; type?: unknown } {
  return typeof value === "object" && value !== null && "x-mcp-header" in value;
}
