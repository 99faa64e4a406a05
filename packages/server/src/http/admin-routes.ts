import type { Act } from "@fairlead/core/admin/act";
import type { Admin } from "@fairlead/core/admin/admin";
import { FairleadError } from "@fairlead/core/errors";
import type { Principal } from "@fairlead/core/identity/principal";
import { isRecord } from "@fairlead/core/is-record";
import type { Context, Env, Hono } from "hono";
import { answer } from "./envelope.ts";

export interface AdminRouteParts<E extends Env> {
  admin: Admin;
  /** Who sent the request; throws what keeps it out. */
  admit: (c: Context<E>) => Promise<Principal>;
  addressOf: (c: Context<E>) => string;
}

const MAX_BODY = 262_144;

/** `/api/tenants`, `/api/keys` and the like: one route for each act, in the shapes the act itself declares. */
export function addAdminRoutes<E extends Env>(app: Hono<E>, parts: AdminRouteParts<E>): void {
  for (const act of parts.admin.acts) {
    const path = `/api${act.route.path.replaceAll(/\{(\w+)\}/g, ":$1")}`;
    app.on(act.route.method, path, async (c) => {
      const principal = await parts.admit(c);
      const result = await parts.admin.run({
        name: act.name,
        input: await inputOf(c, act),
        principal,
        surface: "rest",
        address: parts.addressOf(c),
      });
      return answer(c, result, act.route.method === "POST" ? 201 : 200);
    });
  }
}

/** Path, query and body together; the path counts most, so that a body cannot mean another object. */
async function inputOf<E extends Env>(c: Context<E>, act: Act): Promise<Record<string, unknown>> {
  const query = c.req.query();
  const body = act.route.method === "GET" ? {} : await bodyOf(c);
  return { ...query, ...body, ...c.req.param() };
}

async function bodyOf<E extends Env>(c: Context<E>): Promise<Record<string, unknown>> {
  const length = Number(c.req.header("content-length") ?? "0");
  if (length > MAX_BODY) throw tooLarge();
  const text = await c.req.text();
  if (text.length > MAX_BODY) throw tooLarge();
  if (text === "") return {};
  const type = c.req.header("content-type") ?? "";
  if (!/^application\/json\b/i.test(type)) {
    throw new FairleadError("invalid_input", "Send the body as application/json.");
  }
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new FairleadError("invalid_input", "The body is no JSON.");
  }
  if (isRecord(body)) return body;
  throw new FairleadError("invalid_input", "The body has to be a JSON object.");
}

function tooLarge(): FairleadError {
  return new FairleadError("invalid_input", `The body is larger than ${MAX_BODY} bytes.`);
}
