import { FairleadError } from "@fairlead/core/errors";
import type { AgentEvidence, Agents } from "@fairlead/core/identity/agents/agents";
import type { HttpBindings } from "@hono/node-server";
import type { Context, Hono } from "hono";
import { answer } from "./envelope.ts";
import { bodyTextOf, jsonBodyOf } from "./rest-body.ts";

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
  const post = (
    path: string,
    work: (body: Record<string, unknown>, evidence: AgentEvidence) => Promise<unknown>,
  ) =>
    app.post(`/api/auth/${path}`, async (c) => {
      const body = await jsonBodyOf(c.env.incoming, MAX_BODY);
      return answer(c, await work(body, evidenceOf(c, parts.addressOf(c))));
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

function evidenceOf(c: Context<Env>, address: string): AgentEvidence {
  const { incoming } = c.env;
  const { headers, method = "POST", url = "/" } = incoming;
  const body = async () => Buffer.from(await bodyTextOf(incoming, MAX_BODY), "utf8");
  return { address, headers, method, path: url, body };
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
