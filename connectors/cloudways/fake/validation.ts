import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { contractDocument, type Operation, resolveSchema, type Schema } from "./contract.ts";

export type Fields = Record<string, unknown>;
export type FieldErrors = Record<string, { code: string; message: string }[]>;

const ajv = new Ajv2020({ strict: false, allErrors: true, validateSchema: false });
addFormats.default(ajv);
ajv.addSchema({ $id: "contract", ...contractDocument });

const errorSchemas: Record<number, string> = {
  400: "BadRequest",
  401: "Unauthorized",
  403: "Forbidden",
  404: "NotFound",
  422: "ValidationFailed",
  429: "RateLimited",
};

const compiled = new Map<string, ValidateFunction>();

/** Turns the strings of a query or a form into the types the contract names; leaves the rest as sent. */
export function coerceFields(operation: Operation, sent: Fields): Fields {
  const fields: Fields = {};
  for (const [name, value] of Object.entries(sent)) {
    const schema = operation.input.properties[name];
    fields[name] = schema ? coerce(value, resolveSchema(schema)) : value;
  }
  return fields;
}

/** The map of a 422 answer, or nothing when the fields are right. */
export function checkFields(operation: Operation, fields: Fields): FieldErrors | undefined {
  const validate = compile(`input:${operation.id}`, () => ({
    ...operation.input,
    properties: Object.fromEntries(
      Object.entries(operation.input.properties).map(([name, schema]) => [name, absolute(schema)]),
    ),
  }));
  if (validate(fields)) return undefined;

  const errors: FieldErrors = {};
  for (const error of validate.errors ?? []) {
    const [field, entry] = toFieldError(error);
    errors[field] = [...(errors[field] ?? []), entry];
  }
  return errors;
}

/** What is wrong with an answer, by the contract; an empty list is a good answer. */
export function checkAnswer(operation: Operation, status: number, body: unknown): string[] {
  const pointer =
    status === 200
      ? operation.outputPointer
      : `/components/responses/${errorSchemas[status] ?? "ServerError"}/content/application~1json/schema`;
  const validate = compile(pointer, () => ({ $ref: `contract#${pointer}` }));
  if (validate(body)) return [];
  return (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`.trim());
}

function coerce(value: unknown, schema: Schema): unknown {
  const types = [schema.type ?? []].flat();
  if (types.includes("array")) {
    const items = resolveSchema(schema.items ?? {});
    return [parseJson(value) ?? value].flat().map((item) => coerce(item, items));
  }
  if (types.includes("object")) return parseJson(value) ?? value;
  if (typeof value === "number" && types.length === 1 && types[0] === "string") return `${value}`;
  if (typeof value === "number" && types.includes("boolean")) return toBoolean(`${value}`) ?? value;
  if (typeof value !== "string") return value;
  if (types.includes("integer") && /^-?\d+$/.test(value)) return Number(value);
  if (types.includes("boolean")) return toBoolean(value) ?? value;
  return value;
}

function toBoolean(value: string): boolean | undefined {
  if (value === "1" || value === "true") return true;
  if (value === "0" || value === "false") return false;
  return undefined;
}

function parseJson(value: unknown): unknown {
  if (typeof value !== "string" || !/^\s*[[{]/.test(value)) return undefined;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

function toFieldError(error: ErrorObject): [string, { code: string; message: string }] {
  const field = error.instancePath.split("/")[1] ?? "";
  if (error.keyword === "required" && field === "") {
    return [
      String(error.params.missingProperty),
      { code: "required", message: "This field is required." },
    ];
  }
  const code = error.keyword === "type" ? [error.params.type].flat().join(" or ") : error.keyword;
  return [field, { code, message: `The value ${error.message}.` }];
}

function absolute(schema: Schema): Schema {
  if (schema.$ref) return { $ref: `contract${schema.$ref}` };
  return schema.items ? { ...schema, items: absolute(schema.items) } : schema;
}

function compile(key: string, schema: () => object): ValidateFunction {
  const known = compiled.get(key);
  if (known) return known;

  const validate = ajv.compile(schema());
  compiled.set(key, validate);
  return validate;
}
