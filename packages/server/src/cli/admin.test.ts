import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { ACTS } from "@fairlead/core/admin/acts";
import { SILENT } from "@fairlead/core/ports";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Log } from "../observe/logger.ts";
import { startServe } from "../serve.ts";
import { ADMIN_COMMANDS, DECISION_COMMANDS } from "./admin-commands.ts";
import { OWN_COMMANDS } from "./admin-verbs.ts";
import { run } from "./program.ts";

const PROGRAM = fileURLToPath(new URL("../main.ts", import.meta.url));
const CANARY = "cw_canary_of_the_command_line";
const isTerminal = process.stdout.isTTY;
let folder: string;
let stdout = "";
let stderr = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fairlead-admin-"));
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
  rmSync(folder, { recursive: true, force: true });
});

/** As a program sees it: the exit code, and what was answered. */
async function fairlead(line: string, ...more: string[]): Promise<{ code: number; json: Json }> {
  stdout = "";
  stderr = "";
  const code = await run([...line.split(" "), ...more], { FAIRLEAD_STATE: folder });
  return { code, json: stdout === "" ? {} : JSON.parse(stdout) };
}

type Json = Record<string, unknown>;

/** What a person at a terminal sees. */
async function seen(line: string): Promise<string> {
  process.stdout.isTTY = true;
  stdout = "";
  await run(line.split(" "), { FAIRLEAD_STATE: folder });
  return stripVTControlCharacters(stdout);
}

async function refused(line: string, ...more: string[]): Promise<string> {
  const { code } = await fairlead(line, ...more);
  expect(code).toBe(2);
  return stderr.trim();
}

function fileWith(text: string): string {
  const path = join(folder, "given");
  writeFileSync(path, text);
  return path;
}

test("has a command for every act, and no other", () => {
  const verbs = ADMIN_COMMANDS.flatMap(({ name, words = [] }) =>
    words.map((verb) => `${name}.${verb}`),
  );
  const own = [...OWN_COMMANDS.keys()];
  expect([...verbs, ...own].sort()).toEqual(ACTS.map(({ name }) => name).sort());
  const names = DECISION_COMMANDS.map(({ name }) => name);
  expect([...OWN_COMMANDS.values()]).toEqual(names);
});

test("manages a tenant from its creation to its end", async () => {
  const { json: tenant } = await fairlead("tenants create --name acme");
  expect(tenant).toMatchObject({ name: "acme", status: "active" });
  expect((await fairlead("tenants get acme")).json.id).toBe(tenant.id);
  const { json: key } = await fairlead(
    "keys create --tenant acme --label ci --roles operator,viewer",
  );
  expect(key.key).toMatch(/^fl_/);
  const { json: next } = await fairlead(`keys rotate ${key.id} --tenant acme --overlap-s 60`);
  expect(next).toMatchObject({ replaces: key.id });
  expect((await fairlead(`keys revoke --id ${next.id} --tenant ${tenant.id}`)).code).toBe(0);
  const { json: keys } = await fairlead("keys list --tenant acme");
  expect(keys.items).toHaveLength(2);
  expect((await fairlead("tenants update acme --status disabled")).json.status).toBe("disabled");
  expect((await fairlead("tenants delete acme --confirm acme")).json).toEqual({
    deleted: tenant.id,
  });
  expect((await fairlead("tenants get acme")).code).toBe(1);
});

test("keeps a text a text, also when it looks like something else", async () => {
  const person =
    "principals create --kind person --label 5 --roles viewer --issuer https://id.example";
  const { json } = await fairlead(`${person} --subject 12345`);
  expect(json).toMatchObject({ label: "5", subject: "12345", tier: null });
  const granted = `principals update ${json.id} --tier key`;
  expect((await fairlead(granted)).json.tier).toBe("key");
  const unknown = await fairlead(`principals update ${json.id} --tier nonsense`);
  expect(unknown.code).not.toBe(0);
  expect((await fairlead(`principals update ${json.id} --tier null`)).json.tier).toBeNull();
});

test("takes fields with dashes and with underscores, and lists between commas or one by one", async () => {
  const key = "keys create --label ci --scopes cloudways:read --scopes cloudways:write";
  const { json } = await fairlead(`${key} --expires_in_s=60 --addresses 10.0.0.0/8,2001:db8::/32`);
  expect(json).toMatchObject({
    scopes: ["cloudways:read", "cloudways:write"],
    addresses: ["10.0.0.0/8", "2001:db8::/32"],
    expires_at: expect.any(Number),
  });
});

test("reads a credential from a file, and shows it to nobody again", async () => {
  const path = fileWith(JSON.stringify({ api_key: CANARY }));
  const create = "connections create --connector cloudways --label main --credential-file";
  const { json } = await fairlead(create, path, "--settings", '{"api_version":"v1"}');
  expect(json).toMatchObject({ has_credential: true, settings: { api_version: "v1" } });
  expect(stdout + stderr).not.toContain(CANARY);
  await fairlead("connections list");
  expect(stdout).not.toContain(CANARY);
});

test("repeats nothing of a credential that cannot be read", async () => {
  const create = "connections create --connector cloudways --label main";
  const said = [
    await refused(`${create} --credential-file`, fileWith(`{"api_key":"${CANARY}"`)),
    await refused(`${create} --credential`, `{"api_key":"${CANARY}"}`),
  ];
  expect(said[0]).toBe('--credential-file: that is no JSON object such as {"api_key":"…"}.');
  expect(said[1]).toContain("takes a credential from --credential-file only");
  const wrong = fileWith(JSON.stringify({ api_kee: CANARY }));
  expect((await fairlead(`${create} --credential-file`, wrong)).code).toBe(1);
  expect(said.join() + stderr).not.toContain(CANARY);
});

test("reads a policy from a file, and says where it is wrong", async () => {
  const path = fileWith("forbid (principal, action, resource);");
  const { json } = await fairlead(
    "policies create --name closed --enabled false --text-file",
    path,
  );
  expect(json).toMatchObject({ name: "closed", enabled: false });
  const wrong = fileWith("forbid (principal, action, resource)\nwhen { principal.nose };");
  expect((await fairlead("policies create --name other --text-file", wrong)).code).toBe(1);
  expect(JSON.parse(stderr)).toMatchObject({
    ...{ code: "invalid_input", message: expect.stringMatching(/policy:2:\d+: /) },
  });
});

test.each([
  ["keys", "fairlead keys takes one of: create, list, rotate, revoke. See: fairlead keys --help"],
  [
    "keys creat",
    'takes one of: create, list, rotate, revoke. "creat" is none. Did you mean create?',
  ],
  [
    "keys create",
    "fairlead keys create needs --label <text>. It takes: --label, --principal-id, --roles,",
  ],
  [
    "keys create --lable ci",
    "has no option --lable. Did you mean --label? See: fairlead keys create --help",
  ],
  ["keys create --label ci extra", 'takes no "extra".'],
  ["keys revoke", "fairlead keys revoke needs <id>."],
  ["keys revoke key_1 --id key_2", 'has --id twice: also as "key_1".'],
  ["keys list --text-file x", "fairlead keys list has no option --text-file."],
  ["tenants update --status disabled", "fairlead tenants update needs <tenant>."],
  ["policies create --name x", "needs --text <text> (or --text-file <path>)."],
  ["policies create --name x --text-file /nowhere", "--text-file: /nowhere cannot be read."],
  ["connections create --label x", "needs --connector <text>."],
])("refuses `fairlead %s` with what to do", async (line, words) => {
  expect(await refused(line)).toContain(words);
});

test("answers 1 and an error for programs, words for people", async () => {
  expect((await fairlead("keys list --tenant nobody")).code).toBe(1);
  expect(JSON.parse(stderr)).toEqual({
    status: "error",
    code: "not_found",
    message: 'There is no tenant "nobody" for this caller.',
  });
  expect((await fairlead("keys create --label ci --roles captain")).code).toBe(1);
  expect(JSON.parse(stderr).message).toMatch(/^keys\.create: roles\.0: /);
});

test("shows people tables, and what is shown this once", async () => {
  expect(await seen("keys list")).toBe("None.\n");
  expect(await seen("keys create --label ci")).toMatch(/^id: key_\w+\n[\s\S]*\nkey: fl_\w+\n$/);
  expect(stderr).toBe("The key is shown this once: keep it now.\n");
  const [heads, row] = (await seen("keys list --limit 1")).split("\n");
  expect(heads).toMatch(/^ID +PRINCIPAL ID +LABEL +SCOPES/);
  expect(row).toMatch(/^key_\w+ +prn_\w+ +ci +- +- +\d{4}-\d\d-\d\dT\d\d:\d\dZ/);
  await seen("keys create --label other");
  expect(await seen("keys list --limit 1")).toMatch(/\nMore: --cursor \S+\n$/);
});

const inNouns = ACTS.filter(({ name }) => !OWN_COMMANDS.has(name));
test.each(inNouns.map(({ name }) => name.split(".")))(
  "explains %s %s with every field",
  async (noun = "", verb = "") => {
    const act = ACTS.find(({ name }) => name === `${noun}.${verb}`);
    for (const line of [`${noun} ${verb} --help`, `help ${noun} ${verb}`]) {
      stdout = "";
      expect(await run(line.split(" "), {})).toBe(0);
      expect(stdout).toContain(`fairlead ${noun} ${verb}`);
      const help = stdout.replaceAll(/\s+/g, " ");
      expect(help).toContain(act?.summary);
      for (const field of Object.keys(act?.input.shape ?? {})) {
        const word = field.replaceAll("_", "-");
        const ways = [`--${word} <`, `<${word}>`, `--${word}-file <`];
        expect(ways.some((way) => help.includes(way))).toBe(true);
      }
    }
  },
);

test("writes down who did it and where", async () => {
  await fairlead("keys create --label ci");
  stdout = "";
  await run(["audit", "export"], { FAIRLEAD_STATE: folder });
  const events = stdout.replaceAll("\\", "");
  expect(events).toMatch(/"name":"keys\.create","outcome":"ok","principal_id":"prn_local"/);
  expect(events).toContain('"surface":"cli"');
});

describe("beside a running server", () => {
  const log: Log = { ...SILENT, audit() {}, flush() {} };

  async function beside(line: string): Promise<Json> {
    const args = ["--conditions=fairlead-source", PROGRAM, ...line.split(" ")];
    const child = spawn(process.execPath, args, { env: { FAIRLEAD_STATE: folder } });
    const parts: Buffer[] = [];
    child.stdout.on("data", (part: Buffer) => parts.push(part));
    const [code] = await once(child, "close");
    expect(code).toBe(0);
    return JSON.parse(Buffer.concat(parts).toString());
  }

  test("a key that another process makes is taken, and refused within a second of its end", async () => {
    const server = await startServe({ environment: { PORT: "0", FAIRLEAD_STATE: folder }, log });
    const { id, key } = await beside("keys create --label ci --roles admin");
    const ask = async () =>
      (await fetch(`${server.url}/api/keys`, { headers: { authorization: `Bearer ${key}` } }))
        .status;
    expect(await ask()).toBe(200);
    await beside(`keys revoke ${id}`);
    await expect.poll(ask, { timeout: 1_000, interval: 50 }).toBe(401);
    await server.close();
  });
});

const hasScript = spawnSync("script", ["-qec", "true", "/dev/null"]).status === 0;

test.runIf(hasScript)("fits its tables to a terminal of any width", () => {
  const call = `${process.execPath} --conditions=fairlead-source ${PROGRAM} tenants list`;
  const { stdout: shown } = spawnSync("script", ["-qec", `stty cols 40; ${call}`, "/dev/null"], {
    env: { PATH: process.env.PATH, FAIRLEAD_STATE: folder, TERM: "xterm" },
    encoding: "utf8",
  });
  const lines = stripVTControlCharacters(shown).trim().split(/\r?\n/);
  expect(lines).toHaveLength(2);
  expect(lines[1]).toMatch(/^ten_local +local .*…$/);
  expect(lines[1]).toHaveLength(40);
});
