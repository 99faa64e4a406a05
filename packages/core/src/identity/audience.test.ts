import { describe, expect, test } from "vitest";
import { createAudience } from "./audience.ts";

describe("an audience by the server's own URL", () => {
  const { isOurs } = createAudience("https://example.com/fairlead/", undefined);

  test.each([
    "https://example.com/fairlead",
    "https://example.com/fairlead/",
    "https://example.com/fairlead/mcp",
  ])("is ours: %s", (audience) => {
    expect(isOurs(["https://other.example.com", audience])).toBe(true);
  });

  test.each([
    "https://example.com",
    "https://example.com/fairleader",
    "https://example.com/fairlead.evil.com",
    "https://example.com:8443/fairlead",
    "http://example.com/fairlead",
    "",
  ])("is not ours: %j", (audience) => {
    expect(isOurs([audience])).toBe(false);
  });
});

test("names that an issuer was configured with are ours letter by letter, and nothing else", () => {
  const { isOurs, covers } = createAudience("https://example.com", ["api://fairlead"]);
  expect(covers(["api://fairlead"], "/mcp/cloudways")).toBe(true);
  for (const audience of ["api://fairlead/", "API://fairlead", "https://example.com"]) {
    expect(isOurs([audience])).toBe(false);
  }
});
