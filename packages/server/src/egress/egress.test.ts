import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import { underCall } from "@fairlead/core/call/current";
import type { Egress } from "@fairlead/core/egress";
import type { AuditEvent } from "@fairlead/core/observe/audit-event";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  createEgress,
  type EgressConfig,
  type EgressParts,
  type ReadableEgress,
} from "./egress.ts";

let server: Server;
let url: string;
let egress: Egress;
let sockets: Set<unknown>;
let asked: IncomingHttpHeaders[];

function create(
  changes: Partial<EgressConfig> = {},
  onLeaving?: EgressParts["onLeaving"],
): ReadableEgress {
  const config = {
    allowPrivate: true,
    allow: [],
    connectionsPerHost: 2,
    connectTimeoutMs: 1_000,
    totalTimeoutMs: 10_000,
    maxResponseBytes: 1_000_000,
    ...changes,
  };
  return createEgress(config, onLeaving === undefined ? {} : { onLeaving });
}

const CALL: AuditEvent = {
  ...{ at: 0, duration_ms: 0, request_id: "r", trace_id: "t", surface: "http" },
  ...{ tenant_id: "ten_a", principal_id: "prn_a", action: "tool", name: "harbour_get_tide" },
  ...{ connector: "harbour", connection_id: "con_1", effect: "read", outcome: "ok" },
};

beforeEach(async () => {
  sockets = new Set();
  asked = [];
  server = createServer((req, res) => {
    sockets.add(req.socket);
    asked.push(req.headers);
    if (req.url === "/never") return;
    res.end("ahoy");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  egress = create();
});

afterEach(async () => {
  await egress.close();
  server.closeAllConnections();
  server.close();
});

test("keeps connections and shares them between calls", async () => {
  for (let index = 0; index < 20; index += 1) {
    expect(await (await egress.fetch(url)).text()).toBe("ahoy");
  }
  expect(sockets.size).toBeLessThanOrEqual(2);
});

test("opens no more connections to a host than it may", async () => {
  const calls = Array.from({ length: 10 }, async () => (await egress.fetch(url)).text());
  await Promise.all(calls);
  expect(sockets.size).toBe(2);
});

test("ends a call when its signal says so", async () => {
  const signal = AbortSignal.timeout(20);
  await expect(egress.fetch(`${url}/never`, { signal })).rejects.toThrow(/timeout/);
});

test("lets nothing linger when it is closed", async () => {
  const waiting = egress.fetch(`${url}/never`);
  waiting.catch(() => {});
  await expect.poll(() => sockets.size).toBe(1);
  await egress.close();
  await expect(waiting).rejects.toThrow();
});

test("can be closed without having been used", async () => {
  await create().close();
});

test("tells how many connections are open, and how many of them are free", async () => {
  const own = create();
  expect(own.connections).toEqual({ open: 0, free: 0, running: 0, queued: 0 });
  const waiting = Array.from({ length: 3 }, () => own.fetch(`${url}/never`));
  for (const each of waiting) each.catch(() => {});
  await expect.poll(() => own.connections).toMatchObject({ open: 2, running: 2, queued: 1 });
  await own.close();
  await Promise.allSettled(waiting);
});

describe("whoever follows requests", () => {
  function follow(headers?: Record<string, string>) {
    const heard: string[] = [];
    const followed = create({}, (leaving) => {
      heard.push(`${leaving.method} ${leaving.url.pathname} ${leaving.call?.connector}`);
      return {
        ...(headers === undefined ? {} : { headers }),
        answered: (status) => heard.push(`answered ${status}`),
        failed: (error) => heard.push(`failed ${(error as Error).name}`),
      };
    });
    return { followed, heard };
  }

  test("hears of each, for which connector's call, and of its answer", async () => {
    const { followed, heard } = follow();
    await followed.fetch(`${url}/a`);
    await followed.fetch(`${url}/b`, { method: "DELETE" });
    await underCall(CALL, () => followed.fetch(new URL(`${url}/c`), { method: "post" }));
    await followed.close();
    expect(heard).toEqual([
      ...["GET /a undefined", "answered 200", "DELETE /b undefined", "answered 200"],
      ...["POST /c harbour", "answered 200"],
    ]);
  });

  test("hears of a failure, and of a refusal by the guard", async () => {
    const { followed, heard } = follow();
    await followed.fetch(`${url}/never`, { signal: AbortSignal.timeout(20) }).catch(() => {});
    await followed.fetch("http://0.0.0.0:8080/").catch(() => {});
    await followed.close();
    expect(heard.filter((line) => line.startsWith("failed"))).toEqual([
      "failed TimeoutError",
      "failed FairleadError",
    ]);
  });

  test("may add headers, and changes none that are there", async () => {
    const { followed } = follow({ traceparent: "00-more", accept: "text/other" });
    await followed.fetch(url, { headers: { accept: "text/plain", "x-own": "1" } });
    await followed.fetch(new URL(url), { headers: new Headers({ "x-own": "2" }) });
    await followed.close();
    expect(asked).toMatchObject([
      { accept: "text/plain", "x-own": "1", traceparent: "00-more" },
      { "x-own": "2", traceparent: "00-more" },
    ]);
  });
});
