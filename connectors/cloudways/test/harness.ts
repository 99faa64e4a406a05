import { currentCall } from "@fairlead/core/call/current";
import { Follow } from "@fairlead/core/operations/operation-of";
import type {
  Evidence,
  Followed,
  PlannedChange,
  UndoCall,
  UpstreamPointer,
} from "@fairlead/core/safe-write";
import { defineTool, type Tool, type ToolContext } from "@fairlead/core/tool";
import { createManualClock, type ManualClock, until } from "@fairlead/testkit/clock";
import { createTestFairlead, type TestFairlead } from "@fairlead/testkit/fairlead";
import { afterEach, beforeEach, expect } from "vitest";
import { z } from "zod";
import {
  type CloudwaysFake,
  type CloudwaysFakeOptions,
  createCloudwaysFake,
  findCanaries,
  type Listening,
} from "../fake/server.ts";
import type { CloudwaysClient } from "../src/client.ts";
import { cloudways } from "../src/connector.ts";
import { followOperation } from "../src/follow.ts";

interface Options {
  fake?: CloudwaysFakeOptions;
  settings?: Record<string, unknown>;
  /** Default: e-mail and API key of the fake's account. */
  credential?: (fake: CloudwaysFake) => Record<string, string>;
}

/** The connector in a whole engine, with the fake upstream on a real socket. A new one for every test. */
export interface Harness {
  readonly fake: CloudwaysFake;
  readonly origin: string;
  readonly clock: ManualClock;
  readonly fairlead: TestFairlead;
  /** Another process on the same records and the same shared state. */
  replica(): Promise<TestFairlead>;
  /** The structured answer of a tool and its words. */
  call(
    name: string,
    args?: Record<string, unknown>,
    signal?: AbortSignal,
  ): Promise<{ structured: unknown; text: string }>;
  /** Requests to Cloudways other than logins, as they left. */
  readonly requests: readonly SentRequest[];
  /** Those of them that would change something. */
  readonly changes: readonly SentRequest[];
  /** Whether the last thing done had a request leave that may change something. */
  readonly effectLeft: boolean;
  /** Runs `work` as the handler of a call, without plan, consent and journal. */
  direct<T>(work: (ctx: ToolContext<CloudwaysClient>) => Promise<T> | T): Promise<T>;
  plan(name: string, args: Record<string, unknown>): Promise<PlannedChange>;
  /** The answer of a tool's handler; of one that takes long, where it goes on. */
  run(name: string, args: Record<string, unknown>): Promise<unknown>;
  start(name: string, args: Record<string, unknown>): Promise<UpstreamPointer>;
  follow(pointer: UpstreamPointer): Promise<Followed>;
  undo(name: string, args: Record<string, unknown>, state: unknown): UndoCall | undefined;
  /** What became of a call that was sent now, or when `sent` says. */
  find(
    name: string,
    args: Record<string, unknown>,
    sent: { at?: number; state: unknown },
  ): Promise<Evidence<unknown>>;
  /** Lets time pass until `work` is done, for what polls. */
  passing<T>(work: Promise<T>): Promise<T>;
  /** Waits until the client waits for something of at most so long, and lets that time pass. */
  passWait(atMostMs?: number): Promise<void>;
  /** Waits until no request to the upstream is under way, those that nobody waits for included. */
  untilQuiet(): Promise<void>;
}

export interface SentRequest {
  method: string;
  path: string;
  type?: string;
  body?: string;
}

const SWEEP_MS = 100;
const REQUEST_MS = 20_000;
const TOTAL_MS = 28_000;

/** Sets up before each test and checks after each what must hold whatever the test was about. */
export function useCloudways(options: Options = {}): Harness {
  let fake: CloudwaysFake;
  let listening: Listening;
  let fairlead: TestFairlead;
  let replicas: TestFairlead[];
  let said: string;
  let requests: SentRequest[];
  let effectLeft: boolean;
  let work: (ctx: ToolContext<CloudwaysClient>) => Promise<unknown>;
  const probe = defineTool({
    name: "cloudways_run_test",
    title: "Run a test",
    description: "Runs what a test wants to run inside of a call.",
    effect: "read",
    deadlineMs: 60_000,
    input: z.object({}),
    output: z.object({}),
    async handler(_, ctx: ToolContext<CloudwaysClient>) {
      try {
        await work(ctx);
        return {};
      } finally {
        effectLeft = currentCall()?.effectLeft === true;
      }
    },
  });

  beforeEach(async () => {
    const clock = createManualClock();
    fake = createCloudwaysFake({ clock, ...options.fake });
    listening = await fake.listen();
    said = "";
    requests = [];
    effectLeft = false;
    replicas = [];
    const { email, apiKey } = fake.credentials;
    fairlead = await createTestFairlead({
      clock,
      connectors: [{ ...cloudways, tools: [...cloudways.tools, probe] }],
      fetch(url, init) {
        const sent = toSent(url, init);
        if (!sent.path.endsWith("/oauth/access_token")) requests.push(sent);
        return globalThis.fetch(url, init);
      },
      connections: [
        {
          connector: "cloudways",
          label: "agency",
          settings: { base_url: listening.origin, ...options.settings },
          credential: options.credential?.(fake) ?? { email, api_key: apiKey },
        },
      ],
    });
  });

  afterEach(async () => {
    // The state is the first one's, so it closes last.
    for (const each of [...replicas, fairlead]) await each.close();
    await listening.close();
    const { contractViolations, unexpected, undeclared } = fake.counters;
    expect({ contractViolations, unexpected, undeclared }).toEqual({
      contractViolations: [],
      unexpected: [],
      undeclared: [],
    });
    const log = [fairlead, ...replicas].map(({ logger }) => logger.text()).join("\n");
    expect(findCanaries(log), "secrets in the log").toEqual([]);
    expect(findCanaries(said), "secrets in answers that nobody asked for").toEqual([]);
    expect(log, "the account's e-mail in the log").not.toContain(fake.credentials.email);
  });

  async function direct<T>(
    given: (ctx: ToolContext<CloudwaysClient>) => Promise<T> | T,
  ): Promise<T> {
    const results: T[] = [];
    work = async (ctx) => {
      results.push(await given(ctx));
    };
    await fairlead.call(probe.name);
    const [result] = results;
    said += JSON.stringify(result) ?? "";
    return result as T;
  }

  const run = (name: string, args: Record<string, unknown>): Promise<unknown> =>
    direct(async (ctx) => {
      const tool = toolOf(name);
      const output = await tool.handler(tool.input.parse(args) as never, ctx as never);
      return output instanceof Follow ? output : tool.output?.parse(output);
    });

  return {
    direct,
    run,
    get requests() {
      return requests;
    },
    get changes() {
      return requests.filter(({ method }) => method !== "GET");
    },
    get effectLeft() {
      return effectLeft;
    },
    plan: (name, args) =>
      direct((ctx) => {
        const tool = toolOf(name);
        if (tool.plan === undefined) throw new Error(`${name} has no plan.`);
        return tool.plan(tool.input.parse(args) as never, ctx as never);
      }),
    async start(name, args) {
      const output = await run(name, args);
      if (!(output instanceof Follow)) throw new Error(`${name} handed nothing over.`);
      return output.pointer;
    },
    follow: (pointer) => direct(({ client, signal }) => followOperation(client, pointer, signal)),
    undo(name, args, state) {
      const { undo, input } = toolOf(name);
      return undo?.({ input: input.parse(args) as never, state, output: undefined });
    },
    find: (name, args, { at = fairlead.clock.now(), state }) =>
      direct((ctx) => {
        const { reconcile, input, output } = toolOf(name);
        if (reconcile === undefined) throw new Error(`${name} cannot be settled.`);
        return reconcile
          .find(input.parse(args) as never, ctx as never, { at, state })
          .then((evidence) => {
            if (evidence.found === "happened") output?.parse(evidence.output);
            return evidence;
          });
      }),
    async passing(work) {
      let isOver = false;
      const over = () => {
        isOver = true;
      };
      work.then(over, over);
      const wait = () => fairlead.clock.waiting.find((ms) => ms > SWEEP_MS && ms <= 5_000);
      while (!isOver) {
        await until(() => isOver || wait() !== undefined);
        if (!isOver) fairlead.clock.advance(wait() ?? 0);
      }
      return work;
    },
    get fake() {
      return fake;
    },
    get origin() {
      return listening.origin;
    },
    get clock() {
      return fairlead.clock;
    },
    get fairlead() {
      return fairlead;
    },
    async replica() {
      const { clock, store, shared } = fairlead;
      const seed = replicas.length + 2;
      const other = await createTestFairlead({
        ...{ connectors: [cloudways], clock, store, shared, seed },
      });
      replicas.push(other);
      return other;
    },
    async call(name, args = {}, signal) {
      const given = await fairlead
        .call(name, args, signal === undefined ? {} : { signal })
        .catch((error: unknown) => {
          said += inspectError(error);
          throw error;
        });
      const [content] = given.content;
      const text = content?.type === "text" ? content.text : "";
      if (!("reveal" in args)) said += `${text}\n${given.structuredJson}\n`;
      return { structured: given.structured, text };
    },
    async passWait(atMostMs = 1_500) {
      // Shorter ones are the engine's own sweep over deadlines.
      const wait = () => fairlead.clock.waiting.find((ms) => ms > SWEEP_MS && ms <= atMostMs);
      await until(() => wait() !== undefined);
      fairlead.clock.advance(wait() ?? 0);
    },
    async untilQuiet() {
      const isDeadline = (ms: number) => ms > REQUEST_MS - 5_000 && ms <= TOTAL_MS;
      await turn();
      await until(() => !fairlead.clock.waiting.some(isDeadline));
      await turn();
    },
  };
}

/** Lets everything happen that waits for nothing but its turn. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** All that an error could give away: to the caller by message and details, to the log by its causes. */
function inspectError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const details = "details" in error ? JSON.stringify(error.details) : "";
  return `${error.message} ${details}\n${error.cause === undefined ? "" : inspectError(error.cause)}`;
}

function toolOf(name: string): Tool {
  const tool = cloudways.tools.find((each) => each.name === name);
  if (tool === undefined) throw new Error(`There is no tool ${name}.`);
  return tool;
}

function toSent(url: string | URL | Request, init: RequestInit | undefined): SentRequest {
  const { pathname, search } = new URL(url instanceof Request ? url.url : url);
  const type = new Headers(init?.headers).get("content-type");
  return {
    method: init?.method ?? "GET",
    path: `${pathname}${search}`,
    ...(type === null ? {} : { type }),
    ...(typeof init?.body === "string" ? { body: init.body } : {}),
  };
}
