import { basename, resolve } from "node:path";
import { toFairleadError } from "@fairlead/core/errors";
import type { StateConfig } from "../config/state.ts";
import { operatorEvent } from "../operator-event.ts";
import { backupStore } from "../storage/backup.ts";
import { keyFileIn } from "../vault/key-file.ts";
import type { Invocation } from "./command.ts";
import { requireEmbedded, requireFile } from "./embedded.ts";
import { plain, print, printJson, wantsJson } from "./output.ts";
import { withState } from "./state.ts";

export async function runBackup(invocation: Invocation): Promise<void> {
  const to = resolve(requireFile(invocation, "backup"));
  const { file, state, directory } = await requireEmbedded(invocation, "Use pg_dump.");
  const force = invocation.options.force === true;
  const { rows, migrations } = await backupStore({ from: file, to, force });
  await note(invocation, to, rows);
  const key = masterKeyOf(state, directory);
  if (wantsJson(invocation)) return printJson({ file: to, rows, migrations, not_included: key });
  const count = Object.values(rows).reduce((sum, each) => sum + each, 0);
  print(`Wrote ${count} records to ${to}, and read them again.`);
  print(`Not in it: ${key}. Without it no credential in the backup opens. Keep it elsewhere.`);
}

/** A copy of everybody's sealed records is an act of the operator. One that cannot be audited is made all the same. */
async function note(
  invocation: Invocation,
  to: string,
  rows: Readonly<Record<string, number>>,
): Promise<void> {
  try {
    await withState(invocation, ({ audit, clock }) =>
      audit.transaction(async () => ({
        result: undefined,
        event: operatorEvent(clock, "state.backup", {
          ...{ target: basename(to), facts: { rows }, effect: "read" },
        }),
      })),
    );
  } catch (error) {
    const { message } = toFairleadError(error);
    process.stderr.write(`The backup is made, but not in the audit: ${plain(message)}\n`);
  }
}

function masterKeyOf({ encryptionKey, keyCommand }: StateConfig, directory: string): string {
  if (encryptionKey !== undefined) return "the master key in ENCRYPTION_KEY";
  if (keyCommand !== undefined) return "the master key that ENCRYPTION_KEY_COMMAND gives";
  return `the master key in ${keyFileIn(directory)}`;
}
