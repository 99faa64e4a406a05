import type { ActRequest, Admin } from "@fairlead/core/admin/admin";
import type { PlanView } from "@fairlead/core/consent/plan-view";
import { ERROR_CODES, type FairleadError, toFairleadError } from "@fairlead/core/errors";
import type { Principal } from "@fairlead/core/identity/principal";
import type { Clock, Logger } from "@fairlead/core/ports";
import type { HttpBindings } from "@hono/node-server";
import type { Context, Hono } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { formOf } from "../http/rest-body.ts";
import { type Page, showPage } from "../pages/page.ts";
import { requireOwnPage } from "../signin/own-page.ts";
import type { SignIns } from "../signin/sign-in.ts";
import { failurePage, planPage, type SignedIn, signInPage, terminalPage } from "./pages.ts";

type Env = { Bindings: HttpBindings };

export interface ApproveRouteParts {
  admin: Admin;
  /** Undefined where nobody can sign in. */
  signIns: SignIns | undefined;
  /** Who sent the request, with what a form carries against forgery; throws what keeps it out. */
  admit: (c: Context<Env>, csrf?: string) => Promise<Principal>;
  addressOf: (c: Context<Env>) => string;
  clock: Clock;
  logger: Logger;
}

const MAX_BODY = 16_384;
const PLAN_ID = /^pln_[\w-]{1,64}$/;
/** What leaves the page as it is, with a word on why. */
const STAYS: ReadonlySet<string> = new Set(["conflict", "invalid_input"]);

/** `/approve/{plan}`: where a person reads what would change, and decides. */
export function addApproveRoutes(app: Hono<Env>, parts: ApproveRouteParts): void {
  const { signIns } = parts;
  const path = "/approve/:id";
  if (signIns === undefined) {
    const show = (c: Context<Env>) => {
      const id = c.req.param("id") ?? "";
      return showPage(c, terminalPage(PLAN_ID.test(id) ? id : undefined), 404);
    };
    app.get(path, show);
    app.post(path, show);
    return;
  }
  const page = createPage(parts, signIns);
  app.get(path, (c) => page.guard(c, () => page.read(c)));
  app.post(path, (c) => page.guard(c, () => page.decide(c)));
}

function createPage(parts: ApproveRouteParts, signIns: SignIns) {
  const { admin, clock } = parts;

  /** Whoever is signed in, and nobody else: a key that is shown is no person. */
  async function signedIn(c: Context<Env>, csrf?: string): Promise<Principal | undefined> {
    if (signIns.session.read(c) === undefined) return undefined;
    const principal = await parts.admit(c, csrf).catch((thrown: unknown) => {
      if (toFairleadError(thrown).code === "unauthenticated") return undefined;
      throw thrown;
    });
    return principal?.credential?.kind === "sign_in" ? principal : undefined;
  }

  const idOf = (c: Context<Env>) => c.req.param("id") ?? "";
  const here = (c: Context<Env>) => `/approve/${encodeURIComponent(idOf(c))}`;

  function whoIs(c: Context<Env>, { id, label }: Principal): SignedIn {
    const csrf = signIns.csrfOf(signIns.session.read(c) ?? "");
    return { principal_id: id, label, csrf, signOutUrl: signIns.urlOf("/auth/sign-out") };
  }

  function run(c: Context<Env>, principal: Principal, name: string, input: ActRequest["input"]) {
    const address = parts.addressOf(c);
    return admin.run({ name, input, principal, surface: "rest", isPage: true, address });
  }

  async function show(
    c: Context<Env>,
    principal: Principal,
    sent: { failure?: FairleadError; reason?: string } = {},
  ): Promise<Response> {
    const view = (await run(c, principal, "plans.get", { id: idOf(c) })) as PlanView;
    const { failure, reason } = sent;
    const shown = { view, who: whoIs(c, principal), now: clock.now(), reason };
    const status = failure === undefined ? 200 : statusOf(failure);
    return answer(c, planPage({ ...shown, failure: failure && wordsOf(failure) }), status);
  }

  function askToSignIn(c: Context<Env>, isLost: boolean): Promise<Response> {
    const query = new URLSearchParams({ return_to: here(c) });
    return answer(c, signInPage(signIns.urlOf(`/auth/sign-in?${query}`), isLost), 401);
  }

  return {
    async read(c: Context<Env>): Promise<Response> {
      const principal = await signedIn(c);
      return principal === undefined ? askToSignIn(c, false) : show(c, principal);
    },
    async decide(c: Context<Env>): Promise<Response> {
      requireOwnPage(c);
      const form = await formOf(c.env.incoming, MAX_BODY);
      const principal = await signedIn(c, form.get("csrf_token") ?? "");
      if (principal === undefined) return askToSignIn(c, true);
      const reason = form.get("reason")?.trim() ?? "";
      const act = form.get("decision") === "approve" ? "plans.approve" : "plans.deny";
      try {
        const why = reason === "" ? {} : { reason };
        await run(c, principal, act, { id: idOf(c), ...why });
      } catch (thrown) {
        const failure = toFairleadError(thrown);
        if (!STAYS.has(failure.code)) throw thrown;
        return show(c, principal, { failure, reason });
      }
      // Loaded again, the page shows how things stand and sends nothing twice.
      return c.redirect(signIns.urlOf(here(c)), 303);
    },
    /** Failures as a page: it is a person who reads them. */
    async guard(c: Context<Env>, work: () => Promise<Response>): Promise<Response> {
      try {
        return await work();
      } catch (thrown) {
        const error = toFairleadError(thrown);
        if (error.code === "internal")
          parts.logger.error({ err: thrown }, "a page of a plan failed");
        const { retry_after_s } = error.details ?? {};
        if (retry_after_s !== undefined) c.header("Retry-After", String(retry_after_s));
        return answer(c, failureOf(error), statusOf(error));
      }
    },
  };
}

function answer(c: Context<Env>, shown: Page, status: ContentfulStatusCode): Promise<Response> {
  return showPage(c, shown, status, "'self'");
}

/** A plan with such an id cannot be; another tenant's is told of in the same words. */
function failureOf(error: FairleadError): Page {
  const { code, message, details } = error;
  if (code === "not_found" || (code === "invalid_input" && isAboutId(details))) {
    return failurePage(
      "There is no such plan",
      "Nothing here has this address, or it is not for you. Check the link.",
    );
  }
  return failurePage(code === "forbidden" ? "This is not for you" : "That did not work", message);
}

function statusOf(error: FairleadError): ContentfulStatusCode {
  const isNone = error.code === "invalid_input" && isAboutId(error.details);
  return (isNone ? 404 : ERROR_CODES[error.code].http) as ContentfulStatusCode;
}

function isAboutId(details: FairleadError["details"]): boolean {
  return Array.isArray(details?.fields) && details.fields.includes("id");
}

/** Refusals name acts and fields; a person pressed a button. */
function wordsOf({ code, message, details }: FairleadError): string {
  const isReason = Array.isArray(details?.fields) && details.fields.includes("reason");
  if (code !== "invalid_input" || !isReason) return message;
  return "Say why: a denial needs a reason of at most 500 characters, without any that nobody sees.";
}
