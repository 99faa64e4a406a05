import fc from "fast-check";
import { expect, test } from "vitest";
import { splitWords } from "./key-command.ts";

test.each([
  ["kms decrypt --key a", ["kms", "decrypt", "--key", "a"]],
  [`kms --name 'a b' "c d"`, ["kms", "--name", "a b", "c d"]],
  [`kms a\\ b "say \\"x\\"" 'it is "y"'`, ["kms", "a b", 'say "x"', 'it is "y"']],
  ["  kms   --query=Plaintext  ", ["kms", "--query=Plaintext"]],
  [`kms --a='b'"c"d ''`, ["kms", "--a=bcd", ""]],
])("splits %s as a shell would", (line, words) => {
  expect(splitWords(line)).toEqual(words);
});

test.each([
  "a | b",
  "a && b",
  "a; b",
  "a\nb",
  "a > b",
  "echo $KEY",
  'echo "$KEY"',
  "echo `b`",
  "a *.key",
  "cat ~/key",
  "KEY=a b",
  "a 'open",
  "a # b",
  "a \\",
  "",
])("leaves %j to the shell", (line) => {
  expect(splitWords(line)).toBeUndefined();
});

test("gives back any words that were quoted for a shell", () => {
  const word = fc.string().filter((text) => !text.includes("\0"));
  fc.assert(
    fc.property(fc.array(word), (words) => {
      const quote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
      expect(splitWords(["kms", ...words.map(quote)].join(" "))).toEqual(["kms", ...words]);
    }),
    { seed: 1 },
  );
});
