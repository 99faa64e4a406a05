import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PROGRAM, type RunningDemo, startDemo } from "./demo.ts";

const BIN = join(import.meta.dirname, "../../node_modules/.bin");
const run = promisify(execFile);

let demo: RunningDemo;
let cloudways: { mcp_url: string; fake_url: string };

beforeAll(async () => {
  demo = await startDemo();
  const found = demo.connectors.find(({ id }) => id === "cloudways");
  if (found === undefined) throw new Error("The demo serves no Cloudways.");
  cloudways = found;
});

afterAll(async () => {
  expect(await demo.stop()).toBe(0);
});

type Era = "legacy" | "modern";

function clientOf(era: Era): Client {
  return new Client(
    { name: "e2e", version: "1" },
    { versionNegotiation: { mode: era === "legacy" ? "legacy" : { pin: "2026-07-28" } } },
  );
}

function httpTransport(url: string): StreamableHTTPClientTransport {
  const headers = { Authorization: `Bearer ${demo.api_key}` };
  return new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } });
}

async function withClient<T>(
  client: Client,
  transport: Parameters<Client["connect"]>[0],
  use: (client: Client) => Promise<T>,
): Promise<T> {
  await client.connect(transport);
  try {
    return await use(client);
  } finally {
    await client.close();
  }
}

describe.each<Era>(["legacy", "modern"])("the official SDK client in the %s era", (era) => {
  test("lists, calls, reads, completes and prompts over HTTP", async () => {
    await withClient(clientOf(era), httpTransport(cloudways.mcp_url), async (client) => {
      expect(client.getProtocolEra()).toBe(era);
      const { tools } = await client.listTools();
      expect(tools.map(({ name }) => name)).toContain("list_servers");
      const { structuredContent } = await client.callTool({ name: "list_servers", arguments: {} });
      expect(structuredContent).toMatchObject({
        servers: [{ id: 50482, label: "web-london-1" }, {}, {}],
      });
      const { contents } = await client.readResource({ uri: "cloudways://servers/50482" });
      expect(contents[0]).toMatchObject({ mimeType: "application/json" });
      const { completion } = await client.complete({
        ref: { type: "ref/resource", uri: "cloudways://servers/{server_id}" },
        argument: { name: "server_id", value: "505" },
      });
      expect(completion.values).toEqual(["50517"]);
      const { prompts } = await client.listPrompts();
      expect(prompts.length).toBeGreaterThanOrEqual(3);
    });
  });

  test("finds prefixed names on the endpoint of all connectors", async () => {
    await withClient(clientOf(era), httpTransport(demo.mcp_url), async (client) => {
      const { isError } = await client.callTool({ name: "cloudways_ping", arguments: {} });
      expect(isError).not.toBe(true);
    });
  });

  test("lists and calls over stdio, with the credential from the environment", async () => {
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: [...PROGRAM, "stdio", "--connectors", "cloudways"],
      env: {
        PATH: process.env.PATH ?? "",
        CLOUDWAYS_EMAIL: "ops@example.com",
        CLOUDWAYS_API_KEY: "not-the-key-of-this-account",
        CLOUDWAYS_BASE_URL: cloudways.fake_url,
      },
      stderr: "ignore",
    });
    await withClient(clientOf(era), transport, async (client) => {
      const { tools } = await client.listTools();
      expect(tools.map(({ name }) => name)).toContain("cloudways_list_servers");
      const { content, isError } = await client.callTool({ name: "cloudways_ping", arguments: {} });
      expect(isError).toBe(true);
      expect(content[0]).toMatchObject({ text: expect.stringContaining("unauthenticated") });
      expect(JSON.stringify(content)).not.toContain("not-the-key");
    });
  });
});

test("the Inspector's command line lists and calls tools", async () => {
  const inspect = async (...args: string[]) => {
    const target = [cloudways.mcp_url, "--transport", "http"];
    const key = ["--header", `Authorization: Bearer ${demo.api_key}`];
    const { stdout } = await run(join(BIN, "mcp-inspector"), ["--cli", ...target, ...key, ...args]);
    return JSON.parse(stdout);
  };
  const { tools } = await inspect("--method", "tools/list");
  expect(tools.map(({ name }: { name: string }) => name)).toContain("search_apps");
  const found = await inspect(
    ...["--method", "tools/call", "--tool-name", "search_apps"],
    ...["--tool-arg", "query=bakery"],
  );
  expect(found.structuredContent.apps[0]).toMatchObject({ label: "harbour-bakery" });
});

test("mcp-remote bridges a client that only speaks stdio", async () => {
  const transport = new StdioClientTransport({
    command: join(BIN, "mcp-remote"),
    args: [cloudways.mcp_url, "--header", `Authorization: Bearer ${demo.api_key}`, "--allow-http"],
    stderr: "ignore",
  });
  await withClient(clientOf("legacy"), transport, async (client) => {
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toContain("list_servers");
    const { structuredContent } = await client.callTool({ name: "ping", arguments: {} });
    expect(structuredContent).toMatchObject({ ok: true });
  });
});

test("the key is also accepted as X-API-Key, and without one nobody gets in", async () => {
  const body = '{"jsonrpc":"2.0","id":1,"method":"tools/list"}';
  const base = {
    "content-type": "application/json",
    accept: "application/json, text/event-stream",
  };
  const post = async (headers: Record<string, string>) =>
    (await fetch(demo.mcp_url, { method: "POST", body, headers: { ...base, ...headers } })).status;
  expect(await post({ "x-api-key": demo.api_key })).toBe(200);
  expect(await post({})).toBe(401);
  expect(await post({ "x-api-key": `${demo.api_key}x` })).toBe(401);
});
