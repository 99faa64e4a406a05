import { createPrincipal } from "@fairlead/testkit/engine";
import { expect, test } from "vitest";
import { hasScope, LOCAL_USER } from "./principal.ts";

test("has the scopes it was given, and no other", () => {
  const principal = createPrincipal({ scopes: new Set(["harbour:read"]) });
  expect(hasScope(principal, "harbour:read")).toBe(true);
  expect(hasScope(principal, "harbour:write")).toBe(false);
});

test("has every scope when it has the star", () => {
  expect(hasScope(LOCAL_USER, "harbour:destroy")).toBe(true);
});

test("takes a scope by its whole name: no part of it stands for the rest", () => {
  const principal = createPrincipal({ scopes: new Set(["harbour", "harbour:*", "harbour:rea"]) });
  expect(hasScope(principal, "harbour:read")).toBe(false);
});
