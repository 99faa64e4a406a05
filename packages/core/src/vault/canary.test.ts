import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";

/** Every way a text may lie in a file, whatever stands before it: base64 shifts with what does. */
function spellingsOf(canary: Buffer): Record<string, Buffer> {
  const core = (shift: number) => {
    const text = Buffer.concat([Buffer.alloc(shift), canary]).toString("base64");
    // The letters at both ends depend on what stands beside the value.
    return Buffer.from(text.slice(4, -4));
  };
  return {
    utf8: canary,
    "a half": canary.subarray(0, 24),
    "the other half": canary.subarray(24),
    utf16: Buffer.from(canary.toString(), "utf16le"),
    hex: Buffer.from(canary.toString("hex")),
    "base64, shifted by 0": core(0),
    "base64, shifted by 1": core(1),
    "base64, shifted by 2": core(2),
  };
}

function heapAfter(mode: "drop" | "keep"): { found: string[]; bytes: number; inFiles: string[] } {
  const directory = mkdtempSync(join(tmpdir(), "fairlead-canary-"));
  try {
    const child = join(import.meta.dirname, "canary.test.child.ts");
    const flags = [
      "--conditions=fairlead-source",
      "--expose-gc",
      "--heap-snapshot-string-limit=1000000",
    ];
    const output = execFileSync(process.execPath, [...flags, child, directory, mode], {
      encoding: "utf8",
    });
    expect(JSON.parse(output)).toMatchObject({ kept: mode === "keep" ? 1 : 0 });
    const spellings = Object.entries(spellingsOf(readFileSync(join(directory, "canary"))));
    const heap = readFileSync(join(directory, "heap.heapsnapshot"));
    const records = ["records.db", "records.db-wal"].map((name) => readIfThere(directory, name));
    const foundIn = (bytes: Buffer) =>
      spellings.filter(([, spelling]) => bytes.includes(spelling)).map(([name]) => name);
    return { found: foundIn(heap), bytes: heap.length, inFiles: records.flatMap(foundIn) };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function readIfThere(directory: string, name: string): Buffer {
  try {
    return readFileSync(join(directory, name));
  } catch {
    return Buffer.alloc(0);
  }
}

test("leaves no stored credential on the heap once the calls that used it are over", () => {
  const { found, bytes, inFiles } = heapAfter("drop");
  expect(found).toEqual([]);
  expect(inFiles).toEqual([]);
  expect(bytes).toBeGreaterThan(1_000_000);
}, 60_000);

test("would find one that somebody kept", () => {
  const { found } = heapAfter("keep");
  expect(found).toEqual(expect.arrayContaining(["utf8", "a half", "the other half"]));
}, 60_000);
