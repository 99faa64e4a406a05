import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { AGREES, call } from "@fairlead/bench/soaks/writes/caller";
import { createServer } from "@fairlead/bench/soaks/writes/server";
import { createCloudwaysFake } from "@fairlead/cloudways/fake";
import { freePort } from "@fairlead/testkit/redis";
import { afterEach, describe, expect, test } from "vitest";

const MAIN = join(import.meta.dirname, "../../packages/server/src/main.ts");
const PROGRAM = ["--conditions=fairlead-source", "--disable-warning=ExperimentalWarning", MAIN];
const KEY = "a-key-of-whoever-runs-it";
const RESTART = { name: "cloudways_restart_server", arguments: { server_id: 50482 } };
/** A terminal can only be had where this is installed. */
const hasTerminal = spawnSync("script", ["-qec", "true", "/dev/null"]).status === 0;

const opened: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

/** A server of its own, whose upstream does what it is asked for and does not always say so. */
async function start() {
  const fake = createCloudwaysFake({ operationSeconds: 0.01 });
  const upstream = await fake.listen();
  opened.push(upstream.close);
  const directory = mkdtempSync(join(tmpdir(), "fairlead-settle-"));
  opened.push(() => rmSync(directory, { recursive: true, force: true }));
  const environment = {
    ...{ FAIRLEAD_STATE: directory, FAIRLEAD_API_KEY: KEY, FAIRLEAD_CONNECTORS: "cloudways" },
    ...{ CLOUDWAYS_EMAIL: fake.credentials.email, CLOUDWAYS_API_KEY: fake.credentials.apiKey },
    CLOUDWAYS_BASE_URL: upstream.origin,
  };
  const server = createServer(await freePort(), environment);
  await server.start();
  opened.push(server.kill);
  const env = { PATH: process.env.PATH, TERM: "xterm", NO_COLOR: "1", ...environment };

  return {
    fake,
    restarts: () => fake.counters.accepted.restartServer ?? 0,
    /** What a restart under this key is answered. */
    async restart(key: string): Promise<string> {
      const asked = await call(server.url, KEY, RESTART, key);
      if (asked.resultType !== "input_required") return JSON.stringify(asked);
      const { requestState } = asked;
      const agreed = { ...RESTART, requestState, inputResponses: AGREES };
      return JSON.stringify(await call(server.url, KEY, agreed, key));
    },
    unknown(): { id: string }[] {
      const args = [...PROGRAM, "operations", "list", "--status", "unknown", "--json"];
      const { stdout } = spawnSync(process.execPath, args, { env, encoding: "utf8" });
      return JSON.parse(stdout).operations;
    },
    /** As somebody who sits at the server's own terminal. */
    async settle(id: string, outcome: string): Promise<number> {
      const said = `operations settle ${id} --outcome ${outcome} --note Seen`;
      const line = `${process.execPath} ${PROGRAM.join(" ")} ${said}`;
      const child = spawn("script", ["-qec", line, "/dev/null"], { env, stdio: "ignore" });
      const [code] = await once(child, "close");
      return Number(code);
    },
  };
}

describe.skipIf(!hasTerminal)("an operation of unknown outcome", () => {
  test("that happened is settled at the terminal, and not done again under its key", async () => {
    const { fake, restarts, restart, unknown, settle } = await start();
    fake.faults.add({ kind: "reset", access: "write", after: true });
    expect(await restart("k1")).toContain("outcome_unknown");
    const [operation] = unknown();
    expect(await settle(operation?.id ?? "", "happened")).toBe(0);
    expect(unknown()).toEqual([]);
    expect(await restart("k1")).toContain(operation?.id);
    expect(restarts()).toBe(1);
  }, 120_000);

  test("that did not happen is settled at the terminal, and done once under the same key", async () => {
    const { fake, restarts, restart, unknown, settle } = await start();
    fake.faults.add({ kind: "reset", access: "write" });
    expect(await restart("k2")).toContain("outcome_unknown");
    expect(restarts()).toBe(0);
    const [operation] = unknown();
    expect(await settle(operation?.id ?? "", "did_not_happen")).toBe(0);
    await restart("k2");
    await restart("k2");
    expect(restarts()).toBe(1);
    expect(unknown()).toEqual([]);
  }, 120_000);
});
