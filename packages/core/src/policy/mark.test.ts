import { expect, test } from "vitest";
import { markOf } from "./mark.ts";

test.each([
  [{}, undefined],
  [{ id: "night" }, undefined],
  [{ consent: "confirm" }, { level: "confirm", approvals: 0 }],
  [{ consent: "person" }, { level: "person", approvals: 0 }],
  [{ consent: "approver" }, { level: "approver", approvals: 1 }],
  [
    { consent: "approver", approvals: "1" },
    { level: "approver", approvals: 1 },
  ],
  [
    { consent: "approver", approvals: "2" },
    { level: "approver", approvals: 2 },
  ],
])("reads %j", (annotations, mark) => {
  expect(markOf({ effect: "forbid", annotations })).toEqual(mark);
});

test("reads a rule without annotations", () => {
  expect(markOf({ effect: "permit" })).toBeUndefined();
});

test.each([
  [{ consent: "none" }, /"confirm", "person" or "approver", not "none"/],
  [{ consent: "Person" }, /not "Person"/],
  [{ consent: "" }, /not ""/],
  [{ consent: null }, /not ""/],
  [{ consent: "x".repeat(99) }, /not "x{40}…"/],
  [{ approvals: "1" }, /has no @consent/],
  [{ consent: "confirm", approvals: "1" }, /not to @consent\("confirm"\)/],
  [{ consent: "person", approvals: "2" }, /not to @consent\("person"\)/],
  [{ consent: "approver", approvals: "0" }, /"1" or "2", not "0"/],
  [{ consent: "approver", approvals: "3" }, /not "3"/],
  [{ consent: "approver", approvals: "02" }, /not "02"/],
  [{ consent: "approver", approvals: "" }, /not ""/],
  [{ consent: "approver", approvals: null }, /not ""/],
  [{ approvals: null }, /has no @consent/],
])("refuses %j", (annotations, message) => {
  expect(() => markOf({ effect: "forbid", annotations })).toThrow(message);
});

test("refuses a permit that asks for consent", () => {
  const rule = { effect: "permit", annotations: { consent: "person" } } as const;
  expect(() => markOf(rule)).toThrow(/belongs to a forbid/);
});
