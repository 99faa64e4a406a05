import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { Secret } from "@fairlead/core/secret";
import { expect, test } from "vitest";
import { createLog, type LogConfig } from "./logger.ts";

const CONFIG: LogConfig = { level: "info", modules: {}, readable: false, batched: false };

function logTo(config: Partial<LogConfig> = {}) {
  const lines: string[] = [];
  const log = createLog({ ...CONFIG, ...config }, { write: (line) => lines.push(line) });
  return { log, lines, parsed: () => lines.map((line) => JSON.parse(line)) };
}

test("writes one JSON object per line", () => {
  const { log, lines, parsed } = logTo();
  log.child("cloudways").info({ attempt: 2 }, "logged in");
  expect(lines[0]).toMatch(/^\{.*\}\n$/);
  expect(parsed()).toEqual([
    {
      level: "info",
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      module: "cloudways",
      attempt: 2,
      msg: "logged in",
    },
  ]);
});

test("follows the level, and for a module its own", () => {
  const { log, parsed } = logTo({ level: "warn", modules: { cloudways: "debug", audit: "info" } });
  log.info({}, "no");
  log.warn({}, "yes");
  log.child("cloudways").debug({}, "yes");
  log.child("other").info({}, "no");
  log.audit({ ...CALL });
  expect(parsed().map(({ msg }) => msg)).toEqual(["yes", "yes", "call"]);
});

test("is quiet where it is told to be silent", () => {
  const { log, lines } = logTo({ level: "silent" });
  log.error({}, "no");
  log.audit({ ...CALL });
  expect(lines).toEqual([]);
});

test("masks secrets at every level, in fields and in the message", () => {
  const secrets = [new Secret("the words of a key")];
  const { log, lines } = logTo({ level: "trace", modules: { cloudways: "debug" }, secrets });
  const canary = "c4n4ry-9f8e7d6c5b4a";
  const fields = {
    password: canary,
    body: `api_key=${canary}`,
    known: "the words of a key",
    err: new Error(`Bearer ${canary}`),
  };
  for (const each of [log, log.child("cloudways")]) {
    for (const level of ["debug", "info", "warn", "error"] as const) {
      each[level](fields, `answered token=${canary}, the words of a key`);
    }
  }
  expect(lines).toHaveLength(8);
  expect(lines.join("")).not.toMatch(/c4n4ry|the words of a key/);
});

test("writes for people where it is told to", () => {
  const { log, lines } = logTo({ readable: true });
  log.audit({ ...CALL });
  expect(lines[0]).toContain("cloudways_ping ok in 3 ms");
});

test("loses no gathered line when the process ends, not even by a crash", async () => {
  const program = `
    import { createLog } from ${JSON.stringify(import.meta.resolve("./logger.ts"))};
    const log = createLog({ level: "info", modules: {}, readable: false, batched: true });
    for (let index = 0; index < 500; index += 1) log.info({ index }, "line");
    log.audit({ at: 0, name: "last" });
    throw new Error("crash");
  `;
  const args = ["--conditions=fairlead-source", "--input-type=module", "--eval", program];
  const run = promisify(execFile)(process.execPath, args);
  const { stderr } = await run.catch((error: { stderr: string }) => error);
  expect(stderr.match(/"msg":"line"/g)).toHaveLength(500);
  expect(stderr).toContain('"name":"last"');
});

const CALL = {
  at: 0,
  request_id: "ab12",
  trace_id: "cd34",
  surface: "http",
  tenant_id: "ten_local",
  principal_id: "prn_local",
  action: "tool",
  name: "cloudways_ping",
  connector: "cloudways",
  connection_id: "con_1",
  effect: "read",
  outcome: "ok",
  duration_ms: 3,
} as const;
