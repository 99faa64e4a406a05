import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { createCloudwaysFake } from "@fairlead/cloudways/fake";
import { afterEach, expect, test } from "vitest";
import { PROGRAM } from "./demo.ts";

const ending: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

/** An upstream that fails at first, so that the client has to wait before it asks again. */
async function startUpstream() {
  const fake = createCloudwaysFake();
  const { origin, close } = await fake.listen();
  ending.push(close);
  fake.faults.add({ kind: "status", status: 500, count: 1 });
  return {
    PATH: process.env.PATH ?? "",
    FAIRLEAD_STATE: "memory",
    CLOUDWAYS_EMAIL: fake.credentials.email,
    CLOUDWAYS_API_KEY: fake.credentials.apiKey,
    CLOUDWAYS_BASE_URL: origin,
  };
}

async function runProgram(args: readonly string[], env: Record<string, string>, input = "") {
  const child = spawn(process.execPath, [...PROGRAM, ...args], { env });
  child.stdin.end(input);
  const [out, [code]] = await Promise.all([text(child.stdout), once(child, "exit")]);
  return { out, code };
}

test("a command waits until the upstream was asked again, and answers", async () => {
  const env = await startUpstream();
  const { out, code } = await runProgram(["call", "cloudways_list_projects", "--json"], env);
  expect(JSON.parse(out)).toHaveProperty("projects");
  expect(code).toBe(0);
});

test("a client that has closed its end still gets the answer to what it asked last", async () => {
  const env = await startUpstream();
  const messages = [
    {
      ...{ id: 1, method: "initialize" },
      params: {
        ...{ protocolVersion: "2025-11-25", capabilities: {} },
        clientInfo: { name: "script", version: "1" },
      },
    },
    { method: "notifications/initialized" },
    { id: 2, method: "tools/call", params: { name: "cloudways_list_projects", arguments: {} } },
  ];
  const input = messages.map((each) => `${JSON.stringify({ jsonrpc: "2.0", ...each })}\n`).join("");
  const { out, code } = await runProgram(["stdio", "--connectors", "cloudways"], env, input);
  const answers = out.trim().split("\n");
  expect(JSON.parse(answers.at(-1) ?? "null")).toMatchObject({ id: 2, result: { content: [{}] } });
  expect(code).toBe(0);
});
