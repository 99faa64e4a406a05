import { type PlanView, viewInWords } from "@fairlead/core/consent/plan-view";
import { LOCAL_TENANT, LOCAL_USER } from "@fairlead/core/identity/principal";
import type { Store } from "@fairlead/core/storage/store";
import type { Invocation } from "./command.ts";
import { CliError } from "./exit.ts";
import { plain, print, printJson, wantsJson } from "./output.ts";
import { withState } from "./state.ts";
import { ask, requireTerminal } from "./terminal.ts";

interface Answer {
  approved: boolean;
  operation_id: string | null;
}

/** How much of a plan's id is typed: enough that nobody does it without looking. */
const TYPED = 4;

/** Shows a plan and has the person at the terminal type a part of its id. */
export async function runApprove(invocation: Invocation): Promise<void> {
  const { id, ...asked } = readAsked("approve", invocation);
  requireTerminal(`fairlead approve ${id}`);
  await withState(invocation, async ({ admin, store }) => {
    const at = { principal: LOCAL_USER, surface: "cli" } as const;
    const input = await withTenant(store, asked.input);
    const shown = { id, tenant: input.tenant };
    const view = (await admin.run({ name: "plans.get", input: shown, ...at })) as PlanView;
    print(plain(viewInWords(view)));
    if (!view.may_approve) throw new CliError("failed", `Nothing was approved. ${view.why_not}`);
    const code = id.slice(-TYPED);
    const typed = await ask(
      `\nTo approve, type the last ${TYPED} characters of ${id}; anything else leaves it as it is: `,
    );
    if (typed !== code) throw new CliError("failed", "Nothing was approved.");
    const answer = (await admin.run({
      name: "plans.approve",
      input: { ...input },
      ...at,
    })) as Answer;
    print(inWords(id, answer));
  });
}

/** Turns a plan down. Saying no changes nothing outside, so a script may. */
export async function runDeny(invocation: Invocation): Promise<void> {
  const { id, ...asked } = readAsked("deny", invocation);
  if (asked.input.reason === undefined) {
    throw new CliError("usage", "fairlead deny needs --reason <text>: whoever asked is told.");
  }
  await withState(invocation, async ({ admin, store }) => {
    const at = { principal: LOCAL_USER, surface: "cli" } as const;
    const input = await withTenant(store, asked.input);
    const result = await admin.run({ name: "plans.deny", input: { ...input }, ...at });
    if (wantsJson(invocation)) printJson(result);
    else print(`${id} is denied. Nothing is changed by it.`);
  });
}

interface Input {
  id: string;
  tenant?: string;
  reason?: string;
}

/** Whoever is told of a plan is told its id: the operator may decide in every tenant there is. */
async function withTenant(store: Store, input: Input): Promise<Input & { tenant: string }> {
  const { id, tenant } = input;
  if (tenant !== undefined) return { ...input, tenant };
  for (let cursor: string | undefined; ; ) {
    const { items, next_cursor } = await store.tenants.list({ limit: 500, cursor });
    for (const each of items) {
      if ((await store.plans.find(each.id, id)) !== undefined) return { ...input, tenant: each.id };
    }
    if (next_cursor === null) break;
    cursor = next_cursor;
  }
  return { ...input, tenant: LOCAL_TENANT };
}

function readAsked(command: string, { words, options }: Invocation) {
  const [id, ...more] = words;
  if (id === undefined || more.length > 0) {
    throw new CliError("usage", `Say: fairlead ${command} <plan id>. What waits: fairlead plans`);
  }
  const { tenant, reason } = options;
  const input: Input = { id };
  if (typeof tenant === "string") input.tenant = tenant;
  if (typeof reason === "string") input.reason = reason;
  return { id, input };
}

function inWords(id: string, { approved, operation_id }: Answer): string {
  if (!approved) return `${id}: your approval is recorded. It needs another person's as well.`;
  return operation_id === null
    ? `${id} is approved. Whoever asked can carry it out now.`
    : `${id} is approved. ${operation_id} goes on now.`;
}
