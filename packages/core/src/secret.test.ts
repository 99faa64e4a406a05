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

test("does not print, whatever the printer is told", () => {
  const secret = new Secret("hunter2");
  const prints = [
    inspect(secret, { customInspect: false, showHidden: true, getters: true }),
    JSON.stringify(structuredClone({ keys: Reflect.ownKeys(secret) }).keys.map(String)),
    Object.values(Object.getOwnPropertyDescriptors(secret)).join(),
    inspect(new Error("broken", { cause: secret })),
  ];
  expect(prints.join(" ")).not.toContain("hunter2");
});

test("gives nothing any more once it is overwritten", () => {
  const bytes = Buffer.from("hunter2");
  const secret = new Secret(bytes);
  secret.wipe();
  expect(bytes).toEqual(Buffer.alloc(7));
  expect(() => secret.reveal()).toThrow("overwritten");
  expect(() => secret.copyTo(Buffer.alloc(7))).toThrow("overwritten");
  expect(() => secret.byteLength).toThrow("overwritten");
  expect(() => secret.equals(new Secret(""))).toThrow("overwritten");
  expect(() => secret.wipe()).not.toThrow();
});

test("copies its bytes to where they are wanted", () => {
  const target = Buffer.alloc(9);
  expect(new Secret("hünter").copyTo(target, 2)).toBe(7);
  expect(target.toString()).toBe("\0\0hünter");
});

test("tells whether another one holds the same value", () => {
  const secret = new Secret("hunter2");
  expect(secret.equals(new Secret("hunter2"))).toBe(true);
  expect(secret.equals(new Secret("hunter3"))).toBe(false);
  expect(secret.equals(new Secret("hunter"))).toBe(false);
});
