/** Lets at most `most` pieces of work under one name run at a time; the others wait in line. */
export type Turns = <T>(name: string, work: () => Promise<T>) => Promise<T>;

interface Line {
  running: number;
  waiting: (() => void)[];
}

export function createTurns(most: number): Turns {
  const lines = new Map<string, Line>();
  return async (name, work) => {
    const line = lines.get(name) ?? { running: 0, waiting: [] };
    lines.set(name, line);
    if (line.running < most) line.running += 1;
    else await new Promise<void>((resolve) => line.waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = line.waiting.shift();
      // Who waited takes the place over, so that nobody who comes meanwhile gets it too.
      if (next !== undefined) next();
      else line.running -= 1;
      if (line.running === 0) lines.delete(name);
    }
  };
}
