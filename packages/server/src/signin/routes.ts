import { ERROR_CODES, toFairleadError } from "@fairlead/core/errors";
import type { Principal } from "@fairlead/core/identity/principal";
import type { Logger } from "@fairlead/core/ports";
import type { HttpBindings } from "@hono/node-server";
import type { Context, Hono } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { answer } from "../http/envelope.ts";
import { formOf } from "../http/rest-body.ts";
import { showPage } from "../pages/page.ts";
import { requireOwnPage } from "./own-page.ts";
import { failurePage, invitationPage, signedInPage, signedOutPage } from "./pages.ts";
import { parseReturnTo, START_PAGE } from "./return-to.ts";
import type { SignIns } from "./sign-in.ts";

type Env = { Bindings: HttpBindings };

export interface SignInRouteParts {
  signIns: SignIns;
  /** Who sent the request, by whatever credential; throws what keeps it out. */
  admit: (c: Context<Env>) => Promise<Principal>;
  addressOf: (c: Context<Env>) => string;
  logger: Logger;
}

const MAX_BODY = 16_384;

/** `/auth/*`: how people sign in, in a browser. */
export function addSignInRoutes(app: Hono<Env>, parts: SignInRouteParts): void {
  const { signIns, addressOf } = parts;
  const signInUrl = () => signIns.urlOf("/auth/sign-in");

  /** Failures as a page: it is a person who reads them. */
  const person =
    (work: (c: Context<Env>) => Promise<Response>) =>
    async (c: Context<Env>): Promise<Response> => {
      try {
        return await work(c);
      } catch (thrown) {
        const { code, message, details } = toFairleadError(thrown);
        if (code === "internal") parts.logger.error({ err: thrown }, "a sign-in failed inside");
        if (details?.retry_after_s !== undefined) {
          c.header("Retry-After", String(details.retry_after_s));
        }
        const status = ERROR_CODES[code].http as ContentfulStatusCode;
        return showPage(c, failurePage(message, signInUrl()), status);
      }
    };

  async function begin(c: Context<Env>, asked: { return_to: unknown; invitation?: unknown }) {
    const { url, cookie } = await signIns.begin(asked, addressOf(c));
    signIns.flow.write(c, cookie);
    return c.redirect(url, 303);
  }

  const start = person(async (c) => {
    const token = signIns.session.read(c);
    const principal = token === undefined ? undefined : await parts.admit(c).catch(() => undefined);
    if (token === undefined || principal?.credential?.kind !== "sign_in") {
      return showPage(c, signedOutPage(signInUrl()));
    }
    const form = { action: signIns.urlOf("/auth/sign-out"), csrf: signIns.csrfOf(token) };
    return showPage(c, signedInPage(principal, form));
  });
  app.get("/auth", start);
  app.get("/auth/", start);

  app.get(
    "/auth/sign-in",
    person(async (c) => {
      const { invitation, return_to = "" } = c.req.query();
      if (invitation === undefined) return begin(c, { return_to });
      // An invitation is only accepted on purpose, by the button of its page.
      const query = new URLSearchParams({ token: invitation, return_to });
      return c.redirect(signIns.urlOf(`/auth/invitation?${query}`), 303);
    }),
  );

  app.post(
    "/auth/sign-in",
    person(async (c) => {
      requireOwnPage(c);
      const form = await formOf(c.env.incoming, MAX_BODY);
      const invitation = form.get("invitation") ?? undefined;
      const return_to = form.get("return_to") ?? undefined;
      return begin(c, { return_to, ...(invitation === undefined ? {} : { invitation }) });
    }),
  );

  app.get(
    "/auth/invitation",
    person(async (c) => {
      const { token = "", return_to } = c.req.query();
      const offer = await signIns.describe(token, addressOf(c));
      const action = signInUrl();
      return showPage(
        c,
        invitationPage(offer, { action, token, return_to: parseReturnTo(return_to) }),
      );
    }),
  );

  app.get(
    "/auth/callback",
    person(async (c) => {
      const flow = signIns.flow.read(c);
      signIns.flow.clear(c);
      const query = new URL(c.req.url).search.slice(1);
      const former = signIns.session.read(c);
      const { token, return_to } = await signIns.finish({ query, flow, former }, addressOf(c));
      signIns.session.write(c, token);
      return c.redirect(signIns.urlOf(return_to), 303);
    }),
  );

  app.post(
    "/auth/sign-out",
    person(async (c) => {
      const token = signIns.session.read(c);
      const form = await formOf(c.env.incoming, MAX_BODY);
      const csrf = c.req.header("x-csrf-token") ?? form.get("csrf_token") ?? undefined;
      if (token !== undefined) await signIns.end(token, csrf, addressOf(c));
      signIns.session.clear(c);
      return c.redirect(signIns.urlOf(START_PAGE), 303);
    }),
  );

  app.get("/auth/me", async (c) => {
    const { id, tenant_id, kind, label, roles, scopes, credential } = await parts.admit(c);
    const token = credential?.kind === "sign_in" ? signIns.session.read(c) : undefined;
    return answer(c, {
      ...{ id, tenant_id, kind, label, roles, scopes: [...scopes].sort() },
      expires_at: credential?.expires_at ?? null,
      csrf_token: token === undefined ? null : signIns.csrfOf(token),
    });
  });
}
