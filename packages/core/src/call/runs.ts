import { FairleadError } from "../errors.ts";
import type { Clock } from "../ports.ts";
import { Chain } from "./chain.ts";

const SWEEP_MS = 100;

/** Tells when the caller has gone. An `AbortSignal` does; so may something lighter. */
export type CallerSignal = Pick<
  AbortSignal,
  "aborted" | "addEventListener" | "removeEventListener"
>;

/** A call under way: how long it may take, and what ends it early. */
export interface Run {
  readonly startedAt: number;
  deadlineAt: number;
  /** Made when somebody asks: most reads that are answered from memory never need one. */
  readonly signal: AbortSignal;
  /** Throws the reason when the run was ended early. */
  throwIfEnded(): void;
  /** Ends the run early; the first reason counts. */
  abort(reason: FairleadError): void;
  /** What `work` gives, unless the run is aborted first. */
  race<T>(work: Promise<T>): Promise<T>;
  /** The caller has its answer, whatever still goes on. */
  readonly isOver: boolean;
  end(): void;
}

export interface Runs {
  start(deadlineMs: number, outer: CallerSignal | undefined): Run;
  /** Calls under way. */
  readonly size: number;
  /** Resolves when nothing is under way, or rejects nobody: after `ms` what is left is aborted. */
  drain(ms: number): Promise<{ aborted: number }>;
}

/** One timer watches the deadlines of all calls: a timer per call would cost more than most calls. */
export function createRuns(clock: Clock): Runs {
  const live = new Chain<LiveRun>();
  let sweeping = false;
  let onEmpty: (() => void) | undefined;

  function sweep(): void {
    sweeping = false;
    const now = clock.now();
    for (const run of live) {
      if (now >= run.deadlineAt) run.abort(deadlinePassed(now - run.startedAt));
    }
    if (live.size > 0) watch();
  }

  function watch(): void {
    sweeping = true;
    clock.after(SWEEP_MS, sweep);
  }

  return {
    start(deadlineMs, outer) {
      const run = new LiveRun(clock.now(), deadlineMs, outer, () => {
        live.remove(link);
        if (live.size === 0) onEmpty?.();
      });
      const link = live.add(run);
      if (!sweeping) watch();
      return run;
    },
    get size() {
      return live.size;
    },
    async drain(ms) {
      if (live.size === 0) return { aborted: 0 };
      const { promise: empty, resolve } = Promise.withResolvers<void>();
      onEmpty = resolve;
      const cancelTimer = clock.after(ms, resolve);
      await empty;
      cancelTimer();
      const left = [...live];
      for (const run of left) run.abort(shuttingDown());
      return { aborted: left.length };
    },
  };
}

class LiveRun implements Run {
  readonly startedAt: number;
  deadlineAt: number;
  #controller: AbortController | undefined;
  #reason: FairleadError | undefined;
  #reject: ((reason: FairleadError) => void) | undefined;
  isOver = false;
  readonly #outer: CallerSignal | undefined;
  readonly #onEnd: () => void;
  readonly #onOuterAbort = () => this.abort(callerLeft());

  constructor(
    startedAt: number,
    deadlineMs: number,
    outer: CallerSignal | undefined,
    onEnd: () => void,
  ) {
    this.startedAt = startedAt;
    this.deadlineAt = startedAt + deadlineMs;
    this.#outer = outer;
    this.#onEnd = onEnd;
    if (outer?.aborted === true) this.abort(callerLeft());
    else outer?.addEventListener("abort", this.#onOuterAbort, { once: true });
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#reason !== undefined) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  throwIfEnded(): void {
    if (this.#reason !== undefined) throw this.#reason;
  }

  abort(reason: FairleadError): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    this.#controller?.abort(reason);
    this.#reject?.(reason);
  }

  race<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      // A handler that ignores its signal must not hold the answer back.
      this.#reject = reject;
      if (this.#reason !== undefined) reject(this.#reason);
      work.then(resolve, reject);
    });
  }

  end(): void {
    this.isOver = true;
    this.#outer?.removeEventListener("abort", this.#onOuterAbort);
    this.#onEnd();
  }
}

function deadlinePassed(ms: number): FairleadError {
  return new FairleadError(
    "timeout",
    `No answer within ${(ms / 1000).toFixed(1)} s. A read can be tried again; narrow it if it is large.`,
  );
}

function callerLeft(): FairleadError {
  return new FairleadError("cancelled", "The caller cancelled the call or closed the connection.");
}

function shuttingDown(): FairleadError {
  return new FairleadError("cancelled", "Fairlead is shutting down. Try again in a moment.", {
    retryable: true,
  });
}
