import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { type Context, Hono } from "hono";
import { type Clock, type Credentials, createAuth } from "./auth.ts";
import { createBudget, type RetryAfter } from "./budget.ts";
import { type Call, checkOwnership, refuseWhenBusy } from "./call.ts";
import { type Connection, type Env, watchConnection } from "./connection.ts";
import { type Match, matchOperation, type Operation } from "./contract.ts";
import { createControl } from "./control.ts";
import { type Counters, count, createCounters } from "./counters.ts";
import { createDataset } from "./dataset/dataset.ts";
import { deliverFault, toResponse } from "./delivery.ts";
import { createFaults, type FaultBox, type Faults } from "./faults.ts";
import { type Incoming, readFields, toIncoming } from "./fields.ts";
import { type Listening, listen } from "./listen.ts";
import { createOperationBook, type OperationRecord } from "./operations.ts";
import { type Answer, Refusal } from "./refusal.ts";
import { answerFromContract } from "./routes/fallback.ts";
import { handlers } from "./routes/routes.ts";
import type { State } from "./state.ts";
import { checkAnswer, checkFields, coerceFields } from "./validation.ts";
import { toWire, type Version } from "./wire.ts";

export type { Clock, Credentials } from "./auth.ts";
export type { Counters } from "./counters.ts";
export { findCanaries } from "./dataset/canary.ts";
export type { Fault, Faults } from "./faults.ts";
export type { Listening } from "./listen.ts";
export type { State } from "./state.ts";

export type CloudwaysFakeOptions = {
  clock?: Clock;
  /** Changes every secret and id that is not part of the story. */
  seed?: number;
  budgetPerMinute?: number;
  /** What Retry-After says when the budget is spent. */
  retryAfter?: RetryAfter;
  /** How long a write takes by the clock. */
  operationSeconds?: number;
  /** A write is done at the latest when its operation was asked for so often. Default: only by the clock. */
  operationPolls?: number;
  /** How long analytics and disk usage take by the clock. */
  taskSeconds?: number;
  /** The answer to a second write on a busy server. The upstream's own choice is not published. */
  busyStatus?: 400 | 403 | 422 | "accept";
};

/** What became of the account's changes, by operationId: taken on, and done by now. */
export type Effects = { account: string } & Pick<Counters, "accepted" | "done">;

export type CloudwaysFake = {
  app: Hono<Env>;
  state: State;
  faults: Faults;
  counters: Counters;
  /** What of this account was really changed, up to this moment. */
  effects(): Effects;
  credentials: Credentials;
  /** Back to the dataset: state, operations, budget, faults and counters. Tokens stay valid. */
  reset(): void;
  /** Serves on a port of 127.0.0.1; 0 takes a free one. */
  listen(port?: number): Promise<Listening>;
};

/**
 * The Cloudways API with its state in memory, checked against the contract in both directions.
 *
 * @example
 * const fake = createCloudwaysFake({ clock });
 * const { url, close } = await fake.listen();
 */
export function createCloudwaysFake(options: CloudwaysFakeOptions = {}): CloudwaysFake {
  const { clock = { now: () => Date.now() }, seed = 1, busyStatus = 400 } = options;
  const { budgetPerMinute = 100, retryAfter = "seconds" } = options;
  const { operationSeconds = 30, operationPolls, taskSeconds = 5 } = options;

  const auth = createAuth(clock, seed);
  const faults = createFaults(auth.expire);
  const counters = createCounters();
  const state = createDataset(seed, clock.now());
  const newBook = () =>
    createOperationBook(clock, seed, ({ operation, blocks }) => {
      if (blocks) count(counters.done, operation);
    });
  let book = newBook();
  let budget = createBudget(clock, budgetPerMinute, retryAfter);

  const effects = (): Effects => {
    book.settleDue();
    const { accepted, done } = counters;
    return { account: auth.credentials.email, accepted: { ...accepted }, done: { ...done } };
  };

  const reset = () => {
    Object.assign(state, createDataset(seed, clock.now()));
    Object.assign(counters, { ...createCounters(), open: counters.open });
    book = newBook();
    budget = createBudget(clock, budgetPerMinute, retryAfter);
    faults.clear();
  };

  function answer({ operation, pathFields }: Match, request: Incoming): Answer {
    if (operation.needsToken) auth.authorize(request.authorization, operation);

    const sent = { ...readFields(request), ...pathFields };
    const fields = coerceFields(operation, sent);
    noteUndeclared(counters, operation, Object.keys(sent));
    const errors = checkFields(operation, fields);
    if (errors) throw new Refusal(422, errors);
    budget.take();

    book.settleDue();
    const call: Call = {
      operation,
      version: request.version,
      fields,
      state,
      seed,
      auth,
      book,
      nowMs: clock.now(),
      seconds: { operation: operationSeconds, task: taskSeconds },
      polls: operationPolls,
      takeFate: () => takeFate(faults, operation),
    };
    checkOwnership(call);
    refuseWhenBusy(call, busyStatus);

    const begunBefore = book.begun;
    const body = (handlers[operation.id] ?? answerFromContract)(call);
    if (operation.id === "createAccessToken") counters.logins += 1;
    else if (operation.access !== "read") {
      count(counters.accepted, operation.id);
      if (book.begun === begunBefore) count(counters.done, operation.id);
    }
    return { status: 200, body: toWire(body, operation.output, request.version) };
  }

  async function respond(match: Match, version: Version, c: Context<Env>, connection: Connection) {
    const { id, access } = match.operation;
    const scope = { operation: id, path: c.req.path, access };
    const request = await toIncoming(c.req.raw, version);
    for (const fault of faults.take("request", scope)) {
      const spoiled = await deliverFault(fault, connection);
      if (spoiled) return spoiled;
    }

    const given = orRefusal(() => answer(match, request));
    const allowed = checked(counters, match.operation, given);
    for (const fault of faults.take("answer", scope)) {
      const spoiled = await deliverFault(fault, connection, allowed);
      if (spoiled) return spoiled;
    }
    return toResponse(allowed);
  }

  async function handle(c: Context<Env>): Promise<Response> {
    const [, version, path] = /^\/api\/(v[12])(\/.*)$/.exec(c.req.path) ?? [];
    const match = path === undefined ? undefined : matchOperation(c.req.method, path);
    counters.total += 1;
    if (!match) return refuseUnexpected(c, counters);
    count(counters.byOperation, match.operation.id);

    const connection = watchConnection(c, counters);
    try {
      return await respond(match, version === "v1" ? "v1" : "v2", c, connection);
    } catch (error) {
      // A client that leaves while its body is read is counted as aborted; nobody waits for an answer.
      if (connection.isClosed()) return RESPONSE_ALREADY_SENT;
      throw error;
    } finally {
      connection.done();
    }
  }

  const app = new Hono<Env>();
  app.use("/api/*", async (c, next) => {
    await next();
    if (!c.res.headers.has("x-hono-already-sent")) count(counters.byStatus, c.res.status);
  });
  app.route("/__fake", createControl({ faults, counters, effects, reset }));
  app.all("/api/*", handle);
  app.notFound((c) => refuseUnexpected(c, counters));
  app.onError((error, c) => {
    counters.contractViolations.push(`${c.req.method} ${c.req.path}: ${error.message}`);
    return toResponse({ status: 500, body: { message: `The fake failed: ${error.message}` } });
  });

  return {
    app,
    state,
    faults,
    counters,
    effects,
    reset,
    credentials: auth.credentials,
    listen: (port = 0) => listen(app, port),
  };
}

function orRefusal(answer: () => Answer): Answer {
  try {
    return answer();
  } catch (error) {
    if (error instanceof Refusal) return error.answer;
    throw error;
  }
}

/** An answer the contract does not allow is a bug of the fake: it is counted and made visible. */
function checked(counters: Counters, operation: Operation, answer: Answer): Answer {
  const problems = checkAnswer(operation, answer.status, answer.body);
  if (problems.length === 0) return answer;

  const message = `${operation.id} answered ${answer.status} against the contract: ${problems.join("; ")}`;
  counters.contractViolations.push(message);
  return { status: 500, body: { message } };
}

function noteUndeclared(counters: Counters, operation: Operation, names: string[]): void {
  for (const name of names) {
    if (!(name in operation.input.properties)) counters.undeclared.push(`${operation.id} ${name}`);
  }
}

function refuseUnexpected(c: Context<Env>, counters: Counters): Response {
  counters.unexpected.push(`${c.req.method} ${c.req.path}`);
  return toResponse({ status: 404, body: { message: "Not found" } });
}

function takeFate(faults: FaultBox, operation: Operation): OperationRecord["fate"] {
  const [fault] = faults.take("operation", {
    operation: operation.id,
    path: operation.path,
    access: operation.access,
  });
  if (!fault) return "complete";
  return fault.kind === "stick_operation" ? "stick" : "fail";
}
