import type { RandomBytes } from "../ports.ts";

const POOL_BYTES = 4096;

/** Hex ids from a pool of random bytes: one system call serves hundreds of ids. */
export function createIds(random: RandomBytes): (bytes: number) => string {
  let pool: Buffer = Buffer.alloc(0);
  let offset = 0;
  return (bytes) => {
    if (offset + bytes > pool.length) {
      pool = random(POOL_BYTES);
      offset = 0;
    }
    const id = pool.toString("hex", offset, offset + bytes);
    offset += bytes;
    return id;
  };
}
