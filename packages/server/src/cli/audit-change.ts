import { createCheckpoints } from "@fairlead/core/audit/checkpoints";
import { createKeyRing } from "@fairlead/core/audit/keys";
import { dropLapsing, findLapsing } from "@fairlead/core/audit/prune";
import { redactEvents } from "@fairlead/core/audit/redact";
import { SILENT } from "@fairlead/core/ports";
import { auditEvent, requireTenant } from "./audit-input.ts";
import type { Invocation } from "./command.ts";
import { CliError, EXIT } from "./exit.ts";
import { print, printJson, wantsJson } from "./output.ts";
import { type CommandState, withState } from "./state.ts";

const CHANGES = { redact, prune, "rotate-key": rotateKey };
const DAY_MS = 86_400_000;

export function isAuditChange(verb: string): verb is keyof typeof CHANGES {
  return Object.hasOwn(CHANGES, verb);
}

export async function changeAudit(
  verb: keyof typeof CHANGES,
  invocation: Invocation,
): Promise<number> {
  const { result, words } = await withState(invocation, (state) =>
    CHANGES[verb](state, invocation),
  );
  if (wantsJson(invocation)) printJson(result);
  else print(words);
  return EXIT.ok.code;
}

interface Done {
  result: Record<string, unknown>;
  words: string;
}

async function redact(state: CommandState, invocation: Invocation): Promise<Done> {
  const { event, address } = invocation.options;
  if ((typeof event === "string") === (typeof address === "string"))
    throw new CliError("usage", "Say what to redact: --event <request id> or --address <address>.");
  const tenant_id = await requireTenant(state, invocation);
  const what = typeof event === "string" ? { request_id: event } : { address: String(address) };
  const events = await redactEvents(state, { tenant_id, ...what }, (page) =>
    auditEvent(state.clock, { name: "audit.redact", tenant_id, ...page }),
  );
  return {
    result: { redacted_events: events },
    words: events === 0 ? "Nothing there to redact." : `Redacted ${events} event(s) for good.`,
  };
}

async function prune(state: CommandState, { options }: Invocation): Promise<Done> {
  const days = Number(options["older-than"]);
  if (!Number.isInteger(days) || days < 1)
    throw new CliError("usage", "Say how old: --older-than <days>, at least 1.");
  const before = state.clock.now() - days * DAY_MS;
  const lapsing = await findLapsing(state.store, before);
  if (!lapsing.isAny) return { result: { dropped_events: 0 }, words: "Nothing is that old." };
  const rows = await state.audit.transaction(async (tx) => {
    const result = await dropLapsing(tx, checkpointsOf(state), before, lapsing);
    const facts = { before, rows: result };
    const event = auditEvent(state.clock, { name: "audit.prune", tenant_id: undefined, facts });
    return { result, event };
  });
  return { result: { dropped_events: rows }, words: `Dropped ${rows} event(s).` };
}

async function rotateKey(state: CommandState): Promise<Done> {
  const key = await state.audit.transaction(async (tx) => {
    const checkpoint = await checkpointsOf(state).signIn(tx, { rotates: true });
    const key_id = checkpoint?.key_id ?? "";
    const own = { name: "audit.rotate_key", tenant_id: undefined, target: key_id };
    return { result: key_id, event: auditEvent(state.clock, own) };
  });
  return {
    result: { key_id: key },
    words: `From now on key ${key} signs; what older ones signed stays good.`,
  };
}

export function checkpointsOf({ store, vault, clock }: CommandState) {
  const keys = createKeyRing((purpose) => vault.derive(purpose));
  return createCheckpoints({ store, keys, clock, logger: SILENT });
}
