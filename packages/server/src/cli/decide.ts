import { type PlanView, viewInWords } from "@fairlead/core/consent/plan-view";
import { LOCAL_USER } from "@fairlead/core/identity/principal";
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
  const { id, input } = readAsked("approve", invocation);
  requireTerminal(`fairlead approve ${id}`);
  await withState(invocation, async ({ admin }) => {
    const at = { principal: LOCAL_USER, surface: "cli" } as const;
    const { tenant } = input;
    const shown = tenant === undefined ? { id } : { id, tenant };
    const view = (await admin.run({ name: "plans.get", input: shown, ...at })) as PlanView;
    print(plain(viewInWords(view)));
    if (!view.may_approve) throw new CliError("failed", `Nothing was approved. ${view.why_not}`);
    const code = id.slice(-TYPED);
    const typed = await ask(
      `\nTo approve, type the last ${TYPED} characters of ${id}; anything else leaves it as it is: `,
    );
    if (typed !== code) throw new CliError("failed", "Nothing was approved.");
    const answer = (await admin.run({ name: "plans.approve", input, ...at })) as Answer;
    print(inWords(id, answer));
  });
}

/** Turns a plan down. Saying no changes nothing outside, so a script may. */
export async function runDeny(invocation: Invocation): Promise<void> {
  const { id, input } = readAsked("deny", invocation);
  if (input.reason === undefined) {
    throw new CliError("usage", "fairlead deny needs --reason <text>: whoever asked is told.");
  }
  await withState(invocation, async ({ admin }) => {
    const at = { principal: LOCAL_USER, surface: "cli" } as const;
    const result = await admin.run({ name: "plans.deny", input, ...at });
    if (wantsJson(invocation)) printJson(result);
    else print(`${id} is denied. Nothing is changed by it.`);
  });
}

function readAsked(command: string, { words, options }: Invocation) {
  const [id, ...more] = words;
  if (id === undefined || more.length > 0) {
    throw new CliError("usage", `Say: fairlead ${command} <plan id>. What waits: fairlead plans`);
  }
  const { tenant, reason } = options;
  const input: Record<string, unknown> = { id };
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
