const PATIENCE_MS = 15_000;

/** Resolves when it is so; an error says what did not come about. */
export async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`Not within ${PATIENCE_MS / 1_000} s: ${what}`);
    await new Promise((done) => setTimeout(done, 20));
  }
}
