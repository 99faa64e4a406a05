import { styleText } from "node:util";
import type { Loaded } from "../config/config.ts";
import { ConfigError, formatProblem } from "../config/problem.ts";
import { type Finding, fail } from "../doctor/finding.ts";
import { checkHere } from "../doctor/here.ts";
import { checkUpstream } from "../doctor/upstream.ts";
import { createEgress } from "../egress/egress.ts";
import { createLog } from "../observe/logger.ts";
import type { Invocation } from "./command.ts";
import { EXIT } from "./exit.ts";
import { environmentOf, loadFor } from "./loading.ts";
import { plain, print, printJson, wantsJson } from "./output.ts";
import { working } from "./progress.ts";

export async function runDoctor(invocation: Invocation): Promise<number> {
  try {
    const loaded = await loadFor(invocation, "serve");
    const findings = await working("Checking", () => examine(loaded, invocation));
    show(invocation, findings);
    const isBroken = findings.some(({ status }) => status === "fail");
    return isBroken ? EXIT.failed.code : EXIT.ok.code;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    show(
      invocation,
      error.problems.map((each) => fail("configuration", formatProblem(each))),
    );
    return EXIT.config.code;
  }
}

async function examine(loaded: Loaded, invocation: Invocation): Promise<Finding[]> {
  const { config, connectors } = loaded;
  const egress = createEgress(config.egress);
  const logger = createLog({ ...config.log, level: "silent", modules: {} });
  try {
    const upstreams = connectors.map((connector) => {
      const given = config.connections.find((each) => each.connector === connector.id);
      const settings = config.connectorSettings[connector.id] ?? {};
      const connection = given && { ...given, settings: { ...settings, ...given.settings } };
      return checkUpstream(connector, connection, { egress, logger });
    });
    const here = await checkHere(loaded, environmentOf(invocation));
    return [...here, ...(await Promise.all(upstreams)).flat()];
  } finally {
    await egress.close();
  }
}

const SIGNS = {
  ok: { sign: "✓", colour: "green" },
  warn: { sign: "!", colour: "yellow" },
  fail: { sign: "✗", colour: "red" },
} as const;

function show(invocation: Invocation, findings: readonly Finding[]): void {
  if (wantsJson(invocation)) return printJson(findings);
  for (const { check, status, message, todo } of findings) {
    const { sign, colour } = SIGNS[status];
    const mark = styleText(colour, sign, { stream: process.stdout });
    print(`${mark} ${check.padEnd(15)} ${plain(message)}`);
    if (todo !== undefined) print(`  ${" ".repeat(15)} → ${todo}`);
  }
}
