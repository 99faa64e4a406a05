import contract from "../contract/openapi.json" with { type: "json" };

/** The part of JSON Schema the contract uses. */
export type Schema = {
  $ref?: string;
  type?: string | string[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  additionalProperties?: boolean | Schema;
  anyOf?: Schema[];
  enum?: unknown[];
  format?: string;
};

type Async = {
  mode: "operation" | "task" | "operation-or-task" | "optional-task";
  pointer?: string;
  v1?: { pointer: string };
  v2?: { pointer: string };
};

type Media = { schema: Schema; example?: unknown };
type Answer = { $ref?: string; content?: Record<string, Media> };

type WrittenOperation = {
  operationId: string;
  parameters?: { name: string; in: "path" | "query"; required?: boolean; schema: Schema }[];
  requestBody?: { content: Record<string, Media> };
  responses: Record<string, Answer>;
  security?: unknown[];
  "x-access": "read" | "write" | "destructive";
  "x-async"?: Async;
  "x-alternates"?: string[];
};

export type ContractDocument = {
  paths: Record<string, Record<string, WrittenOperation>>;
  components: { schemas: Record<string, Schema>; responses: Record<string, Answer> };
};

export type Operation = {
  id: string;
  method: string;
  path: string;
  access: "read" | "write" | "destructive";
  /** False only for the login. */
  needsToken: boolean;
  async: Async | undefined;
  /** Path, query and body fields as one object: the upstream reads them from anywhere. */
  input: Schema & { properties: Record<string, Schema> };
  output: Schema;
  /** JSON pointer to the output schema, for the validator. */
  outputPointer: string;
  example: unknown;
};

export type Match = { operation: Operation; pathFields: Record<string, string> };

type Route = { segments: string[]; operation: Operation };

const methods = new Set(["get", "post", "put", "patch", "delete"]);

/** Imported rather than read, so that a bundler takes it along. The compiler sees texts where it wants unions. */
export const contractDocument = contract as ContractDocument;

export const operations: Operation[] = Object.entries(contractDocument.paths).flatMap(
  ([path, item]) =>
    Object.entries(item)
      .filter(([method]) => methods.has(method))
      .map(([method, written]) => toOperation(path, method, written)),
);

const routes = indexRoutes();

export function findOperation(id: string): Operation | undefined {
  return operations.find((operation) => operation.id === id);
}

/** Finds the operation behind a path; a trailing slash is ignored and literals win over parameters. */
export function matchOperation(method: string, path: string): Match | undefined {
  const segments = toSegments(path);
  for (const route of routes.get(`${method} ${segments.length}`) ?? []) {
    const pathFields = matchSegments(route.segments, segments);
    if (pathFields) return { operation: route.operation, pathFields };
  }
  return undefined;
}

export function resolveSchema(schema: Schema): Schema {
  const name = schema.$ref?.split("/").at(-1);
  return name ? (contractDocument.components.schemas[name] ?? {}) : schema;
}

function toOperation(path: string, method: string, written: WrittenOperation): Operation {
  const answer = written.responses["200"]?.content?.["application/json"];
  if (!answer) throw new Error(`${written.operationId} has no JSON answer in the contract`);

  return {
    id: written.operationId,
    method: method.toUpperCase(),
    path,
    access: written["x-access"],
    needsToken: written.security?.length !== 0,
    async: written["x-async"],
    input: toInput(written),
    output: answer.schema,
    outputPointer: `/paths/${escapePointer(path)}/${method}/responses/200/content/application~1json/schema`,
    example: answer.example,
  };
}

function toInput(written: WrittenOperation): Operation["input"] {
  const body = written.requestBody?.content["application/json"]?.schema;
  const parameters = written.parameters ?? [];
  const fieldOf = (name: string) => name.replace(/\[\]$/, "");

  return {
    type: "object",
    properties: {
      ...body?.properties,
      ...Object.fromEntries(parameters.map(({ name, schema }) => [fieldOf(name), schema])),
    },
    required: [
      ...(body?.required ?? []),
      ...parameters.filter(({ required }) => required).map(({ name }) => fieldOf(name)),
    ].filter((field, index, all) => all.indexOf(field) === index),
  };
}

function indexRoutes(): Map<string, Route[]> {
  const index = new Map<string, Route[]>();
  for (const operation of operations) {
    const written = contractDocument.paths[operation.path]?.[operation.method.toLowerCase()];
    for (const address of [
      `${operation.method} ${operation.path}`,
      ...(written?.["x-alternates"] ?? []),
    ]) {
      const [method = "", path = ""] = address.split(" ");
      const segments = toSegments(path);
      const key = `${method} ${segments.length}`;
      index.set(key, [...(index.get(key) ?? []), { segments, operation }]);
    }
  }
  for (const list of index.values()) {
    list.sort(
      (a, b) => a.segments.filter(isParameter).length - b.segments.filter(isParameter).length,
    );
  }
  return index;
}

function matchSegments(pattern: string[], actual: string[]): Record<string, string> | undefined {
  const pathFields: Record<string, string> = {};
  for (const [index, expected] of pattern.entries()) {
    const value = actual[index] ?? "";
    if (isParameter(expected)) pathFields[expected.slice(1, -1)] = decodeURIComponent(value);
    else if (expected !== value) return undefined;
  }
  return pathFields;
}

function toSegments(path: string): string[] {
  return path.split("/").filter((segment) => segment !== "");
}

function isParameter(segment: string): boolean {
  return segment.startsWith("{");
}

/** JSON pointer escapes, then those of a URI fragment. */
function escapePointer(text: string): string {
  return encodeURIComponent(text.replaceAll("~", "~0").replaceAll("/", "~1"));
}
