import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { NO_CLIENT } from "@fairlead/core/call/request";
import { defineConnector } from "@fairlead/core/connector";
import { monthOf } from "@fairlead/core/cost/cost";
import { LOCAL_TENANT, LOCAL_USER } from "@fairlead/core/identity/principal";
import { SILENT } from "@fairlead/core/ports";
import { Secret } from "@fairlead/core/secret";
import { defineTool } from "@fairlead/core/tool";
import { createManualClock } from "@fairlead/testkit/clock";
import { afterEach, expect, test } from "vitest";
import { z } from "zod";
import { sign } from "../alerts/webhook.ts";
import { type Built, build } from "../build.ts";
import { loadConfig } from "../config/config.ts";
import type { Log } from "./logger.ts";
import { createMetrics } from "./metrics.ts";
import { OBSERVE_DEFAULTS, type ObserveConfig } from "./observe.ts";

const log: Log = { ...SILENT, audit() {}, flush() {} };
const SECRET = new Secret("a secret that signs alerts");
const open: (() => unknown)[] = [];

const harbour = defineConnector({
  id: "harbour",
  title: "Harbour",
  description: "A harbour.",
  settings: z.object({}),
  createClient: () => undefined,
  tools: [
    defineTool({
      name: "harbour_get_tide",
      title: "Get the tide",
      description: "Says how high the water is.",
      effect: "read",
      needsConnection: false,
      input: z.object({}),
      output: z.object({ tide: z.string() }),
      handler: () => ({ tide: "high" }),
    }),
  ],
});

afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function start(observe: Partial<ObserveConfig>, clock = createManualClock()) {
  const environment = { PORT: "0", FAIRLEAD_CONNECTORS: "harbour", FAIRLEAD_STATE: "memory" };
  const { config, connectors } = await loadConfig({
    ...{ environment, local: true, mode: "serve", extraConnectors: [harbour] },
  });
  const built = await build({
    ...{ ...config, connectors, connections: [], log, clock },
    observe: { ...OBSERVE_DEFAULTS, ...observe },
    loadMetrics: async (sources) => createMetrics(sources),
  });
  open.push(() => built.close());
  return { built, clock };
}

function call({ fairlead }: Built) {
  return fairlead.call({
    action: { kind: "tool", name: "harbour_get_tide", arguments: {} },
    view: fairlead.view({ endpoint: "all" }),
    ...{ principal: LOCAL_USER, surface: "http", client: NO_CLIENT },
  });
}

test("a call shows in the metrics with the bytes it sent and the allowance it took", async () => {
  const { built } = await start({});
  await call(built);
  const { text: shown } = (await built.metrics?.render()) ?? { text: "" };
  expect(shown.split("\n")).toEqual(
    expect.arrayContaining([
      'fairlead_calls_total{connector="harbour",name="harbour_get_tide",action="tool",outcome="ok",surface="http"} 1',
      // The text and the structured answer: {"tide":"high"}, twice.
      'fairlead_bytes_out_total{connector="harbour"} 30',
      'fairlead_limit_takes_total{tier="default",outcome="admitted"} 1',
      "fairlead_store_up 1",
      "fairlead_shared_up 1",
    ]),
  );
});

test("a tenant that has spent its budget is told of to the webhook, signed, and once", async () => {
  const arrivals: { headers: Record<string, unknown>; body: string }[] = [];
  const server = createServer(async (req, res) => {
    arrivals.push({ headers: req.headers, body: await text(req) });
    res.end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  open.push(() => server.close());
  const url = new Secret(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const { built, clock } = await start({
    cost: { prices: { upstream_call: 1, gigabyte_out: 0, gigabyte_month: 0 }, budget: 10 },
    alerts: { ...OBSERVE_DEFAULTS.alerts, webhook: { url, secret: SECRET } },
  });
  const { from } = monthOf(clock.now());
  await built.state.store.usage.add([
    {
      ...{ tenant_id: LOCAL_TENANT, principal_id: "prn_a", tool: "harbour_get_tide", hour: from },
      ...{ connector: "harbour", effect: "read", calls: 9, errors: 0 },
      ...{ upstream_calls: 9, bytes_out: 0 },
    },
  ]);
  for (let look = 0; look < 3; look += 1) {
    clock.advance(5 * 60_000);
    await expect.poll(() => arrivals.length).toBe(1);
  }
  const [arrival] = arrivals;
  expect(JSON.parse(arrival?.body ?? "")).toMatchObject({
    type: "alert.cost_threshold",
    data: { tenant_id: LOCAL_TENANT, month: "2026-03", percent: 80, cost: 9, budget: 10 },
  });
  const { headers, body } = arrival ?? { headers: {}, body: "" };
  const timestamp = Number(headers["webhook-timestamp"]);
  expect(headers["webhook-signature"]).toBe(
    sign(SECRET, String(headers["webhook-id"]), timestamp, body),
  );
  const shown = async () => (await built.metrics?.render())?.text ?? "";
  expect(await shown()).toContain('fairlead_tenants_over_budget{percent="80"} 1');
  // The receiver has it a moment before the sender knows.
  await expect
    .poll(shown)
    .toContain('fairlead_alerts_total{kind="cost_threshold",outcome="delivered"} 1');
});
