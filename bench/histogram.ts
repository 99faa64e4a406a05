/** Latencies in microseconds, in buckets at most 1/64 wide, so a percentile is right to 1.6 %. */
export interface Histogram {
  record(us: number): void;
  percentile(share: number): number;
  count(): number;
}

const precisionBits = 6;
const subBuckets = 1 << precisionBits;
/** 2^32 µs is more than an hour: nothing here lasts as long. */
const bucketCount = (32 - precisionBits + 1) * subBuckets;

export function createHistogram(): Histogram {
  const counts = new Uint32Array(bucketCount);
  let total = 0;

  return {
    record(us) {
      const at = bucketOf(us);
      counts[at] = counts[at]! + 1;
      total += 1;
    },
    percentile(share) {
      const rank = Math.max(1, Math.ceil(total * share));
      let seen = 0;
      for (let bucket = 0; bucket < bucketCount; bucket += 1) {
        seen += counts[bucket]!;
        if (seen >= rank) return middleOf(bucket);
      }
      return Number.NaN;
    },
    count: () => total,
  };
}

/** Values below 64 have a bucket each; above, every power of two is cut into 64. */
function bucketOf(us: number): number {
  const value = Math.min(0xffff_ffff, Math.max(0, Math.round(us)));
  if (value < subBuckets) return value;
  const shift = 31 - Math.clz32(value) - precisionBits;
  return (shift + 1) * subBuckets + (value >>> shift) - subBuckets;
}

function middleOf(bucket: number): number {
  if (bucket < subBuckets) return bucket;
  const shift = Math.floor(bucket / subBuckets) - 1;
  const low = (subBuckets + (bucket % subBuckets)) * 2 ** shift;
  return low + (2 ** shift - 1) / 2;
}
