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

test("takes a star for any connector, or for anything of one", () => {
  const principal = createPrincipal({ scopes: new Set(["*:read", "harbour:*"]) });
  expect(hasScope(principal, "pilot:read")).toBe(true);
  expect(hasScope(principal, "harbour:secrets")).toBe(true);
  expect(hasScope(principal, "pilot:write")).toBe(false);
  expect(hasScope(principal, "fairlead:read")).toBe(false);
});

test("takes a scope by its whole name: no part of it stands for the rest", () => {
  const principal = createPrincipal({ scopes: new Set(["harbour", "harbour:rea", "harb:*"]) });
  expect(hasScope(principal, "harbour:read")).toBe(false);
});
