import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Secret } from "@fairlead/core/secret";
import { seededRandom } from "@fairlead/testkit/random";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { ConfigError } from "../config/problem.ts";
import { type MasterKeySources, resolveMasterKeys } from "./master-key.ts";

const TEXT = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
const OTHER_TEXT = "another key of the harbour as long as it has to be";
const roots: string[] = [];
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "fairlead-key-"));
  roots.push(directory);
});
afterAll(() => {
  for (const root of roots) rmSync(root, { recursive: true, force: true });
});

function resolve(sources: Partial<MasterKeySources> = {}) {
  return resolveMasterKeys({ previous: [], isDatabaseShared: false, ...sources });
}

async function problemOf(sources: Partial<MasterKeySources>): Promise<string> {
  try {
    await resolve(sources);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error("It was expected to fail, and did not.");
}

describe("a key from the environment", () => {
  test("is the same key on every replica", async () => {
    const [one, other] = [
      await resolve({ key: new Secret(TEXT), isDatabaseShared: true }),
      await resolve({ key: new Secret(TEXT), isDatabaseShared: true }),
    ];
    expect(one.keys.current.id).toBe(other.keys.current.id);
    const of = { tenant_id: "ten_acme", key_id: "dek_1" };
    const wrapped = await one.keys.current.wrap(Buffer.from("data key"), of);
    expect(await other.keys.current.unwrap(wrapped, of)).toEqual(Buffer.from("data key"));
  });

  test("tells nothing of itself by its id", async () => {
    const { keys } = await resolve({ key: new Secret(TEXT) });
    expect(keys.current.id).toMatch(/^[0-9a-f]{16}$/);
    expect(TEXT).not.toContain(keys.current.id.slice(0, 8));
  });

  test("leaves the secret it was made from as it was", async () => {
    const key = new Secret(TEXT);
    await resolve({ key });
    expect(key.reveal()).toBe(TEXT);
  });

  test("is refused when it is short, without being repeated", async () => {
    const message = await problemOf({ key: new Secret("a short password") });
    expect(message).toContain("ENCRYPTION_KEY: has fewer than 32 characters");
    expect(message).toContain("openssl rand -hex 32");
    expect(message).not.toContain("a short password");
  });

  test.each([`${"a".repeat(32)},b`, `${"a".repeat(32)}\nb`, ` ${"a".repeat(32)}`])(
    "is refused as %j, which could not be listed as a previous key later",
    async (text) => {
      expect(await problemOf({ key: new Secret(text) })).toContain("ENCRYPTION_KEY_PREVIOUS");
    },
  );

  test("brings previous keys along, each once, and none in its own place", async () => {
    const { keys } = await resolve({
      key: new Secret(TEXT),
      previous: [new Secret(OTHER_TEXT), new Secret(TEXT), new Secret(OTHER_TEXT)],
    });
    const { keys: old } = await resolve({ key: new Secret(OTHER_TEXT) });
    expect(keys.others.map(({ id }) => id)).toEqual([old.current.id]);
  });

  test("is refused when a previous one is short", async () => {
    const sources = { key: new Secret(TEXT), previous: [new Secret("short")] };
    expect(await problemOf(sources)).toContain("ENCRYPTION_KEY_PREVIOUS");
  });

  test("is needed where others share the database", async () => {
    const message = await problemOf({ isDatabaseShared: true, directory });
    expect(message).toContain("ENCRYPTION_KEY: is needed with DATABASE_URL");
    expect(readdirSync(directory)).toEqual([]);
  });
});

describe("a key file beside the embedded store", () => {
  test("is made once, for its owner alone, and is the same key from then on", async () => {
    const first = await resolve({ directory });
    const second = await resolve({ directory });
    expect(first.madeFile).toBe(join(directory, "fairlead.key"));
    expect(second.madeFile).toBeUndefined();
    expect(second.keys.current.id).toBe(first.keys.current.id);
    expect(statSync(join(directory, "fairlead.key")).mode & 0o777).toBe(0o600);
    expect(readdirSync(directory)).toEqual(["fairlead.key"]);
  });

  test("is made in a directory that is made for it, for its owner alone", async () => {
    const deep = join(directory, "a", "b");
    await resolve({ directory: deep });
    expect(statSync(deep).mode & 0o777).toBe(0o700);
  });

  test("is the same one for processes that make it at once", async () => {
    const program = `
      import { resolveMasterKeys } from ${JSON.stringify(join(import.meta.dirname, "master-key.ts"))};
      const { keys, madeFile } = await resolveMasterKeys(
        { directory: ${JSON.stringify(directory)}, previous: [], isDatabaseShared: false });
      process.stdout.write(JSON.stringify({ id: keys.current.id, made: madeFile !== undefined }));`;
    const flags = [
      "--conditions=fairlead-source",
      "--input-type=module-typescript",
      "--no-warnings",
    ];
    const outputs = await Promise.all(
      Array.from({ length: 5 }, async () => {
        const child = spawn(process.execPath, [...flags, "-e", program]);
        let output = "";
        child.stdout.on("data", (text) => (output += text));
        await once(child, "close");
        return JSON.parse(output);
      }),
    );
    expect(new Set(outputs.map(({ id }) => id)).size).toBe(1);
    expect(outputs.filter(({ made }) => made)).toHaveLength(1);
    expect(readdirSync(directory)).toEqual(["fairlead.key"]);
  });

  test.each([0o640, 0o604, 0o622, 0o644])("is refused with mode %o", async (mode) => {
    const { keys } = await resolve({ directory });
    chmodSync(join(directory, "fairlead.key"), mode);
    const message = await problemOf({ directory });
    expect(message).toContain("may be read by others");
    expect(message).toContain(`chmod 600 ${join(directory, "fairlead.key")}`);
    chmodSync(join(directory, "fairlead.key"), 0o400);
    expect((await resolve({ directory })).keys.current.id).toBe(keys.current.id);
  });

  test("is refused when it is a link", async () => {
    writeFileSync(join(directory, "elsewhere"), TEXT, { mode: 0o600 });
    symlinkSync(join(directory, "elsewhere"), join(directory, "fairlead.key"));
    expect(await problemOf({ directory })).toContain("is a link");
  });

  test("is refused when it is no file, is empty or is cut short", async () => {
    const path = join(directory, "fairlead.key");
    writeFileSync(path, "", { mode: 0o600 });
    expect(await problemOf({ directory })).toContain("fewer than 32 characters");
    writeFileSync(path, "0123456789abcdef\n");
    expect(await problemOf({ directory })).toContain("fewer than 32 characters");
    expect(await problemOf({ directory: path })).toContain("cannot be read");
  });

  test("holds what ENCRYPTION_KEY could be set to", async () => {
    const { keys } = await resolve({ directory });
    const text = readFileSync(join(directory, "fairlead.key"), "utf8").trim();
    const moved = await resolve({ key: new Secret(text), isDatabaseShared: true });
    expect(moved.keys.current.id).toBe(keys.current.id);
  });

  test("still opens what it sealed when a key is set later", async () => {
    const { keys } = await resolve({ directory });
    const later = await resolve({ directory, key: new Secret(TEXT) });
    expect(later.keys.others.map(({ id }) => id)).toEqual([keys.current.id]);
  });

  test("is not made where a key is set", async () => {
    await resolve({ directory, key: new Secret(TEXT) });
    expect(existsSync(join(directory, "fairlead.key"))).toBe(false);
  });
});

test("is random, and lies nowhere, for state in memory", async () => {
  const [one, other] = [await resolve(), await resolve()];
  expect(one.keys.current.id).not.toBe(other.keys.current.id);
  expect(one.madeFile).toBeUndefined();
});

describe("a key from a command", () => {
  const script = (text: string) => {
    const path = join(directory, "key.sh");
    writeFileSync(path, `#!/bin/sh\n${text}\n`, { mode: 0o700 });
    return path;
  };

  test("is what the command writes, without the end of its line", async () => {
    const { keys } = await resolve({ command: script(`echo ${TEXT}`), isDatabaseShared: true });
    const { keys: same } = await resolve({ key: new Secret(TEXT) });
    expect(keys.current.id).toBe(same.current.id);
  });

  test("takes words in quotes, and needs no shell for them", async () => {
    writeFileSync(join(directory, "a key"), TEXT);
    const { keys } = await resolve({ command: `cat '${join(directory, "a key")}'` });
    const { keys: same } = await resolve({ key: new Secret(TEXT) });
    expect(keys.current.id).toBe(same.current.id);
  });

  test("has a shell where the line needs one", async () => {
    const command = `printf %s "${TEXT.slice(0, 32)}" | cat && printf %s ${TEXT.slice(32)}`;
    const { keys } = await resolve({ command });
    const { keys: same } = await resolve({ key: new Secret(TEXT) });
    expect(keys.current.id).toBe(same.current.id);
  });

  test("says what the command complained of, cut to size and cleaned", async () => {
    const complaint = `printf 'no such key \\033[31m%s' "$(printf 'x%.0s' $(seq 1000))" >&2; exit 3`;
    const message = await problemOf({ command: script(complaint) });
    expect(message).toContain('ENCRYPTION_KEY_COMMAND: ended with code 3 and said "no such key x');
    expect(message.length).toBeLessThan(500);
    expect(message).not.toContain("\u001b");
  });

  test("never repeats what the command wrote when it fails", async () => {
    const message = await problemOf({ command: script(`echo ${TEXT}; exit 1`) });
    expect(message).toContain("ended with code 1");
    expect(message).not.toContain(TEXT.slice(0, 16));
  });

  test("is refused when it is short, without being repeated", async () => {
    const message = await problemOf({ command: script("echo tooshort") });
    expect(message).toContain("its output has fewer than 32 characters");
    expect(message).not.toContain("tooshort");
  });

  test("is refused when it is no text", async () => {
    const message = await problemOf({ command: "head -c 64 /dev/zero" });
    expect(message).toContain("bytes that are no text");
  });

  test("is refused when it writes without end", async () => {
    expect(await problemOf({ command: script("yes") })).toContain("wrote more than");
  });

  test("is not waited for too long, nor for what it started", async () => {
    const pidFile = join(directory, "pid");
    const command = script(`sleep 1000 & echo $! > ${pidFile}; echo ${TEXT}; wait`);
    const message = await problemOf({ command, commandTimeoutMs: 1_500 });
    expect(message).toContain("gave no answer within 1.5 s");
    const pid = Number(readFileSync(pidFile, "utf8"));
    await expect.poll(() => isAlive(pid)).toBe(false);
  });

  test("says when there is no such command", async () => {
    const message = await problemOf({ command: join(directory, "missing") });
    expect(message).toContain("cannot be started");
  });

  test("is not taken beside a key", async () => {
    const message = await problemOf({ command: "true", key: new Secret(TEXT) });
    expect(message).toContain("Keep one of them");
  });
});

test("takes its randomness from where it is told", async () => {
  const [one, other] = [
    await resolve({ random: seededRandom(7) }),
    await resolve({ random: seededRandom(7) }),
  ];
  expect(one.keys.current.id).toBe(other.keys.current.id);
});

/** A process that ended and was not yet waited for by its new parent counts as gone. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return existsSync("/proc/self") ? false : isSignalled(pid);
  }
}

function isSignalled(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
