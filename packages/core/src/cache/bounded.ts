/**
 * Bounds an LRU cache to `count` entries. By `max` alone it would reserve room for all of them at once, which costs a
 * program with several such caches megabytes and a fifth of its start.
 */
export function atMost(count: number): { maxSize: number; sizeCalculation: () => number } {
  return { maxSize: count, sizeCalculation: one };
}

function one(): number {
  return 1;
}
