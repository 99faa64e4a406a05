import { createPrincipal } from "@fairlead/testkit/engine";
import { failureOf } from "@fairlead/testkit/failure-of";
import { expect, test } from "vitest";
import { authorizeAction, authorizeArguments } from "./authorize.ts";

const TARGET = {
  label: "harbour_book_berth",
  scope: "harbour:write",
  connector: { id: "harbour" },
};
const reader = createPrincipal({ scopes: new Set(["harbour:read"]) });
const writer = createPrincipal({ scopes: new Set(["harbour:write"]) });
const keeper = createPrincipal({ scopes: new Set(["harbour:write", "harbour:secrets"]) });

test("lets a caller with the scope do it", () => {
  expect(() => authorizeAction(writer, TARGET)).not.toThrow();
});

test("refuses a caller without the scope, and names it", async () => {
  const error = await failureOf(() => authorizeAction(reader, TARGET));
  expect(error).toMatchObject({ code: "forbidden", details: { scope: "harbour:write" } });
  expect(error.message).toContain("harbour_book_berth");
});

test("shows no secret to a caller without the scope for secrets", async () => {
  const error = await failureOf(() => authorizeArguments(writer, TARGET, true));
  expect(error).toMatchObject({ code: "forbidden", details: { scope: "harbour:secrets" } });
});

test("shows a secret to a caller with the scope for secrets", () => {
  expect(() => authorizeArguments(keeper, TARGET, true)).not.toThrow();
});

test("asks for no scope for secrets where none is shown", () => {
  expect(() => authorizeArguments(writer, TARGET, false)).not.toThrow();
});
