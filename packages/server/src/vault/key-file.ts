import { randomBytes } from "node:crypto";
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { RandomBytes } from "@fairlead/core/ports";

const NAME = "fairlead.key";
const OTHERS = 0o077;
const HAS_MODES = process.platform !== "win32";

/** What is wrong with a key file, in words that go after its path. */
export class KeyFileError extends Error {
  override readonly name = "KeyFileError";
}

export function keyFileIn(directory: string): string {
  return join(directory, NAME);
}

/**
 * The key file's text; undefined when there is none. Throws a `KeyFileError` when others may read it, or it is a link:
 * then somebody else may know the key, or have put it there.
 */
export function readKeyFile(path: string): Buffer | undefined {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    if (codeOf(error) === "ELOOP") throw new KeyFileError("is a link. Put the file itself there");
    throw new KeyFileError(`cannot be read (${codeOf(error)}). Check its owner and permissions`);
  }
  try {
    const stat = fstatSync(file);
    if (!stat.isFile()) throw new KeyFileError("is no file");
    if (HAS_MODES && (stat.mode & OTHERS) !== 0) {
      throw new KeyFileError(
        `may be read by others (mode ${(stat.mode & 0o777).toString(8)}). Run: chmod 600 ${path}. If others had access to this machine, take a new key`,
      );
    }
    return trimmed(readFileSync(file));
  } finally {
    closeSync(file);
  }
}

/**
 * Makes a key file, mode 0600, unless another process made it first. It appears under its name only when it is whole
 * and on the disk, so nobody ever reads half a key. Whether this process made it. Throws a `KeyFileError`.
 */
export function makeKeyFile(path: string, directory: string, random: RandomBytes): boolean {
  const draft = `${path}.${randomBytes(8).toString("hex")}`;
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const file = openSync(draft, "wx", 0o600);
    try {
      writeFileSync(file, `${random(32).toString("hex")}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    try {
      linkSync(draft, path);
      syncDirectory(directory);
      return true;
    } catch (error) {
      if (codeOf(error) === "EEXIST") return false;
      throw error;
    } finally {
      unlinkSync(draft);
    }
  } catch (error) {
    throw new KeyFileError(
      `cannot be made (${codeOf(error)}). Check the permissions of ${directory}`,
    );
  }
}

/** The name has to last as long as what is sealed with the key. */
function syncDirectory(directory: string): void {
  if (!HAS_MODES) return;
  const handle = openSync(directory, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function trimmed(bytes: Buffer): Buffer {
  const isSpace = (byte: number | undefined) => byte === 0x0a || byte === 0x0d || byte === 0x20;
  let end = bytes.length;
  while (end > 0 && isSpace(bytes[end - 1])) end -= 1;
  return bytes.subarray(0, end);
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "unknown";
}
