import { createManualClock, type ManualClock, until } from "@fairlead/testkit/clock";
import { createTestFairlead, type TestFairlead } from "@fairlead/testkit/fairlead";
import { afterEach, beforeEach, expect } from "vitest";
import {
  type CloudwaysFake,
  type CloudwaysFakeOptions,
  createCloudwaysFake,
  findCanaries,
  type Listening,
} from "../fake/server.ts";
import { cloudways } from "../src/connector.ts";

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
  /** Waits until the client waits for something of at most so long, and lets that time pass. */
  passWait(atMostMs?: number): Promise<void>;
  /** Waits until no request to the upstream is under way, those that nobody waits for included. */
  untilQuiet(): Promise<void>;
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

  beforeEach(async () => {
    const clock = createManualClock();
    fake = createCloudwaysFake({ clock, ...options.fake });
    listening = await fake.listen();
    said = "";
    replicas = [];
    const { email, apiKey } = fake.credentials;
    fairlead = await createTestFairlead({
      clock,
      connectors: [cloudways],
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

  return {
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
