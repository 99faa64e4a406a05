import { FairleadError } from "@fairlead/core/errors";
import type { AgentEvidence, Agents } from "@fairlead/core/identity/agents/agents";
import { isRecord } from "@fairlead/core/is-record";
import type { HttpBindings } from "@hono/node-server";
import type { Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { answer } from "./envelope.ts";

type Env = { Bindings: HttpBindings };

export interface AuthRouteParts {
  agents: Agents;
  addressOf: (c: Context<Env>) => string;
}

const MAX_BODY = 16_384;

/**
 * `/api/auth/*`: how agents sign in with a key pair. They come without a credential, but for the token that the last
 * three are about.
 */
export function addAuthRoutes(app: Hono<Env>, parts: AuthRouteParts): void {
  const { agents } = parts;
  const limit = bodyLimit({ maxSize: MAX_BODY, onError: refuseLarge });
  const post = (
    path: string,
    work: (body: Record<string, unknown>, evidence: AgentEvidence) => Promise<unknown>,
  ) =>
    app.post(`/api/auth/${path}`, limit, async (c) => {
      const bytes = new Uint8Array(await c.req.arrayBuffer());
      const evidence = evidenceOf(c, parts.addressOf(c), bytes);
      return answer(c, await work(parseBody(bytes), evidence));
    });

  post("challenge", (body, evidence) => agents.challenge(body, evidence));
  post("login", (body, evidence) => agents.login(body, evidence));
  post("validate", (body, evidence) => agents.validate(tokenOf(body, evidence), evidence));
  post("refresh", (body, evidence) => agents.refresh(tokenOf(body, evidence), evidence));
  post("logout", async (body, evidence) => {
    await agents.logout(tokenOf(body, evidence), evidence);
    return null;
  });
}

function refuseLarge(): never {
  throw new FairleadError("invalid_input", `The body is larger than ${MAX_BODY} bytes.`);
}

function evidenceOf(c: Context<Env>, address: string, bytes: Uint8Array): AgentEvidence {
  const { headers, method = "POST", url = "/" } = c.env.incoming;
  return { address, headers, method, path: url, body: async () => bytes };
}

function parseBody(bytes: Uint8Array): Record<string, unknown> {
  if (bytes.length === 0) return {};
  let body: unknown;
  try {
    body = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new FairleadError("invalid_input", "The body is no JSON.");
  }
  if (isRecord(body)) return body;
  throw new FairleadError("invalid_input", "The body has to be a JSON object.");
}

const BEARER = /^bearer +(\S+) *$/i;

/** In the body, or else as the credential of the request. */
function tokenOf({ token }: Record<string, unknown>, { headers }: AgentEvidence): string {
  const shown = BEARER.exec(
    headers.authorization === undefined ? "" : String(headers.authorization),
  );
  const bearer = shown?.[1];
  if (token !== undefined && typeof token !== "string") {
    throw new FairleadError("invalid_input", "token: has to be a text.");
  }
  const found = token ?? bearer;
  if (found === undefined) {
    throw new FairleadError(
      "invalid_input",
      'Send the token: as "token" in the body, or as "Authorization: Bearer …".',
    );
  }
  return found;
}
