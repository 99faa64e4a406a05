import { createPrincipal } from "@fairlead/testkit/engine";
import { describe, expect, test } from "vitest";
import { hasScope } from "../identity/principal.ts";
import { isRole, ROLES, type Role, scopesOfRoles } from "./roles.ts";

/** For every connector alike. */
const MATRIX: Record<Role, string> = {
  viewer: "read",
  operator: "read write",
  developer: "read write destroy",
  admin: "read write destroy secrets",
  owner: "read write destroy secrets",
};
const MANAGING: Record<Role, string> = {
  viewer: "",
  operator: "",
  developer: "",
  admin: "admin",
  owner: "admin owner",
};

describe.each(ROLES)("a %s", (role) => {
  const principal = createPrincipal({ roles: [role], scopes: scopesOfRoles([role]) });

  test.each(["cloudways", "rocketnet", "mqtt", "libdocs"])("may do its part on %s", (connector) => {
    const may = ["read", "write", "destroy", "secrets"].filter((what) =>
      hasScope(principal, `${connector}:${what}`),
    );
    expect(may.join(" ")).toBe(MATRIX[role]);
  });

  test("manages no more of the tenant than it should", () => {
    const may = ["admin", "owner"].filter((what) => hasScope(principal, `fairlead:${what}`));
    expect(may.join(" ")).toBe(MANAGING[role]);
  });
});

test("gives what all roles of a principal give together", () => {
  const both = scopesOfRoles(["viewer", "operator"]);
  expect(hasScope(createPrincipal({ scopes: both }), "mqtt:write")).toBe(true);
});

test("gives nothing without a role", () => {
  expect(scopesOfRoles([]).size).toBe(0);
});

test("knows its roles, and no other words", () => {
  expect(ROLES.every(isRole)).toBe(true);
  expect([isRole("root"), isRole("toString"), isRole(undefined)]).toEqual([false, false, false]);
});
