import { html } from "hono/html";
import { type Page, page } from "../pages/page.ts";
import type { Offer } from "./sign-in.ts";

export function failurePage(message: string, signInUrl: string): Page {
  return page(
    "Sign-in failed",
    html`<h1>Sign-in failed</h1>
<p>${message}</p>
<p><a class="button" href="${signInUrl}">Sign in</a></p>`,
  );
}

export function invitationPage(
  { tenant, label, email, roles }: Offer,
  form: { action: string; token: string; return_to: string },
): Page {
  return page(
    `Join ${tenant.name}`,
    html`<h1>Join ${tenant.name}</h1>
<p>You are invited to join <strong>${tenant.name}</strong> as ${label}, with the roles ${roles.join(", ")}.</p>
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
    html`<h1>You are signed in</h1>
<p>You are signed in as <strong>${label}</strong> (${roles.join(", ")}).</p>
<form method="post" action="${form.action}">
<input type="hidden" name="csrf_token" value="${form.csrf}">
<button type="submit">Sign out</button>
</form>`,
  );
}

export function signedOutPage(signInUrl: string): Page {
  return page(
    "You are signed out",
    html`<h1>You are signed out</h1>
<p><a class="button" href="${signInUrl}">Sign in</a></p>`,
  );
}
