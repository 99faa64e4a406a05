export type Counters = {
  total: number;
  logins: number;
  /** Requests being answered right now. */
  open: number;
  /** Requests whose client closed the connection before the answer was out. */
  aborted: number;
  byOperation: Record<string, number>;
  byStatus: Record<string, number>;
  /** Changes that the account took on, by operationId; a request that was refused is none. */
  accepted: Record<string, number>;
  /** Changes that really took effect. What is done later counts when it is done, and never when it fails. */
  done: Record<string, number>;
  /** Answers of the fake that the contract does not allow; tests expect none. */
  contractViolations: string[];
  /** Requests for routes that the contract does not have; tests expect none. */
  unexpected: string[];
  /** Fields that were sent but are not in the contract. The upstream ignores them, a client should not. */
  undeclared: string[];
};

export const createCounters = (): Counters => ({
  total: 0,
  logins: 0,
  open: 0,
  aborted: 0,
  byOperation: {},
  byStatus: {},
  accepted: {},
  done: {},
  contractViolations: [],
  unexpected: [],
  undeclared: [],
});

export function count(table: Record<string, number>, key: string | number): void {
  table[key] = (table[key] ?? 0) + 1;
}
