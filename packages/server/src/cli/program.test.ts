import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { createCloudwaysFake } from "@fairlead/cloudways/fake";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { COMMANDS } from "./commands.ts";

const PROGRAM = fileURLToPath(new URL("../main.ts", import.meta.url));
const fake = createCloudwaysFake();
const account: Record<string, string> = {};
let closeFake: () => Promise<void>;

beforeAll(async () => {
  const { origin, close } = await fake.listen();
  closeFake = close;
  account.CLOUDWAYS_EMAIL = fake.credentials.email;
  account.CLOUDWAYS_API_KEY = fake.credentials.apiKey;
  account.CLOUDWAYS_BASE_URL = origin;
});

afterAll(() => closeFake());

function start(args: readonly string[], env: Record<string, string> = {}) {
  const node = ["--conditions=fairlead-source", PROGRAM, ...args];
  const child = spawn(process.execPath, node, { env });
  const read = { stdout: "", stderr: "" };
  child.stdout.on("data", (part: Buffer) => {
    read.stdout += part;
  });
  child.stderr.on("data", (part: Buffer) => {
    read.stderr += part;
  });
  return { child, read, ended: once(child, "close").then(([code]) => ({ code, ...read })) };
}

/** Runs the real program to its end. */
function fairlead(args: readonly string[], env?: Record<string, string>, input = "") {
  const { child, ended } = start(args, env);
  child.stdin.end(input);
  return ended;
}

async function stop(child: ChildProcess): Promise<unknown> {
  child.kill("SIGTERM");
  const [code] = await once(child, "close");
  return code;
}

describe.concurrent("the program", () => {
  test("says its version, and nothing else", async () => {
    expect(await fairlead(["--version"])).toEqual({ code: 0, stdout: "0.1.0\n", stderr: "" });
  });

  test("helps: every command and every exit code", async () => {
    const { code, stdout } = await fairlead(["--help"]);
    expect(code).toBe(0);
    for (const { name, summary } of COMMANDS)
      expect(stdout).toMatch(new RegExp(`${name} +${summary}`));
    expect(stdout).toContain("3    The configuration is wrong");
  });

  test("names the nearest command, and ends with the code of usage", async () => {
    expect(await fairlead(["serv"])).toEqual({
      code: 2,
      stdout: "",
      stderr: 'There is no command "serv". Did you mean serve? See: fairlead --help\n',
    });
  });

  test("names every problem of the configuration and ends with its code", async () => {
    const { code, stdout, stderr } = await fairlead(["serve", "--port", "x"], {
      FAIRLEAD_READONYL: "true",
    });
    expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
    expect(stderr).toContain('PORT: has to be a whole number from 0 to 65535, not "x" (--port).');
    expect(stderr).toContain("FAIRLEAD_READONYL: is no setting. Did you mean FAIRLEAD_READONLY?");
  });

  test("says what to do when the port is taken", async () => {
    const holder = createServer().listen(0, "127.0.0.1");
    await once(holder, "listening");
    const { port } = holder.address() as { port: number };
    const { code, stderr } = await fairlead(["serve", "--local", "--port", String(port)]);
    holder.close();
    expect(code).toBe(4);
    expect(stderr).toContain(`Port ${port} is taken: something already listens on`);
    expect(stderr).toContain("Set PORT (or --port) to another one");
  });

  test("lists tools as JSON where programs read", async () => {
    const { code, stdout } = await fairlead(["tools", "--readonly"]);
    const tools = JSON.parse(stdout) as { name: string; annotations: { readOnlyHint: boolean } }[];
    expect(code).toBe(0);
    expect(tools.map(({ name }) => name)).toContain("cloudways_list_servers");
    expect(tools.every(({ annotations }) => annotations.readOnlyHint)).toBe(true);
  });

  test("calls a tool and gives its data", async () => {
    const { code, stdout, stderr } = await fairlead(["call", "cloudways_ping"], account);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(JSON.parse(stdout)).toMatchObject({ ok: true });
  });

  test("says why a call failed on standard error, and ends with the code of a failure", async () => {
    const { code, stdout, stderr } = await fairlead(["call", "cloudways_ping", "--nosuch", "1"]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(JSON.parse(stderr)).toMatchObject({ status: "error", code: "invalid_input" });
  });

  test("shows the settings in effect, where they come from, and no secret", async () => {
    const env = { ...account, PORT: "8080" };
    const { code, stdout } = await fairlead(["config", "--host", "127.0.0.2"], env);
    const entries = JSON.parse(stdout) as { name: string }[];
    const entry = (name: string) => entries.find((each) => each.name === name);
    expect(code).toBe(0);
    expect(entry("PORT")).toEqual({ name: "PORT", value: "8080", source: "environment" });
    expect(entry("HOST")).toMatchObject({ value: "127.0.0.2", source: "flag", from: "--host" });
    expect(entry("CLOUDWAYS_API_KEY")).toMatchObject({ value: "[redacted]" });
    expect(stdout).not.toContain(fake.credentials.apiKey);
  });

  test("finds out what is well and what is not", async () => {
    const healthy = await fairlead(["doctor", "--port", "0"], account);
    expect(healthy.code).toBe(0);
    const findings = JSON.parse(healthy.stdout) as { check: string; status: string }[];
    expect(findings).toContainEqual(expect.objectContaining({ check: "cloudways", status: "ok" }));
    expect(findings).toContainEqual(expect.objectContaining({ check: "clock", status: "ok" }));

    const refused = await fairlead(["doctor"], { ...account, CLOUDWAYS_API_KEY: "wrong-key" });
    expect(refused.code).toBe(1);
    expect(JSON.parse(refused.stdout)).toContainEqual(
      expect.objectContaining({ check: "cloudways", status: "fail", todo: expect.any(String) }),
    );
  });

  test("keeps standard output for the protocol on stdio, and ends with its input", async () => {
    const { child, read, ended } = start(["stdio", "--log-level", "debug"], account);
    const ask = (message: Record<string, unknown>) =>
      child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
    const clientInfo = { name: "test", version: "1" };
    const params = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo };
    ask({ id: 1, method: "initialize", params });
    ask({ method: "notifications/initialized" });
    ask({ id: 2, method: "tools/call", params: { name: "cloudways_ping", arguments: {} } });
    await expect.poll(() => read.stdout, { timeout: 10_000 }).toContain('"id":2');
    child.stdin.end();
    const { code, stdout, stderr } = await ended;
    expect(code).toBe(0);
    const messages = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(messages.filter(({ id }) => id !== undefined).map(({ id }) => id)).toEqual([1, 2]);
    expect(messages.every(({ jsonrpc }) => jsonrpc === "2.0")).toBe(true);
    expect(stderr).toContain('"name":"cloudways_ping"');
    expect(stderr).not.toContain(fake.credentials.apiKey);
  });

  test("says on standard error why stdio cannot start", async () => {
    const { code, stdout, stderr } = await fairlead(["stdio"], { LOG_LEVEL: "chatty" });
    expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
    expect(stderr).toContain("LOG_LEVEL: has to be");
  });

  test("starts a demo that programs can use, and leaves nothing behind", async () => {
    const { child, read } = start(["demo", "--json", "--port", "0"], {
      CLOUDWAYS_API_KEY: "of-the-real-world",
      HOST: "0.0.0.0",
    });
    await expect.poll(() => read.stdout, { timeout: 10_000 }).toMatch(/\n$/);
    const facts = JSON.parse(read.stdout);
    expect(facts).toEqual({
      mcp_url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/mcp$/),
      connectors: [
        {
          id: "cloudways",
          mcp_url: `${facts.mcp_url}/cloudways`,
          fake_url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
        },
      ],
      api_key: expect.stringMatching(/^fl_/),
      state: expect.stringMatching(/fairlead-demo-/),
      pid: child.pid,
    });
    expect(existsSync(facts.state)).toBe(true);
    const ping = (headers: Record<string, string>) =>
      fetch(facts.connectors[0].mcp_url, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          accept: "application/json, text/event-stream",
          ...headers,
        },
        body: '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"ping","arguments":{}}}',
      });
    expect((await ping({})).status).toBe(401);
    const answer = await ping({ authorization: `Bearer ${facts.api_key}` });
    expect(await answer.json()).toMatchObject({ result: { structuredContent: { ok: true } } });
    expect((await ping({ "x-api-key": facts.api_key })).status).toBe(200);

    expect(await stop(child)).toBe(0);
    expect(read.stdout.trim().split("\n")).toHaveLength(1);
    await expect(fetch(facts.mcp_url)).rejects.toThrow();
    await expect(fetch(facts.connectors[0].fake_url)).rejects.toThrow();
    expect(existsSync(facts.state)).toBe(false);
  });
});
