import { isRecord } from "@fairlead/core/is-record";
import fc from "fast-check";
import { META } from "./requests.ts";
import type { WireRequest } from "./wire.ts";

/** What goes wrong with a request: what kind of change, where, and with what; numbers wrap around what there is. */
export interface Mutation {
  kind: (typeof KINDS)[number];
  where: number;
  which: number;
  what: number;
}

const KINDS = [
  "delete",
  "replace",
  "insert",
  "repeat",
  "retype",
  "recase",
  "wrap",
  "truncate",
  "splice",
  "drop header",
  "set header",
  "recase header",
  "pad header",
  "repeat header",
  "add header",
] as const;

const VALUES: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e21,
  2 ** 53,
  "",
  " ",
  "echo",
  "2025-11-25",
  "2026-07-28",
  "tools/list",
  "\u{1f9ed}\u0000\ud800",
  "x".repeat(9_000),
  [],
  [[]],
  {},
  { __proto__: null, polluted: true },
  { a: { b: { c: [1, "2"] } } },
];

const KEYS = [
  "__proto__",
  "constructor",
  "toString",
  "",
  "jsonrpc",
  "id",
  "method",
  "params",
  "result",
  "error",
  "_meta",
  "name",
  "uri",
  "arguments",
  "text",
  "task",
  "inputResponses",
  "requestState",
  "progressToken",
  ...Object.values(META),
];

const HEADERS = [
  "MCP-Protocol-Version",
  "Mcp-Method",
  "Mcp-Name",
  "Mcp-Param-Region",
  "Accept",
  "Content-Type",
  "X-Other",
];

const HEADER_VALUES = [
  "",
  " ",
  "2026-07-28",
  "2025-11-25",
  "1999-01-01",
  "tools/call",
  "tools/list",
  "echo",
  "=?base64?ZWNobw==?=",
  "=?base64?ZWNobw?=",
  "application/json",
  "application/json; charset=utf-8",
  "text/event-stream",
  "*/*",
  "\u00e9\u00e8",
  "x".repeat(3_000),
];

export const mutations: fc.Arbitrary<Mutation[]> = fc.array(
  fc.record({
    kind: fc.constantFrom(...KINDS),
    where: fc.nat(1_000),
    which: fc.nat(1_000),
    what: fc.nat(1_000),
  }),
  { minLength: 1, maxLength: 3 },
);

/** Applies changes one after the other; where a change finds nothing to change, it does nothing. */
export function mutate(request: WireRequest, changes: readonly Mutation[]): WireRequest {
  return changes.reduce(mutateOnce, request);
}

function mutateOnce(request: WireRequest, mutation: Mutation): WireRequest {
  const { kind } = mutation;
  if (kind.endsWith("header")) return { ...request, headers: withHeaders(request, mutation) };
  const body = String(request.body);
  if (kind === "truncate") return { ...request, body: body.slice(0, mutation.where % body.length) };
  if (kind === "splice") {
    const at = (mutation.where * 31) % (body.length + 1);
    const piece = [",", "}", '"', "\\", "\u0007", "0"][mutation.what % 6];
    return { ...request, body: `${body.slice(0, at)}${piece}${body.slice(at)}` };
  }
  try {
    return { ...request, body: withTree(JSON.parse(body), mutation) };
  } catch {
    return request; // an earlier change has left no JSON
  }
}

function withHeaders({ headers }: WireRequest, mutation: Mutation): WireRequest["headers"] {
  const { kind, where, which, what } = mutation;
  const value = pick(HEADER_VALUES, what);
  if (kind === "add header") return [...headers, [pick(HEADERS, which), value]];
  if (headers.length === 0) return headers;
  const index = where % headers.length;
  const [name, present] = headers[index]!;
  const changed = (entry: readonly [string, string]) => headers.with(index, entry);
  switch (kind) {
    case "drop header":
      return headers.toSpliced(index, 1);
    case "set header":
      return changed([name, value]);
    case "recase header":
      return changed(which % 2 === 0 ? [swapCase(name), present] : [name, swapCase(present)]);
    case "pad header":
      return changed([name, which % 2 === 0 ? ` \t${present} ` : `${present},`]);
    default:
      return [...headers, [name, which % 2 === 0 ? present : value]];
  }
}

interface Place {
  parent: Record<string, unknown> | unknown[];
  key: string;
}

/** The body's tree, changed in one place and written out again. */
function withTree(tree: unknown, { kind, where, which, what }: Mutation): string {
  const value = structuredClone(pick(VALUES, what));
  if (kind === "wrap") return JSON.stringify(which % 2 === 0 ? [tree] : { params: tree });
  const all = places(tree);
  const place = all[where % Math.max(1, all.length)];
  if (place === undefined) return JSON.stringify(tree);
  const { parent, key } = place;
  const present: unknown = Reflect.get(parent, key);
  switch (kind) {
    case "delete":
      Reflect.deleteProperty(parent, key);
      break;
    case "replace":
      define(parent, key, value);
      break;
    case "insert": {
      const name = pick(KEYS, which);
      const target = isRecord(present) ? present : parent;
      // In arguments this one has a case of its own.
      if (name === "__proto__" && target === argumentsOf(tree)) break;
      define(target, name, value);
      break;
    }
    case "retype":
      define(parent, key, typeof present === "string" ? Number(present) : String(present));
      break;
    case "recase":
      Reflect.deleteProperty(parent, key);
      define(parent, swapCase(key), present);
      break;
    case "repeat":
      return JSON.stringify(tree).replace(
        `${JSON.stringify(key)}:`,
        (member) => `${member}${JSON.stringify(value)},${member}`,
      );
    default:
      break;
  }
  return JSON.stringify(tree);
}

function places(node: unknown): Place[] {
  if (typeof node !== "object" || node === null) return [];
  const parent = node as Place["parent"];
  return Object.keys(parent).flatMap((key) => [
    { parent, key },
    ...places(Reflect.get(parent, key)),
  ]);
}

function argumentsOf(tree: unknown): unknown {
  return isRecord(tree) && isRecord(tree.params) ? tree.params.arguments : undefined;
}

/** Also for `__proto__`, which an assignment would not make a property. */
function define(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, {
    value,
    enumerable: true,
    writable: true,
    configurable: true,
  });
}

function swapCase(text: string): string {
  const upper = text.toUpperCase();
  return upper === text ? text.toLowerCase() : upper;
}

function pick<T>(from: readonly T[], index: number): T {
  return from[index % from.length]!;
}
