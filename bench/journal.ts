/** What happens while the bench runs: progress for whoever waits, and what could not be measured. */
export interface Journal {
  step(text: string): void;
  missing(label: string, reason: string): void;
  /** Reasons by label, each once. */
  readonly notMeasured: ReadonlyMap<string, string>;
}

export function createJournal(): Journal {
  const notMeasured = new Map<string, string>();
  return {
    notMeasured,
    step: (text) => process.stderr.write(`  ${text}\n`),
    missing: (label, reason) => void notMeasured.set(label, reason),
  };
}
