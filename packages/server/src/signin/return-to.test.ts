import fc from "fast-check";
import { expect, test } from "vitest";
import { parseReturnTo, START_PAGE } from "./return-to.ts";

test.each(["/", "/console", "/console/keys?tenant=acme#top", "/a%20b"])("%s is kept", (path) => {
  expect(parseReturnTo(path)).toBe(path);
});

test.each([
  "https://evil.example.com/",
  "//evil.example.com/",
  "/\\evil.example.com/",
  "/a/..//evil.example.com/",
  "/./\\evil.example.com",
  "/.//evil.example.com",
  "/%2e//evil.example.com",
  "javascript:alert(1)",
  "evil",
  "",
  "/a\nb",
  "/a\tb",
  `/${"a".repeat(600)}`,
  undefined,
  7,
])("%o leads to the start page", (text) => {
  expect(parseReturnTo(text)).toBe(START_PAGE);
});

test("nothing leads off the server, whatever is made of slashes, dots and names", () => {
  const pieces = fc.constantFrom(
    "/",
    "\\",
    ".",
    "..",
    "%2e",
    "%2f",
    "%5c",
    "evil.example.com",
    "@",
    ":",
    "?",
    "#",
    "\t",
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
      const path = parseReturnTo(`/${parts.join("")}`);
      const base = "https://fairlead.example.com";
      expect(new URL(path, base).origin).toBe(base);
      expect(new URL(`${base}${path}`).origin).toBe(base);
    }),
  );
});
