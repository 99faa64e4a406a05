import { expect, test } from "vitest";
import { toAnnotations, toScope } from "./effect.ts";

test("calls a read harmless and repeatable", () => {
  expect(toAnnotations({ title: "List berths", effect: "read" })).toEqual({
    title: "List berths",
    readOnlyHint: true,
    destructiveHint: false,
    idempotentHint: true,
    openWorldHint: true,
  });
});

test("calls a write neither harmless nor destructive", () => {
  expect(toAnnotations({ title: "Book a berth", effect: "write" })).toMatchObject({
    readOnlyHint: false,
    destructiveHint: false,
    idempotentHint: false,
  });
});

test("calls a destroy destructive", () => {
  expect(toAnnotations({ title: "Scrap a ship", effect: "destroy" }).destructiveHint).toBe(true);
});

test("believes a tool that says it is repeatable or looks at Fairlead alone", () => {
  const said = { title: "…", effect: "write", idempotent: true, openWorld: false } as const;
  expect(toAnnotations(said)).toMatchObject({ idempotentHint: true, openWorldHint: false });
});

test("names a scope after connector and effect", () => {
  expect(toScope("cloudways", "destroy")).toBe("cloudways:destroy");
});
