import { LRUCache } from "lru-cache";
import { atMost } from "./cache/bounded.ts";
import { createCache } from "./cache/cache.ts";
import { createSharedTier } from "./cache/shared-tier.ts";
import { admit, type CallGround, call } from "./call/call.ts";
import { createIds } from "./call/ids.ts";
import type { CallRequest, Reply } from "./call/request.ts";
import { createResults } from "./call/results.ts";
import { createRuns } from "./call/runs.ts";
import { CHARACTERS_PER_TOKEN } from "./call/shape.ts";
import { createLists, type VisibleLists } from "./catalogue/lists.ts";
import { createView, type View, type ViewSelection } from "./catalogue/view.ts";
import { createClients } from "./connections/clients.ts";
import { createConnections, type GivenConnection } from "./connections/connections.ts";
import type { Connector } from "./connector.ts";
import type { Egress } from "./egress.ts";
import { FairleadError } from "./errors.ts";
import type { Evidence, IdentityConfig } from "./identity/authenticate.ts";
import { createIdentity } from "./identity/identity.ts";
import type { Principal } from "./identity/principal.ts";
import type { Way } from "./identity/way.ts";
import { type EffectBudgets, NO_BUDGETS } from "./journal/effect-budgets.ts";
import { createJournal } from "./journal/journal.ts";
import { createAddressLimit } from "./limits/address-limit.ts";
import { createCallerLimit } from "./limits/caller-limit.ts";
import { createPay, createTakeOf, type Pay } from "./limits/pay.ts";
import type { Recorder } from "./observe/audit-event.ts";
import type { AuditLog } from "./observe/audit-log.ts";
import { createTally, type Tally } from "./observe/tally.ts";
import type { Tracer } from "./observe/tracing.ts";
import { createBuiltIn } from "./operations/built-in.ts";
import { createOperations, type OperationsService } from "./operations/service.ts";
import { startWorker } from "./operations/worker.ts";
import { authorizeAction } from "./policy/authorize.ts";
import { createPolicies } from "./policy/policies.ts";
import type { Clock, Logger, RandomBytes } from "./ports.ts";
import type { ChangeFeed } from "./storage/change-feed.ts";
import type { Queue } from "./storage/queue.ts";
import type { Bucket, Shared } from "./storage/shared.ts";
import type { Store } from "./storage/store.ts";
import { createNotes } from "./usage/notes.ts";
import { createKeyedHash } from "./vault/keyed-hash.ts";
import { createSealer, type Sealer } from "./vault/sealer.ts";
import type { Vault } from "./vault/vault.ts";

export interface EngineConfig {
  identity: IdentityConfig;
  /** What a caller may do that has no allowance of its own. */
  callerBucket: Bucket;
  /** Share of an allowance that reads are left with while shared state is away. */
  degradedFraction: number;
  /** What one network address may do, known or not. */
  addressBucket: Bucket;
  /** Milliseconds until a call answers `timeout`, unless its tool says otherwise. */
  deadlineMs: number;
  /** Longer answers come in pages. */
  resultTokenBudget: number;
  /** Nothing but reads, on every endpoint. */
  readonly: boolean;
  /** What may be changed at most; no bounds when absent. */
  effectBudgets?: EffectBudgets | undefined;
  /** Only these toolsets, on every endpoint. */
  toolsets?: readonly string[] | undefined;
}

export interface FairleadParts {
  config: EngineConfig;
  store: Store;
  shared: Shared;
  queue: Queue;
  vault: Vault;
  changes: ChangeFeed;
  connectors: readonly Connector[];
  /** Connections the operator gave by environment, of the one local tenant. */
  given?: readonly GivenConnection[];
  clock: Clock;
  random: RandomBytes;
  egress: Egress;
  logger: Logger;
  recorder: Recorder;
  /** Where what changes the world is written down, together with its event. */
  auditLog: AuditLog;
  /** This process, as others know it by its heartbeat. */
  processId: string;
  /** Whether it looks after operations: those of its own and those that others left. */
  works?: boolean;
  /** Where a person approves a plan in a browser; absent where there is no such page. */
  approveAt?: (plan_id: string) => string | undefined;
  /** Further kinds of tokens that callers may show. */
  ways?: readonly Way[];
  /** Counts besides events; one of its own when absent. */
  tally?: Tally;
  /** Follows calls as spans. */
  tracer?: Tracer | undefined;
  /** This program's version: what another one cached is not read. */
  version?: string;
}

/** The engine, whatever the surface in front of it. */
export interface Fairlead {
  readonly connectors: readonly Connector[];
  readonly sealer: Sealer;
  readonly shared: Shared;
  readonly clock: Clock;
  /** Takes from a caller's allowance, for what is no call. Throws `rate_limited`. */
  readonly pay: Pay;
  newId(bytes: number): string;
  /** The part of the catalogue an endpoint and its query choose. Throws `not_found` or `invalid_input`. */
  view(selection: ViewSelection): View;
  /** What the caller may see of a view. */
  lists(view: View, principal: Principal): VisibleLists | Promise<VisibleLists>;
  admit(evidence: Evidence): Promise<Principal>;
  /** Calls back when what a principal showed has expired or was revoked; what it opened ends then. */
  /** Durable work. */
  readonly operations: OperationsService;
  onEnded(principal: Principal, callback: () => void): () => void;
  call(request: CallRequest): Promise<Reply>;
  /** Calls under way. */
  readonly callsUnderWay: number;
  /** Waits for the calls under way, at most `ms`, then ends what is left. */
  drain(ms: number): Promise<{ aborted: number }>;
  close(): Promise<void>;
}

const MAX_VIEWS = 200;
/** How long a shutdown waits for ends of changes that the records did not take yet. */
const LAST_ENDINGS_MS = 5_000;
const DERIVED_MS = 3_600_000;
const FAILED_LOGINS: Bucket = { capacity: 10, refillPerSecond: 1 / 30 };

/** Builds the engine from its parts. Everything that reaches outside is handed in. */
export function createFairlead(parts: FairleadParts): Fairlead {
  const { config, store, shared, vault, changes, clock, random, connectors } = parts;
  const logger = parts.logger.child("calls");
  const tally = parts.tally ?? createTally();
  const keyedHash = createKeyedHash(vault.derive("keyed hash"));
  const sealer = createSealer({ keys: [vault.derive("sealed tokens")] }, clock);
  const tier = createSharedTier({
    ...{ shared, sealer, keyedHash, clock, random, logger: parts.logger },
    version: parts.version ?? "",
  });
  const cache = createCache({ clock, tier });
  const answers = cache.scoped("answers ", { shared: true, counts: tally.caches.answers });
  // What a tenant or a connection no longer is must not be answered from memory.
  const stopForgetting = changes.on(
    ({ topic, ref }) => {
      if (topic === "tenant" || topic === "connection") void answers.deleteByTag(ref);
      if (topic === "tenant") void forgetDeleted(ref);
    },
    () => {},
  );
  // What waits to be written would bring back rows of a tenant that was deleted with all of them.
  async function forgetDeleted(tenant_id: string): Promise<void> {
    const found = await store.tenants.find(tenant_id).catch(() => "unknown");
    if (found === undefined) await notes.forget(tenant_id);
  }
  const connections = createConnections({ store, vault, changes, given: parts.given ?? [] });
  const clients = createClients({
    fetch: parts.egress.fetch,
    connect: parts.egress.connect,
    clock,
    random,
    shared,
    cache: cache.scoped("clients ", { counts: tally.caches.clients }),
    logger: parts.logger,
    keyedHash,
    sealer,
    changes,
    tally,
  });
  const policies = createPolicies({ store, changes, connectors, clock, logger });
  const identity = createIdentity({
    config: config.identity,
    store,
    clients,
    changes,
    clock,
    random,
    keyedHash,
    fetch: parts.egress.fetch,
    logger: parts.logger.child("identity"),
    failures: createAddressLimit(clock, FAILED_LOGINS),
    auditLog: parts.auditLog,
    ...(parts.ways === undefined ? {} : { ways: parts.ways }),
  });
  const notes = createNotes(store, clock, logger);
  const views = new LRUCache<string, View>(atMost(MAX_VIEWS));
  const render = createLists();
  const takeOf = createTakeOf({
    callerLimit: createCallerLimit({ shared, clock, fraction: config.degradedFraction }),
    ...{ callerBucket: config.callerBucket, tally },
  });
  const newId = createIds(random);
  const version = parts.version ?? "";
  const toolOf = (name: string) => {
    for (const { tools } of connectors)
      for (const tool of tools) if (tool.name === name) return tool;
    return undefined;
  };
  const operations = createOperations({
    ...{ store, shared, vault, clock, toolOf },
    resultTokenBudget: config.resultTokenBudget,
  });
  const underWay = new Set<string>();
  const journal = createJournal({
    store,
    vault,
    auditLog: parts.auditLog,
    clock,
    logger,
    underWay,
  });
  const results = createResults({
    ...{ shared, sealer, newId },
    partLength: (config.resultTokenBudget * CHARACTERS_PER_TOKEN) / 2,
    async authorize(principal, tool) {
      const target = viewOf({ endpoint: "all" }).tools.get(tool);
      if (target === undefined)
        throw new FairleadError("not_found", `${tool} is no longer offered.`);
      authorizeAction(principal, target, await policies.of(principal.tenant_id));
    },
  });
  const builtIn = createBuiltIn({ operations, results });
  const ground: CallGround = {
    identity,
    addressLimit: createAddressLimit(clock, config.addressBucket),
    takeOf,
    deadlineMs: config.deadlineMs,
    resultTokenBudget: config.resultTokenBudget,
    policies,
    connections,
    notes,
    shared,
    clients,
    cache: answers,
    derivedCache: cache.scoped("derived answers ", {
      ...{ shared: true, maxKeptMs: DERIVED_MS, counts: tally.caches.answers },
    }),
    sealer,
    recorder: parts.recorder,
    tally,
    tracer: parts.tracer,
    logger,
    runs: createRuns(clock),
    clock,
    newId,
    ...{ store, vault, journal, operations, results, keyedHash, version },
    budgets: config.effectBudgets ?? NO_BUDGETS,
    approveAt: parts.approveAt ?? (() => undefined),
    processId: parts.processId,
  };

  function viewOf(selection: ViewSelection): View {
    const bound = bind(selection, config);
    const key = JSON.stringify([bound.endpoint, bound.toolsets, bound.readonly]);
    const known = views.get(key);
    if (known !== undefined) return known;
    const view = createView(connectors, bound, builtIn);
    views.set(key, view);
    return view;
  }

  const worker =
    parts.works === true
      ? startWorker({
          ...{
            store,
            shared,
            vault,
            clock,
            notes,
            connections,
            clients,
            connectors,
            operations,
            viewOf,
          },
          ...{ auditLog: parts.auditLog, processId: parts.processId, newId, logger: parts.logger },
          callFor: (operation, request) => call(ground, request, operation),
          isUnderWay: (id) => underWay.has(id),
        })
      : undefined;

  return {
    connectors,
    sealer,
    shared,
    clock,
    pay: createPay(takeOf),
    newId,
    view: viewOf,
    operations,
    lists(view, principal) {
      const policy = policies.of(principal.tenant_id);
      return policy instanceof Promise
        ? policy.then((rules) => render(view, principal, rules))
        : render(view, principal, policy);
    },
    admit: (evidence) => admit(ground, evidence),
    onEnded: (principal, callback) => identity.onEnded(principal, callback),
    call: (request) => call(ground, request),
    get callsUnderWay() {
      return ground.runs.size;
    },
    drain: (ms) => ground.runs.drain(ms),
    async close() {
      await worker?.close();
      await journal.close(LAST_ENDINGS_MS);
      await identity.close();
      await notes.close();
      await clients.closeAll();
      stopForgetting();
      connections.close();
      policies.close();
      tier?.close();
      await parts.queue.close();
    },
  };
}

/** What the operator switched off stays off, whatever a query asks. */
function bind(selection: ViewSelection, config: EngineConfig): ViewSelection {
  return {
    ...selection,
    ...(selection.toolsets === undefined
      ? {}
      : { toolsets: [...new Set(selection.toolsets)].sort() }),
    readonly: config.readonly || selection.readonly === true,
    ...(config.toolsets === undefined ? {} : { allowedToolsets: config.toolsets }),
  };
}
