import type { Store } from "../storage/store.ts";

/**
 * Number of a chain's first row at `at` or later; one more than the last when there is none. Times along a chain never
 * decrease, so it is found in a few steps.
 */
export async function firstAt(
  audit: Pick<Store["audit"], "readChain">,
  chain: string,
  { first, last }: { first: number; last: number },
  at: number,
): Promise<number> {
  let low = first;
  let high = last + 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const [row] = await audit.readChain(chain, middle, 1);
    if (row === undefined || row.at >= at) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Number of the first checkpoint signed at `at` or later; that of the last one when there is none, 0 without any. */
export async function firstCheckpointAt(
  audit: Pick<Store["audit"], "readCheckpoints" | "lastCheckpoint">,
  at: number,
): Promise<number> {
  const [first] = await audit.readCheckpoints(0, 1);
  const last = await audit.lastCheckpoint();
  if (first === undefined || last === undefined) return 0;
  let low = first.seq;
  let high = last.seq;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const [checkpoint] = await audit.readCheckpoints(middle, 1);
    if (checkpoint === undefined || checkpoint.at >= at) high = middle;
    else low = middle + 1;
  }
  return low;
}
