import { isOperator } from "@fairlead/core/admin/admin";
import type { AuditReader } from "@fairlead/core/audit/reader";
import { FairleadError, toFairleadError } from "@fairlead/core/errors";
import { hasScope, type Principal } from "@fairlead/core/identity/principal";
import type { Pay } from "@fairlead/core/limits/pay";
import type { AuditEvent, Recorder } from "@fairlead/core/observe/audit-event";
import type { Clock } from "@fairlead/core/ports";
import type { Context, Env, Hono } from "hono";
import { z } from "zod";
import { answer, tellAllowance } from "./envelope.ts";

export interface AuditRouteParts<E extends Env> {
  reader: AuditReader;
  /** Who reads the log is in the log. */
  recorder: Recorder;
  /** Who sent the request; throws what keeps it out. */
  admit: (c: Context<E>) => Promise<Principal>;
  addressOf: (c: Context<E>) => string;
  /** Takes from the caller's allowance. */
  pay: Pay;
  clock: Clock;
  newId: (bytes: number) => string;
}

const MAX_LIMIT = 500;
const DEFAULT_LIMIT = 100;
const SCOPE = "fairlead:admin";
const JSONL = "application/jsonl";

const time = z.coerce.number().int().min(0);
const query = z.strictObject({
  tenant: z
    .string()
    .regex(/^ten_[\w.-]{1,96}$/)
    .optional(),
  from: time.optional(),
  to: time.optional(),
  limit: z.coerce.number().int().min(1).max(MAX_LIMIT).default(DEFAULT_LIMIT),
  cursor: z.string().max(500).optional(),
});

/**
 * `GET /api/audit`: a tenant's events for its administrators, newest first, a page at a time; as one stream of lines that
 * prove themselves where Accept asks for `application/jsonl`. `from` and `to` are milliseconds since the epoch.
 */
export function addAuditRoutes<E extends Env>(app: Hono<E>, parts: AuditRouteParts<E>): void {
  app.get("/api/audit", async (c) => {
    const principal = await parts.admit(c);
    const wantsLines = /\bapplication\/(jsonl|x-ndjson)\b/.test(c.req.header("accept") ?? "");
    tellAllowance(c, await parts.pay(principal, 1, "read"));
    const event = startEvent(parts, c, principal, wantsLines ? "audit.export" : "audit.list");
    try {
      const asked = parse(c.req.query());
      event.tenant_id = authorise(principal, asked.tenant);
      const { tenant_id } = event;
      const { from, to, limit, cursor } = asked;
      if (wantsLines) return lines(c, parts.reader.export({ tenant_id, from, to }));
      return answer(c, await parts.reader.list(tenant_id, { from, to, limit, cursor }));
    } catch (thrown) {
      event.outcome = toFairleadError(thrown).code;
      throw thrown;
    } finally {
      event.duration_ms = parts.clock.now() - event.at;
      parts.recorder.record(event);
    }
  });
}

/** A tenant that is not the caller's own is the same as none: nobody learns whether it exists. */
function authorise(principal: Principal, tenant = principal.tenant_id): string {
  if (isOperator(principal)) return tenant;
  if (!hasScope(principal, SCOPE)) {
    throw new FairleadError(
      "forbidden",
      `The audit log needs the scope ${SCOPE}, which the role admin gives.`,
      { details: { scope: SCOPE } },
    );
  }
  if (tenant === principal.tenant_id) return tenant;
  throw new FairleadError("not_found", `There is no tenant "${tenant}" for this caller.`);
}

function parse(given: Record<string, string>): z.infer<typeof query> {
  const parsed = query.safeParse(given);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) =>
    [path.join("."), message].filter((part) => part !== "").join(": "),
  );
  throw new FairleadError("invalid_input", problems.join("; "));
}

/** As they are read: a log of any length takes no more memory than a page of it. */
function lines<E extends Env>(c: Context<E>, source: AsyncGenerator<string>): Response {
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { value, done } = await source.next();
      if (done === true) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    async cancel() {
      await source.return(undefined);
    },
  });
  return c.body(body, 200, {
    "Content-Type": JSONL,
    "Content-Disposition": 'attachment; filename="audit.jsonl"',
  });
}

function startEvent<E extends Env>(
  { clock, newId, addressOf }: AuditRouteParts<E>,
  c: Context<E>,
  { tenant_id, id }: Principal,
  name: string,
): AuditEvent {
  return {
    ...{ at: clock.now(), request_id: newId(8), trace_id: newId(16), surface: "rest" },
    ...{ tenant_id, principal_id: id, address: addressOf(c) },
    ...{ action: "admin", name, effect: "read", outcome: "ok", duration_ms: 0 },
    connector: undefined,
    connection_id: undefined,
  };
}
