import { bearer, type Caller } from "@fairlead/testkit/caller";
import type { HttpAnswer, Json } from "@fairlead/testkit/http";
import { createKey } from "@fairlead/testkit/installation";
import { beforeAll, describe, expect, test } from "vitest";
import { answerOf, type Made, makeOne, type Tenant, type TwoTenants } from "./two-tenants.ts";

/** Somebody who may change things and manages nobody, and what they made. */
interface Somebody {
  tenant: Tenant;
  caller: Caller;
  principal_id: string;
  /** Stands in all that they make. */
  mark: string;
  made: Made;
}

type Kind = keyof Made;

/** Fairlead's own tools that take the id of something: which, and its argument. */
const ASKS: Readonly<Record<string, readonly [kind: Kind, argument: string]>> = {
  fairlead_apply: ["plan_id", "plan_id"],
  fairlead_undo: ["undo_id", "undo_id"],
  fairlead_get_operation: ["operation_id", "operation_id"],
  fairlead_cancel_operation: ["waiting_id", "operation_id"],
  fairlead_get_result: ["result_id", "result_id"],
};
/** Those that take none, with tests of their own. */
const WITHOUT_ID = ["fairlead_plan", "fairlead_list_operations"];

const ELICITS = { elicitation: {} };

/** Of the same shape, and nobody's. */
function nothingLike(id: string): string {
  const [, kind = "", rest = ""] = /^([a-z]+_)?(.*)$/.exec(id) ?? [];
  return kind + "0".repeat(rest.length);
}

/** Plans, operations, undo handles and long answers are whoever's that made them, in the tenant as out of it. */
export function testChanges(open: () => TwoTenants): void {
  let ann: Somebody;
  let ben: Somebody;
  /** Of the other tenant. */
  let cleo: Somebody;

  beforeAll(async () => {
    const { acme, other } = open();
    ann = await come(acme, "ANN");
    ben = await come(acme, "BEN");
    cleo = await come(other, "CLEO");
  });

  async function come(tenant: Tenant, name: string): Promise<Somebody> {
    const { installation } = open();
    const mark = `${name}MARK`;
    const { key, principal_id } = await createKey(installation, tenant.name, {
      ...{ label: mark, roles: ["developer"] },
    });
    const caller = installation.as(bearer(key));
    const made = await makeOne(installation, caller, mark);
    return { tenant, caller, principal_id, mark, made };
  }

  /** Whoever is not Ann. An owner sees the operations of all in its tenant, and has no more than others of the rest. */
  const strangers: [string, () => Caller, seesOperations?: true][] = [
    ["another tenant's caller", () => cleo.caller],
    ["another tenant's owner", () => open().other.owner],
    ["another caller of the tenant", () => ben.caller],
    ["somebody of the tenant who only reads", () => open().acme.viewer],
    ["the tenant's owner", () => open().acme.owner, true],
  ];
  const mayNot = (kind: Kind) =>
    strangers.filter(([, , sees]) => !(sees === true && isOfOperation(kind)));

  /** All that Ann made, as she sees it herself. */
  async function everything({ caller, made }: Somebody): Promise<unknown[]> {
    const answers = await Promise.all([
      caller.call("fairlead_list_operations"),
      caller.call("fairlead_get_operation", { operation_id: made.operation_id }),
      caller.call("fairlead_get_operation", { operation_id: made.waiting_id }),
      caller.call("fairlead_get_result", { result_id: made.result_id }),
      caller.rest("GET", "/api/plans"),
      caller.rest("GET", `/api/plans/${made.plan_id}`),
      caller.rest("GET", "/api/budgets"),
    ]);
    for (const { status, text } of answers) {
      expect(status).toBe(200);
      expect(text).not.toContain('"isError":true');
    }
    return answers.map(({ text }) => text);
  }

  /** Both answers are the same but for the id, and a refusal in which nothing of hers is. */
  function expectAsNothing(
    { text, status }: HttpAnswer,
    missing: HttpAnswer,
    [foreign, nowhere]: readonly [string, string],
  ): void {
    expect(status).toBe(missing.status);
    expect(text.replaceAll(foreign, "ID")).toBe(missing.text.replaceAll(nowhere, "ID"));
    expect(text).toMatch(/"isError":true|"error"/);
    expectNothingOf(ann, text, foreign);
  }

  function expectNothingOf({ mark, made, principal_id }: Somebody, text: string, but = ""): void {
    expect(text).not.toContain(mark);
    expect(text).not.toContain(principal_id);
    for (const id of Object.values(made)) if (id !== but) expect(text).not.toContain(id);
  }

  test("each of Fairlead's own tools has been looked at", () => {
    const { tools } = open().installation.server.fairlead.view({ endpoint: "all" });
    const own = [...tools.keys()].filter((name) => name.startsWith("fairlead_"));
    expect(own.sort()).toEqual([...Object.keys(ASKS), ...WITHOUT_ID].sort());
  });

  describe.each(Object.entries(ASKS))("%s", (tool, [kind, argument]) => {
    test.each(mayNot(kind))(
      "of Ann's answers %s as of nothing, and changes nothing",
      async (_who, stranger) => {
        const before = await everything(ann);
        const foreign = ann.made[kind];
        const nowhere = nothingLike(foreign);
        const [theirs, missing] = [
          await stranger().call(tool, { [argument]: foreign }),
          await stranger().call(tool, { [argument]: nowhere }),
        ];
        expect(theirs.text).toContain("There is no ");
        expectAsNothing(theirs, missing, [foreign, nowhere]);
        expect(await everything(ann)).toEqual(before);
      },
    );

    test("named in the arguments of other kinds is none of them either", async () => {
      for (const other of Object.values(ann.made)) {
        if (other === ann.made[kind] || (isOfOperation(kind) && /^opn_/.test(other))) continue;
        const { text } = await ann.caller.call(tool, { [argument]: other });
        expect(text).toContain("There is no ");
      }
    });
  });

  describe("fairlead_list_operations", () => {
    test.each(["ann", "ben", "cleo"])("shows %s what is their own", async (name) => {
      const people = { ann, ben, cleo };
      const { text } = await people[name as "ann"].caller.call("fairlead_list_operations");
      for (const [who, each] of Object.entries(people)) {
        if (who === name) expect(text).toContain(each.made.operation_id);
        else expectNothingOf(each, text);
      }
    });

    test("goes on with one's own, whoever's page it was", async () => {
      const { next } = await answerOf(ann.caller, "fairlead_list_operations", { limit: 1 });
      expect(next).toBeTypeOf("string");
      for (const { caller } of [ben, cleo]) {
        const { text } = await caller.call("fairlead_list_operations", { after: next });
        expectNothingOf(ann, text);
      }
    });

    test("is of one tenant for its owner too", async () => {
      const { acme, other } = open();
      const acmes = await acme.owner.call("fairlead_list_operations", { limit: 100 });
      const others = await other.owner.call("fairlead_list_operations", { limit: 100 });
      for (const { made } of [ann, ben]) expect(acmes.text).toContain(made.operation_id);
      expect(others.text).toContain(cleo.made.operation_id);
      expectNothingOf(cleo, acmes.text);
      for (const each of [ann, ben]) expectNothingOf(each, others.text);
    });
  });

  describe("fairlead_plan", () => {
    const planOf = (caller: Caller, args: Json) =>
      caller.call("fairlead_plan", { tool: "harbour_moor", arguments: args });

    test("on another tenant's connection is as on one that does not exist", async () => {
      const foreign = open().other.connections.harbour;
      const nowhere = nothingLike(foreign);
      const [theirs, missing] = [
        await planOf(ann.caller, { ship: "Larkspur", connection: foreign }),
        await planOf(ann.caller, { ship: "Larkspur", connection: nowhere }),
      ];
      expect(theirs.text).toContain('"isError":true');
      expect(theirs.text.replaceAll(foreign, "ID")).toBe(missing.text.replaceAll(nowhere, "ID"));
    });

    test("of the same call is another for each, and its hash with it", async () => {
      const planned = { tool: "harbour_moor", arguments: { ship: "Larkspur" } };
      const plans = await Promise.all(
        [ann, ben, cleo].map(({ caller }) => answerOf(caller, "fairlead_plan", planned)),
      );
      expect(new Set(plans.map(({ plan_id }) => plan_id)).size).toBe(3);
      expect(new Set(plans.map(({ hash }) => hash)).size).toBe(3);
    });

    test("plans nothing for who may not do it", async () => {
      const { text } = await planOf(open().acme.viewer, { ship: "Larkspur" });
      expect(text).toContain("needs the scope harbour:write");
      expect(text).not.toContain("pln_");
    });
  });

  describe.each(["modern", "legacy"] as const)("a long answer (%s)", (era) => {
    test.each(strangers)("read as a resource is nothing to %s", async (_who, stranger) => {
      const foreign = ann.made.result_id;
      const nowhere = nothingLike(foreign);
      const read = (id: string) =>
        stranger()[era]("resources/read", { uri: `fairlead://results/${id}` });
      expectAsNothing(await read(foreign), await read(nowhere), [foreign, nowhere]);
    });

    test("is its caller's own", async () => {
      const uri = `fairlead://results/${ann.made.result_id}`;
      const { text } = await ann.caller[era]("resources/read", { uri });
      expect(text).toContain(`${ann.tenant.mark} saw ship 2999`);
    });
  });

  describe("a plan of Ann's", () => {
    const asked = { ship: "ANNMARK" };

    test.each(strangers.filter(([who]) => !who.includes("only reads")))(
      "confirms no call of %s, though it is the same call",
      async (_who, stranger) => {
        const before = await everything(ann);
        const foreign = ann.made.plan_id;
        const nowhere = nothingLike(foreign);
        const confirm = (id: string) =>
          stranger().call("harbour_moor", { ship: "ANNMARK", confirm: id });
        const [theirs, missing] = [await confirm(foreign), await confirm(nowhere)];
        expectAsNothing(theirs, missing, [foreign, nowhere]);
        expect(await everything(ann)).toEqual(before);
      },
    );

    test("that a person was asked about is agreed to by nobody else's answer", async () => {
      const options = { capabilities: ELICITS };
      const question = await ann.caller.call("harbour_cast_off", asked, options);
      const { requestState } = question.json.result as { requestState: string };
      const answer = (caller: Caller, state: string) =>
        caller.modern(
          "tools/call",
          {
            ...{ name: "harbour_cast_off", arguments: asked, requestState: state },
            inputResponses: { fairlead_consent: { action: "accept", content: { approve: true } } },
          },
          options,
        );
      for (const stranger of [ben.caller, cleo.caller, open().acme.owner]) {
        const [theirs, madeUp] = [
          await answer(stranger, requestState),
          await answer(stranger, "made-up"),
        ];
        expect(theirs.text).toBe(madeUp.text);
        expect(theirs.text).toMatch(/requestState/);
      }
      // Nor does a plan of somebody else's state come along with an answer of one's own.
      expect((await answer(ann.caller, requestState)).text).toContain(ann.tenant.mark);
    });
  });

  describe("an idempotency key", () => {
    const moor = (somebody: Somebody, key: string, ship = "Larkspur") =>
      answerOf(somebody.caller, "harbour_moor", { ship, idempotency_key: key });
    const undoOf = (answer: unknown) => (answer as { undo: { undo_id: string } }).undo.undo_id;

    test("that three callers use is three keys", async () => {
      const all = [ann, ben, cleo];
      const first = await Promise.all(all.map((each) => moor(each, "the same")));
      expect(new Set(first.map(undoOf)).size).toBe(3);
      expect(first.map(({ name }) => name)).toEqual(all.map(({ tenant }) => tenant.mark));
      // Each is answered its own again.
      const again = await Promise.all(all.map((each) => moor(each, "the same")));
      expect(again.map(undoOf)).toEqual(first.map(undoOf));
    });

    test("that another one used for another request is not used up", async () => {
      await moor(ann, "taken");
      for (const each of [ben, cleo]) {
        expect(undoOf(await moor(each, "taken", "Foxglove"))).toMatch(/^und_/);
      }
    });

    test.each(["plan_id", "undo_id"] as const)(
      "that is the %s of somebody else names nothing of theirs",
      async (kind) => {
        const before = await everything(ann);
        for (const each of [ben, cleo]) {
          expect((await moor(each, ann.made[kind], "ANNMARK")).name).toBe(each.tenant.mark);
        }
        expect(await everything(ann)).toEqual(before);
      },
    );
  });

  test("what is open and unknown holds up the same in the tenant, names it to nobody else, and nobody outside", async () => {
    const lost = { ship: "Mistral", lost: true };
    const lose = async ({ caller }: Somebody) => (await caller.call("harbour_moor", lost)).text;
    const first = await lose(ann);
    const [operation_id = "none"] = /opn_\w+/.exec(first) ?? [];
    expect(first).toContain("no answer proves");
    expect(await lose(cleo)).toContain("no answer proves");
    expect(await lose(ann)).toContain(operation_id);
    const held = await lose(ben);
    expect(held).toContain("without a known outcome");
    expect(held).not.toContain("opn_");
  });

  describe("over REST", () => {
    const paths = (): [method: string, id: string, path: (id: string) => string][] => [
      ["GET", ann.made.plan_id, (id) => `/api/plans/${id}`],
      ["GET", ann.made.operation_id, (id) => `/api/operations/${id}`],
      ["DELETE", ann.made.waiting_id, (id) => `/api/operations/${id}`],
    ];

    test.each([
      ["another tenant's caller", () => cleo.caller],
      ["another caller of the tenant", () => ben.caller],
      ["somebody of the tenant who only reads", () => open().acme.viewer],
    ])("what Ann made is nothing to %s", async (_who, stranger) => {
      const before = await everything(ann);
      for (const [method, foreign, path] of paths()) {
        const nowhere = nothingLike(foreign);
        const [theirs, missing] = [
          await stranger().rest(method, path(foreign)),
          await stranger().rest(method, path(nowhere)),
        ];
        expect(theirs.status).toBe(404);
        expect(theirs.text.replaceAll(foreign, "ID")).toBe(missing.text.replaceAll(nowhere, "ID"));
        expectNothingOf(ann, theirs.text, foreign);
      }
      for (const list of ["/api/plans", "/api/operations", "/api/delegations", "/api/budgets"]) {
        const { status, text } = await stranger().rest("GET", `${list}`);
        expect(status).toBe(200);
        expectNothingOf(ann, text);
      }
      const { principal_id } = ann;
      const named = await stranger().rest("GET", `/api/operations?principal_id=${principal_id}`);
      expectNothingOf(ann, named.text);
      expect(await everything(ann)).toEqual(before);
    });

    test("Ann sees what is hers, so that these checks can fail", async () => {
      for (const [method, id, path] of paths()) {
        if (method === "GET") expect((await ann.caller.rest("GET", path(id))).status).toBe(200);
      }
      expect((await ann.caller.rest("GET", "/api/plans")).text).toContain(ann.made.plan_id);
    });
  });

  // The last one: it uses up what the others ask about.
  test("Ann does all of it herself", async () => {
    const { plan_id, undo_id, waiting_id } = ann.made;
    const applied = await answerOf(ann.caller, "fairlead_apply", { plan_id });
    expect(applied.name).toBe(ann.tenant.mark);
    const undone = await ann.caller.call("fairlead_undo", { undo_id }, { capabilities: ELICITS });
    expect(undone.text).toContain(`Casts ${ann.mark} off at ${ann.tenant.mark}.`);
    const cancelled = await answerOf(ann.caller, "fairlead_cancel_operation", {
      operation_id: waiting_id,
    });
    expect(cancelled.status).toBe("cancelled");
  });
}

function isOfOperation(kind: Kind): boolean {
  return kind === "operation_id" || kind === "waiting_id";
}
