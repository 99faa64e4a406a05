import { defineTool, type ToolContext } from "@fairlead/core/tool";
import { z } from "zod";
import type { TokenStatus } from "../client/session.ts";
import type { CloudwaysClient } from "../client.ts";
import { isoTime } from "../schemas.ts";
import { lines, yesNo } from "../words.ts";

const MEANING: Record<TokenStatus["state"], string> = {
  unused: "No call needed the token yet.",
  valid: "Nothing is known against the token.",
  renewal_due: "The token is still good and is renewed in the background.",
  expired: "The token ran out; the next call logs in again.",
  refused: "Cloudways refused the credential. Renew it.",
};

/** Shows how the connection's token stands, from what the replicas agree on. */
export const getTokenStatus = defineTool({
  name: "cloudways_get_token_status",
  title: "Get token status",
  description:
    "Show how the token of this connection stands: kind, state, expiry, renewal, last failure; never the token itself. " +
    "Replicas share one token, so any of them tells the same. Costs no request. An access token made in the Cloudways platform does not tell its expiry or role here. To test " +
    "the credential use cloudways_ping.",
  effect: "read",
  openWorld: false,
  toolset: "account",
  input: z.object({}),
  output: z.object({
    kind: z.enum(["access_token", "login_token"]),
    state: z.enum(["unused", "valid", "renewal_due", "expired", "refused"]),
    meaning: z.string(),
    obtained_at: isoTime,
    expires_at: isoTime,
    expires_in_s: z.number().nullable(),
    renews_at: isoTime,
    renewing: z.boolean(),
    logins: z.number().describe("By all replicas, as long as the token was in use."),
    last_failure: z.object({ code: z.string(), at: z.string() }).nullable(),
  }),
  text: (status) =>
    lines(
      `${status.kind}: ${status.state}. ${status.meaning}`,
      status.expires_at === null
        ? ""
        : `Expires ${status.expires_at} (in ${status.expires_in_s} s), renews ${status.renews_at}; renewing now: ${yesNo(status.renewing)}.`,
      status.kind === "access_token" ? "" : `Logins: ${status.logins}.`,
      status.last_failure === null
        ? ""
        : `Last failure: ${status.last_failure.code} at ${status.last_failure.at}.`,
    ),

  async handler(_input, ctx: ToolContext<CloudwaysClient>) {
    const status = await ctx.client.tokenStatus();
    const { kind, state, renewing, logins, expires_at, last_failure } = status;
    return {
      ...{ kind, state, renewing, logins, meaning: MEANING[state] },
      obtained_at: toIso(status.obtained_at),
      expires_at: toIso(expires_at),
      expires_in_s:
        expires_at === undefined ? null : Math.max(0, Math.ceil((expires_at - ctx.now()) / 1000)),
      renews_at: toIso(status.renews_at),
      last_failure:
        last_failure === undefined
          ? null
          : { code: last_failure.code, at: new Date(last_failure.at).toISOString() },
    };
  },
});

function toIso(at: number | undefined): string | null {
  return at === undefined ? null : new Date(at).toISOString();
}
