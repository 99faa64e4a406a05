import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createCloudwaysFake } from "@fairlead/cloudways/fake";
import { Secret } from "@fairlead/core/secret";
import { startServe } from "fairlead/serve";
import { Agent, request } from "undici";
import type { Finding, Soak, SoakContext } from "./soak.ts";

const calls = 10_000;
const warmCalls = 1_000;
const together = 20;
// The first thousands of calls still compile code and fill pools; a leak of a kilobyte a call would show all the same.
const heapGrowthMib = 20;
const settleMs = 3_000;
const key = "a-key-for-the-soak";

type Outcomes = Map<string, number>;

/** Calls of a real tool, whose upstream now and then hangs, breaks off, refuses or talks nonsense. */
export const upstream: Soak = {
  about: "10,000 calls whose upstream hangs, breaks off and refuses; then nothing is left over",
  async run({ seconds, say }: SoakContext): Promise<Finding[]> {
    const fake = createCloudwaysFake({ budgetPerMinute: Number.POSITIVE_INFINITY });
    const listening = await fake.listen();
    const server = await startServe({
      environment: {
        PORT: "0",
        FAIRLEAD_CONNECTORS: "cloudways",
        FAIRLEAD_API_KEY: key,
        RATE_LIMIT_REQUESTS: "1000000000",
        FAIRLEAD_ADDRESS_REQUESTS: "1000000000",
        LOG_LEVEL: "silent",
      },
      extraConnections: [
        {
          connector: "cloudways",
          label: "soak",
          settings: {
            base_url: listening.origin,
            requests_per_minute: 1_000_000,
            request_timeout_ms: 2_000,
            total_timeout_ms: 4_000,
          },
          credential: {
            email: new Secret(fake.credentials.email),
            api_key: new Secret(fake.credentials.apiKey),
          },
        },
      ],
    });
    const outcomes: Outcomes = new Map();
    try {
      await callMany(server.url, warmCalls, outcomes);
      const before = await settled();
      const disarm = fake.faults.add(
        { kind: "hang", count: 200 },
        { kind: "reset", operation: "getAppSettings", count: 100 },
        { kind: "truncate", operation: "getAppSettings", count: 100 },
        { kind: "status", status: 502, operation: "getAppSettings", count: 100 },
        { kind: "html", operation: "getAppSettings", count: 100 },
      );
      const endsAt = performance.now() + seconds * 1000;
      let done = 0;
      // With a time given it is a cut: as many calls as fit.
      while (seconds > 0 ? performance.now() < endsAt : done < calls) {
        await callMany(server.url, warmCalls, outcomes);
        done += warmCalls;
      }
      disarm();
      const after = await settled();
      say(`${done} calls: ${[...outcomes].map(([what, count]) => `${what} ${count}`).join(", ")}`);
      const grownMib = (after.heapBytes - before.heapBytes) / 2 ** 20;
      return [
        least("calls that were answered", outcomes.get("ok"), done * 0.8),
        least("calls that ended at their deadline", outcomes.get("timeout"), 1),
        finding("requests still open at the upstream", fake.counters.open, 0),
        finding("calls under way", server.fairlead.callsUnderWay, 0),
        finding("requests outside the contract", fake.counters.contractViolations.length, 0),
        finding("timers", after.timers - before.timers, 0),
        {
          what: `heap grew by at most ${heapGrowthMib} MiB`,
          found: `${grownMib.toFixed(2)} MiB`,
          ok: grownMib <= heapGrowthMib,
        },
      ];
    } finally {
      await server.close();
      await listening.close();
    }
  },
};

function finding(what: string, found: number, most: number): Finding {
  return { what, found: String(found), ok: found <= most };
}

function least(what: string, found: number | undefined = 0, least: number): Finding {
  return { what, found: String(found), ok: found >= least };
}

async function callMany(url: string, count: number, outcomes: Outcomes): Promise<void> {
  const dispatcher = new Agent({ connections: together });
  let left = count;
  const worker = async () => {
    while (left > 0) {
      left -= 1;
      const outcome = await callOnce(url, dispatcher);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: together }, worker));
  await dispatcher.close();
}

/** `ok`, or the code that the tool's error begins with. */
async function callOnce(url: string, dispatcher: Agent): Promise<string> {
  const params = { name: "get_app_settings", arguments: { server_id: 50482, app_id: 131933 } };
  const { statusCode, body } = await request(`${url}/mcp/cloudways`, {
    dispatcher,
    method: "POST",
    headers: {
      authorization: `Bearer ${key}`,
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params }),
  });
  const text = await body.text();
  if (statusCode !== 200) return `HTTP ${statusCode}`;
  const { result }: { result: { isError?: boolean; content: { text: string }[] } } =
    JSON.parse(text);
  if (result.isError !== true) return "ok";
  return result.content[0]?.text.split(":")[0] ?? "?";
}

/** What is left when everything under way has ended and garbage is collected. */
async function settled(): Promise<{ heapBytes: number; timers: number }> {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  await sleep(settleMs);
  collect();
  collect();
  const timers = process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
  return { heapBytes: process.memoryUsage().heapUsed, timers };
}
