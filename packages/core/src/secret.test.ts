import { inspect } from "node:util";
import { expect, test } from "vitest";
import { Secret } from "./secret.ts";

test("never prints, however it is turned into text", () => {
  const secret = new Secret("hunter2");
  const prints = [
    `${secret}`,
    String(secret),
    JSON.stringify({ secret }),
    inspect({ secret }, { depth: 9, showHidden: true }),
    // biome-ignore lint/style/useTemplate: a concatenation asks for the value in another way
    "" + (secret as unknown as string),
    secret.toString(),
    JSON.stringify(Object.entries(secret)),
  ];
  expect(prints.join(" ")).not.toContain("hunter2");
  expect(prints[0]).toBe("[redacted]");
});

test("gives its value to who asks for it by name", () => {
  expect(new Secret("hunter2").reveal()).toBe("hunter2");
});
