/** What repeated measurements say together: the middle one, and how far the others lie. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** Undefined when nothing was measured. */
export function spreadOf(values: readonly number[]): Spread | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const min = sorted[0];
  const max = sorted.at(-1);
  if (min === undefined || max === undefined) return undefined;
  const middle = sorted.length >> 1;
  const median =
    sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  return { min, median, max };
}

/** Pairs measurements of the same round: neighbours in time share the machine's mood. */
export function ratiosOf(ours: readonly number[], baseline: readonly number[]): number[] {
  return ours.slice(0, baseline.length).map((value, round) => value / baseline[round]!);
}
