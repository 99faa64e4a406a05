import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import process from "node:process";

const CHUNK_BYTES = 4 * 1024 * 1024;

/**
 * Which of these lie anywhere in the memory of a process that can be written: its heaps and stacks, what was freed as
 * well. Linux only, and only of a process whose memory the system lets this one read, such as a child.
 */
export function findInMemory(pid: number, needles: Readonly<Record<string, Buffer>>): string[] {
  const found = new Set<string>();
  const names = Object.entries(needles);
  const overlap = Math.max(...names.map(([, needle]) => needle.length)) - 1;
  const chunk = Buffer.alloc(CHUNK_BYTES + overlap);
  const file = openSync(`/proc/${pid}/mem`, "r");
  try {
    for (const [start, end] of writableRegions(pid)) {
      for (let at = start; at < end; at += CHUNK_BYTES) {
        const length = readAt(file, chunk, at, Math.min(chunk.length, end - at));
        const bytes = chunk.subarray(0, length);
        for (const [name, needle] of names) if (bytes.includes(needle)) found.add(name);
      }
    }
  } finally {
    closeSync(file);
  }
  return [...found];
}

/** Rejects with the reason where the memory of a child cannot be read. */
export async function probeMemory(): Promise<void> {
  if (process.platform !== "linux") throw new Error(`there is no /proc on ${process.platform}`);
  const child = spawn("sleep", ["10"], { stdio: "ignore" });
  try {
    await once(child, "spawn");
    findInMemory(child.pid ?? 0, { anything: Buffer.from("anything") });
  } finally {
    child.kill();
  }
}

function writableRegions(pid: number): [start: number, end: number][] {
  const lines = readFileSync(`/proc/${pid}/maps`, "utf8").split("\n");
  return lines.flatMap((line) => {
    const [, start = "", end = ""] = /^([\da-f]+)-([\da-f]+) rw/.exec(line) ?? [];
    return start === "" ? [] : [[Number.parseInt(start, 16), Number.parseInt(end, 16)]];
  });
}

/** How much could be read; a region may go while it is looked at. */
function readAt(file: number, target: Buffer, position: number, length: number): number {
  try {
    return readSync(file, target, 0, length, position);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EIO") return 0;
    throw error;
  }
}
