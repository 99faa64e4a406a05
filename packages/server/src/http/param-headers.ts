import type { IncomingHttpHeaders } from "node:http";
import type { HeaderParameter } from "@fairlead/core/catalogue/header-parameter";
import type { RpcError } from "../mcp/wire.ts";

/** How a header value begins that is Base64. */
export const ENCODED = "=?base64?";
const SUFFIX = "?=";
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const DECIMAL = /^-?\d+(\.\d+)?$/;

/**
 * Whether the `Mcp-Param-*` headers repeat what stands in the arguments (MCP 2026-07-28, Streamable HTTP, "Server
 * Behavior for Custom Headers"). Returns what disagrees, in words, or undefined.
 */
export function findHeaderMismatch(
  parameters: readonly HeaderParameter[],
  args: unknown,
  headers: IncomingHttpHeaders,
): string | undefined {
  for (const parameter of parameters) {
    const value = valueAt(args, parameter.path);
    if (value === undefined || value === null || typeof value === "object") continue;
    // No header stands for an integer that a double cannot hold exactly.
    if (Number.isInteger(value) && !Number.isSafeInteger(value)) continue;
    const header = headers[parameter.header];
    const where = `${parameter.path.join(".")} and the header ${parameter.header}`;
    if (typeof header !== "string") return `${where} disagree: the header is missing`;
    const decoded = decodeHeaderValue(header);
    if (decoded === undefined) return `${where} disagree: the header is not valid Base64`;
    const isSame =
      parameter.numeric && typeof value === "number" && DECIMAL.test(decoded)
        ? Number(decoded) === value
        : decoded === String(value);
    if (!isSame) return `${where} disagree`;
  }
  return undefined;
}

/** The error of a call whose headers disagree with its arguments, if they do. */
export function headerMismatch(
  parameters: readonly HeaderParameter[] | undefined,
  args: unknown,
  headers: IncomingHttpHeaders,
): RpcError | undefined {
  if (parameters === undefined || parameters.length === 0) return undefined;
  const mismatch = findHeaderMismatch(parameters, args, headers);
  return mismatch === undefined
    ? undefined
    : { code: -32020, message: `Header mismatch: ${mismatch}` };
}

/** A header value as it was meant: plain, or Base64 of UTF-8 between sentinels. */
export function decodeHeaderValue(value: string): string | undefined {
  if (!value.startsWith(ENCODED) || !value.endsWith(SUFFIX)) return value;
  const encoded = value.slice(ENCODED.length, -SUFFIX.length);
  if (!BASE64.test(encoded)) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(encoded, "base64"));
  } catch {
    return undefined;
  }
}

function valueAt(root: unknown, path: readonly string[]): unknown {
  let node = root;
  for (const key of path) {
    if (typeof node !== "object" || node === null) return undefined;
    node = (node as Record<string, unknown>)[key];
  }
  return node;
}
