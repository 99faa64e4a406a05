import { createTestAdmin, type TestAdmin } from "@fairlead/testkit/admin";
import { failureOf } from "@fairlead/testkit/failure-of";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { UsageRow } from "../../storage/records.ts";

let ground: TestAdmin;
const HOUR_MS = 3_600_000;
const NINE = Date.UTC(2026, 2, 14, 9);

const row = (changes: Partial<UsageRow> = {}): UsageRow => ({
  ...{ tenant_id: "ten_acme", principal_id: "prn_viewer", tool: "harbour_list_berths" },
  ...{ connector: "harbour", effect: "read", hour: NINE },
  ...{ calls: 3, errors: 1, upstream_calls: 2, bytes_out: 4_000 },
  ...changes,
});

beforeEach(async () => {
  ground = await createTestAdmin();
  await ground.store.usage.add([
    row(),
    row({ hour: NINE - 30 * HOUR_MS }),
    row({ principal_id: "prn_admin" }),
    row({ tenant_id: "ten_umbra", principal_id: "prn_umbra" }),
  ]);
});
afterEach(() => ground.close());

type Usage = { from: string; to: string; items: { hour: string; principal_id: string }[] };

test("shows the last day, by principal, tool and hour", async () => {
  expect(await ground.act("usage.get", {}, "admin")).toMatchInlineSnapshot(`
    {
      "from": "2026-03-13T09:30:00.000Z",
      "items": [
        {
          "bytes_out": 4000,
          "calls": 3,
          "connector": "harbour",
          "effect": "read",
          "errors": 1,
          "hour": "2026-03-14T09:00:00.000Z",
          "principal_id": "prn_admin",
          "tool": "harbour_list_berths",
          "upstream_calls": 2,
        },
        {
          "bytes_out": 4000,
          "calls": 3,
          "connector": "harbour",
          "effect": "read",
          "errors": 1,
          "hour": "2026-03-14T09:00:00.000Z",
          "principal_id": "prn_viewer",
          "tool": "harbour_list_berths",
          "upstream_calls": 2,
        },
      ],
      "to": "2026-03-14T09:30:00.000Z",
    }
  `);
});

test("shows one principal's", async () => {
  const { items } = await ground.act<Usage>("usage.get", { principal_id: "prn_admin" });
  expect(items.map(({ principal_id }) => principal_id)).toEqual(["prn_admin"]);
  const none = await ground.act<Usage>("usage.get", { principal_id: "prn_umbra" });
  expect(none.items).toEqual([]);
});

test("shows what lies between two times, of any offset", async () => {
  const range = { from: "2026-03-13T04:00:00+01:00", to: "2026-03-13T04:30:00Z" };
  const { from, to, items } = await ground.act<Usage>("usage.get", range);
  expect({ from, to }).toEqual({
    from: "2026-03-13T03:00:00.000Z",
    to: "2026-03-13T04:30:00.000Z",
  });
  expect(items.map(({ hour }) => hour)).toEqual(["2026-03-13T03:00:00.000Z"]);
});

test.each([
  [{ from: "yesterday" }, "from: "],
  [{ to: "2026-03-14" }, "to: "],
  [{ from: "2026-03-14T10:00:00Z", to: "2026-03-14T09:00:00Z" }, "from has to be before to"],
  [{ from: "2026-03-14T09:00:00Z", to: "2026-03-14T09:00:00Z" }, "from has to be before to"],
  [{ from: "2026-03-15T00:00:00Z" }, "from has to be before to"],
  [{ from: "2024-03-14T09:00:00Z" }, "at most 400 days at a time"],
  [{ principal_id: "Ann" }, "principal_id: "],
])("refuses %j", async (input, words) => {
  const failure = await failureOf(ground.act("usage.get", input));
  expect(failure.code).toBe("invalid_input");
  expect(failure.message).toContain(words);
});

test("shows another tenant's to whoever runs this Fairlead only", async () => {
  expect((await failureOf(ground.act("usage.get", { tenant: "umbra" }))).code).toBe("not_found");
  const { items } = await ground.act<Usage>("usage.get", { tenant: "umbra" }, "host");
  expect(items.map(({ principal_id }) => principal_id)).toEqual(["prn_umbra"]);
});

test("is nobody's below an administrator", async () => {
  expect((await failureOf(ground.act("usage.get", {}, "developer"))).code).toBe("forbidden");
});
