import type { Write } from "./account.ts";

/** What a caller knows after it asked. */
export type Outcome =
  | "done"
  /** Nobody knows whether it happened. */
  | "unknown"
  /** The upstream is at it. */
  | "running"
  /** It is under way at another call, or something else is in its way. */
  | "later"
  /** There was no answer. */
  | "away"
  | { refused: string };

export interface Result {
  resultType?: string;
  requestState?: string;
  isError?: boolean;
  content?: { text?: string }[];
  structuredContent?: Record<string, unknown>;
}

const PATIENCE_MS = 40_000;
/** What the person says to them. */
export const AGREES = { fairlead_consent: { action: "accept", content: { approve: true } } };
/** Nothing was done, and the same may be asked again. */
const AGAIN =
  /under way|had to wait|shutting down|rate_limited|plan_changed|cannot be reached|timeout/;

/** Asks for a write under its own key, and agrees when it is asked. */
export async function ask(url: string, key: string, write: Write): Promise<Outcome> {
  try {
    let result = await call(url, key, toCall(write), write.key);
    if (result.resultType === "input_required") {
      const { requestState } = result;
      const answered = { requestState, inputResponses: AGREES };
      result = await call(url, key, { ...toCall(write), ...answered }, write.key);
    }
    return toOutcome(result);
  } catch {
    // The connection ended, or never began.
    return "away";
  }
}

/** Operations of unknown outcome, as anybody finds them. */
export async function listUnknown(url: string, key: string): Promise<number> {
  let after: string | undefined;
  let found = 0;
  do {
    const given = { status: ["unknown"], limit: 100, ...(after === undefined ? {} : { after }) };
    const page = await call(url, key, { name: "fairlead_list_operations", arguments: given });
    const { operations = [], next } = Object(page.structuredContent);
    found += (operations as unknown[]).length;
    after = typeof next === "string" ? next : undefined;
  } while (after !== undefined);
  return found;
}

function toCall(write: Write): { name: string; arguments: object } {
  switch (write.kind) {
    case "alias": {
      const { app: app_id, alias } = write;
      return { name: "cloudways_add_app_alias", arguments: { app_id, alias } };
    }
    case "list": {
      const { server: server_id, ip } = write;
      const given = { server_id, list: "sftp", ips: [ip], policy: "block_all" };
      return { name: "cloudways_update_whitelisted_ips", arguments: given };
    }
    case "backup":
      return { name: "cloudways_backup_app", arguments: { app_id: write.app } };
  }
}

function toOutcome({ isError, content, structuredContent, resultType }: Result): Outcome {
  const text = content?.map((part) => part.text).join(" ") ?? `no answer: ${resultType}`;
  if (isError !== true && content !== undefined) {
    const { status } = Object(structuredContent) as { status?: string };
    if (status === "unknown" || status === "running") return status;
    return "done";
  }
  if (text.includes("outcome_unknown") || text.includes("no answer proves")) return "unknown";
  if (text.includes("was done before")) return "done";
  return AGAIN.test(text) ? "later" : { refused: text.slice(0, 200) };
}

/** A tool called by a client that can put questions to its person. */
export async function call(
  url: string,
  key: string,
  params: object,
  write?: string,
): Promise<Result> {
  const { name } = params as { name: string };
  const response = await fetch(`${url}/mcp`, {
    method: "POST",
    headers: {
      Authorization: `Bearer ${key}`,
      "Content-Type": "application/json",
      Accept: "application/json, text/event-stream",
      "MCP-Protocol-Version": "2026-07-28",
      "Mcp-Method": "tools/call",
      "Mcp-Name": name,
    },
    body: JSON.stringify({
      ...{ jsonrpc: "2.0", id: 1, method: "tools/call" },
      params: {
        ...params,
        _meta: {
          "io.modelcontextprotocol/protocolVersion": "2026-07-28",
          "io.modelcontextprotocol/clientInfo": { name: "soak", version: "1" },
          "io.modelcontextprotocol/clientCapabilities": { elicitation: { form: {} } },
          ...(write === undefined ? {} : { "dev.fairlead/idempotencyKey": write }),
        },
      },
    }),
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  const message: { result?: Result; error?: { message: string } } = parse(await response.text());
  if (message.error !== undefined) {
    return { isError: true, content: [{ text: message.error.message }] };
  }
  return message.result ?? {};
}

/** JSON, or the last event of a stream. */
function parse(text: string) {
  const events = text.split("\n").filter((line) => line.startsWith("data: {"));
  return JSON.parse(events.at(-1)?.slice(6) ?? text);
}
