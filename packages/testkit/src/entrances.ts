import type { AgentPair, TestAccount } from "./agents.ts";
import type { HttpAnswer, Json } from "./http.ts";
import type { Installation } from "./installation.ts";
import type { OidcProvider, ProviderUser } from "./oidc-provider.ts";
import { type Browser, createBrowser } from "./sign-in.ts";

/** An agent, by its account and key pair, and the token it got. */
export interface Agent {
  account: TestAccount;
  pair: AgentPair;
  token: string;
}

export interface Person {
  principal_id: string;
  /** In which they are signed in. */
  browser: Browser;
  /** Against forgery, of that session. */
  csrf: string;
}

let networks = 0;

/** Headers of a caller in a network of its own: refusals there slow down nobody else. */
export function fromElsewhere(): { "X-Forwarded-For": string } {
  networks += 1;
  return { "X-Forwarded-For": `2001:db8:${networks.toString(16)}::1` };
}

export function postAuth(
  { as }: Pick<Installation, "as">,
  path: string,
  body: Json,
  headers: Readonly<Record<string, string>> = {},
): Promise<HttpAnswer> {
  return as({ ...fromElsewhere(), ...headers }).rest("POST", `/api/auth/${path}`, body);
}

/** The body of a login; whoever's pair signs, and whoever's account delegates to whichever key. */
export async function prepareLogin(
  installation: Pick<Installation, "as">,
  { account, pair }: Pick<Agent, "account" | "pair">,
): Promise<Json> {
  const { public_key } = pair;
  const { address } = account;
  const { json } = await postAuth(installation, "challenge", { address, public_key });
  const { challenge_id, message } = json.data as { challenge_id: string; message: string };
  const later = Math.floor(Date.now() / 1000) + 86_400;
  return {
    ...{ address, public_key, challenge_id, signed_message: message },
    signature: pair.sign(message),
    delegation: account.delegate(public_key, later),
  };
}

export async function loginAgent(
  installation: Pick<Installation, "as">,
  who: Pick<Agent, "account" | "pair">,
): Promise<Agent> {
  const body = await prepareLogin(installation, who);
  const { json, text } = await postAuth(installation, "login", body);
  const { token } = (json.data ?? {}) as { token?: string };
  if (token === undefined) throw new Error(`The agent was not let in: ${text}`);
  return { ...who, token };
}

/** A server by where it is, and the provider that people sign in at. */
interface Entrance {
  url: string;
  provider: OidcProvider;
}

/** Opens an invitation in a browser and signs in at the provider as this user; the page they end at. */
export async function acceptInvitation(
  { url, provider }: Entrance,
  token: string,
  who: { user: ProviderUser; browser: Browser },
): Promise<Response> {
  provider.user = who.user;
  const form = { invitation: token };
  const begun = await who.browser.post(`${url}/auth/sign-in`, form);
  const location = begun.headers.get("location");
  return location === null ? begun : who.browser.follow(location);
}

export async function signInPerson(
  entrance: Entrance,
  invitation: string,
  user: ProviderUser,
): Promise<Person> {
  const browser = createBrowser();
  const page = await acceptInvitation(entrance, invitation, { user, browser });
  if (page.status !== 200) throw new Error(`${user.sub} was not let in: ${await page.text()}`);
  const me = await browser.get(`${entrance.url}/auth/me`);
  const { data } = (await me.json()) as { data: { id: string; csrf_token: string } };
  return { browser, principal_id: data.id, csrf: data.csrf_token };
}
