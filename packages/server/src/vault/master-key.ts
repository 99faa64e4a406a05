import { isUtf8 } from "node:buffer";
import { randomBytes } from "node:crypto";
import type { RandomBytes } from "@fairlead/core/ports";
import type { Secret } from "@fairlead/core/secret";
import {
  createMasterKey,
  type MasterKey,
  type MasterKeys,
  SHORTEST_MATERIAL,
} from "@fairlead/core/vault/master-key";
import { ConfigError } from "../config/problem.ts";
import { runKeyCommand } from "./key-command.ts";
import { KeyFileError, keyFileIn, makeKeyFile, readKeyFile } from "./key-file.ts";

export interface MasterKeySources {
  /** At least 32 characters. */
  key?: Secret | undefined;
  /** Keys before this one: they open, and seal nothing. */
  previous: readonly Secret[];
  /** Writes the key on its standard output. */
  command?: string | undefined;
  /** Where the embedded store is; undefined: in memory. */
  directory?: string | undefined;
  /** Other replicas have to have the same key, so none can be made here. */
  isDatabaseShared: boolean;
  random?: RandomBytes;
  commandTimeoutMs?: number;
}

export interface ResolvedMasterKeys {
  keys: MasterKeys;
  /** The key file that was made just now. */
  madeFile?: string;
}

const NEW_KEY = "the output of: openssl rand -hex 32";

/** The master keys, from wherever the operator keeps them. Throws a `ConfigError` that says what to set. */
export async function resolveMasterKeys(sources: MasterKeySources): Promise<ResolvedMasterKeys> {
  const { random = randomBytes } = sources;
  const found = await findCurrent(sources, random);
  const previous = sources.previous.map((secret) =>
    fromSecret("ENCRYPTION_KEY_PREVIOUS", secret, random),
  );
  const known = new Set([found.current.id]);
  const others = [...previous, ...found.others].filter(({ id }) => {
    const isNew = !known.has(id);
    known.add(id);
    return isNew;
  });
  const { madeFile } = found;
  return {
    keys: { current: found.current, others },
    ...(madeFile === undefined ? {} : { madeFile }),
  };
}

interface Found {
  current: MasterKey;
  others: readonly MasterKey[];
  madeFile?: string;
}

async function findCurrent(sources: MasterKeySources, random: RandomBytes): Promise<Found> {
  const { key, command, directory, isDatabaseShared } = sources;
  if (key !== undefined && command !== undefined) {
    throw problem("ENCRYPTION_KEY_COMMAND", "is set, and so is ENCRYPTION_KEY. Keep one of them");
  }
  const path = directory === undefined || isDatabaseShared ? undefined : keyFileIn(directory);
  if (key !== undefined || command !== undefined) {
    const current =
      key === undefined
        ? await fromCommand(command ?? "", random, sources.commandTimeoutMs)
        : fromSecret("ENCRYPTION_KEY", key, random);
    // Who began with a key file and sets a key now can still open what is there, and rotate.
    const old = path === undefined ? undefined : fromFile(path, random);
    return { current, others: old === undefined ? [] : [old] };
  }
  if (isDatabaseShared) {
    throw problem(
      "ENCRYPTION_KEY",
      `is needed with DATABASE_URL: every replica seals with it. Set it to ${NEW_KEY}`,
    );
  }
  if (directory === undefined || path === undefined) {
    return { current: createMasterKey(random(SHORTEST_MATERIAL), random), others: [] };
  }
  const known = fromFile(path, random);
  if (known !== undefined) return { current: known, others: [] };
  const isMine = withFile(path, () => makeKeyFile(path, directory, random));
  const current = fromFile(path, random);
  if (current === undefined) throw problem("ENCRYPTION_KEY", `file ${path} vanished`);
  return { current, others: [], ...(isMine ? { madeFile: path } : {}) };
}

function fromSecret(name: string, secret: Secret, random: RandomBytes): MasterKey {
  const material = Buffer.alloc(secret.byteLength);
  secret.copyTo(material);
  return fromMaterial({ name, what: "", todo: `Set it to ${NEW_KEY}` }, material, random);
}

async function fromCommand(
  command: string,
  random: RandomBytes,
  timeoutMs: number | undefined,
): Promise<MasterKey> {
  const name = "ENCRYPTION_KEY_COMMAND";
  const result = await runKeyCommand(command, timeoutMs);
  if (!result.ok) throw problem(name, `${result.why}. Run it by hand to see why`);
  const todo = `Have it write at least that, such as ${NEW_KEY}`;
  return fromMaterial({ name, what: "its output ", todo }, withoutLineEnd(result.output), random);
}

function fromFile(path: string, random: RandomBytes): MasterKey | undefined {
  const material = withFile(path, () => readKeyFile(path));
  if (material === undefined) return undefined;
  const todo = "Put it back from a backup, or delete it if nothing was sealed yet";
  return fromMaterial({ name: "ENCRYPTION_KEY", what: `file ${path} `, todo }, material, random);
}

/** Overwrites the material. */
function fromMaterial(
  { name, what, todo }: { name: string; what: string; todo: string },
  material: Buffer,
  random: RandomBytes,
): MasterKey {
  try {
    if (material.length < SHORTEST_MATERIAL) {
      const least = `fewer than ${SHORTEST_MATERIAL} characters, too few to be safe`;
      throw problem(name, `${what}has ${least}. ${todo}`);
    }
    if (!isListable(material)) {
      const unlistable = "a comma, a line break or bytes that are no text";
      const why = "so it could never stand in ENCRYPTION_KEY_PREVIOUS, and not be rotated";
      throw problem(name, `${what}has ${unlistable}, ${why}. ${todo}`);
    }
    return createMasterKey(material, random);
  } finally {
    material.fill(0);
  }
}

function isListable(material: Buffer): boolean {
  const isTrouble = (byte: number) => byte < 0x20 || byte === 0x2c || byte === 0x7f;
  const isPadded = material[0] === 0x20 || material.at(-1) === 0x20;
  return isUtf8(material) && !isPadded && !material.some(isTrouble);
}

function withFile<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof KeyFileError)
      throw problem("ENCRYPTION_KEY", `file ${path} ${error.message}`);
    throw error;
  }
}

function withoutLineEnd(output: Buffer): Buffer {
  const text = output.at(-1) === 0x0a ? output.subarray(0, -1) : output;
  return text.at(-1) === 0x0d ? text.subarray(0, -1) : text;
}

function problem(name: string, message: string): ConfigError {
  return new ConfigError([{ name, message }], new Map(), []);
}
