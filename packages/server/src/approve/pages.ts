import type { PlanView, Said } from "@fairlead/core/consent/plan-view";
import type { ShownPlan } from "@fairlead/core/plan/shown";
import { html } from "hono/html";
import { type Page, page } from "../pages/page.ts";
import {
  leftInWords,
  needInWords,
  saidBy,
  statusInWords,
  timeInWords,
  UNDO_WORDS,
  valueInWords,
  visible,
} from "./words.ts";

export interface SignedIn {
  principal_id: string;
  label: string;
  csrf: string;
  signOutUrl: string;
}

export interface Shown {
  view: PlanView;
  who: SignedIn;
  now: number;
  /** Why what was just sent did not count. */
  failure?: string | undefined;
  /** What was typed as the reason, where it has to be sent again. */
  reason?: string | undefined;
}

/** A plan, and the form to decide on it. */
export function planPage(shown: Shown): Page {
  const { view, failure } = shown;
  const { plan } = view;
  return page(
    statusInWords(view),
    html`<p class="eyebrow"><span class="pill ${toneOf(view)}">${statusInWords(view)}</span> <span>Plan ${view.id}</span></p>
<h1>${visible(plan.summary)}</h1>
${mayDecide(view) ? "" : alert(failure)}
${standing(shown)}
${plan.state_known || !isPending(view) ? "" : html`<div class="note warn"><p><strong>What is there now could not be read.</strong> Look at it yourself before you agree.</p></div>`}
<dl class="facts">
<dt>Asked for by</dt><dd>${visible(view.asked_by)}</dd>
${plan.connection === null ? "" : html`<dt>Connection</dt><dd>${visible(plan.connection)}</dd>`}
<dt>Tool</dt><dd><code>${plan.tool}</code></dd>
<dt>Has to agree</dt><dd>${needInWords(view)}</dd>
<dt>Agreed so far</dt><dd>${view.approvals} of ${Math.max(view.approvals_needed, view.consent === "person" ? 1 : 0)}</dd>
${lapse(shown)}
</dl>
${plan.changes.length === 0 ? "" : html`<h2>What changes</h2><ul class="changes">${plan.changes.map(change)}</ul>`}
${plan.loses.length === 0 ? "" : html`<h2 class="danger">What is lost or interrupted</h2><ul>${plan.loses.map((each) => html`<li>${visible(each)}</li>`)}</ul>`}
<h2>Way back</h2>
<p><strong class="${plan.undo.kind === "irreversible" ? "danger" : ""}">${UNDO_WORDS[plan.undo.kind]}.</strong> ${visible(plan.undo.how)}</p>
${plan.budgets.length === 0 ? "" : html`<h2>Budgets</h2><ul>${plan.budgets.map(budget)}</ul>`}
<details><summary>Arguments of the call</summary><pre tabindex="0" role="group" aria-label="Arguments of the call">${valueInWords(plan.arguments)}</pre></details>
${view.said.length === 0 ? "" : html`<h2>What was said</h2><ul class="said">${view.said.map(word)}</ul>`}
${form(shown)}`,
    top(shown.who),
  );
}

function toneOf({ status }: PlanView): string {
  if (status === "approved" || status === "used") return "good";
  return status === "denied" ? "danger" : "warn";
}

function alert(failure: string | undefined): Page | "" {
  if (failure === undefined) return "";
  return html`<div class="note danger" role="alert"><p>${visible(failure)}</p></div>`;
}

const isPending = ({ status }: PlanView) => status === "open" || status === "approved";
const mayDecide = ({ may_approve, may_deny }: PlanView) => may_approve || may_deny;

function hasApproved({ view, who }: Shown): boolean {
  return view.said.some(({ principal_id }) => principal_id === who.principal_id);
}

function standing(shown: Shown): Page | "" {
  const { view } = shown;
  const { status, expires_at, approvals, approvals_needed } = view;
  switch (status) {
    case "open":
      if (!hasApproved(shown)) return "";
      return html`<div class="note good" role="status"><p><strong>You have approved it.</strong> ${approvals_needed - approvals > 1 ? `${approvals_needed - approvals} others have` : "Somebody else has"} to agree as well.</p></div>`;
    case "approved":
      return html`<div class="note good" role="status"><p><strong>Everybody who has to agree did.</strong> It goes on now where it waited for this; else whoever asked can carry it out until ${timeInWords(expires_at)}.</p></div>`;
    case "denied":
      return html`<div class="note danger" role="status"><p><strong>It was denied.</strong> Nothing is changed by it.</p></div>`;
    case "lapsed":
      return html`<div class="note warn" role="status"><p><strong>It has lapsed.</strong> Nothing is changed by it. Whoever asked may ask again.</p></div>`;
    case "used":
      return html`<div class="note good" role="status"><p><strong>It was carried out.</strong></p></div>`;
  }
}

function lapse({ view, now }: Shown): Page | "" {
  if (!isPending(view)) return "";
  const { created_at, expires_at } = view;
  const leftMs = Math.max(0, expires_at - now);
  const share = Math.round((leftMs / Math.max(1, expires_at - created_at)) * 1000) / 10;
  // The bar runs down by itself, without a script.
  return html`<dt>Lapses</dt><dd>${leftInWords(leftMs)} (<time datetime="${new Date(expires_at).toISOString()}">${timeInWords(expires_at)}</time>)
<svg class="bar" aria-hidden="true"><rect class="track" width="100%" height="100%"></rect><rect class="left" width="${share}%" height="100%"><animate attributeName="width" from="${share}%" to="0%" dur="${Math.ceil(leftMs / 1000)}s" fill="freeze"></animate></rect></svg></dd>`;
}

function change({ on, does, from, to }: ShownPlan["changes"][number]): Page {
  const sides = [
    ...(from === undefined ? [] : [value("From", from)]),
    ...(from === undefined || to === undefined
      ? []
      : [html`<span class="arrow" aria-hidden="true">→</span>`]),
    ...(to === undefined ? [] : [value("To", to)]),
  ];
  return html`<li><strong>${visible(on)}</strong> ${visible(does)}${
    sides.length === 0
      ? ""
      : html`<div class="values ${sides.length > 1 ? "fromto" : ""}">${sides}</div>`
  }</li>`;
}

const LINES_SHOWN = 10;
const CHARACTERS_SHOWN = 400;

/** What is too long for its box scrolls, also for who has no mouse. */
function value(label: string, given: unknown): Page {
  const text = valueInWords(given);
  const isLong = text.length > CHARACTERS_SHOWN || text.split("\n").length > LINES_SHOWN;
  return html`<div><span class="label">${label}</span>${
    isLong
      ? html`<pre tabindex="0" role="group" aria-label="${label}">${text}</pre>`
      : html`<pre>${text}</pre>`
  }</div>`;
}

function budget(given: ShownPlan["budgets"][number]): Page {
  const { budget: name, whose, period, takes, used, limit } = given;
  const of = whose === "tenant" ? "of the tenant's" : "of the caller's";
  const amount = (count: number) =>
    name === "money_cents" ? (count / 100).toFixed(2) : String(count);
  const words = name === "money_cents" ? "money" : name;
  return html`<li>Takes ${amount(takes)} ${of} ${words} of ${period}: ${amount(used)} of ${amount(limit)} are used.</li>`;
}

function word(said: Said): Page {
  return html`<li>${saidBy(said)}, ${timeInWords(said.at)}${said.reason === null ? "" : html`: <q>${visible(said.reason)}</q>`}</li>`;
}

function form(shown: Shown): Page | "" {
  const { view, who, failure, reason = "" } = shown;
  const { may_approve: mayApprove, may_deny: mayDeny, why_not } = view;
  if (!isPending(view)) return "";
  const isSpoken = hasApproved(shown);
  const why =
    why_not === null || isSpoken
      ? ""
      : html`<div class="note warn"><p>${visible(why_not)}</p></div>`;
  if (!mayDecide(view)) return why;
  const isWrong = failure === undefined ? "" : html` aria-invalid="true" autofocus`;
  return html`${why}
<form class="decision" method="post">
${isSpoken ? html`<p>Should it not be carried out after all, say so while there is time:</p>` : ""}
${alert(failure)}
<input type="hidden" name="csrf_token" value="${who.csrf}">
<label for="reason">Reason</label>
<p class="hint" id="reason-hint">Kept in the audit. ${mayDeny ? "Needed to deny; whoever asked is told then." : ""}</p>
<textarea id="reason" name="reason" maxlength="500" aria-describedby="reason-hint"${isWrong}>${visible(reason)}</textarea>
<div class="buttons">
${mayApprove ? html`<button type="submit" name="decision" value="approve">Approve</button>` : ""}
${mayDeny ? html`<button class="danger" type="submit" name="decision" value="deny">Deny</button>` : ""}
</div>
</form>`;
}

function top({ label, csrf, signOutUrl }: SignedIn): Page {
  return html`<span>Signed in as ${visible(label)} · <form method="post" action="${signOutUrl}"><input type="hidden" name="csrf_token" value="${csrf}"><button class="plain" type="submit">Sign out</button></form></span>`;
}

/** Nobody is signed in; `lost` where somebody was, and sent a decision. */
export function signInPage(signInUrl: string, lost: boolean): Page {
  return page(
    "Sign in to decide",
    html`<h1>${lost ? "You are signed out" : "A change waits for you"}</h1>
<p>${lost ? "Nothing was decided. Sign in and send it again." : "Sign in to see what would change, and to approve or deny it."}</p>
<p><a class="button" href="${signInUrl}">Sign in</a></p>`,
  );
}

/** There is no page to decide on where nobody can sign in. */
export function terminalPage(plan_id: string | undefined): Page {
  return page(
    "Approve on the server",
    html`<h1>Approve on the server</h1>
<p>Nobody signs in to this Fairlead, so nothing is decided here. Whoever runs it decides at its terminal:</p>
<pre>fairlead approve ${plan_id ?? "<plan id>"}</pre>
<p>With another tenant than the local one, add <code>--tenant &lt;name&gt;</code>. To have people sign in, set <code>FAIRLEAD_SIGN_IN_ISSUER</code>.</p>`,
  );
}

export function failurePage(title: string, message: string, who?: SignedIn): Page {
  return page(
    title,
    html`<h1>${title}</h1>
<p>${visible(message)}</p>`,
    who === undefined ? "" : top(who),
  );
}
