import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findInMemory, probeMemory } from "@fairlead/testkit/memory";
import { requireService } from "@fairlead/testkit/services";
import { expect, test } from "vitest";

/** What is left of a credential in the memory of a process that has used it, freed memory included. */
async function memoryAfter(mode: "drop" | "forget"): Promise<{ told: unknown; found: string[] }> {
  const directory = mkdtempSync(join(tmpdir(), "fairlead-canary-"));
  const child = spawn(
    process.execPath,
    [
      ...["--conditions=fairlead-source", "--expose-gc", "--disable-warning=ExperimentalWarning"],
      ...[join(import.meta.dirname, "src/credential-user.ts"), directory, mode],
    ],
    { stdio: ["pipe", "pipe", "inherit"] },
  );
  const ended = once(child, "exit");
  try {
    const [line] = await Promise.race([once(child.stdout, "data"), ended.then(() => ["{}"])]);
    const canary = readFileSync(join(directory, "canary"));
    const found = findInMemory(child.pid ?? 0, {
      whole: canary,
      "a half": canary.subarray(0, 24),
      "the other half": canary.subarray(24),
      utf16: Buffer.from(canary.toString(), "utf16le"),
      hex: Buffer.from(canary.toString("hex")),
      base64: Buffer.from(canary.toString("base64")),
    });
    return { told: JSON.parse(String(line)), found };
  } finally {
    child.kill();
    await ended;
    rmSync(directory, { recursive: true, force: true });
  }
}

const ended = { well: ["answered"], throws: ["failed"], late: ["failed"], cancelled: ["failed"] };

const describeMemory = await requireService("The memory of a child", () => probeMemory());

describeMemory("in the memory of the process, freed or not", () => {
  test("no byte of a stored credential is left once its calls ended, however they ended", async () => {
    const { told, found } = await memoryAfter("drop");
    expect(told).toEqual({ ended, forgotten: false });
    expect(found).toEqual([]);
  }, 60_000);

  test("one that was opened and not overwritten would be found", async () => {
    const { told, found } = await memoryAfter("forget");
    expect(told).toEqual({ ended, forgotten: true });
    expect(found).toEqual(expect.arrayContaining(["whole", "a half", "the other half"]));
  }, 60_000);
});
