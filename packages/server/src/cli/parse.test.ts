import { expect, test } from "vitest";
import type { Command } from "./command.ts";
import { COMMANDS } from "./commands.ts";
import { parseInvocation } from "./parse.ts";

function parse(name: string, ...argv: string[]) {
  const command = COMMANDS.find((each) => each.name === name);
  return parseInvocation(command as Command, argv, {});
}

test("reads values after a space or an equals sign, and by their short name", async () => {
  const flag = { PORT: { text: "8080", flag: "--port" } };
  expect((await parse("serve", "--port", "8080")).flags).toEqual(flag);
  expect((await parse("serve", "--port=8080")).flags).toEqual(flag);
  expect((await parse("serve", "-p", "8080")).flags).toEqual(flag);
});

test("takes a switch that stands for a setting as true", async () => {
  const { flags, options } = await parse("serve", "--readonly", "--local");
  expect(flags).toEqual({ FAIRLEAD_READONLY: { text: "true", flag: "--readonly" } });
  expect(options.local).toBe(true);
});

test.each([
  [["--prot", "1"], "fairlead serve has no option --prot. Did you mean --port?"],
  [["-x"], "fairlead serve has no option -x."],
  [["--port"], "--port needs a value: --port <port>."],
  [["--local=yes"], "--local is a switch and takes no value."],
  [["--view", "search"], "--view can be: all."],
  [["8080"], 'fairlead serve takes no "8080". See: fairlead serve --help'],
])("refuses %j with a word on what is right", async (argv, message) => {
  await expect(parse("serve", ...argv)).rejects.toThrow(message);
});

test("leaves the arguments of a tool to the tool", async () => {
  const { words, others } = await parse("call", "t", "--id", "-5", "--force", "--name=a=b");
  expect(words).toEqual(["t"]);
  expect(others).toEqual([
    { name: "id", value: "-5" },
    { name: "force", value: undefined },
    { name: "name", value: "a=b" },
  ]);
});

test("takes what follows --json for its value only when it looks like one", async () => {
  expect((await parse("call", "--json", "t")).options.json).toBe(true);
  expect((await parse("call", "--json", "t")).words).toEqual(["t"]);
  expect((await parse("call", "t", "--json", '{"a":1}')).options.json).toBe('{"a":1}');
  expect((await parse("call", "t", "--json", "-")).options.json).toBe("-");
});

test("takes everything behind -- as it is", async () => {
  expect((await parse("call", "t", "--", "--view")).words).toEqual(["t", "--view"]);
});
