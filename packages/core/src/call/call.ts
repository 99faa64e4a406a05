import type { Cache } from "../cache/cache.ts";
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
import type { AddressLimit } from "../limits/address-limit.ts";
import { refuseUntil, type TakeOf } from "../limits/pay.ts";
import type { AuditEvent, Recorder } from "../observe/audit-event.ts";
import type { Tally } from "../observe/tally.ts";
import type { Tracer } from "../observe/tracing.ts";
import { authorizeAction, authorizeArguments } from "../policy/authorize.ts";
import type { Policies } from "../policy/policy.ts";
import type { Clock, Logger } from "../ports.ts";
import type { Shared } from "../storage/shared.ts";
import type { Notes } from "../usage/notes.ts";
import type { Sealer } from "../vault/sealer.ts";
import { bytesOf } from "./bytes-of.ts";
import { Context } from "./context.ts";
import { underCall } from "./current.ts";
import { find, type Target } from "./find.ts";
import { type Parsed, parseAction, perform, toReply } from "./perform.ts";
import type { CallRequest, Reply } from "./request.ts";
import { FIRST_ROUND, openRound, sealRound } from "./round.ts";
import type { Run, Runs } from "./runs.ts";

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
export async function call(ground: CallGround, request: CallRequest): Promise<Reply> {
  const run = ground.runs.start(ground.deadlineMs, request.signal);
  const trail = startTrail(ground, request);
  const span = ground.tracer?.start(trail, request);
  try {
    const reply = await run.race(walk(ground, request, run, trail, span?.span_id));
    trail.bytes_out = bytesOf(reply);
    record(ground, request, trail, outcomeOf(reply));
    return reply;
  } catch (thrown) {
    const error = toFairleadError(thrown);
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
    run.end();
  }
}

/** The path itself. Reading it is reading the product. */
async function walk(
  ground: CallGround,
  request: CallRequest,
  run: Run,
  trail: AuditEvent,
  span_id: string | undefined,
): Promise<Reply> {
  const target = find(request.view, request.action);
  follow(trail, target);
  const policy = await ground.policies.of(request.principal.tenant_id);
  authorizeAction(request.principal, target, policy);
  await limitCaller(ground, request, target);
  const parsed = parseAction(target, request.action);
  const connection = needsConnection(request, target, parsed)
    ? await pickConnection(
        ground.connections,
        target.connector,
        request.principal,
        parsed.connection,
      )
    : undefined;
  trail.connection_id = connection?.id;
  authorizeArguments(request.principal, target, parsed, connection, policy, ground.clock.now());
  if (parsed.revealsSecret) trail.revealed_secret = true;
  const round = isFirstRound(request) ? FIRST_ROUND : await openRound(ground, request, parsed);
  run.deadlineAt = run.startedAt + (parsed.tool?.deadlineMs ?? ground.deadlineMs);
  // Who left while waiting for admission must not set off a write.
  run.throwIfEnded();
  try {
    const output = await cached(ground, request, parsed, connection, run, (sharedSignal) =>
      withClient(ground, target, connection, async (client) => {
        if (trail.effect !== "read") {
          await consent(target);
          await journal(target);
        }
        const { request_id } = trail;
        const own = { ground, request, round, run, client, connection, request_id, sharedSignal };
        const ctx = new Context(own);
        const work = async () => perform(target, parsed, request.action, ctx);
        return underCall(trail, work, span_id, (upstreamCalls) => {
          if (run.isOver) recordLate(ground, request, trail, upstreamCalls);
        });
      }),
    );
    return toReply(target, parsed, output, request.action, ground.resultTokenBudget);
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

/** Reads need no consent; until plans exist, nothing that changes the world may run. */
async function consent(target: Target): Promise<void> {
  if (target.kind !== "tool" || target.tool.effect !== "destroy") return;
  throw new FairleadError(
    "consent_required",
    `${target.label} destroys something, and this Fairlead has no way yet to ask a person. Nothing was changed.`,
  );
}

/** Nothing to write down for a read. Writes are journaled by the recorder's line alone until there is a journal. */
async function journal(_target: Target): Promise<void> {}

function startTrail(ground: CallGround, request: CallRequest): AuditEvent {
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
  trail: AuditEvent,
  outcome: AuditEvent["outcome"],
): void {
  const now = ground.clock.now();
  trail.outcome = outcome;
  trail.duration_ms = now - trail.at;
  ground.recorder.record(trail);
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
