import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { createCedar } from "./cedar.ts";
import { shapeOfInput } from "./shape.ts";
import { toCedarValue, Unrepresentable } from "./value.ts";

/** What a rule sees of a value that a tool declares like this. */
function seen(schema: z.ZodType, given: unknown): unknown {
  const input = z.object({ value: schema });
  const whole = toCedarValue(shapeOfInput(input), input.parse({ value: given }));
  return Object(whole).value;
}

function kindOf(schema: z.ZodType): unknown {
  const attribute = shapeOfInput(z.object({ value: schema })).attributes.get("value");
  return attribute && `${attribute.shape.kind}${attribute.required ? "" : "?"}`;
}

const decimal = (arg: string) => ({ __extn: { fn: "decimal", arg } });

describe("the type of an argument", () => {
  test.each<[string, z.ZodType, string | undefined]>([
    ["a text", z.string(), "string"],
    ["an e-mail address", z.email(), "string"],
    ["a choice of texts", z.enum(["a", "b"]), "string"],
    ["a literal", z.literal("a"), "string"],
    ["literals of numbers", z.union([z.literal(1), z.literal(2)]), "long"],
    ["an integer", z.int(), "long"],
    ["an integer, said otherwise", z.number().int().min(1), "long"],
    ["a number", z.number(), "decimal"],
    ["an integer or a number", z.union([z.int(), z.number()]), "decimal"],
    ["true or false", z.boolean(), "boolean"],
    ["what is optional", z.string().optional(), "string?"],
    ["what may be null", z.string().nullable(), "string?"],
    ["what has a default", z.string().default("a"), "string"],
    ["what is coerced", z.coerce.number(), "decimal"],
    ["what is transformed", z.string().transform(Number), "text?"],
    ["a text or a number", z.union([z.string(), z.int()]), "text"],
    ["anything", z.unknown(), "text?"],
    ["a map", z.record(z.string(), z.string()), "text"],
    ["an object", z.object({ a: z.string() }), "record"],
    [
      "a union of objects",
      z.union([z.object({ a: z.string() }), z.object({ b: z.int() })]),
      "record",
    ],
    ["a union of an object and a text", z.union([z.object({ a: z.string() }), z.string()]), "text"],
    ["a list", z.array(z.string()), "set"],
    ["one or several", z.union([z.string(), z.array(z.string())]), "set"],
    ["a pair", z.tuple([z.int(), z.int()]), "set"],
    ["null and nothing else", z.null(), undefined],
    ["an object with a name that Cedar keeps", z.object({ __entity: z.string() }), "text"],
  ])("is fixed for %s", (_what, schema, kind) => {
    expect(kindOf(schema)).toBe(kind);
  });
});

describe("a value", () => {
  test.each<[string, z.ZodType, unknown, unknown]>([
    ["a text", z.string(), "a", "a"],
    ["an integer", z.int(), -7, -7],
    ["the greatest integer", z.int(), Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
    ["a number with a fraction", z.number(), 12.25, decimal("12.2500")],
    ["a whole number where fractions are allowed", z.number(), 4, decimal("4.0000")],
    ["a negative number", z.number(), -0.1, decimal("-0.1000")],
    ["minus nothing", z.number(), -0, decimal("0.0000")],
    ["null", z.string().nullable(), null, undefined],
    ["nothing", z.string().optional(), undefined, undefined],
    ["a list", z.array(z.int()), [2, 1, 2], [2, 1, 2]],
    ["one where several are allowed", z.union([z.string(), z.array(z.string())]), "a", ["a"]],
    ["a number in a union", z.union([z.string(), z.number()]), 7, "7"],
    ["the same as a text", z.union([z.string(), z.number()]), "7", "7"],
    ["true in a union", z.union([z.string(), z.boolean()]), true, "true"],
    [
      "a map, in the order of its keys",
      z.record(z.string(), z.unknown()),
      { b: 1, a: [null] },
      '{"a":[null],"b":1}',
    ],
    [
      "half a character in a map, by its number",
      z.record(z.string(), z.string()),
      { a: "\udc00" },
      '{"a":"\\udc00"}',
    ],
    ["a date", z.date(), new Date(0), "1970-01-01T00:00:00.000Z"],
    ["a great integer", z.bigint(), 9007199254740993n, "9007199254740993"],
    ["an object", z.object({ a: z.int(), b: z.string().nullable() }), { a: 1, b: null }, { a: 1 }],
    [
      "what would be a reference to Cedar",
      z.record(z.string(), z.unknown()),
      { __entity: { type: "T", id: "i" } },
      '{"__entity":{"id":"i","type":"T"}}',
    ],
  ])("is shown to rules: %s", (_what, schema, given, expected) => {
    expect(seen(schema, given)).toEqual(expected);
  });

  test.each<[string, z.ZodType, unknown]>([
    ["more than four digits after the point", z.number(), 0.12345],
    ["a number beyond Cedar's decimals", z.number(), 1e15],
    ["half a character", z.string(), "a\ud800"],
    ["null in a list", z.array(z.string().nullable()), ["a", null]],
    ["an unsafe number in a list", z.array(z.number()), [1, 1e-9]],
    ["an argument that is not declared", z.looseObject({ a: z.int() }), { a: 1, b: 2 }],
    ["what is no JSON", z.instanceof(Map), new Map()],
    ["NaN in something free", z.unknown(), { a: Number.NaN }],
  ])("is not guessed at: %s", (_what, schema, given) => {
    expect(() => seen(schema, given)).toThrow(Unrepresentable);
  });

  test("of any JSON at all is something that Cedar takes, or is refused by us", () => {
    const cedar = createCedar();
    const schema = z.object({
      text: z.string().optional(),
      number: z.number().optional(),
      free: z.unknown(),
      either: z.union([z.string(), z.number(), z.array(z.string())]).optional(),
    });
    const shape = shapeOfInput(schema);
    const given = fc.record(
      {
        text: fc.string({ unit: "binary" }),
        number: fc.double({ noNaN: true, noDefaultInfinity: true }),
        free: fc.jsonValue(),
        either: fc.oneof(fc.string(), fc.double({ noNaN: true, noDefaultInfinity: true })),
      },
      { requiredKeys: [] },
    );
    const call = {
      principal: { type: "P", id: "p" },
      action: { type: "Action", id: "a" },
      resource: { type: "R", id: "r" },
      entities: [],
    };
    fc.assert(
      fc.property(given, (input) => {
        let value: ReturnType<typeof toCedarValue>;
        try {
          value = toCedarValue(shape, input);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(Unrepresentable);
          return;
        }
        const texts = () => ({ all: "permit(principal, action, resource);" });
        const context = { input: value ?? {} };
        expect(cedar.evaluate("all", texts, { ...call, context }).decision).toBe("allow");
      }),
      { numRuns: 500, seed: 7 },
    );
  });
});
