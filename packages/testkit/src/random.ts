import { createHash } from "node:crypto";
import type { RandomBytes } from "@fairlead/core/ports";

/** The same bytes in every run: a test that depends on chance would fail by chance. */
export function seededRandom(seed = 1): RandomBytes {
  let counter = 0;
  return (size) => {
    const blocks: Buffer[] = [];
    for (let made = 0; made < size; made += 32) {
      counter += 1;
      blocks.push(createHash("sha256").update(`${seed}:${counter}`).digest());
    }
    return Buffer.concat(blocks).subarray(0, size);
  };
}
