import { hash } from "node:crypto";
import { crc32 } from "node:zlib";
import type { RandomBytes } from "../ports.ts";

/**
 * An API key: `fl_<id>_<secret>`, of base62 alone between the underscores, so that it splits in one way only. The
 * secret ends in a CRC-32 of all before it: what was mistyped or cut off is told without a lookup.
 */
export const API_KEY_PREFIX = "fl_";

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const ID_LENGTH = 12;
/** log2(62) × 43 = 256 bits. */
const SECRET_LENGTH = 43;
/** 62^6 > 2^32. */
const CHECKSUM_LENGTH = 6;
/** The largest multiple of 62 that fits into a byte: what is above would favour the first letters. */
const UNBIASED = 248;

const SHAPE = new RegExp(
  `^fl_([0-9A-Za-z]{${ID_LENGTH}})_[0-9A-Za-z]{${SECRET_LENGTH + CHECKSUM_LENGTH}}$`,
);

export interface NewApiKey {
  /** `key_…`, what it is kept under. */
  id: string;
  /** The key itself; shown once. */
  key: string;
  /** SHA-256 of the key, hex: all that is kept of it. */
  hash: string;
}

export function createApiKey(random: RandomBytes): NewApiKey {
  const id = base62(random, ID_LENGTH);
  const body = `${API_KEY_PREFIX}${id}_${base62(random, SECRET_LENGTH)}`;
  const key = `${body}${checksum(body)}`;
  return { id: `key_${id}`, key, hash: hashApiKey(key) };
}

/** Where a key is to be looked up. Undefined when it is incomplete or mistyped. */
export function parseApiKey(text: string): { id: string } | undefined {
  const id = SHAPE.exec(text)?.[1];
  if (id === undefined) return undefined;
  const end = text.length - CHECKSUM_LENGTH;
  return text.slice(end) === checksum(text.slice(0, end)) ? { id: `key_${id}` } : undefined;
}

/** A fast hash is enough: a key is random, not chosen by a person. */
export function hashApiKey(key: string): string {
  return hash("sha256", key, "hex");
}

function base62(random: RandomBytes, length: number): string {
  let text = "";
  while (text.length < length) {
    for (const byte of random(length)) {
      if (byte < UNBIASED && text.length < length) text += ALPHABET.charAt(byte % 62);
    }
  }
  return text;
}

function checksum(body: string): string {
  let rest = crc32(body);
  let text = "";
  while (text.length < CHECKSUM_LENGTH) {
    text = ALPHABET.charAt(rest % 62) + text;
    rest = Math.floor(rest / 62);
  }
  return text;
}
