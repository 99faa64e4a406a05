import { readFileSync } from "node:fs";
import { LOCAL_TENANT } from "@fairlead/core/identity/principal";
import { parseFernetKey } from "@fairlead/core/vault/fernet";
import { rotateMaster, rotateTenant, statusOf } from "../vault/acts.ts";
import { importFernet } from "../vault/import-fernet.ts";
import type { Invocation } from "./command.ts";
import { CliError, EXIT } from "./exit.ts";
import { plain, print, printJson, printTable, wantsJson } from "./output.ts";
import { withState } from "./state.ts";

export async function runVault(invocation: Invocation): Promise<number> {
  const [verb, object, another] = invocation.words;
  if (another !== undefined) throw usage();
  if (verb === "status" && object === undefined) return showStatus(invocation);
  if (verb === "rotate-master" && object === undefined) return runRotateMaster(invocation);
  if (verb === "rotate-tenant" && object !== undefined) return runRotateTenant(invocation, object);
  if (verb === "import-fernet" && object !== undefined) return runImport(invocation, object);
  throw usage();
}

async function showStatus(invocation: Invocation): Promise<number> {
  const status = await withState(invocation, (state) =>
    statusOf(state, textOf(invocation, "tenant")),
  );
  if (wantsJson(invocation)) {
    printJson(status);
    return EXIT.ok.code;
  }
  print(`Master key: ${status.master_key_id}`);
  if (status.other_master_key_ids.length > 0)
    print(`Previous:   ${status.other_master_key_ids.join(", ")}`);
  print(
    status.keys_under_others === 0
      ? "Every data key is under the master key."
      : `${status.keys_under_others} data keys are under another one. Run: fairlead vault rotate-master`,
  );
  if (status.keys !== undefined) {
    printTable(
      ["KEY", "MASTER KEY", "MADE", "SEALS"],
      status.keys.map(({ id, master_key_id, created_at, active }) => [
        id,
        master_key_id,
        new Date(created_at).toISOString(),
        active ? "yes" : "opens only",
      ]),
    );
  }
  return EXIT.ok.code;
}

async function runRotateTenant(invocation: Invocation, tenant: string): Promise<number> {
  const rotation = await withState(invocation, (state) => rotateTenant(state, tenant));
  const { key_id, resealed, failed, deleted, kept } = rotation;
  if (wantsJson(invocation)) printJson(rotation);
  else {
    print(`New key ${key_id}; ${resealed} credentials sealed anew.`);
    if (deleted.length > 0) print(`Deleted: ${deleted.join(", ")}`);
    if (kept.length > 0) print(`Kept until nothing needs it, an hour at least: ${kept.join(", ")}`);
    if (failed > 0)
      print(`${failed} credentials do not open. The log names them; enter them again.`);
  }
  return failed > 0 ? EXIT.failed.code : EXIT.ok.code;
}

async function runRotateMaster(invocation: Invocation): Promise<number> {
  const rotation = await withState(invocation, rotateMaster);
  const { master_key_id, rewrapped, failed } = rotation;
  if (wantsJson(invocation)) printJson(rotation);
  else {
    print(`${rewrapped} data keys are now under master key ${master_key_id}.`);
    const missing = [...new Set(failed.map((key) => key.master_key_id))];
    if (failed.length > 0)
      print(
        `${failed.length} are not: add master key ${missing.join(", ")} to ENCRYPTION_KEY_PREVIOUS, then run this again.`,
      );
    else print("Once every replica has this master key, take away ENCRYPTION_KEY_PREVIOUS.");
  }
  return failed.length > 0 ? EXIT.failed.code : EXIT.ok.code;
}

async function runImport(invocation: Invocation, path: string): Promise<number> {
  const keyFile = textOf(invocation, "key-file");
  if (keyFile === undefined)
    throw new CliError("usage", "--key-file is needed: the file with the original server's key.");
  const keys = readKeys(keyFile);
  const text = readText(path, "import-fernet");
  const lines = await withState(invocation, (state) =>
    importFernet(state, {
      ...{ text, keys, tenant: textOf(invocation, "tenant") ?? LOCAL_TENANT },
      replace: invocation.options.replace === true,
      dryRun: invocation.options["dry-run"] === true,
    }),
  );
  for (const key of keys) key.fill(0);
  if (wantsJson(invocation)) printJson(lines);
  else
    printTable(
      ["LINE", "OUTCOME", "LABEL", "CONNECTION", ""],
      lines.map(({ line, outcome, label = "", connection_id = "", why = "" }) => [
        String(line),
        outcome,
        plain(label),
        connection_id,
        why,
      ]),
    );
  const isWhole = lines.every(({ outcome }) => outcome !== "failed" && outcome !== "differs");
  return isWhole ? EXIT.ok.code : EXIT.failed.code;
}

function readKeys(path: string): Buffer[] {
  const lines = readText(path, "--key-file")
    .split(/[\s,]+/)
    .filter((line) => line !== "");
  const keys = lines.map(parseFernetKey).filter((key) => key !== undefined);
  if (keys.length > 0 && keys.length === lines.length) return keys;
  throw new CliError(
    "usage",
    `--key-file: ${path} has to hold Fernet keys, 44 characters each, on a line of its own.`,
  );
}

function readText(path: string, what: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    throw new CliError("usage", `${what}: ${path} cannot be read. Check the path.`);
  }
}

function textOf({ options }: Invocation, name: string): string | undefined {
  const value = options[name];
  return typeof value === "string" ? value : undefined;
}

function usage(): CliError {
  return new CliError(
    "usage",
    "Say: fairlead vault status, rotate-tenant <tenant>, rotate-master, or import-fernet <file>",
  );
}
