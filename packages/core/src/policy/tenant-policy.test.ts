import { createPrincipal } from "@fairlead/testkit/engine";
import { createCollectingLogger } from "@fairlead/testkit/logger";
import { createTestPolicy } from "@fairlead/testkit/policy";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { defineConnector } from "../connector.ts";
import { strongest } from "../consent/level.ts";
import { defineTool } from "../tool.ts";
import { createShapes } from "./action-shapes.ts";
import { createCedar } from "./cedar.ts";
import { actionEntity, connectionEntity, principalEntity } from "./entities.ts";
import type { Mark } from "./mark.ts";
import type { Decision, GuardedAction, GuardedCall } from "./policy.ts";
import { toCedarValue } from "./value.ts";

const CONTENT = { title: "…", description: "…", handler: () => ({ content: [] }) };

const harbour = defineConnector({
  id: "harbour",
  title: "Harbour",
  description: "A harbour.",
  settings: z.object({}),
  createClient: () => undefined,
  tools: [
    defineTool({ ...CONTENT, name: "harbour_list_berths", effect: "read", input: z.object({}) }),
    defineTool({
      ...CONTENT,
      name: "harbour_book_berth",
      effect: "write",
      toolset: "berths",
      input: z.object({
        berth_id: z.int(),
        length: z.number().optional(),
        ship: z.string().nullish(),
        pier: z.union([z.int(), z.string()]).optional(),
      }),
    }),
    defineTool({
      ...CONTENT,
      name: "harbour_sink_ship",
      effect: "destroy",
      input: z.object({ ship: z.string() }),
    }),
  ],
});

const LIST: GuardedAction = {
  name: "harbour_list_berths",
  connector: "harbour",
  effect: "read",
  scope: "harbour:read",
};
const BOOK: GuardedAction = {
  name: "harbour_book_berth",
  connector: "harbour",
  effect: "write",
  toolset: "berths",
  scope: "harbour:write",
};
const SINK: GuardedAction = {
  name: "harbour_sink_ship",
  connector: "harbour",
  effect: "destroy",
  scope: "harbour:destroy",
};
/** A Saturday, 09:30 UTC. */
const NOW = Date.UTC(2026, 2, 14, 9, 30);
const MAIN = { id: "con_main", label: "main" };
const ann = createPrincipal({ roles: ["operator"] });

function callOf(action: GuardedAction, input: unknown = {}, more: Partial<GuardedCall> = {}) {
  return { ...action, input, connection: MAIN, now: NOW, ...more };
}

const shared = createCedar();

function policyOf(...texts: string[]) {
  return createTestPolicy([harbour], texts, { cedar: shared });
}

const ALLOWED: Decision = { allowed: true, reasons: [], errors: [] };

describe("what decides", () => {
  test("lets roles decide where no rule is about the action", () => {
    const policy = policyOf(`forbid(principal, action == ${id(SINK)}, resource);`);
    expect(policy.decide(ann, callOf(BOOK, { berth_id: 1 }))).toEqual(ALLOWED);
  });

  test("refuses what a rule forbids, and says which", () => {
    const policy = policyOf(
      `forbid(principal, action == ${id(LIST)}, resource);`,
      `forbid(principal, action in Fairlead::Action::"destroy", resource);`,
    );
    const refused = { allowed: false, reasons: ["pol_2"], errors: [] };
    expect(policy.mayEver(ann, SINK)).toEqual(refused);
    expect(policy.decide(ann, callOf(SINK, { ship: "Ada" }))).toEqual(refused);
  });

  test("refuses what one rule forbids and another permits", () => {
    const policy = policyOf(
      `permit(principal, action, resource);`,
      `forbid(principal, action == ${id(BOOK)}, resource) when { context.input.berth_id == 7 };`,
    );
    expect(policy.decide(ann, callOf(BOOK, { berth_id: 7 })).reasons).toEqual(["pol_2"]);
    expect(policy.decide(ann, callOf(BOOK, { berth_id: 8 }))).toEqual({
      allowed: true,
      reasons: ["pol_1"],
      errors: [],
    });
  });

  test("allows nothing but what is permitted once there is a permit", () => {
    const policy = policyOf(`permit(principal, action in Fairlead::Action::"read", resource);`);
    expect(policy.mayEver(ann, LIST).allowed).toBe(true);
    expect(policy.mayEver(ann, BOOK)).toEqual({ allowed: false, reasons: [], errors: [] });
  });

  test("refuses what a forbid that fails might have been about", () => {
    const policy = policyOf(
      `forbid(principal, action == ${id(BOOK)}, resource) when { context.input.ship == "Ada" };`,
    );
    // No ship was named, so there is nothing to compare.
    expect(policy.decide(ann, callOf(BOOK, { berth_id: 1 }))).toEqual({
      allowed: false,
      reasons: [],
      errors: ["pol_1"],
    });
  });

  test("refuses where a permit fails, whatever another permits", () => {
    const policy = policyOf(
      `permit(principal, action, resource);`,
      `permit(principal, action == ${id(BOOK)}, resource) when { context.input.ship == "Ada" };`,
    );
    expect(policy.decide(ann, callOf(BOOK, { berth_id: 1 }))).toMatchObject({
      allowed: false,
      errors: ["pol_2"],
    });
  });

  test("refuses everything while a policy cannot be read", () => {
    const policy = policyOf(`forbid(principal, action, resource) when { surely };`);
    const refused = { allowed: false, reasons: [], errors: ["pol_1"] };
    expect(policy.mayEver(ann, LIST)).toEqual(refused);
    expect(policy.decide(ann, callOf(LIST))).toEqual(refused);
  });

  test("hears of rules in one policy as of rules in several", () => {
    const policy = policyOf(
      `forbid(principal, action == ${id(LIST)}, resource);\n// and\nforbid(principal, action == ${id(SINK)}, resource);`,
    );
    expect(policy.mayEver(ann, LIST).reasons).toEqual(["pol_1"]);
    expect(policy.mayEver(ann, SINK).reasons).toEqual(["pol_1"]);
  });
});

describe("what rules look at", () => {
  test.each([
    ["an hour", `context.hour < 10`, true],
    ["an hour that has passed", `context.hour < 9`, false],
    ["a day of the week, Monday first", `context.weekday == 6`, true],
    ["a moment", `context.now < datetime("2026-03-14T09:30:00.001Z")`, true],
    ["a time of day", `context.now.toTime() >= duration("9h31m")`, false],
    ["the connection's label", `resource.label == "main"`, true],
    ["the connection itself", `resource == Fairlead::Connection::"con_main"`, true],
    ["another connection", `resource == Fairlead::Connection::"con_other"`, false],
    ["the connector", `resource in Fairlead::Connector::"harbour"`, true],
    ["a role", `principal in Fairlead::Role::"operator"`, true],
    ["a role it lacks", `principal in Fairlead::Role::"admin"`, false],
    ["a kind of principal", `principal.kind == "service"`, true],
    ["the principal itself", `principal == Fairlead::Principal::"prn_ann"`, true],
    ["the tenant", `principal.tenant == "ten_acme"`, true],
    ["an effect", `action in Fairlead::Action::"write"`, true],
    ["a toolset", `action in Fairlead::Action::"harbour:berths"`, true],
    ["the name of the tool", `context.tool like "harbour_book_*"`, true],
    ["connector, effect and toolset as texts", `context.toolset == "berths"`, true],
    ["an integer", `context.input.berth_id > 4`, true],
    ["a number", `context.input.length.greaterThan(decimal("12.25"))`, true],
    ["a union as text", `context.input.pier == "7"`, true],
    ["an argument that is null", `context.input has ship`, false],
  ])("matches %s", (_what, condition, matches) => {
    const policy = policyOf(`forbid(principal, action, resource) when { ${condition} };`);
    const input = { berth_id: 5, length: 12.5, ship: null, pier: 7 };
    expect(policy.decide(ann, callOf(BOOK, input))).toEqual(
      matches ? { allowed: false, reasons: ["pol_1"], errors: [] } : ALLOWED,
    );
  });

  test("sees one connection without a label where an action needs none", () => {
    const policy = policyOf(`forbid(principal, action, resource) unless { resource.label == "" };`);
    expect(policy.decide(ann, callOf(LIST, {}, { connection: undefined }))).toEqual(ALLOWED);
  });

  test.each([
    ["5 digits after the point", { berth_id: 1, length: 0.00001 }, "length"],
    ["a number out of range", { berth_id: 1, length: 1e15 }, "length"],
    ["half a character", { berth_id: 1, ship: "Ada\ud800" }, "ship"],
    ["an argument nobody declared", { berth_id: 1, hull: "steel" }, "hull"],
  ])("refuses to guess at %s", (_what, input, name) => {
    const rule = (condition: string) =>
      policyOf(`forbid(principal, action, resource) when { ${condition} };`);
    const refused = { allowed: false, reasons: [], errors: ["pol_1"] };
    expect(rule(`context.input has ${name} && false`).decide(ann, callOf(BOOK, input))).toEqual(
      refused,
    );
    expect(rule(`context == {a: 1}`).decide(ann, callOf(BOOK, input))).toEqual(refused);
    expect(rule(`context.input.berth_id == 2`).decide(ann, callOf(BOOK, input))).toEqual(ALLOWED);
  });

  test("refuses by a rule on arguments where there are none to look at", () => {
    const policy = policyOf(
      `forbid(principal, action, resource) when { context.input has ship && false };`,
    );
    expect(policy.decide(ann, callOf(BOOK, null)).errors).toEqual(["pol_1"]);
  });

  test("refuses by a rule on arguments of an action nobody declared", () => {
    const policy = policyOf(
      `forbid(principal, action, resource) when { context.input has ship && false };`,
    );
    const unknown = { ...BOOK, name: "harbour_scuttle" };
    expect(policy.decide(ann, callOf(unknown, { ship: "Ada" })).errors).toEqual(["pol_1"]);
  });
});

describe("what is decided once", () => {
  test("asks no rule at a call that looks at nothing but principal and action", () => {
    const policy = policyOf(
      `forbid(principal in Fairlead::Role::"viewer", action, resource in Fairlead::Connector::"harbour") unless { context.tool == "harbour_list_berths" };`,
    );
    const viewer = createPrincipal({ roles: ["viewer"] });
    expect(policy.looksAtCall(viewer, LIST)).toBe(false);
    expect(policy.mayEver(viewer, LIST)).toEqual(ALLOWED);
    expect(policy.mayEver(viewer, BOOK).reasons).toEqual(["pol_1"]);
  });

  test.each([
    ["arguments", `context.input has ship`],
    ["the connection", `resource.label == "main"`],
    ["time", `context.hour == 3`],
    ["the context as a whole", `context == {a: 1}`],
  ])("asks a rule on %s at every call of what is in its scope", (_what, condition) => {
    const policy = policyOf(
      `forbid(principal, action == ${id(BOOK)}, resource) when { ${condition} };`,
    );
    expect(policy.looksAtCall(ann, BOOK)).toBe(true);
    expect(policy.looksAtCall(ann, LIST)).toBe(false);
    expect(policy.mayEver(ann, BOOK)).toEqual(ALLOWED);
  });

  test("asks a rule on one connection about that connection alone", () => {
    const policy = policyOf(
      `forbid(principal, action, resource == Fairlead::Connection::"con_main");`,
    );
    const other = { id: "con_other", label: "other" };
    expect(policy.looksAtCall(ann, LIST)).toBe(true);
    expect(policy.decide(ann, callOf(LIST)).reasons).toEqual(["pol_1"]);
    expect(policy.decide(ann, callOf(LIST, {}, { connection: other }))).toEqual(ALLOWED);
  });

  test("prepares a set of rules once, however many calls it decides", () => {
    const cedar = createCedar();
    const text = `forbid(principal, action == ${id(BOOK)}, resource) when { context.input.berth_id == 7 };`;
    const policy = createTestPolicy([harbour], [text], { cedar });
    for (let berth_id = 0; berth_id < 20; berth_id++)
      policy.decide(ann, callOf(BOOK, { berth_id }));
    expect(cedar.prepared).toBe(1);
  });

  test("counts principals with the same roles as one class", () => {
    const policy = policyOf(
      `forbid(principal, action, resource) unless { principal in Fairlead::Role::"operator" };`,
    );
    const bob = createPrincipal({ id: "prn_bob", label: "Bob", roles: ["operator"] });
    expect(policy.classOf(bob)).toBe(policy.classOf(ann));
    expect(policy.classOf(createPrincipal({ roles: ["viewer"] }))).not.toBe(policy.classOf(ann));
  });

  test.each([
    `forbid(principal == Fairlead::Principal::"prn_bob", action, resource);`,
    `forbid(principal, action, resource) when { principal == Fairlead::Principal::"prn_bob" };`,
    `forbid(principal, action, resource) when { principal.label == "Bob" };`,
  ])("tells principals apart where a rule does: %s", (text) => {
    const policy = policyOf(text);
    const bob = createPrincipal({ id: "prn_bob", label: "Bob", roles: ["operator"] });
    expect(policy.mayEver(ann, LIST).allowed).toBe(true);
    expect(policy.mayEver(bob, LIST).allowed).toBe(false);
    expect(policy.classOf(bob)).not.toBe(policy.classOf(ann));
  });
});

describe("when Cedar itself fails", () => {
  test("refuses, and says so in the log once a minute", () => {
    const logger = createCollectingLogger();
    const cedar = createCedar();
    const broken = {
      ...cedar,
      prepared: 0,
      evaluate: () => {
        throw new Error("out of memory");
      },
    };
    const text = `forbid(principal, action, resource) when { context.hour == 3 };`;
    const policy = createTestPolicy([harbour], [text], { cedar: broken, logger });
    const refused = { allowed: false, reasons: [], errors: ["pol_1"] };
    expect(policy.decide(ann, callOf(LIST))).toEqual(refused);
    expect(policy.decide(ann, callOf(LIST))).toEqual(refused);
    expect(logger.lines).toHaveLength(1);
  });
});

const CONDITIONS = [
  `context.input.ship == "Ada"`,
  `context.input has ship`,
  `context.input has ship && context.input.ship like "A*"`,
  `context.input has length && context.input.length.lessThan(decimal("10.0"))`,
  `context.input has berth_id && context.input.berth_id + 9223372036854775806 > 3`,
  `context.input has pier && context.input.pier == "7"`,
  `context has toolset && context.toolset == "berths"`,
  `context.toolset == "berths"`,
  `context.tool like "*_list_*"`,
  `context.hour < 12`,
  `context.weekday > 5`,
  `context.now < datetime("2026-03-14")`,
  `resource.label == "main"`,
  `resource == Fairlead::Connection::"con_main"`,
  `principal in Fairlead::Role::"operator"`,
  `principal in [Fairlead::Role::"viewer", Fairlead::Role::"admin"]`,
  `principal.kind == "person"`,
  `principal.shoe == 43`,
  `principal == Fairlead::Principal::"prn_ann"`,
  `action in Fairlead::Action::"write"`,
  `9223372036854775807 + 1 > 0`,
  `context.missing`,
  `if context.hour < 12 then context.tool == "harbour_list_berths" else resource.label == "x"`,
  `[context.tool, "a"].contains("a")`,
  `{Var: context.hour, Value: principal.kind}.Value == "service"`,
];

const condition = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...CONDITIONS) },
  fc
    .tuple(
      fc.constantFrom(...CONDITIONS),
      fc.constantFrom("&&", "||"),
      fc.constantFrom(...CONDITIONS),
    )
    .map(([one, operator, other]) => `(${one}) ${operator} (${other})`),
  fc.constantFrom(...CONDITIONS).map((one) => `!(${one})`),
);

const rule = fc
  .record({
    effect: fc.constantFrom("forbid", "forbid", "permit"),
    principal: fc.constantFrom(
      "principal",
      "principal is Fairlead::Principal",
      `principal in Fairlead::Role::"operator"`,
      `principal == Fairlead::Principal::"prn_ann"`,
      `principal is Fairlead::Principal in Fairlead::Role::"viewer"`,
      `principal is Fairlead::Role`,
    ),
    action: fc.constantFrom(
      "action",
      "action",
      `action == ${id(BOOK)}`,
      `action == Fairlead::Action::"write"`,
      `action in Fairlead::Action::"harbour"`,
      `action in [Fairlead::Action::"destroy", Fairlead::Action::"harbour:berths"]`,
      `action in [${id(LIST)}, ${id(SINK)}]`,
    ),
    resource: fc.constantFrom(
      "resource",
      "resource",
      `resource in Fairlead::Connector::"harbour"`,
      `resource == Fairlead::Connection::"con_main"`,
      `resource in Fairlead::Connection::"con_main"`,
      `resource == Fairlead::Connector::"harbour"`,
      `resource is Fairlead::Connection`,
      `resource is Fairlead::Connection in Fairlead::Connector::"pier"`,
    ),
    conditions: fc.array(
      fc
        .tuple(fc.constantFrom("when", "unless"), condition)
        .map(([kind, body]) => `${kind} { ${body} }`),
      { maxLength: 2 },
    ),
  })
  .map(
    ({ effect, principal, action, resource, conditions }) =>
      `@forbid(") when {") // ) forbid(\n ${effect} ( ${principal}, ${action}, ${resource} ) ${conditions.join(" ")};`,
  );

const principal = fc
  .record({
    id: fc.constantFrom("prn_ann", "prn_bob"),
    kind: fc.constantFrom("service" as const, "person" as const),
    roles: fc.subarray(["viewer", "operator", "admin"] as const),
  })
  .map((changes) => createPrincipal(changes));

const guardedCall = fc.record({
  action: fc.constantFrom(LIST, BOOK, SINK),
  input: fc.record(
    {
      berth_id: fc.integer({ min: 0, max: 3 }),
      length: fc.constantFrom(1.5, 10, 12.25),
      ship: fc.constantFrom("Ada", "Bea", null),
      pier: fc.constantFrom(7, "7", "north"),
    },
    { requiredKeys: ["berth_id"] },
  ),
  connection: fc.constantFrom(MAIN, { id: "con_other", label: "x" }, undefined),
  now: fc.constantFrom(NOW, NOW - 86_400_000, NOW + 11 * 3_600_000),
});

/** What each tool of the harbour takes of what a test made up. */
function inputFor({ name }: GuardedAction, input: Record<string, unknown>): unknown {
  if (name === BOOK.name) return input;
  return name === SINK.name ? { ship: input.ship ?? "Cleo" } : {};
}

const oracle = createCedar();
const shapes = createShapes([harbour]);

/** Cedar on the rules as they were written, everything it might look at spelled out. */
function answerOfCedar(
  texts: readonly string[],
  who: ReturnType<typeof createPrincipal>,
  call: GuardedCall,
) {
  const shape = shapes.of(call.name);
  const input = shape === undefined ? {} : toCedarValue(shape, call.input);
  const at = new Date(call.now);
  const policies: Record<string, string> = Object.fromEntries(
    texts.map((text, index) => [`pol_${index + 1}`, text]),
  );
  const answer = oracle.run(({ isAuthorized }) => {
    const permits = texts.some((text) => /^ permit/m.test(text));
    const resource = connectionEntity(call);
    return isAuthorized({
      principal: { type: "Fairlead::Principal", id: who.id },
      action: { type: "Fairlead::Action", id: call.name },
      resource: { type: "Fairlead::Connection", id: call.connection?.id ?? "none" },
      context: {
        input: input ?? {},
        now: { __extn: { fn: "datetime", arg: at.toISOString() } },
        hour: at.getUTCHours(),
        weekday: at.getUTCDay() || 7,
        ...{ tool: call.name, connector: call.connector, effect: call.effect },
        ...(call.toolset === undefined ? {} : { toolset: call.toolset }),
      },
      policies: {
        staticPolicies: permits
          ? policies
          : { ...policies, roles: "permit(principal, action, resource);" },
      },
      entities: [principalEntity(who), actionEntity(call), resource],
    });
  });
  if (answer.type === "failure") throw new Error(JSON.stringify(answer.errors));
  const { decision, diagnostics } = answer.response;
  return { allows: decision === "allow", fails: diagnostics.errors.length > 0 };
}

describe("deciding in two steps", () => {
  test("gives what Cedar gives for the rules as they were written", () => {
    const cedar = createCedar();
    let allowed = 0;
    let refused = 0;
    fc.assert(
      fc.property(
        fc.array(rule, { minLength: 1, maxLength: 5 }),
        principal,
        fc.array(guardedCall, { minLength: 1, maxLength: 4 }),
        (texts, who, calls) => {
          const policy = createTestPolicy([harbour], texts, { cedar });
          for (const { action, ...made } of calls) {
            const call = { ...action, ...made, input: inputFor(action, made.input) };
            const { allows, fails } = answerOfCedar(texts, who, call);
            const expected = allows && !fails;
            expect(policy.decide(who, call).allowed).toBe(expected);
            if (!policy.mayEver(who, action).allowed) expect(expected).toBe(false);
            else if (!policy.looksAtCall(who, action)) expect(expected).toBe(true);
            if (expected) allowed++;
            else refused++;
          }
        },
      ),
      { numRuns: 400, seed: 20260314 },
    );
    // Both outcomes have to be common, or little was compared.
    expect(Math.min(allowed, refused)).toBeGreaterThan(100);
  });
});

const KINDS: readonly Mark[] = [
  { level: "confirm", approvals: 0 },
  { level: "person", approvals: 0 },
  { level: "approver", approvals: 1 },
  { level: "approver", approvals: 2 },
];

const marked = fc.tuple(fc.constantFrom(...KINDS), rule).map(([kind, text]) => {
  const forbids = text.replace("\n permit ", "\n forbid ");
  const approvals = kind.approvals === 2 ? ` @approvals("2")` : "";
  return { kind, forbids, text: `@consent("${kind.level}")${approvals} ${forbids}` };
});

describe("rules that ask for consent", () => {
  test("change nothing of what the others decide", () => {
    const cedar = createCedar();
    fc.assert(
      fc.property(
        fc.array(rule, { maxLength: 3 }),
        fc.array(marked, { minLength: 1, maxLength: 3 }),
        principal,
        guardedCall,
        (texts, marks, who, { action, ...made }) => {
          const call = { ...action, ...made, input: inputFor(action, made.input) };
          const without = createTestPolicy([harbour], texts, { cedar });
          const all = [...texts, ...marks.map(({ text }) => text)];
          const policy = createTestPolicy([harbour], all, { cedar });
          expect(policy.hasRules).toBe(without.hasRules);
          expect(policy.mayEver(who, action)).toEqual(without.mayEver(who, action));
          expect(policy.looksAtCall(who, action)).toBe(without.looksAtCall(who, action));
          expect(policy.decide(who, call)).toEqual(without.decide(who, call));
          expect(policy.classOf(who)).toBe(without.classOf(who));
          expect([without.hasMarks, policy.hasMarks]).toEqual([false, true]);
        },
      ),
      { numRuns: 200, seed: 20260315 },
    );
  });

  test("ask for what Cedar says they forbid, and fail where it fails", () => {
    const cedar = createCedar();
    const seen = { asked: 0, unasked: 0, failed: 0 };
    fc.assert(
      fc.property(
        fc.array(marked, { minLength: 1, maxLength: 3 }),
        principal,
        fc.array(guardedCall, { minLength: 1, maxLength: 3 }),
        (marks, who, calls) => {
          const texts = marks.map(({ text }) => text);
          const policy = createTestPolicy([harbour], texts, { cedar });
          for (const { action, ...made } of calls) {
            const call = { ...action, ...made, input: inputFor(action, made.input) };
            const answers = marks.map(({ kind, forbids }) => ({
              kind,
              ...answerOfCedar([forbids], who, call),
            }));
            const asking = answers.filter(({ allows }) => !allows).map(({ kind }) => kind);
            const failing = answers.filter(({ fails }) => fails).map(({ kind }) => kind);
            const { level, approvals, errors } = policy.consentOf(who, call);
            if (errors.length > 0) {
              expect(failing).not.toEqual([]);
              seen.failed++;
              continue;
            }
            // Only a mark that could change nothing may fail unnoticed.
            for (const kind of failing) expect(asking).toContain(kind);
            expect(level).toBe(strongest(...asking.map((kind) => kind.level)));
            expect(approvals).toBe(Math.max(0, ...asking.map((kind) => kind.approvals)));
            if (level === "none") seen.unasked++;
            else seen.asked++;
          }
        },
      ),
      { numRuns: 300, seed: 20260316 },
    );
    expect(Math.min(seen.asked, seen.unasked, seen.failed)).toBeGreaterThan(30);
  });
});

function id({ name }: GuardedAction): string {
  return `Fairlead::Action::"${name}"`;
}
