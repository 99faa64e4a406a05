import { LRUCache } from "lru-cache";
import { atMost } from "../cache/bounded.ts";
import { FairleadError } from "../errors.ts";
import type { Clock } from "../ports.ts";
import type { AuditRow } from "../storage/records.ts";
import type { Store } from "../storage/store.ts";
import { type Prepared, prepareNote } from "./body.ts";
import { hashStatement, parseCheckpoint } from "./checkpoint.ts";
import { CHAIN_BEGUN, type Claim, makeClaim } from "./claim.ts";
import type { KeyRing } from "./keys.ts";
import { hashRow, NO_HASH } from "./row.ts";

/** How far this process has come on a chain of its own. */
interface Chain {
  name: string;
  seq: number;
  hash: string;
  at: number;
}

interface Seat {
  tenant_id: string;
  /** Undefined until the first row, and after one whose fate is unknown. */
  chain: Chain | undefined;
  /** Resolves when whoever writes to the chain has let go of it. */
  free: Promise<void>;
}

/** Rows appended in a transaction that has not ended. The chains wait for one of these. */
export interface Appended {
  rows: readonly AuditRow[];
  /** The transaction went through: others follow on these rows. */
  commit(): void;
  /** It was rolled back: others take their place. */
  release(): void;
  /** What became of it is not known: nothing follows on the chains, the next row begins new ones. */
  abandon(): void;
}

export interface Chains {
  /**
   * Appends events to their tenants' chains. `tx` is a transaction under way: whoever took the chains first and waited
   * for a transaction then would wait for one that waits for the chains.
   */
  append(events: readonly Prepared[], tx: Store): Promise<Appended>;
}

const MAX_CHAINS = 20_000;
/** Rows this old may lapse, and what follows on them would follow on nothing; a chain is not kept so long. */
const MAX_IDLE_MS = 6 * 3_600_000;
/** A clock that was set back further than this begins a chain anew, rather than have all rows bear the wrong time. */
const MAX_AHEAD_MS = 60_000;
const START_MS = 60_000;

/** The chains of one process, one for each tenant. No process goes on with a chain of another. */
export function createChains(processId: string, keys: KeyRing, clock: Clock): Chains {
  let renewals = 0;
  const seats = new LRUCache<string, Seat>({
    ...atMost(MAX_CHAINS),
    dispose: () => {
      renewals += 1;
    },
  });
  const startOf = createStarts(clock);

  function seatOf(tenant_id: string): Seat {
    const known = seats.get(tenant_id);
    if (known !== undefined) return known;
    const seat: Seat = { tenant_id, chain: undefined, free: Promise.resolve() };
    seats.set(tenant_id, seat);
    return seat;
  }

  function abandon(held: readonly Seat[]): void {
    renewals += 1;
    for (const seat of held) seat.chain = undefined;
  }

  /** Goes on with what is there, or begins a chain with a row that names its writer. */
  function draftOf({ tenant_id, chain }: Seat, now: number, start: Start, rows: AuditRow[]): Chain {
    if (chain !== undefined) return { ...chain };
    const name = `${tenant_id}/${processId}${renewals === 0 ? "" : `.${renewals}`}`;
    const begun: Chain = { name, seq: 0, hash: NO_HASH, at: now };
    const said = { chain: name, checkpoint: start.checkpoint, writer: processId };
    const claim = makeClaim(keys.key(start.generation), tenant_id, now, said);
    rows.push(follow(begun, prepareNote(tenant_id, now, CHAIN_BEGUN, claim), now));
    return begun;
  }

  async function appendHeld(
    held: readonly Seat[],
    events: readonly Prepared[],
    tx: Store,
  ): Promise<{ rows: AuditRow[]; drafts: Map<string, Chain> }> {
    const now = clock.now();
    const ended = held.filter(({ chain }) => chain !== undefined && hasEnded(chain, now));
    if (ended.length > 0) abandon(ended);
    const isNew = held.some(({ chain }) => chain === undefined);
    const start = isNew ? await startOf(tx) : NO_START;
    const rows: AuditRow[] = [];
    const drafts = new Map(
      held.map((seat) => [seat.tenant_id, draftOf(seat, now, start, rows)] as const),
    );
    for (const event of events) {
      const draft = drafts.get(event.tenant_id);
      if (draft !== undefined) rows.push(follow(draft, event, now));
    }
    await tx.audit.append(rows);
    return { rows, drafts };
  }

  return {
    async append(events, tx) {
      // In one order for everybody, so that no two wait for each other.
      const tenants = [...new Set(events.map(({ tenant_id }) => tenant_id))].sort();
      const held = tenants.map(seatOf);
      const letGo = await takeAll(held);
      try {
        const { rows, drafts } = await appendHeld(held, events, tx);
        return {
          rows,
          commit() {
            for (const seat of held) seat.chain = drafts.get(seat.tenant_id);
            letGo();
          },
          release: letGo,
          abandon() {
            abandon(held);
            letGo();
          },
        };
      } catch (error) {
        // Somebody else wrote where this process was to go on; it must not be held up by that for ever.
        if (error instanceof FairleadError && error.code === "conflict") abandon(held);
        letGo();
        throw error;
      }
    },
  };
}

function hasEnded({ at }: Chain, now: number): boolean {
  return now - at > MAX_IDLE_MS || at - now > MAX_AHEAD_MS;
}

/** What a chain that begins needs to know of the checkpoints. */
interface Start {
  checkpoint: Claim["checkpoint"];
  generation: number;
}

const NO_START: Start = { checkpoint: null, generation: 1 };

/** Read once a minute at most: after a restart thousands of chains begin at once. */
function createStarts(clock: Clock): (store: Store) => Promise<Start> {
  let known: { start: Start; at: number } | undefined;
  return async (store) => {
    const now = clock.now();
    if (known !== undefined && Math.abs(now - known.at) < START_MS) return known.start;
    const last = await store.audit.lastCheckpoint();
    const statement = last && parseCheckpoint(last)?.statement;
    const start =
      statement === undefined
        ? NO_START
        : {
            checkpoint: { seq: statement.seq, hash: hashStatement(statement) },
            generation: statement.generation,
          };
    known = { start, at: now };
    return start;
  };
}

/** The next row of a chain. Times along a chain never decrease, so that what is too old is always its beginning. */
function follow(chain: Chain, { tenant_id, body, committed }: Prepared, now: number): AuditRow {
  const at = Math.max(now, chain.at);
  const link = { chain: chain.name, seq: chain.seq + 1, tenant_id, at };
  const hash = hashRow(chain.hash, link, committed);
  const row: AuditRow = { ...link, body, prev_hash: chain.hash, hash };
  Object.assign(chain, { seq: link.seq, hash, at });
  return row;
}

async function takeAll(seats: readonly Seat[]): Promise<() => void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  for (const seat of seats) {
    const before = seat.free;
    seat.free = promise;
    await before;
  }
  return resolve;
}
