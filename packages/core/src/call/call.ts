import type { Cache } from "../cache/cache.ts";
import type { Clients } from "../connections/clients.ts";
import { pickConnection } from "../connections/pick.ts";
import { FairleadError, toFairleadError } from "../errors.ts";
import type { Authenticate, Evidence } from "../identity/authenticate.ts";
import type { Principal } from "../identity/principal.ts";
import { InputNeeded } from "../interaction.ts";
import type { AddressLimit } from "../limits/address-limit.ts";
import type { AuditEvent, Recorder } from "../observe/audit-event.ts";
import { authorizeAction, authorizeArguments } from "../policy/authorize.ts";
import type { Clock, Logger } from "../ports.ts";
import type { Bucket, Shared } from "../storage/shared.ts";
import type { Connection, Store } from "../storage/store.ts";
import type { Sealer } from "../vault/sealer.ts";
import { Context } from "./context.ts";
import { find, type Target } from "./find.ts";
import { type Parsed, parseAction, perform, toReply } from "./perform.ts";
import type { CallRequest, Reply } from "./request.ts";
import { FIRST_ROUND, openRound, sealRound } from "./round.ts";
import type { Run, Runs } from "./runs.ts";

/** What the path needs of the engine around it. */
export interface CallGround {
  authenticate: Authenticate;
  addressLimit: AddressLimit;
  callerBucket: Bucket;
  deadlineMs: number;
  resultTokenBudget: number;
  store: Store;
  shared: Shared;
  clients: Clients;
  cache: Cache;
  sealer: Sealer;
  recorder: Recorder;
  logger: Logger;
  runs: Runs;
  clock: Clock;
  newId: (bytes: number) => string;
  /** When a principal was last noted as active; once a second is often enough. */
  notedAt: WeakMap<Principal, number>;
}

/** The door: the first two steps of the path, taken once per request whatever it carries. */
export async function admit(ground: CallGround, evidence: Evidence): Promise<Principal> {
  const startedAt = ground.clock.now();
  try {
    limitAddress(ground, evidence.address);
    return await ground.authenticate(evidence);
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
  try {
    const reply = await run.race(walk(ground, request, run, trail));
    record(ground, request, trail, outcomeOf(reply));
    return reply;
  } catch (thrown) {
    const error = toFairleadError(thrown);
    if (error.code === "internal") {
      const { request_id, name } = trail;
      ground.logger.error({ err: error.cause ?? error, request_id, name }, "a call failed inside");
    }
    record(ground, request, trail, error.code);
    throw error;
  } finally {
    run.end();
  }
}

/** The path itself. Reading it is reading the product. */
async function walk(
  ground: CallGround,
  request: CallRequest,
  run: Run,
  trail: AuditEvent,
): Promise<Reply> {
  const target = find(request.view, request.action);
  follow(trail, target);
  authorizeAction(request.principal, target);
  await limitCaller(ground, request.principal);
  const parsed = parseAction(target, request.action);
  authorizeArguments(request.principal, target, parsed.revealsSecret);
  const round = isFirstRound(request) ? FIRST_ROUND : await openRound(ground, request, parsed);
  const connection = needsConnection(request, target, parsed)
    ? await pickConnection(ground.store, target.connector, request.principal, parsed.connection)
    : undefined;
  trail.connection_id = connection?.id;
  run.deadlineAt = run.startedAt + (parsed.tool?.deadlineMs ?? ground.deadlineMs);
  // Who left while waiting for admission must not set off a write.
  run.throwIfEnded();
  try {
    const output = await cached(ground, request, parsed, connection, run, async (sharedSignal) => {
      const client =
        connection === undefined ? undefined : ground.clients.open(target.connector, connection);
      if (trail.effect !== "read") {
        await consent(target);
        await journal(target);
      }
      const { request_id } = trail;
      const own = { ground, request, round, run, client, connection, request_id, sharedSignal };
      return perform(target, parsed, request.action, new Context(own));
    });
    return toReply(target, parsed, output, request.action, ground.resultTokenBudget);
  } catch (thrown) {
    if (thrown instanceof InputNeeded) return sealRound(ground, request, round, thrown);
    throw thrown;
  }
}

function limitAddress(ground: CallGround, address: string): void {
  refuseUntil(ground.addressLimit.take(address, 1), "this address");
}

async function limitCaller(ground: CallGround, principal: Principal): Promise<void> {
  const key = `calls ${principal.tenant_id} ${principal.id}`;
  const take = await ground.shared.take(key, ground.callerBucket, 1);
  refuseUntil(take.retryAfterMs, "this caller");
}

function refuseUntil(waitMs: number, whose: string): void {
  if (waitMs === 0) return;
  const retry_after_s = Math.ceil(waitMs / 1000);
  throw new FairleadError(
    "rate_limited",
    `The limit of ${whose} is used up. Try again in ${retry_after_s} s.`,
    { details: { retry_after_s, reason: "call_limit" } },
  );
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
  return ground.cache.get(key, policy, run.signal, load);
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
  noteActivity(ground, principal, now);
}

const ACTIVITY_MS = 1_000;

function noteActivity({ store, notedAt }: CallGround, principal: Principal, now: number): void {
  const last = notedAt.get(principal);
  if (last !== undefined && Math.abs(now - last) < ACTIVITY_MS) return;
  notedAt.set(principal, now);
  // The call has its outcome; that this note was lost must not bring the process down.
  store.touchActivity(principal.tenant_id, principal.id, now).catch(() => {});
}

function recordRefusal(
  ground: CallGround,
  evidence: Evidence,
  error: FairleadError,
  startedAt: number,
): void {
  ground.recorder.record({
    at: startedAt,
    request_id: ground.newId(8),
    trace_id: ground.newId(16),
    surface: evidence.surface,
    tenant_id: undefined,
    principal_id: undefined,
    action: "admission",
    name: "admit",
    connector: undefined,
    connection_id: undefined,
    effect: undefined,
    outcome: error.code,
    duration_ms: ground.clock.now() - startedAt,
  });
}
