import { createHash } from "node:crypto";

/**
 * A secret that is plainly fake, different for every place it is stored, and findable: a test
 * searches a log for `canary-` and knows which field leaked.
 */
export function canary(kind: string, id: number | string, seed: number): string {
  const mark = createHash("sha256").update(`${kind}:${id}:${seed}`).digest("hex").slice(0, 10);
  return `canary-${kind}-${id}-${mark}`;
}

/** Every canary in a text. An empty list means that no secret of the fake got into it. */
export function findCanaries(text: string): string[] {
  return [...new Set(text.match(/canary-[A-Za-z0-9-]+/g) ?? [])];
}
