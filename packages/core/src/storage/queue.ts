/** Work to be done later. The Store's row is the truth; a message carries its id and may come twice. */
export interface Queue {
  publish(topic: string, id: string): Promise<void>;
  /** Hands over one id at a time; one whose worker throws is handed over again. */
  consume(topic: string, worker: (id: string) => Promise<void>): Promise<() => Promise<void>>;
  /** Ids that nobody has been handed yet, and since when the first of them waits (ms); both 0 when there are none. */
  backlog(): Promise<{ waiting: number; oldestMs: number }>;
  close(): Promise<void>;
}
