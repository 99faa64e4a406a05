import { hash } from "node:crypto";
import type { Context, Env } from "hono";
import { html, raw } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { STYLE } from "./style.ts";

/** Pages without scripts or anything from elsewhere; whatever is put in is escaped. */
export type Page = HtmlEscapedString | Promise<HtmlEscapedString>;

/** The one style that is written into pages; no other counts, and no script. */
const POLICY = `default-src 'none'; style-src 'sha256-${hash("sha256", STYLE, "base64")}'; base-uri 'none'; frame-ancestors 'none'`;

/**
 * The header of every answer keeps addresses from leaking into Referer, which would have forms of the page send
 * `Origin: null`: within this server they may say where they come from.
 */
export function page(title: string, body: Page, top: Page | "" = ""): Page {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="same-origin">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<title>${title} · Fairlead</title>
<style>${raw(STYLE)}</style>
</head>
<body>
<header class="top"><span class="brand">Fairlead</span>${top}</header>
<main>
${body}
</main>
</body>
</html>
`;
}

/** `formsTo` is where its forms may lead, redirects included: anywhere, unless it is said. */
export async function showPage<E extends Env>(
  c: Context<E>,
  shown: Page,
  status: ContentfulStatusCode = 200,
  formsTo?: "'self'",
): Promise<Response> {
  const forms = formsTo === undefined ? "" : `; form-action ${formsTo}`;
  c.header("Content-Security-Policy", POLICY + forms);
  return c.html(await shown, status);
}
