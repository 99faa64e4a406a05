import { LRUCache } from "lru-cache";
import { atMost } from "../cache/bounded.ts";
import { FairleadError } from "../errors.ts";
import type { Clock, Logger } from "../ports.ts";
import type { AuditCheckpoint } from "../storage/records.ts";
import type { Store } from "../storage/store.ts";
import {
  type Checkpoint,
  hashStatement,
  type Place,
  parseCheckpoint,
  type Standing,
  type Statement,
  signCheckpoint,
} from "./checkpoint.ts";
import type { KeyRing } from "./keys.ts";
import { NO_HASH } from "./row.ts";

export interface CheckpointsParts {
  store: Store;
  keys: KeyRing;
  clock: Clock;
  logger: Logger;
}

export interface NextCheckpoint {
  /** Up to where chains are about to be dropped, by tenant. */
  anchors?: ReadonlyMap<string, Place[]>;
  keptFrom?: Statement["kept_from"];
  /** Signs with the key after the present one. */
  rotates?: boolean;
}

export interface Checkpoints {
  /** Signs how far the chains have come that moved since the last checkpoint; does nothing when none did. */
  sign(next?: NextCheckpoint): Promise<AuditCheckpoint | undefined>;
  /** The same inside a transaction. Throws `conflict` when another process was quicker. */
  signIn(tx: Store, next?: NextCheckpoint): Promise<AuditCheckpoint | undefined>;
}

/** Looked back so far beyond the last checkpoint: clocks of replicas differ, and transactions take their time. */
const MARGIN_MS = 10 * 60_000;
const MAX_REMEMBERED = 50_000;
/** Checkpoints that a process reads when it signs its first one; to list a chain again does no harm. */
const READ_BACK = 20;
const ATTEMPTS = 3;

export function createCheckpoints({ store, keys, clock, logger }: CheckpointsParts): Checkpoints {
  const covered = new LRUCache<string, number>(atMost(MAX_REMEMBERED));
  let seen = 0;
  /** What this process signed last, and so need not parse when it meets it in the store. */
  let own: ReturnType<typeof signCheckpoint> | undefined;

  async function signIn(tx: Store, next: NextCheckpoint = {}) {
    const last = await readLast(tx);
    const moved = await movedSince(tx, last);
    const standings = toStandings(moved, next.anchors ?? new Map());
    const isNews =
      standings.length > 0 || next.rotates === true || (next.keptFrom ?? null) !== null;
    if (!isNews) return undefined;
    const generation = (last?.generation ?? 1) + (next.rotates === true ? 1 : 0);
    own = signCheckpoint(keys.key(generation), standings, {
      seq: (last?.seq ?? 0) + 1,
      at: Math.max(clock.now(), last?.at ?? 0),
      prev: last === undefined ? NO_HASH : hashStatement(last),
      kept_from: next.keptFrom ?? null,
    });
    const { kept } = own;
    await tx.audit.putCheckpoint(kept);
    return kept;
  }

  async function movedSince(tx: Store, last: Statement | undefined) {
    await catchUp(tx, last?.seq ?? 0);
    const moved_since = last === undefined ? undefined : last.at - MARGIN_MS;
    const heads = await tx.audit.heads({ moved_since });
    return heads.filter(({ chain, seq }) => (covered.get(chain) ?? 0) < seq);
  }

  function parse(kept: AuditCheckpoint): Checkpoint | undefined {
    const isOwn = own?.kept.body === kept.body && own.kept.signature === kept.signature;
    return isOwn ? own?.parsed : parseCheckpoint(kept);
  }

  /** The last statement. Throws `internal` when it was tampered with: to sign behind it would vouch for it. */
  async function readLast(tx: Store): Promise<Statement | undefined> {
    const last = await tx.audit.lastCheckpoint();
    if (last === undefined) return undefined;
    const { statement } = parse(last) ?? {};
    if (statement?.seq === last.seq) return statement;
    throw new FairleadError(
      "internal",
      `Audit checkpoint ${last.seq} is not as it was written. Run fairlead audit verify.`,
      { details: { reason: "audit_checkpoint" } },
    );
  }

  /** Checkpoints of other processes say what is covered as well. */
  async function catchUp(tx: Store, last: number): Promise<void> {
    const from = Math.max(seen + 1, last - READ_BACK);
    if (from > last) return;
    for (const each of await tx.audit.readCheckpoints(from, READ_BACK + 1)) {
      const { standings = [] } = parse(each) ?? {};
      for (const { chain, seq } of standings.flatMap(({ heads }) => heads)) covered.set(chain, seq);
      seen = each.seq;
    }
  }

  async function sign(next?: NextCheckpoint): Promise<AuditCheckpoint | undefined> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const checkpoint = await signIn(store, next);
        // Whoever keeps this line elsewhere can tell if the records are ever put back to an older state.
        if (checkpoint !== undefined) {
          const { seq, key_id, signature } = checkpoint;
          logger.info({ seq, key_id, signature }, "audit checkpoint");
        }
        return checkpoint;
      } catch (error) {
        const isLate = error instanceof FairleadError && error.code === "conflict";
        if (!isLate || attempt === ATTEMPTS) throw error;
      }
    }
  }

  return { sign, signIn };
}

type Head = Place & { tenant_id: string };

function toStandings(moved: readonly Head[], anchors: ReadonlyMap<string, Place[]>): Standing[] {
  const heads = new Map<string, Place[]>();
  for (const { tenant_id, chain, seq, hash } of moved) {
    const of = heads.get(tenant_id) ?? [];
    of.push({ chain, seq, hash });
    heads.set(tenant_id, of);
  }
  const byChain = (one: Place, other: Place) => (one.chain < other.chain ? -1 : 1);
  return [...new Set([...heads.keys(), ...anchors.keys()])].sort().map((tenant_id) => ({
    tenant_id,
    heads: (heads.get(tenant_id) ?? []).sort(byChain),
    anchors: [...(anchors.get(tenant_id) ?? [])].sort(byChain),
  }));
}
