import { FairleadError } from "@fairlead/core/errors";
import type { Context, Env } from "hono";

/** Browsers say where a form came from; what says nothing is no form of ours. */
export function requireOwnPage<E extends Env>(c: Context<E>): void {
  const site = c.req.header("sec-fetch-site");
  if (site === "same-origin") return;
  const origin = c.req.header("origin") ?? "";
  const isOwn = URL.canParse(origin) && new URL(origin).host === c.req.header("host");
  if (site === undefined && isOwn) return;
  throw new FairleadError(
    "forbidden",
    "This form was not sent from a page of this server. Open the page itself.",
    { details: { reason: "csrf" } },
  );
}
