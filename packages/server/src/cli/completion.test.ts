import { execFileSync, spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { COMMANDS } from "./commands.ts";
import { renderCompletion } from "./completion.ts";

test.each(["bash", "zsh", "fish"])(
  "knows every command and option that is shown in %s",
  async (shell) => {
    const script = await renderCompletion(shell);
    for (const { name, options, verbs } of COMMANDS) {
      expect(script).toContain(name);
      const own = ((await verbs?.()) ?? []).flatMap((verb) => verb.options);
      for (const option of [...options, ...own]) {
        const written = shell === "fish" ? ` -l ${option.name}` : `--${option.name}`;
        if (option.hidden !== true) expect(script).toContain(written);
      }
    }
    expect(script).not.toContain("connector-module");
  },
);

test("writes a script that bash can read, and that completes", async () => {
  const script = await renderCompletion("bash");
  execFileSync("bash", ["-n"], { input: script });
  const complete = (...words: string[]) => {
    const asked = words.map((word) => `'${word}'`).join(" ");
    const ask = `COMP_WORDS=(${asked}); COMP_CWORD=${words.length - 1}; _fairlead; echo "\${COMPREPLY[*]}"`;
    return execFileSync("bash", ["-c", `${script}\n${ask}`], { encoding: "utf8" }).trim();
  };
  expect(complete("fairlead", "st")).toBe("stdio");
  expect(complete("fairlead", "completion", "")).toBe("bash zsh fish");
  expect(complete("fairlead", "serve", "--po")).toBe("--port");
  expect(complete("fairlead", "keys", "ro")).toBe("rotate");
  expect(complete("fairlead", "keys", "rotate", "--ov")).toBe("--overlap-s");
  expect(complete("fairlead", "keys", "rotate", "--te")).toBe("--tenant");
  expect(complete("fairlead", "keys", "revoke", "--ov")).toBe("");
});

test("writes a script that zsh can read", async () => {
  if (spawnSync("zsh", ["--version"]).status !== 0) return;
  execFileSync("zsh", ["-n"], { input: await renderCompletion("zsh") });
});

test("refuses a shell it does not know", async () => {
  await expect(renderCompletion("tcsh")).rejects.toThrow("Which shell?");
});
