import { adminEvent, readEvent } from "@fairlead/testkit/audit";
import { seededRandom } from "@fairlead/testkit/random";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { AuditEvent } from "../observe/audit-event.ts";
import { Secret } from "../secret.ts";
import { prepare } from "./body.ts";
import { toCanonical } from "./canonical.ts";
import { parseBody, redactBody, redactedFields, toCommitted, toReadable } from "./row.ts";
import { createSalt } from "./salt.ts";

const salt = createSalt(seededRandom());

const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 400 }),
  fc.constantFrom('"', "\\", "\u0000", "\u2028", "é", "\ud800", "a\nb", "</script>", "__proto__"),
);
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

const reads: fc.Arbitrary<AuditEvent> = fc.record({
  at: fc.nat(),
  request_id: anyText,
  trace_id: anyText,
  surface: fc.constantFrom("http", "rest", "stdio", "cli"),
  tenant_id: fc.constantFrom("ten_pier", "ten_quay", undefined),
  principal_id: optional(anyText),
  action: fc.constantFrom("tool", "resource", "prompt", "completion", "subscription", "admission"),
  name: anyText,
  connector: optional(anyText),
  connection_id: optional(anyText),
  effect: fc.constantFrom("read", "write", "destroy", undefined),
  outcome: fc.constantFrom("ok", "input_required", "forbidden", "timeout"),
  duration_ms: fc.oneof(fc.double(), fc.nat()),
  address: optional(anyText),
  revealed_secret: optional(fc.boolean()),
  policy_id: optional(anyText),
  upstream_calls: fc.nat(),
  bytes_out: fc.nat(),
});
const acts: fc.Arbitrary<AuditEvent> = fc
  .tuple(reads, optional(anyText), fc.dictionary(anyText, fc.anything(), { maxKeys: 5 }))
  .map(([event, target, facts]) => ({ ...event, action: "admin", target, facts }));

test("what is kept is canonical JSON as the library writes it, whatever is in an event", () => {
  fc.assert(
    fc.property(fc.oneof(reads, acts), (event) => {
      const { body, committed } = prepare(event, salt);
      expect(body).toBe(toCanonical(JSON.parse(body)));
      expect(committed).toBe(toCanonical(JSON.parse(committed)));
    }),
    { numRuns: 1_000 },
  );
});

test("the quick way for reads keeps the same as the general way", () => {
  fc.assert(
    fc.property(reads, (event) => {
      const quick = prepare(event, () => "s".repeat(22));
      // Facts lead to the general way; without them the two have to say the same.
      const { body } = prepare({ ...event, facts: {} }, () => "s".repeat(22));
      const { facts, ...general } = JSON.parse(body);
      expect(facts).toEqual({});
      expect(quick.body).toBe(toCanonical(general));
    }),
    { numRuns: 1_000 },
  );
});

test("the hash a row commits to can be found again from what is kept", () => {
  fc.assert(
    fc.property(fc.oneof(reads, acts), (event) => {
      const { body, committed } = prepare(event, salt);
      const parsed = parseBody(body);
      expect(parsed && toCommitted(parsed)).toBe(committed);
    }),
    { numRuns: 1_000 },
  );
});

test("redaction of any fields commits to the same hash", () => {
  fc.assert(
    fc.property(fc.oneof(reads, acts), fc.func(fc.boolean()), (event, isMeant) => {
      const { body, committed } = prepare(event, salt);
      const parsed = parseBody(body);
      const redacted = parsed && redactBody(parsed, isMeant);
      const again = redacted === undefined ? parsed : parseBody(redacted);
      expect(again && toCommitted(again)).toBe(committed);
    }),
    { numRuns: 1_000 },
  );
});

test("a redacted field leaves nothing but its name and a salted hash", () => {
  const { body } = prepare(adminEvent({ address: "192.0.2.7" }), salt);
  const parsed = parseBody(body);
  const redacted = parsed && redactBody(parsed, () => true);
  const again = parseBody(redacted ?? "");
  expect(redacted).not.toMatch(/192\.0\.2\.7|key_8Fq|harbour office|viewer|salt/);
  expect(again && redactedFields(again)).toEqual([
    "address",
    "target",
    "facts.label",
    "facts.roles",
  ]);
  expect(again && toReadable(again)).toMatchObject({
    address: null,
    target: null,
    facts: { label: null, roles: null },
  });
});

test("the same address is hashed with another salt each time", () => {
  const hashes = [1, 2].map(() => prepare(readEvent(), salt).committed);
  expect(hashes[0]).not.toBe(hashes[1]);
});

test("shows an event as it was", () => {
  const body = parseBody(prepare(adminEvent(), salt).body);
  expect(body && toReadable(body)).toMatchInlineSnapshot(`
    {
      "action": "admin",
      "address": "192.0.2.7",
      "at": 1773480600000,
      "bytes_out": 1234,
      "duration_ms": 3,
      "facts": {
        "label": "key of the harbour office",
        "roles": [
          "viewer",
        ],
      },
      "name": "keys.create",
      "outcome": "ok",
      "principal_id": "prn_ann",
      "request_id": "0123456789abcdef",
      "surface": "http",
      "target": "key_8Fq",
      "trace_id": "0123456789abcdef0123456789abcdef",
      "upstream_calls": 0,
      "v": 1,
    }
  `);
});

test("keeps no field that an event does not have, and no secret that a fact holds", () => {
  const facts = {
    secret: new Secret("s3cret-of-the-harbour"),
    bytes: Buffer.from("s3cret-of-the-harbour"),
    deep: [{ secret: new Secret("s3cret-of-the-harbour"), raw: new Uint8Array([115, 51]) }],
  };
  const event = { ...adminEvent({ facts }), authorization: "s3cret-of-the-harbour" };
  const { body } = prepare(event, salt);
  expect(body).not.toMatch(/s3cret|authorization|115/);
  expect(body).toContain('"value":"[redacted]"');
});

test("a fact that JSON cannot say does not cost the event", () => {
  const round: Record<string, unknown> = {};
  round.round = round;
  const { body } = prepare(adminEvent({ facts: { round, big: 1n, none: null } }), salt);
  const parsed = parseBody(body);
  expect(parsed && toReadable(parsed)).toMatchObject({
    facts: { round: "[unreadable]", big: "[unreadable]", none: null },
  });
});

test("a tenant's id that could not stand in a chain's name is the installation's", () => {
  expect(prepare(readEvent({ tenant_id: "ten_a/ten_b" }), salt).tenant_id).toBe("ten_system");
});

test.each([
  '{"action":"tool","at":1 }',
  '{"at":1,"action":"tool"}',
  '{"action":"tool","action":"admin"}',
  '{"address":"192.0.2.7"}',
  '{"address":{"salt":"short","value":"192.0.2.7"}}',
  "nonsense",
])("takes %s for no body", (text) => {
  expect(parseBody(text)).toBeUndefined();
});
