import { LRUCache } from "lru-cache";
import { atMost } from "./cache/bounded.ts";
import { createCache } from "./cache/cache.ts";
import { admit, type CallGround, call } from "./call/call.ts";
import { createIds } from "./call/ids.ts";
import type { CallRequest, Reply } from "./call/request.ts";
import { createRuns } from "./call/runs.ts";
import { createLists, type VisibleLists } from "./catalogue/lists.ts";
import { createView, type View, type ViewSelection } from "./catalogue/view.ts";
import { createClients } from "./connections/clients.ts";
import type { Connector } from "./connector.ts";
import { createAuthenticate, type Evidence, type IdentityConfig } from "./identity/authenticate.ts";
import type { Principal } from "./identity/principal.ts";
import { createAddressLimit } from "./limits/address-limit.ts";
import type { Recorder } from "./observe/audit-event.ts";
import type { Clock, Fetch, Logger, RandomBytes } from "./ports.ts";
import type { Secret } from "./secret.ts";
import type { Queue } from "./storage/queue.ts";
import type { Bucket, Shared } from "./storage/shared.ts";
import type { Store } from "./storage/store.ts";
import { createKeyedHash } from "./vault/keyed-hash.ts";
import { createSealer, type Sealer } from "./vault/sealer.ts";

export interface EngineConfig {
  identity: IdentityConfig;
  /** Seals session tokens and rounds, and names header tenants; random for the life of the process when absent. */
  masterKey?: Secret | undefined;
  /** What one caller may do. */
  callerBucket: Bucket;
  /** What one network address may do, known or not. */
  addressBucket: Bucket;
  /** Milliseconds until a call answers `timeout`, unless its tool says otherwise. */
  deadlineMs: number;
  /** Longer answers come in pages. */
  resultTokenBudget: number;
  /** Nothing but reads, on every endpoint. */
  readonly: boolean;
  /** Only these toolsets, on every endpoint. */
  toolsets?: readonly string[] | undefined;
}

export interface FairleadParts {
  config: EngineConfig;
  store: Store;
  shared: Shared;
  queue: Queue;
  connectors: readonly Connector[];
  clock: Clock;
  random: RandomBytes;
  fetch: Fetch;
  logger: Logger;
  recorder: Recorder;
}

/** The engine, whatever the surface in front of it. */
export interface Fairlead {
  readonly connectors: readonly Connector[];
  readonly sealer: Sealer;
  readonly shared: Shared;
  readonly clock: Clock;
  newId(bytes: number): string;
  /** The part of the catalogue an endpoint and its query choose. Throws `not_found` or `invalid_input`. */
  view(selection: ViewSelection): View;
  lists(view: View, principal: Principal): VisibleLists;
  admit(evidence: Evidence): Promise<Principal>;
  call(request: CallRequest): Promise<Reply>;
  /** Calls under way. */
  readonly callsUnderWay: number;
  /** Waits for the calls under way, at most `ms`, then ends what is left. */
  drain(ms: number): Promise<{ aborted: number }>;
  close(): Promise<void>;
}

const MAX_VIEWS = 200;
const FAILED_LOGINS: Bucket = { capacity: 10, refillPerSecond: 1 / 30 };

/** Builds the engine from its parts. Everything that reaches outside is handed in. */
export function createFairlead(parts: FairleadParts): Fairlead {
  const { config, store, shared, clock, random, connectors, logger } = parts;
  const masterKey = config.masterKey?.reveal();
  const keyedHash = createKeyedHash(masterKey, random);
  const sealer = createSealer({ masterKey }, clock, random);
  const cache = createCache(clock);
  const clients = createClients({
    fetch: parts.fetch,
    clock,
    random,
    shared,
    cache,
    logger,
    keyedHash,
  });
  const views = new LRUCache<string, View>(atMost(MAX_VIEWS));
  const ground: CallGround = {
    authenticate: createAuthenticate({
      config: config.identity,
      store,
      clients,
      clock,
      keyedHash,
      failures: createAddressLimit(clock, FAILED_LOGINS),
    }),
    addressLimit: createAddressLimit(clock, config.addressBucket),
    callerBucket: config.callerBucket,
    deadlineMs: config.deadlineMs,
    resultTokenBudget: config.resultTokenBudget,
    store,
    shared,
    clients,
    cache: cache.scoped("answers "),
    sealer,
    recorder: parts.recorder,
    logger: logger.child("calls"),
    runs: createRuns(clock),
    clock,
    newId: createIds(random),
    notedAt: new WeakMap(),
  };

  return {
    connectors,
    sealer,
    shared,
    clock,
    newId: ground.newId,
    view(selection) {
      const bound = bind(selection, config);
      const key = JSON.stringify([bound.endpoint, bound.toolsets, bound.readonly]);
      const known = views.get(key);
      if (known !== undefined) return known;
      const view = createView(connectors, bound);
      views.set(key, view);
      return view;
    },
    lists: createLists(),
    admit: (evidence) => admit(ground, evidence),
    call: (request) => call(ground, request),
    get callsUnderWay() {
      return ground.runs.size;
    },
    drain: (ms) => ground.runs.drain(ms),
    async close() {
      await clients.closeAll();
      await parts.queue.close();
      await shared.close();
      await store.close();
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
