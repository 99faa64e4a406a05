import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { openSqlite } from "@fairlead/core/storage/sqlite";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { z } from "zod";
import { readLines } from "./audit-file.ts";
import { storeFileIn } from "./embedded.ts";
import { run } from "./program.ts";

const PROGRAM = fileURLToPath(import.meta.resolve("fairlead/main"));

let stdout = "";
let stderr = "";
let directory = "";
/** Names in the log of one tenant, and of the other. */
let acmeKey = "";
let umbraKey = "";

beforeEach(async () => {
  vi.spyOn(process.stdout, "write").mockImplementation((part) => {
    stdout += part;
    return true;
  });
  vi.spyOn(process.stderr, "write").mockImplementation((part) => {
    stderr += part;
    return true;
  });
  directory = mkdtempSync(join(tmpdir(), "fairlead-audit-cli-"));
  await json("tenants", "create", "--name", "acme");
  await json("tenants", "create", "--name", "umbra");
  acmeKey = await createKey("acme");
  umbraKey = await createKey("umbra");
});

afterEach(() => {
  vi.restoreAllMocks();
});

async function fairlead(...argv: string[]): Promise<number> {
  stdout = "";
  stderr = "";
  return run(argv, { FAIRLEAD_STATE: directory });
}

async function createKey(tenant: string): Promise<string> {
  const { id } = await json(
    "keys",
    "create",
    "--tenant",
    tenant,
    "--label",
    "ci",
    "--roles",
    "viewer",
  );
  return String(id);
}

const answer = z.looseObject({});

async function json(...argv: string[]): Promise<z.infer<typeof answer>> {
  const code = await fairlead(...argv, "--json");
  if (stdout === "") throw new Error(`fairlead ${argv.join(" ")} ended with ${code}: ${stderr}`);
  return answer.parse(JSON.parse(stdout));
}

const fileIn = (name: string) => join(directory, name);

function tamper(sql: string): void {
  const { database } = openSqlite(storeFileIn(directory));
  database.exec(sql);
  database.close();
}

test("verifies the log of all tenants, and of one", async () => {
  expect(await json("audit", "verify")).toMatchObject({ ok: true, tenant_id: null, problems: [] });
  expect(await json("audit", "verify", "--tenant", "acme")).toMatchObject({ ok: true });
});

test("ends with 1, and says where, when a row was changed in the file", async () => {
  tamper("update audit set body = replace(body, 'keys.create', 'keys.delete')");
  expect(await fairlead("audit", "verify", "--json")).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ ok: false, problems: [{ kind: "changed" }, {}] });
});

test("says in words what it found", async () => {
  const isTerminal = process.stdout.isTTY;
  process.stdout.isTTY = true;
  await fairlead("audit", "verify");
  const sound = stdout;
  tamper(`delete from audit where seq = 2 and body like '%${acmeKey}%'`);
  expect(await fairlead("audit", "verify")).toBe(1);
  process.stdout.isTTY = isTerminal;
  expect(sound).toMatch(/The log is sound: \d+ events in \d+ chains, \d+ checkpoints\./);
  expect(stdout).toMatch(
    /tampered with: 1 problem[\s\S]*a chain ends before what a checkpoint says/,
  );
});

test("an export of one tenant is verified by a program that has nothing but the file", async () => {
  const file = fileIn("acme.jsonl.gz");
  expect(await fairlead("audit", "export", "--tenant", "acme", file)).toBe(0);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const text = gunzipSync(readFileSync(file)).toString();
  expect(text).toContain(acmeKey);
  expect(text).not.toContain(umbraKey);
  const empty = mkdtempSync(join(tmpdir(), "fairlead-empty-"));
  const { status, stdout: report } = spawnSync(
    process.execPath,
    ["--conditions=fairlead-source", PROGRAM, "audit", "verify", file, "--json"],
    { cwd: empty, env: {}, encoding: "utf8" },
  );
  expect(JSON.parse(report)).toMatchObject({ ok: true, uncovered_rows: 0, problems: [] });
  expect(status).toBe(0);
  expect(readdirSync(empty)).toEqual([]);
});

test("a file that was changed is found, and so is another key than the one expected", async () => {
  const file = fileIn("acme.jsonl");
  await fairlead("audit", "export", "--tenant", "acme", file);
  const other = await json("audit", "verify", file, "--key", "0123456789abcdef");
  expect(other).toMatchObject({ ok: false, problems: [{ kind: "unknown_key" }] });
  writeFileSync(file, readFileSync(file, "utf8").replace(acmeKey, "key_other"));
  const changed = await json("audit", "verify", file);
  expect(changed.problems).toMatchObject([{ kind: "changed" }, { kind: "cut" }]);
});

test("an export does not write over a file", async () => {
  const file = fileIn("acme.jsonl");
  writeFileSync(file, "mine");
  expect(await fairlead("audit", "export", file)).toBe(1);
  expect(stderr).toContain("cannot be written: EEXIST");
  expect(readFileSync(file, "utf8")).toBe("mine");
});

test("an export is in the log itself", async () => {
  const file = fileIn("acme.jsonl");
  await fairlead("audit", "export", "--tenant", "acme", "--from", "2020-01-01", file);
  expect(readFileSync(file, "utf8")).toContain('\\"name\\":\\"audit.export\\"');
});

test("redacts what names people or things, and the log stays sound", async () => {
  const file = fileIn("before.jsonl");
  await fairlead("audit", "export", "--tenant", "acme", file);
  const created = readFileSync(file, "utf8")
    .split("\n")
    .find((line) => line.includes(acmeKey));
  const { request_id } = JSON.parse(JSON.parse(created ?? "{}").body);
  expect(await json("audit", "redact", "--tenant", "acme", "--event", request_id)).toEqual({
    redacted_events: 1,
  });
  const after = fileIn("after.jsonl");
  await fairlead("audit", "export", "--tenant", "acme", after);
  expect(readFileSync(after, "utf8")).not.toContain(acmeKey);
  expect(await json("audit", "verify")).toMatchObject({ ok: true, redacted_rows: 1 });
  expect(await json("audit", "verify", after)).toMatchObject({ ok: true, redacted_rows: 1 });
});

test("rotates the key that signs, and what the old one signed stays good", async () => {
  const before = await json("audit", "verify");
  const { key_id } = await json("audit", "rotate-key");
  await createKey("acme");
  expect(await json("audit", "verify")).toMatchObject({
    ok: true,
    keys: [...z.array(z.string()).parse(before.keys), key_id],
    last_checkpoint: { key_id },
  });
});

test("drops nothing that is not old enough", async () => {
  expect(await json("audit", "prune", "--older-than", "1")).toEqual({ dropped_events: 0 });
});

test.each([
  [["audit"], "takes one of"],
  [["audit", "burn"], "takes one of"],
  [["audit", "verify", "a", "b"], "takes one of"],
  [["audit", "redact", "--tenant", "acme"], "--event <request id> or --address"],
  [["audit", "redact", "--address", "192.0.2.7"], "--tenant <name>"],
  [["audit", "prune", "--older-than", "0"], "at least 1"],
  [["audit", "export", "--from", "yesterday"], "--from takes a date"],
  [["audit", "export", "--from", "2026-03-01T08:00"], "--from takes a date"],
  [["audit", "verify", "--key", "abc"], "--key is for a file"],
])("%j is refused with words", async (argv, words) => {
  expect(await fairlead(...argv)).toBe(2);
  expect(stderr).toContain(words);
});

test("a file that is not there, or is no gzip, is said to be so", async () => {
  const read = async (path: string) => {
    for await (const _line of readLines(path));
  };
  await expect(read(fileIn("nothing.jsonl"))).rejects.toThrow("cannot be read: ENOENT");
  writeFileSync(fileIn("plain.gz"), "plain text");
  await expect(read(fileIn("plain.gz"))).rejects.toThrow("cannot be read: incorrect header");
});
