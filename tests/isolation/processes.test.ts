import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createCloudwaysFake } from "@fairlead/cloudways/fake";
import { bearer, createCaller } from "@fairlead/testkit/caller";
import { createHttp } from "@fairlead/testkit/http";
import { OPERATOR_KEY } from "@fairlead/testkit/installation";
import { freePort } from "@fairlead/testkit/redis";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const MAIN = join(import.meta.dirname, "../../packages/server/src/main.ts");

let directory: string;
let opened: { close(): unknown }[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "fairlead-isolation-"));
  opened = [];
});

afterEach(async () => {
  for (const each of opened.reverse()) await each.close();
  rmSync(directory, { recursive: true, force: true });
});

interface Process {
  ask(tool: string): Promise<string>;
  stop(): Promise<void>;
}

/** A process on the same records as the others, with an account of its own from its environment. */
async function start(seed: number): Promise<Process> {
  const fake = createCloudwaysFake({ seed });
  Object.assign(fake.state, structuredClone(fake.state));
  for (const server of fake.state.servers.values()) server.label = `of account ${seed}`;
  for (const project of fake.state.projects.values()) project.name = `of account ${seed}`;
  const upstream = await fake.listen();
  opened.push(upstream);
  const port = await freePort();
  const child = spawn(
    process.execPath,
    ["--conditions=fairlead-source", "--disable-warning=ExperimentalWarning", MAIN, "serve"],
    {
      stdio: ["ignore", "ignore", "pipe"],
      env: {
        PATH: process.env.PATH,
        ...{ PORT: String(port), FAIRLEAD_STATE: directory, FAIRLEAD_API_KEY: OPERATOR_KEY },
        ...{ CLOUDWAYS_BASE_URL: upstream.origin, CLOUDWAYS_EMAIL: fake.credentials.email },
        CLOUDWAYS_API_KEY: fake.credentials.apiKey,
      },
    },
  );
  const stop = () => end(child);
  opened.push({ close: stop });
  await listening(child);
  const http = createHttp(port);
  opened.push(http);
  const operator = createCaller(http, bearer(OPERATOR_KEY));
  return {
    stop,
    ask: async (tool) => (await operator.call(tool)).text,
  };
}

/** Goes on reading what it says: a log that nobody takes would hold it up. */
function listening(child: ChildProcess): Promise<void> {
  let said = "";
  return new Promise((resolve, reject) => {
    child.stderr?.on("data", (part: Buffer) => {
      said += part.toString();
      if (said.includes('"listening"')) resolve();
    });
    child.once("exit", () => reject(new Error(`It did not start: ${said}`)));
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  await ended;
}

// What the path keeps, and what the connector's client keeps.
describe.each(["cloudways_list_projects", "cloudways_list_servers"])("%s", (tool) => {
  test("of processes with different accounts answers each from its own", {
    timeout: 60_000,
  }, async () => {
    // The first one alone keeps what it knows to itself; those after it share.
    const [one, two, three] = [await start(1), await start(2), await start(3)];
    for (let round = 0; round < 2; round += 1) {
      expect(await one.ask(tool)).toContain("of account 1");
      expect(await two.ask(tool)).toContain("of account 2");
      expect(await three.ask(tool)).toContain("of account 3");
    }
  });

  test("of an account that was exchanged in between answers from the new one", {
    timeout: 60_000,
  }, async () => {
    await start(1);
    const before = await start(1);
    expect(await before.ask(tool)).toContain("of account 1");
    await before.stop();
    expect(await (await start(2)).ask(tool)).toContain("of account 2");
  });
});
