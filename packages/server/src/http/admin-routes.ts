import type { Act } from "@fairlead/core/admin/act";
import type { ActRequest, Admin } from "@fairlead/core/admin/admin";
import { FairleadError } from "@fairlead/core/errors";
import type { Principal } from "@fairlead/core/identity/principal";
import type { HttpBindings } from "@hono/node-server";
import type { Context, Hono } from "hono";
import { answer, tellAllowance } from "./envelope.ts";
import { jsonBodyOf } from "./rest-body.ts";

type Env = { Bindings: HttpBindings };

export interface AdminRouteParts {
  admin: Admin;
  /** Who sent the request; throws what keeps it out. */
  admit: (c: Context<Env>) => Promise<Principal>;
  addressOf: (c: Context<Env>) => string;
}

/**
 * `/api/tenants`, `/api/keys` and the like: one route for each act, in the shapes the act itself declares. What was made
 * is answered with 201 and no Location: it is listed, but has no page of its own.
 */
export function addAdminRoutes(app: Hono<Env>, parts: AdminRouteParts): void {
  for (const act of parts.admin.acts) {
    const { method } = act.route;
    const path = `/api${act.route.path.replaceAll(/\{(\w+)\}/g, ":$1")}`;
    app.on(method, path, async (c) => {
      const principal = await parts.admit(c);
      const request: ActRequest = {
        name: act.name,
        input: await inputOf(c, act),
        principal,
        surface: "rest",
        address: parts.addressOf(c),
      };
      const result = await parts.admin.run(request);
      tellAllowance(c, request.allowance);
      return answer(c, result, method === "POST" ? 201 : 200);
    });
  }
}

/** Fields of path, query and body; none may come twice, since two readers could take different ones. */
async function inputOf(
  c: Context<Env>,
  { route: { method } }: Act,
): Promise<Record<string, unknown>> {
  const fields = new Map<string, unknown>();
  const add = (name: string, value: unknown) => {
    if (fields.has(name)) throw new FairleadError("invalid_input", `${named(name)} came twice.`);
    fields.set(name, value);
  };
  for (const [name, value] of Object.entries(c.req.param())) add(name, value);
  const body = method === "GET" ? {} : await jsonBodyOf(c.env.incoming);
  for (const [name, value] of Object.entries(body)) add(name, value);
  for (const [name, values] of Object.entries(c.req.queries())) {
    // Addresses end up in logs of proxies; what is written belongs into the body.
    const isAllowed = name === "tenant" || method === "GET" || method === "DELETE";
    if (!isAllowed) {
      throw new FairleadError("invalid_input", `${named(name)} belongs into the body.`);
    }
    for (const value of values) add(name, value);
  }
  return Object.fromEntries(fields);
}

const named = (name: string) => name.slice(0, 100);
