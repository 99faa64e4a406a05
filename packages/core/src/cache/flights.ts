/** A load under way, and who waits for it. */
export interface Flight {
  answer: Promise<unknown>;
  controller: AbortController;
  marks: readonly string[];
  waiting: number;
}

/** Waits for a flight as one of its passengers. When the last of them leaves, it is called off. */
export function board(
  flights: Map<string, Flight>,
  key: string,
  flight: Flight,
  signal: AbortSignal,
): Promise<unknown> {
  flight.waiting += 1;
  return new Promise((resolve, reject) => {
    const leave = () => {
      flight.waiting -= 1;
      if (flight.waiting === 0) callOff(flights, key, flight, signal.reason);
      reject(signal.reason);
    };
    signal.addEventListener("abort", leave, { once: true });
    flight.answer.then(resolve, reject).finally(() => signal.removeEventListener("abort", leave));
  });
}

/** Nobody boards it any more, and what it brings is not kept. */
export function callOff(
  flights: Map<string, Flight>,
  key: string,
  flight: Flight,
  reason: unknown,
): void {
  if (flights.get(key) === flight) flights.delete(key);
  flight.controller.abort(reason);
}
