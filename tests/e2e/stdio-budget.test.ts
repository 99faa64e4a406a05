import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createCloudwaysFake } from "@fairlead/cloudways/fake";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { afterEach, expect, test } from "vitest";
import { PROGRAM } from "./demo.ts";

const ending: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

/** Counts 100 calls a minute, as the upstream does, by the machine's clock. */
async function startUpstream() {
  const fake = createCloudwaysFake({ budgetPerMinute: 100 });
  const { origin, close } = await fake.listen();
  ending.push(close);
  return { fake, url: origin };
}

function newState(): string {
  const directory = mkdtempSync(join(tmpdir(), "fairlead-stdio-"));
  ending.push(() => rmSync(directory, { recursive: true }));
  return directory;
}

/** What an editor does: starts a process of its own and speaks to it over its pipes. */
async function startEditor(state: string, url: string, account: { email: string; apiKey: string }) {
  const client = new Client({ name: "editor", version: "1" });
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [...PROGRAM, "stdio", "--connectors", "cloudways"],
    env: {
      PATH: process.env.PATH ?? "",
      FAIRLEAD_STATE: state,
      CLOUDWAYS_EMAIL: account.email,
      CLOUDWAYS_API_KEY: account.apiKey,
      CLOUDWAYS_BASE_URL: url,
    },
    stderr: "ignore",
  });
  await client.connect(transport);
  ending.push(() => client.close());
  return {
    /** One request to the upstream, if the budget has it. */
    async ping(): Promise<"answered" | "rate_limited"> {
      const { content, isError } = await client.callTool({ name: "cloudways_ping", arguments: {} });
      if (isError !== true) return "answered";
      expect(JSON.stringify(content)).toContain("rate_limited");
      return "rate_limited";
    },
    close: () => client.close(),
    kill() {
      if (transport.pid === null) throw new Error("It does not run.");
      process.kill(transport.pid, "SIGKILL");
    },
  };
}

const count = (outcomes: readonly string[]) =>
  outcomes.filter((outcome) => outcome === "answered").length;

/** Less than the minute the budget is for: past that, more would be right. */
const WITHIN_MS = 50_000;

test(
  "three editors on one account spend one budget, also when they are started again",
  async () => {
    const { fake, url } = await startUpstream();
    const state = newState();
    const open = () => startEditor(state, url, fake.credentials);

    const first = await open();
    const alone = await Promise.all(Array.from({ length: 20 }, () => first.ping()));
    expect(count(alone)).toBe(20);

    const editors = [first, ...(await Promise.all([open(), open()]))];
    const together = await Promise.all(
      Array.from({ length: 180 }, (_, index) => editors[index % 3]?.ping() ?? "missing"),
    );
    expect(together).toContain("rate_limited");
    // One login for all of them, and it is paid for too.
    expect(fake.counters.logins).toBe(1);
    expect(count(alone) + count(together) + fake.counters.logins).toBe(90);

    await Promise.all(editors.map((editor) => editor.close()));
    const again = await open();
    expect(await again.ping()).toBe("rate_limited");
    expect(fake.counters.total).toBe(90);
    expect(fake.counters.byStatus).toEqual({ 200: 90 });
  },
  WITHIN_MS,
);

test(
  "three editors that start at once spend one budget, and one that is killed takes nothing with it",
  async () => {
    const { fake, url } = await startUpstream();
    const state = newState();
    const open = () => startEditor(state, url, fake.credentials);
    const editors = await Promise.all([open(), open(), open()]);
    const some = await Promise.all(
      Array.from({ length: 60 }, (_, index) => editors[index % 3]?.ping() ?? "missing"),
    );
    expect(count(some)).toBe(60);
    editors[0]?.kill();
    const rest = await Promise.all(
      Array.from({ length: 140 }, (_, index) => editors[1 + (index % 2)]?.ping() ?? "missing"),
    );
    expect(count(some) + count(rest) + fake.counters.logins).toBe(90);
    expect(fake.counters.total).toBe(90);
    expect(fake.counters.byStatus).toEqual({ 200: 90 });
  },
  WITHIN_MS,
);
