import { createReadStream, createWriteStream } from "node:fs";
import { createInterface } from "node:readline";
import { PassThrough, Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { CliError } from "./exit.ts";

/** The lines of a file, of standard input for `-`, unpacked where the name ends with `.gz`. */
export async function* readLines(path: string): AsyncGenerator<string> {
  const source = path === "-" ? process.stdin : createReadStream(path);
  const text = path.endsWith(".gz") ? createGunzip() : new PassThrough();
  // Errors of either reach whoever reads the lines, by way of the stream they read.
  const moved = pipeline(source, text).catch((error: unknown) => {
    text.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  try {
    yield* createInterface({ input: text, crlfDelay: Number.POSITIVE_INFINITY });
    await moved;
    if (text.errored !== null) throw text.errored;
  } catch (error) {
    if (!isFileError(error)) throw error;
    throw new CliError("failed", `${path} cannot be read: ${error.message}`);
  }
}

/** Writes lines as they come: to a file that only its owner may read and that must not be there yet, or to standard output. */
export async function writeLines(
  lines: AsyncIterable<string>,
  path: string | undefined,
): Promise<void> {
  const source = Readable.from(lines);
  if (path === undefined || path === "-") {
    await pipeline(source, process.stdout, { end: false });
    return;
  }
  const target = createWriteStream(path, { flags: "wx", mode: 0o600 });
  try {
    if (path.endsWith(".gz")) await pipeline(source, createGzip(), target);
    else await pipeline(source, target);
  } catch (error) {
    if (!isFileError(error)) throw error;
    throw new CliError("failed", `${path} cannot be written: ${error.message}`);
  }
}

function isFileError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "code" in error && /^(E[A-Z]+|Z_\w+)$/.test(String(error.code));
}
