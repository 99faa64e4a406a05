import fc from "fast-check";
import { expect, test } from "vitest";
import { coversScope, ROLES, scopesOfRoles } from "../policy/roles.ts";
import { isScope, narrowScopes } from "./scopes.ts";

const connector = fc.constantFrom("cloudways", "libdocs", "mqtt", "fairlead");
const what = fc.constantFrom("read", "write", "destroy", "secrets", "admin", "owner");
const starred = (part: fc.Arbitrary<string>) => fc.oneof(part, fc.constant("*"));
const scope = fc.tuple(connector, what).map((parts) => parts.join(":"));
const pattern = fc.oneof(
  fc.constant("*"),
  fc.tuple(starred(connector), starred(what)).map((parts) => parts.join(":")),
  fc.constantFrom("openid", "profile", "read:users", "cloudways", ""),
);
const patterns = fc.array(pattern, { maxLength: 5 });

test("narrowed scopes cover exactly what both sets cover", () => {
  fc.assert(
    fc.property(patterns, patterns, scope, (given, to, asked) => {
      const ours = (set: string[]) => new Set(set.filter(isScope));
      const both = coversScope(ours(given), asked) && coversScope(ours(to), asked);
      expect(coversScope(narrowScopes(given, to), asked)).toBe(both);
    }),
    { numRuns: 2_000 },
  );
});

test.each(ROLES)("a role (%s) is never widened by what it is narrowed to", (role) => {
  fc.assert(
    fc.property(patterns, scope, (to, asked) => {
      const given = scopesOfRoles([role]);
      if (!coversScope(given, asked))
        expect(coversScope(narrowScopes(given, to), asked)).toBe(false);
    }),
  );
});

test("a star beside does not give the right to manage the tenant", () => {
  expect([...narrowScopes(["*:read", "*:secrets"], ["fairlead:read", "fairlead:secrets"])]).toEqual(
    [],
  );
});

test.each([
  "openid",
  "read:users",
  "cloudways:reads",
  "Cloudways:read",
  "a:read",
  "x:y:z",
  "",
  ":",
])("%j is no scope of ours", (word) => {
  expect(isScope(word)).toBe(false);
});
