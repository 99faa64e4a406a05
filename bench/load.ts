import { Connection } from "./connection.ts";
import { createHistogram, type Histogram } from "./histogram.ts";
import type { HttpResponse } from "./http.ts";
import {
  type CallBytes,
  checkEcho,
  type Endpoint,
  type Era,
  firstNumber,
  parseList,
  toEchoCall,
  toInitialize,
  toRequest,
} from "./wire.ts";

export interface LoadSpec {
  readonly endpoint: Endpoint;
  readonly era: Era;
  readonly connections: number;
  /** Says the same each time, so that the answer may come from a cache; only the request's id changes. */
  readonly repeats: boolean;
  readonly tool: string;
}

/** Ends after `durationMs` and `minRequests`, whichever is later, at the latest with `maxRequests`. */
export interface RunSpec {
  readonly durationMs: number;
  readonly minRequests: number;
  readonly maxRequests: number;
}

export interface RunResult {
  readonly requests: number;
  readonly seconds: number;
  readonly p50Us: number;
  readonly p99Us: number;
  /** Share of one core that the generator itself used; near 1 it is what limits the result. */
  readonly generatorBusy: number;
}

export interface ListResult {
  readonly tools: number;
  readonly pages: number;
  readonly bytes: number;
  readonly chars: number;
  readonly p50Us: number;
}

/** A closed loop: each connection sends its next call when the last one is answered. */
export interface Load {
  run(spec: RunSpec): Promise<RunResult>;
  /** Reads the whole tools/list `times` times, one page after the other, on one connection. */
  list(times: number): Promise<ListResult>;
  close(): void;
}

interface Lane {
  readonly connection: Connection;
  readonly call: CallBytes;
  readonly session: string | undefined;
}

const longestRunMs = 30_000;
const mostPages = 200;

export async function createLoad(spec: LoadSpec): Promise<Load> {
  const lanes: Lane[] = [];
  for (let index = 0; index < spec.connections; index += 1) lanes.push(await openLane(spec));
  let number = firstNumber;

  return {
    async run(runSpec) {
      for (const { connection } of lanes) await connection.open();
      const cpu = process.cpuUsage();
      const histogram = createHistogram();
      const startedAt = performance.now();
      number = await runLanes(lanes, runSpec, histogram, number, spec.repeats);
      const seconds = (performance.now() - startedAt) / 1000;
      const { user, system } = process.cpuUsage(cpu);
      return {
        requests: histogram.count(),
        seconds,
        p50Us: histogram.percentile(0.5),
        p99Us: histogram.percentile(0.99),
        generatorBusy: (user + system) / 1e6 / seconds,
      };
    },
    list: (times) => listTools(spec, lanes[0]!, times),
    close() {
      for (const { connection } of lanes) connection.close();
    },
  };
}

/** In the sessionful era each connection is a client of its own, with its own session. */
async function openLane({ endpoint, era, tool, repeats }: LoadSpec): Promise<Lane> {
  const { hostname, port } = new URL(endpoint.url);
  const connection = new Connection({ host: hostname, port: Number(port) });
  await connection.open();
  const session = era === "2025-11-25" ? await initialize(connection, endpoint) : undefined;
  return { connection, session, call: toEchoCall(endpoint, era, tool, { session, repeats }) };
}

async function initialize(connection: Connection, endpoint: Endpoint): Promise<string> {
  const { status, head, body } = await connection.request(toInitialize(endpoint));
  const session = /\r\nmcp-session-id: *([^\r]+)/i.exec(head)?.[1];
  if (status !== 200 || !session) throw new Error(`initialize answered ${status}: ${body}`);
  const method = "notifications/initialized";
  const noted = await connection.request(
    toRequest(endpoint, "2025-11-25", method, {}, { session }),
  );
  if (noted.status !== 202) throw new Error(`${method} answered ${noted.status}: ${noted.body}`);
  return session;
}

/** Returns the last number used, so that no id is ever sent twice. */
function runLanes(
  lanes: readonly Lane[],
  { durationMs, minRequests, maxRequests }: RunSpec,
  histogram: Histogram,
  lastNumber: number,
  repeats: boolean,
): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const startedAt = performance.now();
  let number = lastNumber;
  let sent = 0;
  let active = lanes.length;

  const isOver = (now: number) =>
    sent >= maxRequests ||
    now - startedAt > longestRunMs ||
    (now - startedAt >= durationMs && sent >= minRequests);

  for (const { connection, call } of lanes) {
    let own = 0;
    let sentAt = 0;
    const next = (now: number) => {
      if (isOver(now)) {
        active -= 1;
        if (active === 0) resolve(number);
        return;
      }
      sent += 1;
      number += 1;
      own = number;
      for (const at of call.numberAt) call.bytes.write(String(own), at, "latin1");
      sentAt = now;
      connection.send(call.bytes, pending);
    };
    const pending = {
      answered(response: HttpResponse) {
        const now = performance.now();
        histogram.record((now - sentAt) * 1000);
        checkEcho(response, own, repeats ? firstNumber : own);
        next(now);
      },
      failed: reject,
    };
    next(performance.now());
  }
  return promise;
}

async function listTools(spec: LoadSpec, lane: Lane, times: number): Promise<ListResult> {
  const histogram = createHistogram();
  let last = { tools: 0, pages: 0, bytes: 0, chars: 0 };
  for (let time = 0; time < times; time += 1) {
    const { waitedMs, ...list } = await listOnce(spec, lane);
    histogram.record(waitedMs * 1000);
    last = list;
  }
  return { ...last, p50Us: histogram.percentile(0.5) };
}

/** `waitedMs` is the time spent waiting for pages; parsing them here is not the server's doing. */
async function listOnce({ endpoint, era }: LoadSpec, { connection, session }: Lane) {
  let cursor: string | undefined;
  let tools = 0;
  let bytes = 0;
  let chars = 0;
  let waitedMs = 0;
  for (let pages = 1; pages <= mostPages; pages += 1) {
    const request = toRequest(endpoint, era, "tools/list", cursor ? { cursor } : {}, {
      id: pages,
      ...(session ? { session } : {}),
    });
    const askedAt = performance.now();
    const response = await connection.request(request);
    waitedMs += performance.now() - askedAt;
    const page = parseList(response);
    tools += page.tools.length;
    bytes += page.bytes;
    chars += page.chars;
    cursor = page.nextCursor;
    if (!cursor) return { tools, pages, bytes, chars, waitedMs };
  }
  throw new Error(`tools/list has more than ${mostPages} pages`);
}
