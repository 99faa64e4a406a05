import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { createSqliteStore } from "@fairlead/core/storage/sqlite";
import type { Store } from "@fairlead/core/storage/store";
import { operationRow, planRow } from "@fairlead/testkit/plans";
import { hasTerminals, runAtTerminal } from "@fairlead/testkit/terminal";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const PROGRAM = fileURLToPath(new URL("../main.ts", import.meta.url));
const PLAN = "pln_00c0ffee";

let folder: string;
let store: Store;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "fairlead-decide-"));
  store = await createSqliteStore(join(folder, "fairlead.db"));
  const tenant = { status: "active" as const, tier: null, repository: null, created_at: 1 };
  await store.tenants.insert({ id: "ten_acme", name: "acme", ...tenant });
  const now = Date.now();
  await store.plans.insert(planRow({ now, id: PLAN }));
  await store.operations.insert(operationRow({ now, plan_id: PLAN }));
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const env = () => ({
  PATH: process.env.PATH,
  FAIRLEAD_STATE: folder,
  TERM: "xterm",
  NO_COLOR: "1",
});
const stateOf = async () => (await store.operations.find("ten_acme", "opn_1"))?.state;
const saidOn = () => store.approvals.listOf("ten_acme", PLAN);

/** As a program that runs commands does: whatever it pipes in. */
function piped(args: readonly string[], input = "") {
  const node = ["--conditions=fairlead-source", PROGRAM, ...args];
  return spawnSync(process.execPath, node, { env: env(), input, encoding: "utf8" });
}

/** At a terminal, where somebody types this once they are asked. */
const typed = (line: string, keys: string) =>
  runAtTerminal({
    line: `${process.execPath} --conditions=fairlead-source ${PROGRAM} ${line}`,
    env: env(),
    says: { to: "anything else leaves it", keys },
  });

test.each([
  [["approve", PLAN, "--tenant", "acme"]],
  [["approve", PLAN, "--tenant", "acme", "--reason", "x"]],
])("does not approve for who has no terminal: %j", async (args) => {
  const { status, stderr, stdout } = piped(args, "ffee\n");
  expect(status).toBe(1);
  expect(stderr).toContain("is a person's to do, at a terminal");
  expect(stdout).toBe("");
  expect(await saidOn()).toEqual([]);
  expect(await stateOf()).toBe("awaiting_approval");
});

test.each([["--yes"], ["--force"], ["--json"], ["--confirm=ffee"]])(
  "has no option that stands in for a terminal: %s",
  async (option) => {
    const { status, stderr } = piped(["approve", PLAN, "--tenant", "acme", option], "ffee\n");
    expect(status).toBe(2);
    expect(stderr).toContain("has no option");
    expect(await saidOn()).toEqual([]);
  },
);

test("does not approve by another command either", async () => {
  const { status, stderr } = piped(["plans", "approve", PLAN, "--tenant", "acme"]);
  expect(status).toBe(2);
  expect(stderr).toContain("fairlead plans takes one of: list, get.");
});

test("does not settle for who has no terminal", () => {
  const settle = [
    "operations",
    "settle",
    "opn_1",
    "--tenant",
    "acme",
    "--outcome",
    "did_not_happen",
  ];
  const { status, stderr } = piped([...settle, "--note", "I looked."]);
  expect(status).toBe(1);
  expect(stderr).toContain("fairlead operations settle is a person's to do");
});

test("denies also for a script, with a reason", async () => {
  expect(piped(["deny", PLAN, "--tenant", "acme"]).stderr).toContain("needs --reason");
  const { status, stdout } = piped([
    "deny",
    PLAN,
    "--tenant",
    "acme",
    "--reason",
    "Not on a Friday.",
  ]);
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ id: PLAN, status: "denied", operation_id: "opn_1" });
  expect(await stateOf()).toBe("cancelled");
  expect(await saidOn()).toMatchObject([{ way: "cli", reason: "Not on a Friday." }]);
});

test("lists what waits without being told to", () => {
  const { items } = JSON.parse(piped(["plans", "--tenant", "acme"]).stdout);
  expect(items).toMatchObject([{ id: PLAN, status: "open", asked_by: "prn_operator" }]);
  const { operations } = JSON.parse(piped(["operations", "--tenant", "acme"]).stdout);
  expect(operations).toMatchObject([{ id: "opn_1", state: "awaiting_approval" }]);
});

test("finds the tenant of a plan by itself", async () => {
  const { status, stderr } = piped(["deny", PLAN, "--reason", "x"]);
  expect([status, stderr]).toEqual([0, ""]);
  expect(await stateOf()).toBe("cancelled");
});

test("says where a plan is to be looked for", () => {
  expect(piped(["deny", "pln_none", "--reason", "x"]).stderr).toContain(
    "There is no plan pln_none",
  );
  expect(piped(["approve"]).stderr).toContain("Say: fairlead approve <plan id>");
});

describe.runIf(hasTerminals)("at a terminal", () => {
  test("shows the plan, and approves it when its last characters are typed", async () => {
    const { code, seen } = await typed(`approve ${PLAN} --tenant acme --reason Agreed`, "ffee\n");
    expect(seen).toContain('ship "Larkspur" (12) is moved: berth 7 → berth 9');
    expect(seen).toContain("What is lost or interrupted:\n- The bookings of berth 7");
    expect(seen).toContain("type the last 4 characters of pln_00c0ffee");
    expect(seen).toContain("pln_00c0ffee is approved. opn_1 goes on now.");
    expect(code).toBe(0);
    expect(await saidOn()).toMatchObject([
      { principal_id: "prn_local", way: "cli", decision: "approve", reason: "Agreed" },
    ]);
    expect(await stateOf()).toBe("queued");
  });

  test.each(["\n", "yes\n", "FFEE\n", "\u0004", "\u0003"])(
    "leaves it as it is when %j is typed",
    async (input) => {
      const { code, seen } = await typed(`approve ${PLAN} --tenant acme`, input);
      expect(seen).toContain("Nothing was approved.");
      expect(code).toBe(1);
      expect(await saidOn()).toEqual([]);
      expect(await stateOf()).toBe("awaiting_approval");
    },
  );

  test("does not ask where the answer would not count", async () => {
    await store.plans.deny("ten_acme", PLAN, Date.now());
    const { code, seen } = await typed(`approve ${PLAN} --tenant acme`, "ffee\n");
    expect(seen).toContain("Nothing was approved. pln_00c0ffee can no longer be decided on.");
    expect(seen).not.toContain("type the last");
    expect(code).toBe(1);
  });

  test("shows nothing that could repaint the terminal", async () => {
    const says = { summary: "Deletes\u001b[2K\u202e nothing" };
    await store.plans.insert(planRow({ now: Date.now(), id: "pln_evil" }, says));
    const call = `${process.execPath} --conditions=fairlead-source ${PROGRAM} plans get pln_evil --tenant acme`;
    const { stdout } = spawnSync("script", ["-qec", call, "/dev/null"], {
      env: env(),
      encoding: "utf8",
    });
    expect(stdout).toContain("Deletes[2K nothing");
    for (const each of ["\u001b[2K", "\u202e"]) expect(stdout).not.toContain(each);
  });

  test("lists plans in a table that says what matters", () => {
    const call = `${process.execPath} --conditions=fairlead-source ${PROGRAM} plans --tenant acme`;
    const { stdout } = spawnSync("script", ["-qec", `stty cols 200; ${call}`, "/dev/null"], {
      env: env(),
      encoding: "utf8",
    });
    const [heads, row] = stripVTControlCharacters(stdout).split(/\r?\n/);
    expect(heads).toMatch(/^ID +STATUS +CONSENT +ASKED BY +EXPIRES AT +SUMMARY/);
    expect(row).toMatch(/^pln_00c0ffee +open +person +prn_operator +\S+Z +Deletes berth 7/);
  });
});
