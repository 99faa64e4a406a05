import { resolve } from "node:path";
import type { StateConfig } from "../config/state.ts";
import { backupStore } from "../storage/backup.ts";
import { keyFileIn } from "../vault/key-file.ts";
import type { Invocation } from "./command.ts";
import { requireEmbedded, requireFile } from "./embedded.ts";
import { print, printJson, wantsJson } from "./output.ts";

export async function runBackup(invocation: Invocation): Promise<void> {
  const to = resolve(requireFile(invocation, "backup"));
  const { file, state, directory } = await requireEmbedded(invocation, "Use pg_dump.");
  const force = invocation.options.force === true;
  const { rows, migrations } = await backupStore({ from: file, to, force });
  const key = masterKeyOf(state, directory);
  if (wantsJson(invocation)) return printJson({ file: to, rows, migrations, not_included: key });
  const count = Object.values(rows).reduce((sum, each) => sum + each, 0);
  print(`Wrote ${count} records to ${to}, and read them again.`);
  print(`Not in it: ${key}. Without it no credential in the backup opens. Keep it elsewhere.`);
}

function masterKeyOf({ encryptionKey, keyCommand }: StateConfig, directory: string): string {
  if (encryptionKey !== undefined) return "the master key in ENCRYPTION_KEY";
  if (keyCommand !== undefined) return "the master key that ENCRYPTION_KEY_COMMAND gives";
  return `the master key in ${keyFileIn(directory)}`;
}
