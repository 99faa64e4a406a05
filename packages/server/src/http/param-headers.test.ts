import { expect, test } from "vitest";
import { decodeHeaderValue, findHeaderMismatch } from "./param-headers.ts";

const region = { header: "mcp-param-region", path: ["place", "region"], numeric: false };
const size = { header: "mcp-param-size", path: ["size"], numeric: true };
const args = { place: { region: "Hello, 世界" }, size: 42 };

test("agrees with plain, encoded and numerically equal values", () => {
  const headers = {
    "mcp-param-region": "=?base64?SGVsbG8sIOS4lueVjA==?=",
    "mcp-param-size": "42.0",
  };
  expect(findHeaderMismatch([region, size], args, headers)).toBeUndefined();
});

test.each([
  ["is missing", {}, "missing"],
  ["differs", { "mcp-param-region": "elsewhere" }, "disagree"],
  ["is no Base64", { "mcp-param-region": "=?base64?SGVsbG8?=" }, "Base64"],
  ["is Base64 of no text", { "mcp-param-region": "=?base64?/w==?=" }, "Base64"],
])("disagrees when the header %s", (_how, headers, words) => {
  expect(findHeaderMismatch([region], args, headers)).toContain(words);
});

test("expects no header for a value that is not there", () => {
  expect(findHeaderMismatch([region, size], { size: null }, {})).toBeUndefined();
  expect(findHeaderMismatch([region], { place: "nowhere" }, {})).toBeUndefined();
  expect(findHeaderMismatch([region], undefined, {})).toBeUndefined();
});

test("takes a value that only begins like an encoded one as it is", () => {
  expect(decodeHeaderValue("=?base64?SGVsbG8=")).toBe("=?base64?SGVsbG8=");
});
