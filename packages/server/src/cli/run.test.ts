import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { createCloudwaysFake } from "@fairlead/cloudways/fake";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { COMMANDS } from "./commands.ts";
import { run } from "./program.ts";

// The commands in this process, where what they write is seen; program.test.ts runs the program itself.

const fake = createCloudwaysFake();
const account: Record<string, string> = {};
const isTerminal = process.stdout.isTTY;
let closeFake: () => Promise<void>;
let stdout = "";
let stderr = "";

beforeAll(async () => {
  const { origin, close } = await fake.listen();
  closeFake = close;
  account.CLOUDWAYS_EMAIL = fake.credentials.email;
  account.CLOUDWAYS_API_KEY = fake.credentials.apiKey;
  account.CLOUDWAYS_BASE_URL = origin;
});

afterAll(() => closeFake());

beforeEach(() => {
  stdout = "";
  stderr = "";
  vi.spyOn(process.stdout, "write").mockImplementation((part) => {
    stdout += part;
    return true;
  });
  vi.spyOn(process.stderr, "write").mockImplementation((part) => {
    stderr += part;
    return true;
  });
});

afterEach(() => {
  vi.restoreAllMocks();
  process.stdout.isTTY = isTerminal;
});

const call = (...argv: string[]) => run(argv, account);

/** What a person at a terminal sees. */
async function seen(...argv: string[]): Promise<string> {
  process.stdout.isTTY = true;
  await call(...argv);
  return stripVTControlCharacters(stdout);
}

test.each(COMMANDS.map(({ name }) => name))("explains %s, with examples", async (name) => {
  expect(await run([name, "--help"], {})).toBe(0);
  expect(stdout).toMatch(/Usage\n {2}fairlead/);
  expect(stdout).toMatch(/Examples\n {2}\S/);
});

test("explains itself when nothing is asked, and one command when that is", async () => {
  await run([], {});
  expect(stdout).toContain("One MCP server for the systems a team runs.");
  stdout = "";
  await run(["help", "serve"], {});
  expect(stdout).toContain("Serve MCP over HTTP.");
});

test("lists tools as a table for people, and by name for completions", async () => {
  expect(await seen("tools")).toMatch(/^TOOL +EFFECT +TOOLSET +WHAT IT DOES\ncloudways_\w+ +read /);
  stdout = "";
  await call("tools", "--names");
  expect(stdout.split("\n")).toContain("cloudways_ping");
});

test("shows people a tool's words, and programs its data", async () => {
  expect(await seen("call", "cloudways_list_servers")).toContain("50482 web-london-1: running");
  stdout = "";
  process.stdout.isTTY = false;
  await call("call", "cloudways_list_servers");
  expect(JSON.parse(stdout)).toMatchObject({ servers: [{ id: 50482 }, {}, {}] });
  expect(stderr).toBe("");
});

test("takes arguments as options, as --arg and as JSON", async () => {
  const tool = "cloudways_get_server_details";
  expect(await call("call", tool, "--server_id", "50482")).toBe(0);
  const first = stdout;
  for (const argv of [
    ["--arg", "server_id=50482"],
    ["--json", '{"server_id":50482}'],
  ]) {
    stdout = "";
    expect(await call("call", tool, ...argv)).toBe(0);
    expect(stdout).toBe(first);
  }
});

test.each([
  [["call"], "Which tool? See: fairlead tools"],
  [["call", "cloudways_pin"], 'There is no tool "cloudways_pin". Did you mean cloudways_ping?'],
  [["call", "ping"], 'There is no tool "ping". Did you mean cloudways_ping?'],
  [["call", "cloudways_ping", "extra"], '"extra" is too much.'],
  [["call", "cloudways_ping", "--json", "{'a':1}"], "--json is no JSON:"],
  [["resources", "open"], "Say: fairlead resources"],
  [["prompts", "get"], "Say: fairlead prompts"],
  [["prompts", "get", "cloudways_slow_sit"], "Did you mean cloudways_slow_site?"],
  [["stdio", "--endpoint", "rocketnet"], "--endpoint can be: cloudways."],
  [["tools", "--env-file", "/nowhere"], "--env-file: /nowhere cannot be read."],
  [["completion", "tcsh"], "Which shell?"],
])("refuses %j with a word on what is right", async (argv, message) => {
  expect(await call(...argv)).toBe(2);
  expect(stderr).toContain(message);
  expect(stdout).toBe("");
});

test("lists resources and reads one", async () => {
  expect(await seen("resources")).toContain("cloudways://servers/{server_id}");
  stdout = "";
  expect(await seen("resources", "read", "cloudways://servers")).toContain("web-london-1");
  stdout = "";
  await call("resources", "--json");
  expect(JSON.parse(stdout)).toContainEqual(
    expect.objectContaining({ uri: "cloudways://servers" }),
  );
  stdout = "";
  expect(await call("resources", "read", "cloudways://servers/1", "--json")).toBe(1);
});

test("lists prompts and gets one", async () => {
  expect(await seen("prompts")).toMatch(/cloudways_slow_site +app /);
  stdout = "";
  expect(await seen("prompts", "get", "cloudways_slow_site", "--arg", "app=larkspur-blog")).toMatch(
    /^user: [\s\S]*larkspur-blog/,
  );
  stdout = "";
  process.stdout.isTTY = false;
  await call("prompts", "get", "cloudways_slow_site", "--arg", "app=larkspur-blog");
  expect(JSON.parse(stdout)).toMatchObject({ messages: [{ role: "user" }] });
});

test("shows settings as a table, with the file they came from, also when one is wrong", async () => {
  const folder = mkdtempSync(join(tmpdir(), "fairlead-cli-"));
  const path = join(folder, ".env");
  writeFileSync(path, "PORT=eighty\nCLOUDWAYS_EMAIL=of-the-file@example.com\n");
  process.stdout.isTTY = true;
  expect(await call("config", "--env-file", path)).toBe(3);
  rmSync(folder, { recursive: true });
  expect(stripVTControlCharacters(stdout)).toMatch(/PORT +environment +eighty/);
  expect(stdout).toMatch(new RegExp(`CLOUDWAYS_EMAIL +environment +${fake.credentials.email}`));
  expect(stderr).toContain('PORT: has to be a whole number from 0 to 65535, not "eighty".');
});

test("tells people what is well and what to do, and programs the same", async () => {
  const words = await seen("doctor", "--port", "0");
  expect(words).toContain("✓ cloudways       Cloudways answers and takes the credential");
  expect(words).toMatch(/! configuration +FAIRLEAD_API_KEY is not set/);
  stdout = "";
  process.stdout.isTTY = false;
  expect(await run(["doctor"], { PORT: "x" })).toBe(3);
  expect(JSON.parse(stdout)).toMatchObject([{ check: "configuration", status: "fail" }]);
});

/** What a signal would do to the program, here without ending the process of the tests. */
function stop(before: readonly NodeJS.SignalsListener[]): void {
  for (const listener of process.listeners("SIGTERM")) {
    if (before.includes(listener)) continue;
    listener("SIGTERM");
    process.off("SIGTERM", listener).off("SIGINT", listener);
  }
}

test("stops a server that is told to, even one that is still starting", async () => {
  const before = process.listeners("SIGTERM");
  const running = run(["serve", "--local", "--port", "0", "--log-level", "silent"], account);
  await expect
    .poll(() => process.listenerCount("SIGTERM"), { timeout: 10_000 })
    .toBeGreaterThan(before.length);
  stop(before);
  expect(await running).toBe(0);
});

test("shows people the way into the demo", async () => {
  const before = process.listeners("SIGTERM");
  const running = run(["demo", "--port", "0", "--log-level", "silent"], {});
  await expect.poll(() => stdout, { timeout: 10_000 }).toContain("Stop it with Ctrl-C");
  for (const client of ["Claude Code", "Claude Desktop", "Cursor", "VS Code"]) {
    expect(stdout).toContain(client);
  }
  expect(stdout).toMatch(/API key {2}fl_\S{32}\n/);
  stop(before);
  expect(await running).toBe(0);
});
