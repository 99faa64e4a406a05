import { html } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";
import type { Offer } from "./sign-in.ts";

/** Pages without scripts, styles or anything from elsewhere; whatever is put in is escaped. */
export type Page = HtmlEscapedString | Promise<HtmlEscapedString>;

/**
 * The header of every answer keeps addresses from leaking into Referer, which would have forms of the page send
 * `Origin: null`: within this server they may say where they come from.
 */
function page(title: string, body: Page): Page {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="same-origin">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<title>${title} · Fairlead</title>
</head>
<body>
<main>
<h1>${title}</h1>
${body}
</main>
</body>
</html>
`;
}

export function failurePage(message: string, signInUrl: string): Page {
  return page(
    "Sign-in failed",
    html`<p>${message}</p>
<p><a href="${signInUrl}">Sign in</a></p>`,
  );
}

export function invitationPage(
  { tenant, label, email, roles }: Offer,
  form: { action: string; token: string; return_to: string },
): Page {
  return page(
    `Join ${tenant.name}`,
    html`<p>You are invited to join <strong>${tenant.name}</strong> as ${label}, with the roles ${roles.join(", ")}.</p>
${email === null ? "" : html`<p>Sign in with the address ${email}.</p>`}
<form method="post" action="${form.action}">
<input type="hidden" name="invitation" value="${form.token}">
<input type="hidden" name="return_to" value="${form.return_to}">
<button type="submit">Sign in and join</button>
</form>`,
  );
}

export function signedInPage(
  { label, roles }: { label: string; roles: readonly string[] },
  form: { action: string; csrf: string },
): Page {
  return page(
    "You are signed in",
    html`<p>You are signed in as <strong>${label}</strong> (${roles.join(", ")}).</p>
<form method="post" action="${form.action}">
<input type="hidden" name="csrf_token" value="${form.csrf}">
<button type="submit">Sign out</button>
</form>`,
  );
}

export function signedOutPage(signInUrl: string): Page {
  return page("You are signed out", html`<p><a href="${signInUrl}">Sign in</a></p>`);
}
