import { spawn } from "node:child_process";
import { stripVTControlCharacters } from "node:util";

const TIMEOUT_MS = 20_000;
const MAX_OUTPUT_BYTES = 64 * 1024;
const SHOWN_COMPLAINT = 300;

/** What a command wrote, or what went wrong. Never holds what it wrote when something went wrong. */
export type CommandOutput = { ok: true; output: Buffer } | { ok: false; why: string };

/**
 * Runs the operator's command once and takes what it writes. Without a shell, unless the line needs one: then with
 * `/bin/sh`. Nothing waits longer than `timeoutMs`; whatever the command started is ended then, too.
 */
export async function runKeyCommand(line: string, timeoutMs = TIMEOUT_MS): Promise<CommandOutput> {
  const words = splitWords(line);
  const [file = "/bin/sh", ...args] = words ?? ["/bin/sh", "-c", line];
  // A group of its own can be ended as a whole.
  const isGroup = process.platform !== "win32";
  const child = spawn(file, args, { stdio: ["ignore", "pipe", "pipe"], detached: isGroup });
  const done = Promise.withResolvers<CommandOutput>();
  const chunks: Buffer[] = [];
  let size = 0;
  let complaint = "";

  const end = (result: CommandOutput) => {
    if (!result.ok) wipeAll(chunks);
    done.resolve(result);
  };
  const stop = (why: string) => {
    end({ ok: false, why });
    child.stdout.destroy();
    child.stderr.destroy();
    try {
      if (isGroup && child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
      else child.kill("SIGKILL");
    } catch {
      // It has ended by itself meanwhile.
    }
  };
  const timer = setTimeout(() => stop(`gave no answer within ${timeoutMs / 1_000} s`), timeoutMs);

  child.stdout.on("data", (chunk: Buffer) => {
    size += chunk.length;
    chunks.push(chunk);
    if (size > MAX_OUTPUT_BYTES) stop(`wrote more than ${MAX_OUTPUT_BYTES} bytes`);
  });
  child.stderr.on("data", (chunk: Buffer) => {
    complaint = (complaint + chunk.toString("utf8")).slice(0, 2 * SHOWN_COMPLAINT);
  });
  child.on("error", (error) => end({ ok: false, why: `cannot be started: ${error.message}` }));
  child.on("close", (code, signal) => {
    if (code === 0) return end({ ok: true, output: takeAll(chunks) });
    const how = code === null ? `was ended by ${signal}` : `ended with code ${code}`;
    end({ ok: false, why: `${how}${said(complaint)}` });
  });

  try {
    return await done.promise;
  } finally {
    clearTimeout(timer);
  }
}

/** Words of a line with quotes and backslashes, as a shell splits them; undefined for what only a shell understands. */
export function splitWords(line: string): readonly string[] | undefined {
  const words: string[] = [];
  const part =
    /[ \t]*((?:'[^']*'|"(?:[^"\\$`]|\\["\\$`])*"|\\.|[^\s'"\\|&;<>()$`*?[\]#~{}!\n])+)/sy;
  const text = line.trim();
  while (part.lastIndex < text.length) {
    const word = part.exec(text)?.[1];
    if (word === undefined) return undefined;
    words.push(unquote(word));
  }
  const [first] = words;
  // `NAME=value command` sets a variable first.
  return first === undefined || first === "" || first.includes("=") ? undefined : words;
}

function unquote(word: string): string {
  return word.replaceAll(
    /'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)/gs,
    (_, single?: string, double?: string, escaped?: string) =>
      single ?? double?.replaceAll(/\\(.)/gs, "$1") ?? escaped ?? "",
  );
}

function said(complaint: string): string {
  const text = stripVTControlCharacters(complaint)
    .replaceAll(/[\p{Cc}\p{Cf}]+/gu, " ")
    .trim()
    .slice(0, SHOWN_COMPLAINT);
  return text === "" ? "" : ` and said "${text}"`;
}

function takeAll(chunks: Buffer[]): Buffer {
  const output = Buffer.concat(chunks);
  wipeAll(chunks);
  return output;
}

function wipeAll(chunks: readonly Buffer[]): void {
  for (const chunk of chunks) chunk.fill(0);
}
