import type { UpstreamPointer } from "@fairlead/core/safe-write";
import { describe, expect, test } from "vitest";
import { operationAnswer, type UpstreamOperation } from "./client/operations.ts";
import type { CloudwaysClient } from "./client.ts";
import { followOperation } from "./follow.ts";

const NOW = 1_000_000;

/** What following shows when Cloudways answers with this. */
function follow(answer: Partial<UpstreamOperation>, changes: UpstreamPointer = {}) {
  const client: Pick<CloudwaysClient, "now" | "getOperation" | "forgetServers"> = {
    now: () => NOW,
    forgetServers: async () => {},
    getOperation: async () => ({
      ...{ state: "running", said: "", minutes_left: null },
      ...{ restore_points: undefined, local_backup_exists: false },
      ...answer,
    }),
  };
  const pointer = { operation_id: 596401, sent_at: NOW - 60_000, server_id: 50482, ...changes };
  return followOperation(client as CloudwaysClient, pointer, AbortSignal.timeout(1_000));
}

describe("following an operation", () => {
  test("waits five seconds first, and ten after that", async () => {
    expect(await follow({}, { sent_at: NOW - 2_000 })).toEqual({
      status: "running",
      againInMs: 3_000,
    });
    expect(await follow({})).toEqual({
      status: "running",
      message: "Cloudways is at work.",
      againInMs: 10_000,
    });
    // A clock that was put back must not keep anybody from looking.
    expect(await follow({}, { sent_at: NOW + 60_000 })).toMatchObject({ againInMs: 10_000 });
  });

  test("ends with what the pointer carries", async () => {
    expect(await follow({ state: "completed" }, { app_id: 131933 })).toEqual({
      status: "completed",
      result: { server_id: 50482, app_id: 131933 },
    });
  });

  test("ends with what Cloudways says of a failure", async () => {
    expect(await follow({ state: "failed" })).toEqual({
      status: "failed",
      message: "Cloudways could not finish operation 596401.",
    });
  });

  test("needs to know what to ask for", async () => {
    await expect(follow({}, { operation_id: "../server" })).rejects.toMatchObject({
      code: "internal",
    });
  });

  test.each([
    ["1", "Operation completed", "completed"],
    [1, "", "completed"],
    [true, "", "completed"],
    ["0", "Process is initiated", "running"],
    [false, "Copying files", "running"],
    ["-1", "", "failed"],
    [-1, "", "failed"],
    ["0", "Backup failed", "failed"],
    ["0", "Error: no space left", "failed"],
  ])("reads is_completed %o with the status %o as %s", (is_completed, status, state) => {
    const message = `\u001b[2J"${status}"`;
    const operation = operationAnswer.parse({ operation: { is_completed, status, message } });
    expect(operation).toMatchObject({ state, said: `[2J'${status}'` });
  });
});
