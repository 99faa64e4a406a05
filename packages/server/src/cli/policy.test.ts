import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { cloudways } from "@fairlead/cloudways/connector";
import { createPolicyCheck } from "@fairlead/core/policy/validate";
import { afterAll, afterEach, beforeEach, expect, test, vi } from "vitest";
import { run } from "./program.ts";

const folder = mkdtempSync(join(tmpdir(), "fairlead-policy-"));
const environment = { FAIRLEAD_STATE: join(folder, "state") };
const isTerminal = process.stdout.isTTY;
const SERVER = "cloudways_get_server_details";
let stdout = "";
let stderr = "";

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

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

async function policy(...argv: string[]): Promise<number> {
  stdout = "";
  return run(["policy", ...argv], environment);
}

const GOOD = file(
  "good.cedar",
  `forbid(principal, action in Fairlead::Action::"cloudways", resource);`,
);
const BAD = file(
  "bad.cedar",
  `\nforbid(principal, action == Fairlead::Action::"cloudways_sink", resource);`,
);

test("finds a valid policy valid", async () => {
  process.stdout.isTTY = true;
  expect(await policy("check", GOOD)).toBe(0);
  expect(stdout).toBe("The policy is valid.\n");
});

test("says where a policy is wrong, and ends with 1", async () => {
  process.stdout.isTTY = true;
  expect(await policy("check", GOOD, BAD)).toBe(1);
  expect(stdout).toMatch(/^error: .*bad\.cedar:2:29: unrecognized action/);
});

test("writes findings as JSON for programs", async () => {
  process.stdout.isTTY = false;
  await policy("check", BAD);
  expect(JSON.parse(stdout)).toMatchObject({ ok: false, errors: [{ line: 2, column: 29 }] });
});

test("knows the arguments of every tool and prompt of a real connector", async () => {
  const { tools, prompts = [] } = cloudways;
  const rules = [...tools, ...prompts].map(
    ({ name }) =>
      `forbid(principal, action == Fairlead::Action::"${name}", resource) when { context.input == context.input };`,
  );
  expect(await policy("check", file("all.cedar", rules.join("\n")))).toBe(0);
});

test("says which consent rules ask for", async () => {
  const text = `@consent("approver") @approvals("2") forbid(principal, action, resource);`;
  const path = file("asks.cedar", text);
  process.stdout.isTTY = true;
  expect(await policy("check", path)).toBe(0);
  expect(stdout).toBe(`consent: ${path}: a rule asks for 2 approvers.\nThe policy is valid.\n`);
  process.stdout.isTTY = false;
  await policy("check", path);
  expect(JSON.parse(stdout)).toMatchObject({
    marks: [{ policy: path, level: "approver", approvals: 2 }],
  });
});

test("finds every example of the guide valid", () => {
  const guide = new URL("../../../../docs/guides/write-policies.md", import.meta.url);
  const blocks = readFileSync(guide, "utf8").matchAll(/^```cedar\n(.*?)^```$/gmsu);
  const texts = [...blocks].map(([, text = ""], index) => ({ name: `example ${index}`, text }));
  expect(createPolicyCheck([cloudways])(texts)).toEqual({
    errors: [],
    warnings: [],
    marks: [
      { policy: "example 1", level: "approver", approvals: 2 },
      { policy: "example 1", level: "person", approvals: 0 },
    ],
  });
});

test.each([
  ["no verb", []],
  ["another verb", ["list"]],
  ["no file", ["check"]],
  ["a file that is not there", ["check", join(folder, "none.cedar")]],
  ["no tool", ["explain"]],
  ["arguments that are no JSON", ["explain", "--tool", SERVER, "--arguments", "{"]],
  ["a time that is none", ["explain", "--tool", SERVER, "--at", "teatime"]],
  ["a tenant that is not there", ["explain", "--tool", SERVER, "--tenant", "nobody"]],
  ["a principal that is not there", ["explain", "--tool", SERVER, "--principal", "prn_nobody"]],
])("refuses %s as a mistake of usage", async (_what, argv) => {
  expect(await policy(...argv)).toBe(2);
  expect(stderr).not.toBe("");
});

test("says which rule decides a call, at the time that is asked for", async () => {
  const text = file(
    "night.cedar",
    `forbid(principal, action == Fairlead::Action::"${SERVER}", resource) when { context.input.server_id == 7 && context.hour < 6 };`,
  );
  process.stdout.isTTY = false;
  await run(["tenants", "create", "--name", "acme"], environment);
  await run(
    ["policies", "create", "--tenant", "acme", "--name", "night", "--text-file", text],
    environment,
  );
  stdout = "";
  const who = ["--kind", "service", "--label", "bot", "--roles", "operator"];
  await run(["principals", "create", "--tenant", "acme", ...who], environment);
  const { id }: { id: string } = JSON.parse(stdout);

  const asked = ["explain", "--tenant", "acme", "--principal", id, "--tool", SERVER];
  const seven = [...asked, "--arguments", '{"server_id":7}'];
  expect(await policy(...seven, "--at", "2026-03-14T03:00:00Z")).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    allowed: false,
    scope: { needed: "cloudways:read", held: true },
    rules: [{ name: "night", effect: "forbid", outcome: "holds" }],
  });
  process.stdout.isTTY = true;
  expect(await policy(...seven, "--at", "2026-03-14T09:00:00Z")).toBe(0);
  expect(stripVTControlCharacters(stdout)).toMatch(
    /No rule forbids it[\s\S]*does not hold\s+night/,
  );
});

test("says which consent rules ask for before a call", async () => {
  const text = file(
    "two.cedar",
    `@consent("approver") @approvals("2")
forbid(principal, action == Fairlead::Action::"${SERVER}", resource)
when { context.input.server_id == 7 };`,
  );
  process.stdout.isTTY = false;
  await run(["policies", "create", "--name", "two", "--text-file", text], environment);
  const asked = ["explain", "--tool", SERVER, "--arguments"];
  expect(await policy(...asked, '{"server_id":7}')).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    allowed: true,
    decision: null,
    consent: { level: "approver", approvals: 2, errors: [] },
    rules: [{ name: "two", consent: { level: "approver", approvals: 2 }, outcome: "holds" }],
  });
  process.stdout.isTTY = true;
  await policy(...asked, '{"server_id":7}');
  expect(stripVTControlCharacters(stdout)).toMatch(
    /Consent that rules ask for: 2 approvers \(pol_\w+\)[\s\S]*forbid without 2 approvers\s+holds\s+two/,
  );
  await policy(...asked, '{"server_id":8}');
  expect(stripVTControlCharacters(stdout)).toContain("No rule asks for consent.");
});
