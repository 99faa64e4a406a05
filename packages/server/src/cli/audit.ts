import { createAuditReader } from "@fairlead/core/audit/reader";
import { changeAudit, checkpointsOf, isAuditChange } from "./audit-change.ts";
import { readLines, writeLines } from "./audit-file.ts";
import { auditEvent, requireTenant, timeOf } from "./audit-input.ts";
import { formatReport } from "./audit-report.ts";
import type { Invocation } from "./command.ts";
import { CliError, EXIT } from "./exit.ts";
import { print, printJson, printTable, wantsJson } from "./output.ts";
import { working } from "./progress.ts";
import { withState } from "./state.ts";

export async function runAudit(invocation: Invocation): Promise<number> {
  const [verb = "", file, another] = invocation.words;
  if (another === undefined) {
    if (verb === "verify") return runVerify(invocation, file);
    if (verb === "export") return runExport(invocation, file);
    if (verb === "keys" && file === undefined) return runKeys(invocation);
    if (isAuditChange(verb) && file === undefined) return changeAudit(verb, invocation);
  }
  throw new CliError(
    "usage",
    "fairlead audit takes one of: verify [file], export [file], redact, prune, keys, rotate-key.",
  );
}

async function runVerify(invocation: Invocation, file: string | undefined): Promise<number> {
  const { key, tenant } = invocation.options;
  if (file !== undefined && tenant !== undefined)
    throw new CliError("usage", "A file is of one tenant already: leave --tenant away.");
  if (file === undefined && key !== undefined)
    throw new CliError("usage", "--key is for a file; the records have the keys of this Fairlead.");
  const report = await working("Verifying", () =>
    file === undefined ? ofRecords() : ofFile(file),
  );
  if (wantsJson(invocation)) printJson(report);
  else for (const line of formatReport(report)) print(line);
  return report.ok ? EXIT.ok.code : EXIT.failed.code;

  function ofRecords() {
    return withState(invocation, async (state) => {
      const tenant_id = tenant === undefined ? undefined : await requireTenant(state, invocation);
      await state.audit.flush();
      return readerOf(state).verify(tenant_id);
    });
  }

  async function ofFile(path: string) {
    // Whoever got the file needs neither state nor settings to check it.
    const { verifyExport } = await import("@fairlead/core/audit/export");
    return verifyExport(readLines(path), typeof key === "string" ? [key] : []);
  }
}

async function runExport(invocation: Invocation, file: string | undefined): Promise<number> {
  const { tenant } = invocation.options;
  const from = timeOf(invocation, "from");
  const to = timeOf(invocation, "to");
  await withState(invocation, async (state) => {
    const tenant_id = tenant === undefined ? undefined : await requireTenant(state, invocation);
    const facts = { from: from ?? null, to: to ?? null, tenant_id: tenant_id ?? null };
    const event = auditEvent(state.clock, { name: "audit.export", tenant_id, facts });
    await state.audit.flush();
    await state.audit.transaction(async () => ({ result: undefined, event }));
    // So that what is exported is covered to its end.
    await checkpointsOf(state).sign();
    await writeLines(readerOf(state).export({ tenant_id, from, to }), file);
  });
  return EXIT.ok.code;
}

async function runKeys(invocation: Invocation): Promise<number> {
  const keys = await withState(invocation, (state) => readerOf(state).keys());
  if (wantsJson(invocation)) printJson(keys);
  else
    printTable(
      ["GENERATION", "ID", "PUBLIC KEY"],
      keys.map(({ generation, id, public_key }) => [String(generation), id, public_key]),
    );
  return EXIT.ok.code;
}

function readerOf({ store, vault, clock }: Parameters<Parameters<typeof withState>[1]>[0]) {
  return createAuditReader({ store, clock, derive: (purpose) => vault.derive(purpose) });
}
