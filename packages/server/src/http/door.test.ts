import type { IncomingHttpHeaders } from "node:http";
import { describe, expect, test } from "vitest";
import { createDoor } from "./door.ts";

const nothing = { allowedHosts: [], allowedOrigins: [] };
const loopback = createDoor({ ...nothing, loopback: true });

function showing(headers: IncomingHttpHeaders, ...more: string[]) {
  const raw = Object.entries(headers).flatMap(([name, value]) => [name, String(value)]);
  return { headers, rawHeaders: [...raw, ...more] };
}

test("refuses two Authorization headers, of which Node would show the first alone", () => {
  const door = createDoor({ allowedHosts: [], allowedOrigins: [], loopback: true });
  const given = { host: "localhost", authorization: "Bearer one" };
  expect(door.refuse(showing(given))).toBeUndefined();
  expect(door.refuse(showing(given, "AUTHORIZATION", "Bearer two"))).toContain("Two Authorization");
});

describe("on loopback", () => {
  test.each(["localhost", "localhost:7000", "127.0.0.1:7000", "[::1]:7000", "LOCALHOST:7000"])(
    "is known as %s",
    (host) => {
      expect(loopback.refuse(showing({ host }))).toBeUndefined();
      expect(loopback.refuse(showing({ host }))).toBeUndefined();
    },
  );

  test.each([
    "evil.example.com",
    "127.0.0.1.evil.example.com",
    "localhost.evil.example",
    "a b",
    "",
  ])("does not go by %j", (host) => {
    expect(loopback.refuse(showing({ host }))).toContain("Invalid Host");
  });

  test("wants a Host", () => {
    expect(loopback.refuse(showing({}))).toContain("Missing Host");
  });

  test("lets pages of this machine call, and no others", () => {
    const host = "localhost:7000";
    expect(loopback.refuse(showing({ host, origin: "http://localhost:6274" }))).toBeUndefined();
    expect(loopback.refuse(showing({ host, origin: "https://evil.example.com" }))).toContain(
      "Origin",
    );
    expect(loopback.refuse(showing({ host, origin: "null" }))).toContain("Origin");
  });
});

describe("beyond loopback", () => {
  const door = createDoor({
    allowedHosts: ["mcp.example.com"],
    allowedOrigins: ["https://app.example.com"],
    loopback: false,
  });

  test("goes by the names it was given, and no longer by loopback's", () => {
    expect(door.refuse(showing({ host: "mcp.example.com" }))).toBeUndefined();
    expect(door.refuse(showing({ host: "localhost" }))).toContain("Invalid Host");
  });

  test("lets only listed origins call, scheme and port included", () => {
    const host = "mcp.example.com";
    expect(door.refuse(showing({ host, origin: "https://app.example.com" }))).toBeUndefined();
    expect(door.refuse(showing({ host, origin: "http://app.example.com" }))).toContain("Origin");
    expect(door.refuse(showing({ host, origin: "http://localhost" }))).toContain("Origin");
    expect(door.isListedOrigin("https://app.example.com")).toBe(true);
    expect(door.isListedOrigin(undefined)).toBe(false);
  });
});
