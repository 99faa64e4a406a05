import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { COMMANDS } from "./commands.ts";
import { renderCompletion } from "./completion.ts";

test.each(["bash", "zsh", "fish"])(
  "knows every command and option that is shown in %s",
  (shell) => {
    const script = renderCompletion(shell);
    for (const { name, options } of COMMANDS) {
      expect(script).toContain(name);
      for (const option of options) {
        const written = shell === "fish" ? ` -l ${option.name}` : `--${option.name}`;
        if (option.hidden !== true) expect(script).toContain(written);
      }
    }
    expect(script).not.toContain("connector-module");
  },
);

test("writes a script that bash can read, and that completes", () => {
  const script = renderCompletion("bash");
  execFileSync("bash", ["-n"], { input: script });
  const complete = (...words: string[]) => {
    const asked = words.map((word) => `'${word}'`).join(" ");
    const ask = `COMP_WORDS=(${asked}); COMP_CWORD=${words.length - 1}; _fairlead; echo "\${COMPREPLY[*]}"`;
    return execFileSync("bash", ["-c", `${script}\n${ask}`], { encoding: "utf8" }).trim();
  };
  expect(complete("fairlead", "st")).toBe("stdio");
  expect(complete("fairlead", "completion", "")).toBe("bash zsh fish");
  expect(complete("fairlead", "serve", "--po")).toBe("--port");
});

test("refuses a shell it does not know", () => {
  expect(() => renderCompletion("tcsh")).toThrow("Which shell?");
});
