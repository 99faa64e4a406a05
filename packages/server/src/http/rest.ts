import { FairleadError } from "@fairlead/core/errors";
import type { Env, Hono } from "hono";
import { cors } from "hono/cors";
import { methodNotAllowed } from "hono/method-not-allowed";
import type { Door } from "./door.ts";
import { fail } from "./envelope.ts";

const EXPOSED = [
  "WWW-Authenticate",
  "Retry-After",
  "RateLimit-Limit",
  "RateLimit-Remaining",
  "RateLimit-Reset",
];
const METHODS = ["GET", "POST", "PATCH", "DELETE"];

/**
 * What holds for every page besides `/mcp`: a method that a path does not have is answered with those it has, and pages
 * of listed origins may read what `/api` answers.
 */
export function addRestRules<E extends Env>(app: Hono<E>, door: Door): void {
  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed: (c, methods) => {
        c.header("Allow", methods.join(", "));
        const message = `${c.req.path.slice(0, 100)} takes ${methods.join(", ")}.`;
        return fail(c, new FairleadError("invalid_input", message, { details: METHOD }));
      },
    }),
  );
  const allow = cors({
    origin: (origin) => (door.isListedOrigin(origin) ? origin : null),
    allowMethods: METHODS,
    exposeHeaders: EXPOSED,
    maxAge: 600,
  });
  app.use("/api/*", (c, next) =>
    // Whoever sends no Origin, or one that is not listed, is told nothing of any.
    door.isListedOrigin(c.req.header("origin")) ? allow(c, next) : next(),
  );
}

const METHOD = Object.freeze({ reason: "method" });
