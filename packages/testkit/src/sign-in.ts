import { hash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { toFairleadError } from "@fairlead/core/errors";
import { createIdentity, type Identity } from "@fairlead/core/identity/identity";
import type { Principal } from "@fairlead/core/identity/principal";
import { createAddressLimit } from "@fairlead/core/limits/address-limit";
import { SILENT } from "@fairlead/core/ports";
import { Secret } from "@fairlead/core/secret";
import type { Invitation } from "@fairlead/core/storage/records";
import { createKeyedHash } from "@fairlead/core/vault/keyed-hash";
import { createSealer } from "@fairlead/core/vault/sealer";
import { getRequestListener, type HttpBindings } from "@hono/node-server";
import { answer, fail } from "fairlead/http/envelope";
import { SECURITY_HEADERS } from "fairlead/http/respond";
import type { SignInConfig } from "fairlead/signin/config";
import { addSignInRoutes } from "fairlead/signin/routes";
import { createSignIns, type SignIns } from "fairlead/signin/sign-in";
import { type Context, Hono } from "hono";
import { createTestAgents, type TestAgents } from "./agents.ts";
import { type OidcProvider, startOidcProvider } from "./oidc-provider.ts";
import { seededRandom } from "./random.ts";

type Env = { Bindings: HttpBindings };

/** A browser: it keeps cookies, and follows nothing by itself. */
export interface Browser {
  readonly cookies: Map<string, string>;
  /** Each `Set-Cookie` it was sent. */
  readonly set: string[];
  get(url: string, headers?: Record<string, string>): Promise<Response>;
  /** A form of one of the server's own pages, unless the headers say otherwise. */
  post(
    url: string,
    form: Record<string, string>,
    headers?: Record<string, string>,
  ): Promise<Response>;
  /** Follows redirects to where one leads that answers otherwise. */
  follow(url: string): Promise<Response>;
}

export interface TestSignIn {
  signIns: SignIns;
  identity: Identity;
  state: TestAgents;
  provider: OidcProvider;
  /** Of the server, without a slash at the end. */
  base: string;
  browser(): Browser;
  invite(changes?: Partial<Invitation>): Promise<string>;
  close(): Promise<void>;
}

/**
 * The pages of sign-in on a port of their own, with a provider, and `/api/thing` behind them; over an embedded store
 * with the tenant Acme.
 */
export async function startTestSignIn(
  options: {
    beside?: TestSignIn;
    registration?: SignInConfig["registration"];
    publicUrl?: string;
    /** State in place of the embedded one. */
    state?: TestAgents;
  } = {},
): Promise<TestSignIn> {
  const { beside, registration } = options;
  const state =
    options.state ?? (await createTestAgents(beside === undefined ? {} : { beside: beside.state }));
  const { store, shared, changes, vault, auditLog, clock } = state;
  const provider = beside?.provider ?? (await startOidcProvider(clock));
  const sealer = createSealer({ keys: [vault.derive("sealed tokens")] }, clock);
  const random = seededRandom(beside === undefined ? 11 : 12);
  let base = "";
  const publicUrl = () => options.publicUrl ?? beside?.base ?? base;
  const signIns = createSignIns({
    config: {
      ...{ issuer: provider.issuer, clientId: provider.clientId, registration },
      clientSecret: new Secret(provider.clientSecret),
    },
    ...{ publicUrl, store, shared, sealer, changes, auditLog, clock, random },
    ...{ fetch: globalThis.fetch, logger: SILENT, derive: vault.derive },
  });
  const nothing = () => Promise.reject(new Error("No test here reaches outside."));
  const identity = createIdentity({
    config: { trustLocal: false, headerCredentials: false },
    ...{ store, changes, clock, random, auditLog, fetch: nothing, logger: SILENT },
    clients: { use: nothing, drop: () => {} },
    keyedHash: createKeyedHash(vault.derive("keyed hash")),
    failures: createAddressLimit(clock, { capacity: 10, refillPerSecond: 1 / 30 }),
    ways: [signIns.way],
  });
  const app = new Hono<Env>();
  const admit = async (c: Context<Env>): Promise<Principal> => {
    const { headers, method = "GET", url = "/" } = c.env.incoming;
    return identity.authenticate(
      signIns.withSession({
        ...{ surface: "rest", address: "10.0.0.1", resource: "/api", connectors: [] },
        ...{ headers, method, path: url },
      }),
    );
  };
  app.use(async (c, next) => {
    await next();
    for (let index = 0; index < SECURITY_HEADERS.length; index += 2) {
      const name = SECURITY_HEADERS[index] ?? "";
      if (!c.res.headers.has(name)) c.header(name, SECURITY_HEADERS[index + 1]);
    }
  });
  addSignInRoutes(app, { signIns, admit, addressOf: () => "10.0.0.1", logger: SILENT });
  app.all("/api/thing", async (c) => answer(c, { id: (await admit(c)).id }));
  app.onError((error, c) => fail(c, toFairleadError(error)));
  const server = createServer(getRequestListener(app.fetch, { overrideGlobalObjects: false }));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  let invited = 0;
  return {
    ...{ signIns, identity, state, provider, base },
    browser: () => createBrowser(),
    async invite(given) {
      invited += 1;
      const token = `fli_${hash("sha256", `invitation ${invited}`, "base64url")}`;
      await store.invitations.insert({
        ...{ id: `inv_${invited}`, tenant_id: "ten_acme", label: "Ann from Acme", email: null },
        ...{ roles: ["operator"], hash: hash("sha256", token, "hex"), created_at: clock.now() },
        ...{ created_by: "prn_admin", expires_at: clock.now() + 86_400_000 },
        ...{ accepted_at: null, accepted_by: null },
        ...given,
      });
      return token;
    },
    async close() {
      await identity.close();
      server.closeAllConnections();
      server.close();
      if (beside === undefined) await provider.close();
      // State that was handed in is its owner's.
      if (options.state === undefined) await state.close();
    },
  };
}

export function createBrowser(): Browser {
  const cookies = new Map<string, string>();
  const set: string[] = [];
  async function send(url: string, init: RequestInit, headers: Record<string, string>) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const shown = cookie === "" ? {} : { cookie };
    const response = await fetch(url, {
      ...{ redirect: "manual", ...init },
      headers: { ...shown, ...headers },
    });
    for (const line of response.headers.getSetCookie()) {
      set.push(line);
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/max-age=0/i.test(line)) cookies.delete(name);
      else cookies.set(name, value);
    }
    return response;
  }
  const browser: Browser = {
    ...{ cookies, set },
    get: (url, headers = {}) => send(url, {}, headers),
    post: (url, form, headers = { "sec-fetch-site": "same-origin" }) =>
      send(url, { method: "POST", body: new URLSearchParams(form) }, headers),
    async follow(url) {
      let response = await browser.get(url);
      while (response.status >= 300 && response.status < 400) {
        response = await browser.get(response.headers.get("location") ?? "");
      }
      return response;
    },
  };
  return browser;
}
