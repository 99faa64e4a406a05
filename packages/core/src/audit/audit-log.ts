import type { AuditEvent } from "../observe/audit-event.ts";
import type { AuditLog } from "../observe/audit-log.ts";
import type { Clock, Logger, RandomBytes } from "../ports.ts";
import type { Shared } from "../storage/shared.ts";
import type { Store } from "../storage/store.ts";
import { SYSTEM_TENANT } from "../vault/vault.ts";
import { prepare, prepareNote } from "./body.ts";
import { createChains } from "./chains.ts";
import { createCheckpoints } from "./checkpoints.ts";
import { type Batch, createGathered } from "./gathered.ts";
import { createGroupCommit } from "./group-commit.ts";
import { createKeyRing } from "./keys.ts";
import { dropLapsing, findLapsing } from "./prune.ts";
import { startRound } from "./rounds.ts";
import { createSalt } from "./salt.ts";
import { createTransactions } from "./transactions.ts";

export interface AuditLogParts {
  store: Store;
  /** The vault's: 32 bytes for a purpose, the same on every replica. */
  derive: (purpose: string) => Buffer;
  clock: Clock;
  random: RandomBytes;
  logger: Logger;
  /** This process and no other: one that starts again takes a new id. Letters, digits, `_`, `-` and `.`. */
  processId: string;
  /** With it, this process takes part in signing checkpoints and in dropping what has lapsed. */
  shared?: Shared | undefined;
  /** Days an event is kept; 0 or absent: for ever. */
  retentionDays?: number | undefined;
  /** Events that may wait in memory while the store is away; those beyond are counted. */
  maxWaiting?: number | undefined;
  /** Hears of every event: when it was recorded, or when the act it is of was committed. */
  onEvent?: ((event: AuditEvent) => void) | undefined;
}

const MAX_WAITING = 50_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** The chained log of one process. To be closed before its store; nothing may be recorded afterwards. */
export function createAuditLog(parts: AuditLogParts): AuditLog {
  const { store, clock, shared, onEvent, retentionDays = 0 } = parts;
  const { logger } = parts;
  if (!/^[\w.-]{1,80}$/.test(parts.processId))
    throw new Error(`"${parts.processId}" cannot be the id of a process.`);
  const keys = createKeyRing(parts.derive);
  const transact = createTransactions(store, createChains(parts.processId, keys, clock));
  const checkpoints = createCheckpoints({ store, keys, clock, logger });
  const salt = createSalt(parts.random);
  const maxWaiting = parts.maxWaiting ?? MAX_WAITING;
  const joined = createGroupCommit(transact, (event) => prepare(event, salt));
  const gathered = createGathered({ write, salt, clock, logger, maxWaiting });

  async function write(batch: Batch): Promise<void> {
    // What was sent and never answered is sent again as it was; rows that are there already stay.
    if (batch.rows !== undefined) return store.audit.append(batch.rows);
    await transact(
      async () => ({ result: undefined, events: batch.events }),
      (rows) => {
        batch.rows = rows;
      },
    );
  }

  async function prune(): Promise<void> {
    const before = clock.now() - retentionDays * DAY_MS;
    const lapsing = await findLapsing(store, before);
    if (!lapsing.isAny) return;
    const rows = await transact(async (tx) => {
      const result = await dropLapsing(tx, checkpoints, before, lapsing);
      const note = { before, rows: result };
      const event = prepareNote(SYSTEM_TENANT, clock.now(), "audit.lapsed", note);
      return { result, events: [event] };
    });
    logger.info({ rows, before }, "audit events lapsed");
  }

  const rounds = shared === undefined ? [] : startRounds(shared);

  function startRounds(state: Shared): (() => Promise<void>)[] {
    const ground = { shared: state, clock, logger };
    const signing = {
      name: "audit checkpoint",
      everyMs: MINUTE_MS,
      onceInMs: MINUTE_MS - 5_000,
      work: () => checkpoints.sign(),
    };
    const pruning = {
      name: "audit retention",
      everyMs: HOUR_MS,
      onceInMs: DAY_MS - HOUR_MS,
      work: prune,
    };
    return [signing, ...(retentionDays > 0 ? [pruning] : [])].map((round) =>
      startRound(round, ground),
    );
  }

  return {
    record(event) {
      gathered.add(event);
      onEvent?.(event);
    },
    async transaction(work) {
      let done: AuditEvent | undefined;
      const answer = await transact(async (tx) => {
        const { result, event } = await work(tx);
        done = event;
        return { result, events: [prepare(event, salt)] };
      });
      if (done !== undefined) onEvent?.(done);
      return answer;
    },
    join: (work) =>
      joined(work, (event) => {
        // What is about to be done is told of once it is over.
        if (event.phase !== "intent") onEvent?.(event);
      }),
    flush: gathered.flush,
    get backlog() {
      return gathered.backlog;
    },
    async close() {
      for (const stop of rounds) await stop();
      const left = await gathered.close();
      if (left > 0)
        logger.error({ events: left }, "audit events were lost: they could not be written");
      if (shared === undefined) return;
      await checkpoints.sign().catch((error: unknown) => {
        logger.warn({ err: error }, "the last audit events are not in a checkpoint yet");
      });
    },
  };
}
