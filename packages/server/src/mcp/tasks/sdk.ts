import { toFairleadError } from "@fairlead/core/errors";
import { type InputRequest, missingCapability } from "@fairlead/core/interaction";
import { isRecord } from "@fairlead/core/is-record";
import {
  type JSONRPCRequest,
  ProtocolError,
  type Result as SdkResult,
  Server,
  type ServerContext,
} from "@modelcontextprotocol/server";
import { z } from "zod";
import { type Era, META, toRpcError } from "../wire.ts";
import { effectOf, runTaskMethod, TASK_METHODS, type TaskGround, type Waiting } from "./methods.ts";
import type { Ask } from "./questions.ts";
import { declaresTasks, TASKS_NOT_DECLARED } from "./support.ts";

/** How long a person may take; clients usually give up before. */
const ANSWER_MS = 10 * 60_000;

type Handler = (request: JSONRPCRequest, ctx: ServerContext) => Promise<SdkResult>;

/** The SDK's server, which has no tasks of its own, and lets them pass. */
export class TaskServer extends Server {
  protected override _wrapHandler(method: string, handler: Handler): Handler {
    if (method !== "tools/call") return super._wrapHandler(method, handler);
    return async (request, ctx) => {
      let task: SdkResult | undefined;
      const wrapped = super._wrapHandler(method, async (...call) => {
        const result = await handler(...call);
        if (!isTask(result)) return result;
        // It would be taken for a bad answer of the tool.
        task = result;
        return { content: [] };
      });
      const result = await wrapped(request, ctx);
      return task ?? result;
    };
  }
}

function isTask(result: SdkResult): boolean {
  return "task" in result || result.resultType === "task";
}

const anyParams = z.looseObject({});

/** Answers the methods by which clients follow tasks. */
export function registerTaskMethods(
  server: Server,
  ground: TaskGround,
  era: Era,
  canPush: boolean,
): void {
  for (const method of TASK_METHODS[era]) {
    server.setRequestHandler(method, { params: anyParams }, async (params, ctx) => {
      const { envelope, inputResponses } = ctx.mcpReq;
      const stated: Record<string, unknown> = { ...envelope };
      const declared = stated[META.clientCapabilities];
      if (era === "modern" && !(isRecord(declared) && declaresTasks(declared))) {
        const { code, message, data } = TASKS_NOT_DECLARED;
        throw new ProtocolError(code, message, data);
      }
      try {
        await ground.fairlead.pay(ground.principal, 1, effectOf(method));
        const waiting = canPush ? pushing(server, ctx) : { signal: ctx.mcpReq.signal };
        // The SDK takes the answers out of the parameters, as it does where a call is repeated with them.
        return await runTaskMethod(ground, era, method, { ...params, inputResponses }, waiting);
      } catch (thrown) {
        const { code, message, data } = toRpcError(toFairleadError(thrown), era, ground.view);
        throw new ProtocolError(code, message, data);
      }
    });
  }
}

function pushing(server: Server, ctx: ServerContext): Waiting {
  const { signal } = ctx.mcpReq;
  const send = (request: InputRequest) =>
    ctx.mcpReq.send(request as never, { timeout: ANSWER_MS, signal });
  return { signal, ask: askBy(server, send) };
}

/** Asks the client of a connection that stays open, whatever it waits for. */
export function askAnyTime(server: Server): Ask {
  return askBy(server, (request) => server.request(request as never, { timeout: ANSWER_MS }));
}

function askBy(server: Server, send: (request: InputRequest) => Promise<unknown>): Ask {
  return async (requests) => {
    const declared: unknown = server.getClientCapabilities();
    if (missingCapability(requests, isRecord(declared) ? declared : {}) !== undefined)
      return undefined;
    const answers = await Promise.all(
      Object.entries(requests).map(async ([key, request]) => [key, await send(request)]),
    );
    return Object.fromEntries(answers);
  };
}
