import { cloudways } from "@fairlead/cloudways/connector";
import { expect, test } from "vitest";
import { SETTING_NAMES } from "../config/settings.ts";
import { COMMANDS } from "./commands.ts";

const examples = COMMANDS.flatMap(({ examples }) => examples.map(({ line }) => line));

test("names nothing in an example that is not there", () => {
  const known = [...cloudways.tools, ...(cloudways.prompts ?? [])].map(({ name }) => name);
  const named = examples.flatMap((line) => line.match(/cloudways_\w+/g) ?? []);
  expect(named.length).toBeGreaterThan(0);
  for (const name of named) expect(known).toContain(name);
});

test("has options that stand for settings there are", () => {
  for (const { setting } of COMMANDS.flatMap(({ options }) => options)) {
    if (setting !== undefined) expect(SETTING_NAMES).toContain(setting);
  }
});
