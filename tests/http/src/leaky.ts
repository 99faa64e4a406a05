import { defineConnector } from "@fairlead/core/connector";
import { FairleadError } from "@fairlead/core/errors";
import { Secret } from "@fairlead/core/secret";
import { defineTool, type ToolContext } from "@fairlead/core/tool";
import { z } from "zod";

interface LeakyClient {
  fail(secret: string): Promise<never>;
}

const crash = defineTool({
  name: "leaky_crash",
  title: "Crash",
  description: "Fails with its argument in the error.",
  effect: "read",
  input: z.object({ password: z.string() }),
  output: z.object({}),
  handler: ({ password }, ctx: ToolContext<LeakyClient>) => ctx.client.fail(password),
});

/** A connector that is as careless with secrets as one can be; the log still must not show them. */
export const leaky = defineConnector<LeakyClient, object>({
  id: "leaky",
  title: "Leaky",
  description: "Careless with secrets.",
  settings: z.object({}),
  credential: z.object({ email: z.instanceof(Secret), api_key: z.instanceof(Secret) }),
  headerCredential: {
    headers: { "x-cloudways-email": "email", "x-cloudways-api-key": "api_key" },
    account: ({ email }) => email?.reveal() ?? "",
  },
  createClient: ({ withCredential, logger }) => ({
    fail: (password) =>
      withCredential((credential) => {
        const api_key = credential.api_key?.reveal() ?? "";
        const headers = { authorization: `Bearer ${api_key}`, "x-cloudways-api-key": api_key };
        const cause = new Error(`401 for Authorization: Bearer ${api_key}`);
        const err = new Error(`refused: password=${password}`, { cause });
        logger.debug({ headers, password, credential }, "a request went out");
        logger.error(
          { err, url: `https://upstream.example/?token=${api_key}` },
          "a request failed",
        );
        throw err;
      }),
  }),
  verify: async () => {
    throw new FairleadError("unauthenticated", "Leaky rejected the credential. Renew it.");
  },
  tools: [crash],
});
