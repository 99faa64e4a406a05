/**
 * Packs `fairlead`, installs it into an empty folder and uses it there, as somebody who downloads it does.
 * Run by `npm run smoke`, after `npm run build`.
 */
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "../..");
const { version }: { version: string } = JSON.parse(
  readFileSync(join(ROOT, "packages/server/package.json"), "utf8"),
);

const folder = mkdtempSync(join(tmpdir(), "fairlead-smoke-"));
/** Its state belongs into the folder, not to whoever runs this. */
const ENVIRONMENT = { ...process.env, FAIRLEAD_STATE: join(folder, "state") };
try {
  execFileSync(
    "npm",
    ["pack", "--silent", "--pack-destination", folder, "--workspace", "fairlead"],
    {
      cwd: ROOT,
    },
  );
  const tarball = readdirSync(folder).find((name) => name.endsWith(".tgz"));
  if (tarball === undefined) throw new Error("npm pack made no tarball");
  writeFileSync(join(folder, "package.json"), '{"private":true}');
  execFileSync("npm", ["install", "--silent", "--no-audit", "--no-fund", `./${tarball}`], {
    cwd: folder,
    stdio: "inherit",
  });
  // Of the installed program, so that nothing of the checkout helps.
  const program = join(folder, "node_modules/.bin/fairlead");
  const printed = execFileSync(program, ["--version"], { cwd: folder, encoding: "utf8" }).trim();
  if (printed !== version) throw new Error(`--version printed ${printed}, not ${version}`);
  checkPolicy(program);
  const names = await listToolsOverStdio(program);
  if (!names.includes("list_servers")) throw new Error(`tools/list named ${names.join(", ")}`);
  console.log(
    `packed fairlead ${version}: --version, a policy check and a stdio tools/list (${names.length} tools)`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Cedar lies beside the bundle and is loaded when it is needed: only here would its absence show. */
function checkPolicy(program: string): void {
  const path = join(folder, "no-deletes.cedar");
  writeFileSync(path, 'forbid(principal, action in Fairlead::Action::"read", resource);');
  execFileSync(program, ["policy", "check", path], { cwd: folder, env: ENVIRONMENT });
}

async function listToolsOverStdio(program: string): Promise<string[]> {
  const args = ["stdio", "--connectors", "cloudways", "--endpoint", "cloudways"];
  const stdio = ["pipe", "pipe", "inherit"] as const;
  const child = spawn(program, args, { cwd: folder, stdio: [...stdio], env: ENVIRONMENT });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask = async (message: unknown): Promise<{ result: { tools: { name: string }[] } }> => {
    child.stdin.write(`${JSON.stringify(message)}\n`);
    const { value, done } = await answers.next();
    if (done === true) throw new Error("stdio ended without an answer");
    return JSON.parse(value);
  };
  const clientInfo = { name: "smoke", version: "1" };
  const params = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo };
  await ask({ jsonrpc: "2.0", id: 1, method: "initialize", params });
  child.stdin.write('{"jsonrpc":"2.0","method":"notifications/initialized"}\n');
  const { result } = await ask({ jsonrpc: "2.0", id: 2, method: "tools/list", params: {} });
  child.stdin.end();
  await new Promise((resolve) => child.once("close", resolve));
  return result.tools.map(({ name }) => name);
}
