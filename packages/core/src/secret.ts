import { timingSafeEqual } from "node:crypto";
import { inspect } from "node:util";

const REDACTED = "[redacted]";

/**
 * A secret that never prints: only `reveal()` gives its value. It lives in a buffer, so that it can be overwritten;
 * the strings that `reveal()` makes are the garbage collector's.
 */
export class Secret {
  readonly #bytes: Buffer;
  #wiped = false;

  /** Takes a buffer over; its owner must not use it any more. */
  constructor(value: string | Buffer) {
    this.#bytes = typeof value === "string" ? Buffer.from(value, "utf8") : value;
  }

  reveal(): string {
    return this.#open().toString("utf8");
  }

  get byteLength(): number {
    return this.#open().length;
  }

  /** Copies the value without making a string of it; how many bytes it was. Whoever owns the target overwrites it. */
  copyTo(target: Uint8Array, offset = 0): number {
    const bytes = this.#open();
    target.set(bytes, offset);
    return bytes.length;
  }

  /** Whether both hold the same value; takes as long wherever they differ. */
  equals(other: Secret): boolean {
    const [one, two] = [this.#open(), other.#open()];
    return one.length === two.length && timingSafeEqual(one, two);
  }

  /** Overwrites the value. Afterwards `reveal()` throws. */
  wipe(): void {
    this.#bytes.fill(0);
    this.#wiped = true;
  }

  #open(): Buffer {
    if (!this.#wiped) return this.#bytes;
    throw new Error("This secret was overwritten; it may only be used while it is open.");
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [Symbol.toPrimitive](): string {
    return REDACTED;
  }

  [inspect.custom](): string {
    return REDACTED;
  }
}
