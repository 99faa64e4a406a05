import { Hono } from "hono";
import type { Env } from "./connection.ts";
import type { Counters } from "./counters.ts";
import { type Faults, isFault } from "./faults.ts";

/** The knobs over HTTP, for a fake that runs in a process of its own. Not part of the upstream. */
export function createControl(knobs: {
  faults: Faults;
  counters: Counters;
  effects(): unknown;
  reset(): void;
}) {
  const { faults, counters, effects, reset } = knobs;
  const control = new Hono<Env>();

  control.get("/counters", (c) => c.json(counters));

  control.get("/effects", (c) => c.json(effects()));

  control.get("/faults", (c) => c.json(faults.armed()));

  control.post("/faults", async (c) => {
    const sent = [await c.req.json<unknown>()].flat();
    if (!sent.every(isFault)) return c.json({ message: "Not a fault the fake knows" }, 400);
    faults.add(...sent);
    return c.json(faults.armed());
  });

  control.delete("/faults", (c) => {
    faults.clear();
    return c.json(faults.armed());
  });

  control.post("/expire-tokens", (c) => {
    faults.expireTokens("all");
    return c.json({ status: true });
  });

  control.post("/reset", (c) => {
    reset();
    return c.json({ status: true });
  });

  return control;
}
