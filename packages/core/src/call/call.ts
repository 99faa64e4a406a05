import type { Cache } from "../cache/cache.ts";
import type { ToolTarget } from "../catalogue/view.ts";
import type { Clients } from "../connections/clients.ts";
import type { Connection } from "../connections/connection.ts";
import type { Connections } from "../connections/connections.ts";
import { pickConnection } from "../connections/pick.ts";
import type { Effect } from "../effect.ts";
import { FairleadError, toFairleadError } from "../errors.ts";
import type { Evidence } from "../identity/authenticate.ts";
import type { Identity } from "../identity/identity.ts";
import type { Principal } from "../identity/principal.ts";
import { whoseRefusal } from "../identity/whose.ts";
import { InputNeeded } from "../interaction.ts";
import type { EffectBudgets } from "../journal/effect-budgets.ts";
import type { Journal } from "../journal/journal.ts";
import { outcomeUnknown } from "../journal/outcome.ts";
import type { AddressLimit } from "../limits/address-limit.ts";
import { refuseUntil, type TakeOf } from "../limits/pay.ts";
import type { AuditEvent, Recorder } from "../observe/audit-event.ts";
import type { Tally } from "../observe/tally.ts";
import type { Tracer } from "../observe/tracing.ts";
import { BUILT_IN_ID } from "../operations/built-in.ts";
import type { OperationsService } from "../operations/service.ts";
import { authorizeAction, authorizeArguments, consentMark } from "../policy/authorize.ts";
import type { Policies } from "../policy/policy.ts";
import type { Clock, Logger } from "../ports.ts";
import type { Shared } from "../storage/shared.ts";
import type { Store } from "../storage/store.ts";
import type { OperationRow } from "../storage/write-records.ts";
import type { Notes } from "../usage/notes.ts";
import type { KeyedHash } from "../vault/keyed-hash.ts";
import type { Sealer } from "../vault/sealer.ts";
import type { Vault } from "../vault/vault.ts";
import { bytesOf } from "./bytes-of.ts";
import { Context } from "./context.ts";
import { underCall } from "./current.ts";
import { find, type Target } from "./find.ts";
import { fitted } from "./fitted.ts";
import { type Inner, innerCall } from "./inner.ts";
import { type Parsed, parseAction, perform, toReply } from "./perform.ts";
import type { Action, CallRequest, Reply } from "./request.ts";
import type { Results } from "./results.ts";
import { FIRST_ROUND, openRound, sealRound } from "./round.ts";
import type { Run, Runs } from "./runs.ts";
import { performChange, type Trail } from "./write.ts";

/** What the path needs of the engine around it. */
export interface CallGround {
  identity: Pick<Identity, "authenticate" | "forget">;
  addressLimit: AddressLimit;
  takeOf: TakeOf;
  deadlineMs: number;
  resultTokenBudget: number;
  policies: Policies;
  connections: Connections;
  notes: Notes;
  shared: Shared;
  clients: Clients;
  cache: Cache;
  /** Of tenants that headers brought: nothing of them is kept for long. */
  derivedCache: Cache;
  sealer: Sealer;
  recorder: Recorder;
  tally: Tally;
  tracer: Tracer | undefined;
  logger: Logger;
  runs: Runs;
  store: Store;
  vault: Vault;
  journal: Journal;
  operations: OperationsService;
  results: Results;
  budgets: EffectBudgets;
  keyedHash: KeyedHash;
  /** Where a person approves a plan in a browser; undefined where there is no such page. */
  approveAt: (plan_id: string) => string | undefined;
  processId: string;
  version: string;
  clock: Clock;
  newId: (bytes: number) => string;
}

/** The door: the first two steps of the path, taken once per request whatever it carries. */
export async function admit(ground: CallGround, evidence: Evidence): Promise<Principal> {
  const startedAt = ground.clock.now();
  try {
    limitAddress(ground, evidence.address);
    return await ground.identity.authenticate(evidence);
  } catch (thrown) {
    const error = toFairleadError(thrown);
    recordRefusal(ground, evidence, error, startedAt);
    throw error;
  }
}

/**
 * Any action, whatever the surface: a tool call, a resource read, a prompt, a completion, a subscription. Bounds it in
 * time and records how it ended. Throws a `FairleadError` when it fails.
 */
export async function call(
  ground: CallGround,
  request: CallRequest,
  operation?: OperationRow,
): Promise<Reply> {
  const run = ground.runs.start(ground.deadlineMs, request.signal);
  const trail = startTrail(ground, request);
  const span = ground.tracer?.start(trail, request);
  const walking = walk(ground, request, run, trail, span?.span_id, operation);
  try {
    const reply = await run.race(walking);
    trail.bytes_out = bytesOf(reply);
    record(ground, request, trail, outcomeOf(reply));
    return reply;
  } catch (thrown) {
    const error = trail.isSent === true ? honest(thrown, trail) : toFairleadError(thrown);
    if (error.code === "internal") {
      const { request_id, name } = trail;
      ground.logger.error({ err: error.cause ?? error, request_id, name }, "a call failed inside");
    }
    if (error.code === "unauthenticated") ground.identity.forget(request.principal);
    if (error.details?.reason === "policy") trail.policy_id = String(error.details.policy_id);
    record(ground, request, trail, error.code);
    throw error;
  } finally {
    span?.end(trail);
    // A change goes on although its caller has gone, and a shutdown waits for its end.
    if (trail.isSent === true) void walking.catch(() => {}).finally(() => run.end());
    else run.end();
  }
}

/** Whoever left, or waited for too long, after something may have left for the upstream, is not told that it failed. */
function honest(thrown: unknown, trail: Trail): FairleadError {
  const error = toFairleadError(thrown);
  if (trail.isWritten === true || error.code === "outcome_unknown") return error;
  return outcomeUnknown(trail.name, undefined, thrown);
}

/** The path itself. Reading it is reading the product. */
async function walk(
  ground: CallGround,
  request: CallRequest,
  run: Run,
  trail: Trail,
  span_id: string | undefined,
  operation: OperationRow | undefined,
): Promise<Reply> {
  const first = find(request.view, request.action);
  follow(trail, first);
  const policy = await ground.policies.of(request.principal.tenant_id);
  // Fairlead's own tools are about other calls, which are authorised as themselves, or about what is one's own.
  if (first.connector.id !== BUILT_IN_ID) authorizeAction(request.principal, first, policy);
  await limitCaller(ground, request, first);
  const inner = await innerCall(ground, request, first);
  const { target, action } = inner;
  if (target !== first) {
    follow(trail, target);
    authorizeAction(request.principal, target, policy);
  }
  const parsed = withGiven(parseAction(target, action), inner, operation);
  const connection = needsConnection(request, target, parsed)
    ? await pickConnection(
        ground.connections,
        target.connector,
        request.principal,
        parsed.connection,
      )
    : undefined;
  trail.connection_id = connection?.id;
  const now = ground.clock.now();
  const isOwn = target.connector.id === BUILT_IN_ID;
  if (!isOwn) authorizeArguments(request.principal, target, parsed, connection, policy, now);
  if (parsed.revealsSecret) trail.revealed_secret = true;
  const round = isFirstRound(request) ? FIRST_ROUND : await openRound(ground, request, parsed);
  run.deadlineAt = run.startedAt + (parsed.tool?.deadlineMs ?? ground.deadlineMs);
  // Who left while waiting for admission must not set off a write.
  run.throwIfEnded();
  const reach = <T>(work: (client: unknown) => Promise<T>) =>
    withClient(ground, target, connection, (client) =>
      underCall(
        trail,
        () => work(client),
        span_id,
        (upstreamCalls) => {
          if (run.isOver) recordLate(ground, request, trail, upstreamCalls);
        },
      ),
    );
  try {
    if (changesWorld(target, action)) {
      const { isPlan, undo_id } = inner;
      const own = {
        request: { ...request, action },
        target,
        parsed,
        connection,
        policy,
        round,
        run,
      };
      const change = { ...own, trail, isPlan, undo_id, operation };
      return await reach((client) => performChange(ground, change, client));
    }
    if (!isOwn) requireUnmarked(request.principal, target, parsed, connection, policy, now);
    const output = await cached(ground, request, parsed, connection, run, (signal) =>
      reach(async (client) => {
        const { request_id } = trail;
        const own = { ground, request, round, run, client, connection, request_id };
        const ctx = new Context({ ...own, signal, isShared: signal !== undefined });
        return perform(target, parsed, action, ctx);
      }),
    );
    const reply = toReply(target, parsed, output, action, ground.resultTokenBudget);
    return await fitted(ground, request, target, reply);
  } catch (thrown) {
    if (thrown instanceof InputNeeded) return sealRound(ground, request, round, thrown);
    throw thrown;
  }
}

function withClient<T>(
  { clients }: CallGround,
  { connector }: Target,
  connection: Connection | undefined,
  work: (client: unknown) => Promise<T>,
): Promise<T> {
  return connection === undefined ? work(undefined) : clients.use(connector, connection, work);
}

function limitAddress(ground: CallGround, address: string): void {
  refuseUntil(ground.addressLimit.take(address, 1), "this address");
}

async function limitCaller(
  ground: CallGround,
  request: CallRequest,
  target: Target,
): Promise<void> {
  const { effect, weight } = costOf(target);
  const { state, waitMs } = await ground.takeOf(request.principal, weight, effect);
  request.allowance = state;
  refuseUntil(waitMs, "this caller", state);
}

function costOf(target: Target): { effect: Effect; weight: number } {
  return target.kind === "prompt"
    ? { effect: "read", weight: 1 }
    : { effect: target.tool.effect, weight: target.tool.weight ?? 1 };
}

function isFirstRound({ client }: CallRequest): boolean {
  return client.requestState === undefined && client.inputResponses === undefined;
}

function needsConnection({ action }: CallRequest, target: Target, { tool }: Parsed): boolean {
  // A prompt is mostly words; completions of its arguments come from the upstream.
  return target.kind === "prompt" && action.kind === "prompt"
    ? target.prompt.needsConnection === true
    : tool?.needsConnection !== false;
}

/** A tool that answers with an error of its own has not done what it was asked. */
function outcomeOf(reply: Reply): AuditEvent["outcome"] {
  if (reply.kind === "task") return "ok";
  if (reply.kind === "input_required") return "input_required";
  return reply.kind === "tool" && reply.answer.isError ? "upstream_rejected" : "ok";
}

function cached(
  ground: CallGround,
  request: CallRequest,
  parsed: Parsed,
  connection: Connection | undefined,
  run: Run,
  load: (signal: AbortSignal | undefined) => Promise<unknown>,
): Promise<unknown> {
  // A completion or a subscription of a resource is no answer of its tool: it has no input.
  const policy = parsed.input === undefined ? undefined : parsed.tool?.cache;
  if (policy === undefined || parsed.revealsSecret) return load(undefined);
  const whose = `${request.principal.tenant_id} ${connection?.id} v${connection?.version}`;
  const key = `${whose} tool ${parsed.tool?.name} ${JSON.stringify(parsed.input)}`;
  const cache = connection?.isDerived === true ? ground.derivedCache : ground.cache;
  const tags = [request.principal.tenant_id, ...(connection === undefined ? [] : [connection.id])];
  return cache.get(key, { ...policy, tags }, run.signal, load);
}

/** What happens here and nowhere else, such as calling off an operation, is written down where it happens. */
function changesWorld(target: Target, { kind }: Action): target is ToolTarget {
  return (
    target.kind === "tool" &&
    kind === "tool" &&
    target.tool.effect !== "read" &&
    target.connector.id !== BUILT_IN_ID
  );
}

/** A look cannot be planned, so a policy that asks for consent to one can only mean that it is not to be had. */
function requireUnmarked(...asked: Parameters<typeof consentMark>): void {
  const { level } = consentMark(...asked);
  if (level === "none") return;
  throw new FairleadError(
    "forbidden",
    `A policy of this tenant asks for consent to ${asked[1].label}, which changes nothing and so has no plan to agree to. Ask an administrator.`,
    { details: { reason: "policy", level } },
  );
}

/** What stands beside the arguments of a planned call. */
function withGiven(
  parsed: Parsed,
  { connection, confirm }: Inner,
  operation: OperationRow | undefined,
): Parsed {
  if (connection === undefined && confirm === undefined && operation === undefined) return parsed;
  return {
    ...parsed,
    connection: connection ?? operation?.connection_id ?? parsed.connection,
    confirm: confirm ?? operation?.plan_id ?? parsed.confirm,
  };
}

function startTrail(ground: CallGround, request: CallRequest): Trail {
  return {
    at: ground.clock.now(),
    request_id: ground.newId(8),
    trace_id: request.trace_id ?? ground.newId(16),
    surface: request.surface,
    tenant_id: request.principal.tenant_id,
    principal_id: request.principal.id,
    address: request.address,
    action: request.action.kind,
    name: "",
    connector: undefined,
    connection_id: undefined,
    effect: undefined,
    outcome: "ok",
    duration_ms: 0,
  };
}

function follow(trail: AuditEvent, target: Target): void {
  trail.name = target.label;
  trail.connector = target.connector.id;
  trail.effect = target.kind === "prompt" ? "read" : target.tool.effect;
}

function record(
  ground: CallGround,
  { principal }: CallRequest,
  trail: Trail,
  outcome: AuditEvent["outcome"],
): void {
  // A change is written down with its end; what is still to come is written then.
  if (trail.isSent !== true) {
    trail.outcome = outcome;
    trail.duration_ms = ground.clock.now() - trail.at;
    ground.recorder.record(trail);
  }
  ground.notes.called(principal, trail);
}

/** The call was recorded without the requests that left for it: they are used and paid for all the same. */
function recordLate(
  ground: CallGround,
  { principal }: CallRequest,
  trail: AuditEvent,
  upstreamCalls: number,
): void {
  ground.notes.calledLate(principal, trail, upstreamCalls);
  ground.tally.calledLate(trail.connector, upstreamCalls);
}

function recordRefusal(
  ground: CallGround,
  evidence: Evidence,
  error: FairleadError,
  startedAt: number,
): void {
  const whose = whoseRefusal(error);
  ground.recorder.record({
    at: startedAt,
    request_id: ground.newId(8),
    trace_id: ground.newId(16),
    surface: evidence.surface,
    tenant_id: whose?.tenant_id,
    principal_id: whose?.principal_id,
    target: whose?.credential_id,
    address: evidence.address,
    action: "admission",
    name: "admit",
    connector: undefined,
    connection_id: undefined,
    effect: undefined,
    outcome: error.code,
    duration_ms: ground.clock.now() - startedAt,
  });
}
