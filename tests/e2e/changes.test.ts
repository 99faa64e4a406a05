import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createCloudwaysFake } from "@fairlead/cloudways/fake";
import { type Installation, OPERATOR_KEY, startInstallation } from "@fairlead/testkit/installation";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { PROGRAM } from "./demo.ts";

// Changes at Cloudways, asked for by the official client in each of its styles.

type Era = "legacy" | "modern";
type Way = "http" | "stdio";

const SERVER = { server_id: 50482 };
const APP = { app_id: 131933 };
const YESTERDAY = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);

let fake: ReturnType<typeof createCloudwaysFake>;
let upstream: Awaited<ReturnType<typeof fake.listen>>;
let installation: Installation;
let directory: string;
let account: Record<string, string>;

beforeAll(async () => {
  fake = createCloudwaysFake({ budgetPerMinute: 100_000, operationSeconds: 0, taskSeconds: 0 });
  upstream = await fake.listen();
  account = {
    CLOUDWAYS_EMAIL: fake.credentials.email,
    CLOUDWAYS_API_KEY: fake.credentials.apiKey,
    CLOUDWAYS_BASE_URL: upstream.origin,
    CLOUDWAYS_REQUESTS_PER_MINUTE: "100000",
  };
  installation = await startInstallation({ environment: account });
});
afterAll(async () => {
  await installation.close();
  await upstream.close();
});

let before: Record<string, number>;
let opened: Client[];
beforeEach(() => {
  before = { ...fake.effects().accepted };
  opened = [];
  directory = mkdtempSync(join(tmpdir(), "fairlead-changes-"));
});
afterEach(async () => {
  for (const client of opened) await client.close();
  rmSync(directory, { recursive: true, force: true });
});

/** What the upstream took since the test began. */
function effects(): Record<string, number> {
  const now = Object.entries(fake.effects().accepted);
  const more = now.map(([name, count]) => [name, count - (before[name] ?? 0)] as const);
  return Object.fromEntries(more.filter(([, count]) => count > 0));
}

interface Style {
  era: Era;
  way: Way;
  /** What the person at the client says; undefined where the client cannot ask anybody. */
  says?: boolean | undefined;
}

/** A client, and the questions that its person was shown. */
async function connect({ era, way, says }: Style) {
  const questions: string[] = [];
  const client = new Client(
    { name: "e2e", version: "1" },
    {
      versionNegotiation: { mode: era === "legacy" ? "legacy" : { pin: "2026-07-28" } },
      capabilities: says === undefined ? {} : { elicitation: { form: {} } },
    },
  );
  if (says !== undefined) {
    client.setRequestHandler("elicitation/create", async ({ params }) => {
      questions.push(params.message);
      return says ? { action: "accept", content: { approve: true } } : { action: "decline" };
    });
  }
  opened.push(client);
  await client.connect(way === "http" ? overHttp() : overStdio());
  const call = async (name: string, args: Record<string, unknown>) => {
    const { content, structuredContent, isError } = await client.callTool({
      ...{ name, arguments: args },
    });
    const [first] = content;
    return {
      text: first?.type === "text" ? first.text : "",
      data: (structuredContent ?? {}) as Record<string, unknown>,
      isError: isError === true,
    };
  };
  return { call, questions };
}

function overHttp() {
  const headers = { Authorization: `Bearer ${OPERATOR_KEY}` };
  const url = new URL(`http://127.0.0.1:${installation.server.port}/mcp`);
  return new StreamableHTTPClientTransport(url, { requestInit: { headers } });
}

function overStdio() {
  return new StdioClientTransport({
    command: process.execPath,
    args: [...PROGRAM, "stdio", "--connectors", "cloudways"],
    env: { PATH: process.env.PATH ?? "", FAIRLEAD_STATE: directory, ...account },
    stderr: "ignore",
  });
}

const STYLES = (["http", "stdio"] as const).flatMap((way) =>
  (["legacy", "modern"] as const).map((era) => ({ era, way })),
);

describe.each(STYLES)("over $way, a client of the $era era", (style) => {
  test("shows the plan to its person, whose yes restarts the server once", async () => {
    const { call, questions } = await connect({ ...style, says: true });
    const { text, data } = await call("cloudways_restart_server", SERVER);
    expect(questions).toHaveLength(1);
    expect(questions[0]).toContain('server "web-london-1" (50482) is restarted');
    expect(questions[0]).toContain("What is lost or interrupted:");
    expect(text).toMatch(/^Operation opn_\w+: running\./);
    const { operation_id } = data;
    const done = await call("fairlead_get_operation", { operation_id, wait_s: 20 });
    expect(done.data).toMatchObject({ status: "completed", result: SERVER });
    expect(effects()).toEqual({ restartServer: 1 });
  });

  test("whose person says no changes nothing", async () => {
    const { call } = await connect({ ...style, says: false });
    const { text, isError } = await call("cloudways_restart_server", SERVER);
    expect([isError, text]).toEqual([true, expect.stringContaining("did not agree")]);
    expect(effects()).toEqual({});
  });

  test("that can ask nobody is told who has to agree, and changes nothing", async () => {
    const { call } = await connect(style);
    const { text, isError } = await call("cloudways_restart_server", SERVER);
    expect([isError, text]).toEqual([true, expect.stringMatching(/^consent_required: /)]);
    const [confirm = ""] = /pln_\w+/.exec(text) ?? [];
    const confirmed = await call("cloudways_restart_server", { ...SERVER, confirm });
    // The host of a local user asks by itself before it lets a destructive tool run; nobody does over HTTP.
    expect(confirmed.isError).toBe(style.way === "http");
    expect(effects()).toEqual(style.way === "http" ? {} : { restartServer: 1 });
  });
});

describe("each tool that changes something", () => {
  /** What is called, what it asks, and what has left for Cloudways then. */
  const CHANGES: readonly [string, Record<string, unknown>, boolean, Record<string, number>][] = [
    ["restart_server", SERVER, true, { restartServer: 1 }],
    ["backup_app", APP, false, { backupApp: 1 }],
    ["restore_app", { ...APP, time: `${YESTERDAY} 03:00:00` }, true, { restoreApp: 1 }],
    ["add_app_alias", { ...APP, alias: "e2e.example" }, false, { updateAppAliases: 1 }],
    ["delete_app_alias", { ...APP, alias: "e2e.example" }, true, { updateAppAliases: 1 }],
    [
      "update_whitelisted_ips",
      { ...SERVER, list: "mysql", ips: ["203.0.113.9"] },
      true,
      { updateWhitelistedIps: 1 },
    ],
    ["delete_app", { app_id: 132460 }, true, { deleteApp: 1 }],
  ];

  test.each(CHANGES)("%s", { timeout: 60_000 }, async (name, args, asks, expected) => {
    const { call, questions } = await connect({ era: "modern", way: "http", says: true });
    const tool = `cloudways_${name}`;
    const plan = await call("fairlead_plan", { tool, arguments: args });
    expect(plan.data).toMatchObject({ plan_id: expect.stringMatching(/^pln_/), tool });
    const planned = effects();
    expect(planned).toEqual({});
    const { plan_id } = plan.data;
    const done = await call("fairlead_apply", { plan_id });
    expect(done.isError, done.text).toBe(false);
    expect(questions).toHaveLength(asks ? 1 : 0);
    expect(effects()).toMatchObject(expected);
    const { operation_id } = done.data;
    if (operation_id !== undefined) {
      const ended = await call("fairlead_get_operation", { operation_id, wait_s: 25 });
      expect(ended.data, ended.text).toMatchObject({ status: "completed" });
    }
    const again = await call("fairlead_apply", { plan_id });
    expect(again.isError, again.text).toBe(false);
    expect(effects()).toMatchObject(expected);
  });
});
