export interface Turn {
  /** True when it is one's turn; false when it did not come in time. */
  take(): Promise<boolean>;
  end(): void;
}

/** One at a time, first come, first served, and nobody waits for ever. */
export function createTurn(waitMs: number): Turn {
  const waiting: ((mine: boolean) => void)[] = [];
  let taken = false;

  return {
    async take() {
      if (!taken) {
        taken = true;
        return true;
      }
      return new Promise<boolean>((resolve) => {
        // Keeps the process alive: what waits for the records must not be cut off by its end.
        const timer = setTimeout(() => {
          waiting.splice(waiting.indexOf(settle), 1);
          resolve(false);
        }, waitMs);
        const settle = (mine: boolean) => {
          clearTimeout(timer);
          resolve(mine);
        };
        waiting.push(settle);
      });
    },
    end() {
      const next = waiting.shift();
      if (next === undefined) taken = false;
      else next(true);
    },
  };
}
