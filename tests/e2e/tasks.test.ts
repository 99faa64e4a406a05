import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { StreamableHTTPClientTransport, type Transport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import type {
  SerializedTaskReference,
  TaskExecutionEvent,
  TaskOutcome,
} from "@modelcontextprotocol/ext-tasks/client";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type Running, start } from "../conformance/start.ts";
import { PROGRAM } from "./demo.ts";
import { connectTaskClient, ERAS, type Era, type Json, type TaskClient } from "./task-client.ts";

const FIXTURES = join(import.meta.dirname, "../conformance/src/connector.ts");

let server: Running;
let folder: string;

beforeAll(async () => {
  server = await start();
  folder = mkdtempSync(join(tmpdir(), "fairlead-tasks-"));
});

afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

const TRANSPORTS: Record<string, () => Transport> = {
  HTTP: () => new StreamableHTTPClientTransport(new URL(server.url)),
  stdio: () =>
    new StdioClientTransport({
      command: process.execPath,
      args: [...PROGRAM, "stdio", "--connector-module", FIXTURES, "--endpoint", "conformance"],
      env: { PATH: process.env.PATH ?? "", FAIRLEAD_STATE: folder },
      stderr: "ignore",
    }),
};

const WAYS = Object.entries(TRANSPORTS).flatMap(([name, open]) =>
  ERAS.map((era) => ({ name, era, open })),
);

type Answering = Parameters<typeof connectTaskClient>[2];

async function connect(era: Era, open: () => Transport, answer?: Answering): Promise<TaskClient> {
  const connected = await connectTaskClient(era, open(), answer);
  onTestFinished(() => connected.close());
  return connected;
}

async function run({ session }: TaskClient, name: string, given: Json) {
  const execution = await session.callTool(name, given as never, {
    task: { preference: "prefer" },
  });
  const events: TaskExecutionEvent<unknown>[] = [];
  const { outcome } = await execution.settle({ onEvent: (event) => void events.push(event) });
  return { execution, events, outcome };
}

const resultOf = (outcome: TaskOutcome<unknown>) =>
  outcome.status === "completed" ? (outcome.result as Json) : undefined;

describe.each(WAYS)("tasks over $name in the $era era", ({ era, open }) => {
  test("a call goes on as a task, and ends with what the call would have answered", async () => {
    const connected = await connect(era, open);
    const { execution, events, outcome } = await run(connected, "slow_compute", {
      ...{ seconds: 1, label: "a tide" },
    });
    expect(execution.kind).toBe("task");
    const seen = events.flatMap((event) => (event.type === "task" ? [event.task] : []));
    expect(seen[0]).toMatchObject({ status: "working", retentionMs: null });
    expect(resultOf(outcome)).toMatchObject({
      structuredContent: { status: "completed", result: { text: "a tide is computed" } },
    });
    const { status, retentionMs, createdAt, lastUpdatedAt } = await connected.session
      .task(execution.handle?.taskId as never)
      .snapshot();
    expect(status).toBe("completed");
    const lived = Date.parse(lastUpdatedAt ?? "") - Date.parse(createdAt ?? "");
    expect(Math.abs((retentionMs ?? 0) - lived - 3_600_000)).toBeLessThan(1_000);
  });

  test("what a tool cannot do is an answer, and what breaks is a failure", async () => {
    const connected = await connect(era, open);
    const refused = await run(connected, "failing_job", {});
    const said = JSON.stringify(
      refused.outcome.status === "failed"
        ? refused.outcome.error.message
        : resultOf(refused.outcome),
    );
    expect(said).toContain("The job could not be done.");
    // In the earlier era an answer that is an error is a task that failed.
    expect(refused.outcome.status).toBe(era === "modern" ? "completed" : "failed");
    const broken = await run(connected, "protocol_error_job", {});
    expect(broken.outcome.status).toBe("failed");
    expect(JSON.stringify(broken.outcome)).not.toContain("on purpose");
  });

  test("what a task asks is answered, and it goes on", async () => {
    const asked: unknown[] = [];
    const connected = await connect(era, open, async (request) => {
      asked.push(request.params?.message);
      return { action: "accept", content: { confirm: true } } as never;
    });
    const { outcome } = await run(connected, "confirm_delete", { filename: "chart.txt" });
    expect(asked).toEqual(["Delete chart.txt?"]);
    expect(resultOf(outcome)?.content).toEqual([{ type: "text", text: "chart.txt: true" }]);
  });

  test("what is asked before is asked by the call", async () => {
    const connected = await connect(era, open, async () => {
      return { action: "accept", content: { name: "Ada" } } as never;
    });
    const { outcome } = await run(connected, "test_tool_with_task", {});
    expect(JSON.stringify(resultOf(outcome)?.structuredContent)).toContain("Hello, Ada!");
  });

  test("is stopped when its client no longer wants it", async () => {
    const { session } = await connect(era, open);
    const execution = await session.callTool(
      "slow_compute",
      { seconds: 60 },
      { task: { preference: "prefer" } },
    );
    await execution.cancel();
    const { outcome } = await execution.settle();
    expect(outcome.status).toBe("cancelled");
  });

  test("is taken up again by another client, also after a restart", async () => {
    const first = await connectTaskClient(era, open());
    const execution = await first.session.callTool(
      "slow_compute",
      { seconds: 2, label: "a chart" },
      { task: { preference: "prefer" } },
    );
    if (execution.kind !== "task") throw new Error("The call was answered at once.");
    let reference: SerializedTaskReference | undefined;
    await execution.handoff((made) => {
      reference = made;
    });
    await first.client.close();
    const second = await connect(era, open);
    const resumed = await second.session.resumeTask(reference as SerializedTaskReference);
    const { outcome } = await resumed.settle();
    expect(JSON.stringify(outcome)).toContain("a chart is computed");
  });

  test("a client that does not ask for one is answered with an operation", async () => {
    const { client } = await connect(era, open);
    const args = { seconds: 1 };
    const { structuredContent } = await client.callTool({ name: "slow_compute", arguments: args });
    expect(structuredContent).toMatchObject({
      status: "running",
      operation_id: expect.stringMatching(/^opn_/),
    });
    await expect(client.callTool({ name: "failing_job", arguments: {} })).rejects.toMatchObject({
      code: era === "modern" ? -32021 : -32601,
    });
  });

  test("an idempotency key is taken from _meta and from the arguments", async () => {
    const { client } = await connect(era, open);
    const key = `${era} ${crypto.randomUUID()}`;
    const idOf = async (request: Json) =>
      ((await client.callTool({ name: "slow_compute", ...request } as never)) as Json)
        .structuredContent as { operation_id: string };
    const args = { seconds: 0, label: "once" };
    const _meta = { "dev.fairlead/idempotencyKey": key };
    const first = await idOf({ arguments: args, _meta });
    expect((await idOf({ arguments: args, _meta })).operation_id).toBe(first.operation_id);
    const byArgument = await idOf({ arguments: { ...args, idempotency_key: key } });
    expect(byArgument.operation_id).toBe(first.operation_id);
    expect((await idOf({ arguments: args })).operation_id).not.toBe(first.operation_id);
    const other = await client.callTool({
      ...{ name: "slow_compute", arguments: { ...args, label: "twice" }, _meta },
    });
    expect(JSON.stringify(other)).toContain("was used for another request");
  });
});

describe.each(WAYS.filter(({ era }) => era === "modern"))(
  "a subscription over $name",
  ({ era, open }) => {
    test("tells of each change of the tasks it names, the first time how they stand", async () => {
      const { send, notifications } = await connect(era, open);
      const call = { name: "slow_compute", arguments: { seconds: 1, label: "a tide" } };
      const created = await send("tools/call", call);
      if (created.kind !== "result") throw new Error(created.error.message);
      const { taskId } = created.result as { taskId: string };
      void send("subscriptions/listen", {
        notifications: { taskIds: [taskId, "opn_nobodys"], toolsListChanged: true },
      });
      const told = () => notifications.filter(({ method }) => method === "notifications/tasks");
      await expect
        .poll(() => told().at(-1)?.params, { timeout: 8_000 })
        .toMatchObject({
          ...{ taskId, status: "completed", ttlMs: expect.any(Number) },
          result: { structuredContent: { result: { text: "a tide is computed" } } },
        });
      expect(told()[0]?.params).toMatchObject({ taskId, status: "working", ttlMs: null });
      const [acknowledged] = notifications.filter(({ method }) => method.endsWith("acknowledged"));
      expect(acknowledged?.params?.notifications).toEqual({
        toolsListChanged: true,
        taskIds: [taskId],
      });
    });
  },
);

describe.each(WAYS.filter(({ era }) => era === "legacy"))(
  "a client of 2025-11-25 over $name",
  ({ era, open }) => {
    test("is told how its tasks fare, and lists them", async () => {
      const { session, notifications } = await connect(era, open);
      const execution = await session.callTool(
        "slow_compute",
        { seconds: 1 },
        { task: { preference: "prefer" } },
      );
      const taskId = execution.handle?.taskId;
      const statuses = () =>
        notifications
          .filter(({ method }) => method === "notifications/tasks/status")
          .filter(({ params }) => params?.taskId === taskId)
          .map(({ params }) => params?.status);
      await expect.poll(() => statuses().at(-1), { timeout: 8_000 }).toBe("completed");
      const { tasks } = await session.listTasks();
      expect(tasks.map((task) => task.taskId)).toContain(taskId);
    });
  },
);
