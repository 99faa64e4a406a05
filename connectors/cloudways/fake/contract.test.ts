import { describe, expect, it } from "vitest";
import { operations } from "./contract.ts";
import { createFixture } from "./fixture.ts";
import { checkAnswer } from "./validation.ts";

const open = { budgetPerMinute: Number.POSITIVE_INFINITY, busyStatus: "accept" } as const;

/** Ids that only exist after another call. */
const needsPolling = ["getOperation", "getTask"];

describe("the contract", () => {
  it("has the operations the notes count", () => {
    expect(operations).toHaveLength(274);
    expect(new Set(operations.map(({ id }) => id)).size).toBe(274);
  });

  it("gives an example of its own schema for every operation", () => {
    const broken = operations.flatMap((operation) =>
      checkAnswer(operation, 200, operation.example).map((text) => `${operation.id}${text}`),
    );
    expect(broken).toEqual([]);
  });

  it.each(["v1", "v2"] as const)("is answered for every operation in %s", async (version) => {
    const { fake, sendMinimal } = createFixture(open);
    const failed: string[] = [];

    for (const { id } of operations) {
      if (needsPolling.includes(id)) continue;
      const login = { email: fake.credentials.email, api_key: fake.credentials.apiKey };
      const fields = id === "createAccessToken" ? login : {};
      const { status, body } = await sendMinimal(id, { version, fields });
      if (status !== 200) failed.push(`${id} ${status} ${JSON.stringify(body)}`);
    }

    expect(failed).toEqual([]);
    expect(fake.counters).toMatchObject({ contractViolations: [], unexpected: [], undeclared: [] });
  });

  it("is answered on the alternate paths and methods other clients use", async () => {
    const { fake, send } = createFixture(open);
    const fields = { server_id: 50482, app_id: 131933, status: "enable" };

    expect((await send("POST", "/app/manage/webP", { fields })).status).toBe(200);
    expect((await send("GET", "/app/device/detection", { fields })).status).toBe(200);
    expect((await send("GET", "/alerts/")).status).toBe(200);
    expect((await send("POST", "/alert/markAllRead/")).status).toBe(200);
    expect(fake.counters.byOperation).toEqual({
      updateAppWebpRedirection: 1,
      updateAppDeviceDetection: 1,
      listAlerts: 1,
      markAllAlertsRead: 1,
    });
  });

  it("prefers a literal segment to a parameter", async () => {
    const { fake, send } = createFixture();
    await send("GET", "/app/safeupdates/list");
    expect(fake.counters.byOperation).toEqual({ listSafeUpdatesApps: 1 });
  });

  it("begins a real operation for every write that the upstream does later", async () => {
    const { advance, send, sendMinimal } = createFixture(open);
    const { body } = await sendMinimal("updateAppWebpRedirection");
    expect(body).toEqual({ response: { operation_id: 596401 } });

    advance(31);
    const polled = await send("GET", "/operation/596401");
    expect(polled.body).toMatchObject({ operation: { is_completed: true } });
  });
});
