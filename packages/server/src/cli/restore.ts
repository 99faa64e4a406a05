import { resolve } from "node:path";
import { restoreStore } from "../storage/restore.ts";
import type { Invocation } from "./command.ts";
import { requireEmbedded, requireFile } from "./embedded.ts";
import { print, printJson, wantsJson } from "./output.ts";

export async function runRestore(invocation: Invocation): Promise<void> {
  const from = resolve(requireFile(invocation, "restore"));
  const { file } = await requireEmbedded(invocation, "Use pg_restore.");
  const force = invocation.options.force === true;
  const { kept, rows, migrations } = restoreStore({ from, to: file, force, now: Date.now() });
  if (wantsJson(invocation)) return printJson({ file, kept: kept ?? null, rows, migrations });
  const count = Object.values(rows).reduce((sum, each) => sum + each, 0);
  print(`Restored ${count} records into ${file}.`);
  if (kept !== undefined) print(`What was there is in ${kept}. Delete it when all is well.`);
  print("What was revoked, rotated or deleted since the backup is valid again: look it through.");
}
