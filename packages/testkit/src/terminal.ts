import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { stripVTControlCharacters } from "node:util";

/** Whether `script` of util-linux is there, which gives a program a terminal. */
export const hasTerminals = spawnSync("script", ["-qec", "true", "/dev/null"]).status === 0;

export interface AtTerminal {
  /** Words of one command, as a shell reads them. */
  line: string;
  env: NodeJS.ProcessEnv;
  /** The keys that somebody presses once they read this. */
  says?: { to: string; keys: string };
}

/** Runs a program at a terminal of its own; gives its exit code and what stood there, without control sequences. */
export async function runAtTerminal({ line, env, says }: AtTerminal) {
  const child = spawn("script", ["-qec", line, "/dev/null"], { env });
  let seen = "";
  let isSaid = says === undefined;
  child.stdout.on("data", (part: Buffer) => {
    seen += stripVTControlCharacters(part.toString());
    if (!isSaid && says !== undefined && seen.includes(says.to)) {
      isSaid = true;
      child.stdin.write(says.keys);
    }
  });
  const [code] = await once(child, "close");
  return { code, seen: seen.replaceAll("\r", "") };
}
