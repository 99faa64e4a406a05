import { randomBytes } from "node:crypto";
import { createAgentPair, createTestAccount } from "@fairlead/testkit/agents";
import { bearer, type Caller } from "@fairlead/testkit/caller";
import { acceptInvitation, prepareLogin } from "@fairlead/testkit/entrances";
import type { Json } from "@fairlead/testkit/http";
import type { OidcProvider } from "@fairlead/testkit/oidc-provider";
import { createBrowser } from "@fairlead/testkit/sign-in";
import type { Canaries } from "./canaries.ts";
import type { Note } from "./scenario.ts";

interface Parts {
  as: (headers: Readonly<Record<string, string>>) => Caller;
  note: Note;
  canaries: Canaries;
  /** Of the tenant that they come into. */
  owner: Caller;
}

/** An agent that signs in with its key pair, uses its token, and loses it; and what of it goes wrong. */
export async function agentsComeIn(
  parts: Omit<Parts, "owner"> & { operator: Caller },
): Promise<void> {
  const { as, note, canaries, operator } = parts;
  const account = createTestAccount(randomBytes(32).toString("hex"));
  const pair = createAgentPair(randomBytes(32).toString("hex"));
  const { address: subject } = account;
  await operator.act("POST", "/api/principals?tenant=acme", {
    ...{ kind: "agent", label: "bot", roles: ["viewer"], issuer: "formation", subject },
  });
  const post = (path: string, body: Json) => as({}).rest("POST", `/api/auth/${path}`, body);

  async function prepare(what: string): Promise<Json> {
    const body = await prepareLogin({ as }, { account, pair });
    canaries.note(`agent's signature ${what}`, String(body.signature));
    const { signature } = body.delegation as { signature: string };
    canaries.note(`agent's delegation ${what}`, signature);
    return body;
  }

  /** The token of an answer: all of it, and its own signature. */
  function tokenOf(what: string, { json, text }: { json: Json; text: string }): string {
    const { token } = (json.data ?? {}) as { token?: string };
    if (token === undefined) throw new Error(`The agent was not let in: ${text}`);
    canaries.note(`agent's token ${what}`, token);
    canaries.note(`agent's token ${what}, its signature`, token.split(".")[2] ?? "");
    return token;
  }

  const wrong = await prepare("that is wrong");
  await note("a login without its delegation", post("login", { ...wrong, delegation: undefined }));
  await note("a login that was used up", post("login", wrong));
  const odd = { ...(await prepare("in a wrong field")), challenge_id: wrong.signature };
  await note("a login with its signature misplaced", post("login", odd));

  const body = await prepare("of a login");
  const token = tokenOf("of a login", await post("login", body));
  await note("the same login again", post("login", body));
  await note("validate", post("validate", { token }));
  await note("what an agent does", as(bearer(token)).call("cloudways_list_servers"));
  const nonce = randomBytes(12).toString("hex");
  const request = { method: "GET", path: "/auth/me", at: Date.now(), nonce };
  const signed = pair.signRequest(request);
  canaries.note("agent's signature of a request", signed["x-mcp-signature"] ?? "");
  for (const time of ["first", "second"]) {
    await note(
      `a signed request, the ${time} time`,
      as({ ...bearer(token), ...signed }).rest("GET", "/auth/me"),
    );
  }
  const refreshed = tokenOf("that is exchanged", await post("refresh", { token }));
  await note("an exchanged token at MCP", as(bearer(token)).modern("tools/list"));
  await note("an exchanged token again", post("refresh", { token }));
  await note("a token in a wrong field", post("logout", { token: [refreshed] }));
  await note("logout", post("logout", { token: refreshed }));
  await note("a token that was given back", as(bearer(refreshed)).rest("GET", "/api/keys"));
}

/** People who sign in in a browser by an invitation, and sign-ins that fail. */
export async function peopleComeIn(
  parts: Parts & { url: string; provider: OidcProvider },
): Promise<void> {
  const { note, canaries, owner, url, provider } = parts;
  const browser = createBrowser();
  const at = (path: string) => `${url}${path}`;

  async function notePage(what: string, page: Response): Promise<Response> {
    const text = await page.text();
    const headers = Object.fromEntries(page.headers);
    await note(what, Promise.resolve({ status: page.status, headers, text, json: {} }));
    return page;
  }

  function noteIssued(what: string): void {
    for (const [index, code] of provider.redeemed.splice(0).entries())
      canaries.note(`sign-in code ${what} ${index}`, code);
    for (const [index, token] of provider.issued.splice(0).entries())
      canaries.note(`sign-in token ${what} ${index}`, token);
  }

  const { token } = await owner.act<{ token: string }>("POST", "/api/invitations", {
    ...{ label: "Ann", roles: ["viewer"] },
  });
  canaries.note("invitation that is accepted", token);
  await browser.get(at(`/auth/invitation?token=${token}`));
  const user = { sub: "ann", name: "Ann" };
  const came = await acceptInvitation({ url, provider }, token, { user, browser });
  if (came.status !== 200) throw new Error(`Nobody was let in: ${await came.text()}`);
  noteIssued("of an invitation");
  canaries.note("session cookie", browser.cookies.get("fairlead") ?? "");
  const me = (await (await browser.get(at("/auth/me"))).json()) as { data: { csrf_token: string } };
  const csrf = canaries.note("session's token against forgery", me.data.csrf_token);

  await notePage("REST by a session", await browser.get(at("/api/tenant")));
  await notePage("a change without the token", await browser.post(at("/api/keys"), {}, {}));
  const stranger = { user: { sub: "bob" }, browser: createBrowser() };
  await notePage("an invitation again", await acceptInvitation({ url, provider }, token, stranger));
  noteIssued("of an invitation that is over");
  await notePage(
    "an invitation's page again",
    await stranger.browser.get(at(`/auth/invitation?token=${token}`)),
  );

  const failing = createBrowser();
  const bent: [string, () => void][] = [
    [
      "an ID token that is signed by somebody else",
      () => Object.assign(provider, { signsWrongly: true }),
    ],
    ["an ID token of another sign-in", () => Object.assign(provider.claims, { nonce: "another" })],
    ["an ID token for another client", () => Object.assign(provider.claims, { aud: "another" })],
    [
      "a client that the issuer refuses",
      () => Object.assign(provider, { clientSecret: "changed" }),
    ],
    [
      "an issuer that says no",
      () =>
        Object.assign(provider.answer, {
          ...{ error: "access_denied", code: undefined },
          error_description: "Ann said no.",
        }),
    ],
    [
      "a code of nobody",
      () => Object.assign(provider.answer, { code: canaries.plant("sign-in code of nobody") }),
    ],
  ];
  const { clientSecret } = provider;
  for (const [what, bend] of bent) {
    bend();
    const begun = await failing.get(at("/auth/sign-in"));
    canaries.note(`sign-in cookie of ${what}`, failing.cookies.get("fairlead_sign_in") ?? "");
    const answered = await failing.get(begun.headers.get("location") ?? "");
    const callback = answered.headers.get("location") ?? "";
    const code = new URL(callback).searchParams.get("code");
    if (code !== null) canaries.note(`sign-in code of ${what}`, code);
    await notePage(what, await failing.get(callback));
    await notePage(`${what}, again`, await failing.get(callback));
    noteIssued(`of ${what}`);
    Object.assign(provider, { signsWrongly: false, claims: {}, answer: {}, clientSecret });
  }
  await notePage(
    "an answer to no sign-in",
    await failing.get(at(`/auth/callback?code=${canaries.plant("code of no sign-in")}&state=x`)),
  );
  await notePage("sign-out", await browser.post(at("/auth/sign-out"), { csrf_token: csrf }));
}
