/** Says how far it has come. */
export type Say = (text: string) => void;

/** Shows on a terminal that something takes a moment; says nothing anywhere else. */
export async function working<T>(what: string, work: (say: Say) => Promise<T>): Promise<T> {
  if (process.stderr.isTTY !== true) return work(() => {});
  const { default: createSpinner } = await import("yocto-spinner");
  const spinner = createSpinner({ text: `${what} …`, stream: process.stderr }).start();
  try {
    return await work((text) => {
      spinner.text = `${what} … ${text}`;
    });
  } finally {
    spinner.stop();
  }
}
