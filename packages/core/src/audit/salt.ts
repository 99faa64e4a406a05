import type { RandomBytes } from "../ports.ts";
import type { Salt } from "./body.ts";

const SIZE = 16;
const POOL = 256;

/** 128 random bits each, drawn many at a time: one draw costs as much as the rest of an event. */
export function createSalt(random: RandomBytes): Salt {
  let pool: Buffer = Buffer.alloc(0);
  let used = 0;
  return () => {
    if (used >= pool.length) {
      pool = random(SIZE * POOL);
      used = 0;
    }
    used += SIZE;
    return pool.toString("base64url", used - SIZE, used);
  };
}
