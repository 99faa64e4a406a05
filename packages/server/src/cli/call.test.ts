import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createCloudwaysFake } from "@fairlead/cloudways/fake";
import { hasTerminals, runAtTerminal } from "@fairlead/testkit/terminal";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const PROGRAM = fileURLToPath(new URL("../main.ts", import.meta.url));
const NODE = `${process.execPath} --conditions=fairlead-source ${PROGRAM}`;
const RESTART = "cloudways_restart_server --server_id 50482";

let folder: string;
let fake: ReturnType<typeof createCloudwaysFake>;
let upstream: Awaited<ReturnType<typeof fake.listen>>;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "fairlead-call-"));
  fake = createCloudwaysFake({ operationSeconds: 0 });
  upstream = await fake.listen();
});
afterEach(async () => {
  await upstream.close();
  rmSync(folder, { recursive: true, force: true });
});

const env = () => ({
  PATH: process.env.PATH,
  FAIRLEAD_STATE: folder,
  CLOUDWAYS_EMAIL: fake.credentials.email,
  CLOUDWAYS_API_KEY: fake.credentials.apiKey,
  CLOUDWAYS_BASE_URL: upstream.origin,
  TERM: "xterm",
  NO_COLOR: "1",
});
const accepted = () => fake.effects().accepted;

/** At a terminal, where somebody answers the question whether it is to be carried out. */
const typed = (keys: string) =>
  runAtTerminal({ line: `${NODE} call ${RESTART}`, env: env(), says: { to: "is no)", keys } });

test.runIf(hasTerminals)(
  "without a terminal it asks nobody, does nothing, and names the plan",
  async () => {
    // Beside this process, whose imitation of the upstream has to answer meanwhile.
    const { seen, code } = await runAtTerminal({
      line: `${NODE} call ${RESTART} < /dev/null 2>&1 | cat; exit \${PIPESTATUS[0]}`,
      env: { ...env(), SHELL: "/bin/bash" },
    });
    expect(code).toBe(1);
    const { details, ...error } = JSON.parse(seen);
    expect(error).toMatchObject({ status: "error", code: "consent_required" });
    expect(details).toMatchObject({
      plan_id: expect.stringMatching(/^pln_/),
      level: "person",
      plan: { tool: "cloudways_restart_server" },
    });
    expect(accepted()).toEqual({});
  },
);

describe.runIf(hasTerminals)("at a terminal", () => {
  test("shows what would change, does it on a yes, and waits until it is done", async () => {
    const { seen, code } = await typed("yes\n");
    expect(seen).toContain('server "web-london-1" (50482) is restarted (now: running)');
    expect(seen).toContain("What is lost or interrupted:");
    expect(seen).toMatch(/Operation opn_\w+: completed\. Result: {"server_id":50482}/);
    expect(code).toBe(0);
    expect(accepted()).toEqual({ restartServer: 1 });
  });

  test.each(["no\n", "y\n", "\n", "\u0003", "\u0004"])(
    "does nothing when %j is typed",
    async (keys) => {
      const { seen, code } = await typed(keys);
      expect(seen).toContain("did not agree");
      expect(code).toBe(1);
      expect(accepted()).toEqual({});
    },
  );
});
