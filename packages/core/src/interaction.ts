import { FairleadError } from "./errors.ts";

/** What a handler may ask of the client and the person behind it (MCP 2026-07-28, `InputRequest`). */
export type InputRequest =
  | {
      method: "elicitation/create";
      params:
        | { mode?: "form"; message: string; requestedSchema: Record<string, unknown> }
        | { mode: "url"; message: string; url: string };
    }
  | { method: "sampling/createMessage"; params: Record<string, unknown> }
  | { method: "roots/list"; params?: Record<string, unknown> };

export type InputRequests = Record<string, InputRequest>;
export type InputResponses = Record<string, unknown>;

export interface ElicitationAnswer {
  action: "accept" | "decline" | "cancel";
  content?: Record<string, unknown>;
}

/** The client capability each request needs (MCP 2026-07-28, `ClientCapabilities`). */
const NEEDED_CAPABILITY = {
  "elicitation/create": "elicitation",
  "sampling/createMessage": "sampling",
  "roots/list": "roots",
} as const satisfies Record<InputRequest["method"], string>;

export type ClientCapabilities = Readonly<Record<string, unknown>>;

export function declaresCapability(
  method: InputRequest["method"],
  capabilities: ClientCapabilities,
): boolean {
  const declared = capabilities[NEEDED_CAPABILITY[method]];
  return typeof declared === "object" && declared !== null;
}

/** The capability a client lacks to answer these requests, by name, or undefined when it has all. */
export function missingCapability(
  requests: InputRequests,
  capabilities: ClientCapabilities,
): string | undefined {
  for (const request of Object.values(requests)) {
    const name = NEEDED_CAPABILITY[request.method];
    if (!declaresCapability(request.method, capabilities)) return name;
    if (request.method === "elicitation/create") {
      const mode = request.params.mode ?? "form";
      const modes = Object.keys(Object(capabilities[name]));
      // Before there were modes, the capability meant forms; it still does where it names none.
      const knows = modes.includes(mode) || (mode === "form" && !modes.includes("url"));
      if (!knows) return `elicitation.${mode}`;
    }
  }
  return undefined;
}

/**
 * Thrown by `ctx.ask` to leave the handler: the call ends with `input_required`, or is answered by the client on the
 * spot where its era can push, and the handler runs again from the top with the answers. So what stands before an
 * `ask` must be harmless to repeat.
 */
export class InputNeeded {
  readonly requests: InputRequests;
  /** What the handler wants back with the answers; sealed before it leaves. */
  readonly state: unknown;
  /** The plan it asks about. */
  readonly plan_id: string | undefined;

  constructor(requests: InputRequests, state: unknown, plan_id?: string) {
    this.requests = requests;
    this.state = state;
    this.plan_id = plan_id;
  }
}

/** Reads an elicitation's answer, or says what is wrong with it. */
export function parseElicitation(value: unknown, key: string): ElicitationAnswer {
  if (typeof value === "object" && value !== null && "action" in value) {
    const { action } = value;
    if (action === "accept" || action === "decline" || action === "cancel") {
      const content = "content" in value ? value.content : undefined;
      return typeof content === "object" && content !== null
        ? { action, content: { ...content } }
        : { action };
    }
  }
  throw new FairleadError(
    "invalid_input",
    `The answer to "${key}" is not an elicitation result: it needs an action of accept, decline or cancel.`,
  );
}
