import { type createCloudwaysFake, findCanaries } from "@fairlead/cloudways/fake";
import { bearer, type Caller, createCaller } from "@fairlead/testkit/caller";
import { createHttp, type HttpAnswer } from "@fairlead/testkit/http";
import type { OidcProvider } from "@fairlead/testkit/oidc-provider";
import type { Canaries } from "./canaries.ts";
import { agentsComeIn, peopleComeIn } from "./entrances.ts";

export type Upstream = ReturnType<typeof createCloudwaysFake>;

/** What came back, by what was sent; answers that were asked to hold a secret are not in it. */
export type Answers = Map<string, string>;

/** Keeps an answer in which no secret was asked for. */
export type Note = (what: string, answer: Promise<HttpAnswer>) => Promise<HttpAnswer>;

interface Parts {
  port: number;
  canaries: Canaries;
  operatorKey: string;
  upstream: Upstream;
  upstreamUrl: string;
  provider: OidcProvider;
}

interface NewKey {
  id: string;
  key: string;
}

export const SERVER_FAILS = { kind: "status", status: 500, count: 4 } as const;

/** What an upstream might say that repeats a credential. */
export const echoOf = (apiKey: string) =>
  `failed for api_key=${apiKey} and "${apiKey}", Authorization: Bearer ${apiKey}`;

/**
 * Brings a secret in by every way there is, and drives what works and what fails with it. Gives all that came back where
 * no secret was asked for.
 */
export async function drive(parts: Parts): Promise<{ answers: Answers; owner: Caller }> {
  const { canaries, upstream, upstreamUrl } = parts;
  const http = createHttp(parts.port);
  const answers: Answers = new Map();
  const as = (headers: Readonly<Record<string, string>>) => createCaller(http, headers);
  const operator = as(bearer(parts.operatorKey));

  async function note(what: string, answer: Promise<HttpAnswer>): Promise<HttpAnswer> {
    const got = await answer;
    answers.set(what, `${JSON.stringify(got.headers)}\n${got.text}`);
    return got;
  }

  /** An answer that shows a secret this once. */
  async function reveal<T>(where: string, field: string, answer: Promise<T>): Promise<T> {
    const got = await answer;
    canaries.note(where, String((got as Record<string, unknown>)[field]));
    return got;
  }

  await note("tenants", operator.rest("POST", "/api/tenants", { name: "acme" }));
  const create = (body: object) => operator.act<NewKey>("POST", "/api/keys?tenant=acme", body);
  const made = await reveal("API key", "key", create({ label: "one", roles: ["owner"] }));
  const owner = as(bearer(made.key));
  const old = await reveal("API key that is rotated", "key", create({ label: "old" }));
  await reveal(
    "API key from a rotation",
    "key",
    owner.act("POST", `/api/keys/${old.id}/rotate`, {}),
  );
  const revoked = await reveal("API key that is revoked", "key", create({ label: "gone" }));
  await note("revoke", owner.rest("DELETE", `/api/keys/${revoked.id}`));
  await note("a revoked key", as(bearer(revoked.key)).modern("tools/list"));
  await note("a key that is cut off", as(bearer(made.key.slice(0, -2))).modern("tools/list"));
  await reveal(
    "invitation",
    "token",
    owner.act("POST", "/api/invitations", { label: "Ann", roles: ["viewer"] }),
  );

  const { email, apiKey: api_key } = upstream.credentials;
  canaries.note("stored credential", api_key);
  const settings = { base_url: upstreamUrl, requests_per_minute: 100_000 };
  const connection = { connector: "cloudways", label: "main", settings };
  const main = await note(
    "a connection",
    owner.rest("POST", "/api/connections", { ...connection, credential: { email, api_key } }),
  );
  const { id } = main.json.data as { id: string };
  const bad = canaries.plant("stored credential that is refused");
  await note(
    "a bad connection",
    owner.rest("POST", "/api/connections", {
      ...{ ...connection, label: "bad", credential: { email: "a@example.com", api_key: bad } },
    }),
  );
  const misplaced = canaries.plant("credential in a wrong field");
  for (const body of [
    {
      ...connection,
      label: "m1",
      settings: { ...settings, api_key: misplaced },
      credential: { email, api_key },
    },
    { ...connection, label: "m2", credential: { email, password: misplaced } },
    { ...connection, label: "m3", credential: { email: misplaced } },
    { ...connection, label: "m4", credential: misplaced },
    { ...connection, label: "m5", credential: { email, api_key }, secret: misplaced },
    {
      ...connection,
      label: "m6",
      settings: { base_url: misplaced },
      credential: { email, api_key },
    },
  ]) {
    await note(`misplaced in ${body.label}`, owner.rest("POST", "/api/connections", body));
  }

  const inUrl = canaries.plant("password in an address");
  for (const scheme of ["http", "https"]) {
    const base_url = `${scheme}://user:${inUrl}@${new URL(upstreamUrl).host}`;
    const body = { ...connection, settings: { base_url }, credential: { email, api_key } };
    const label = `with a password, ${scheme}`;
    await note(label, owner.rest("POST", "/api/connections", { ...body, label }));
    const moved = { settings: { base_url }, credential: { email, api_key } };
    await note(`moved ${label}`, owner.rest("PATCH", `/api/connections/${id}`, moved));
  }

  await tools({ owner, note, id, upstream, canaries });
  await strangers({ as, note, canaries, made });
  await agentsComeIn({ as, note, canaries, operator });
  const { provider } = parts;
  const url = `http://127.0.0.1:${parts.port}`;
  await peopleComeIn({ as, note, canaries, owner, url, provider });

  for (const path of [
    "/api/keys",
    "/api/connections",
    "/api/principals",
    "/api/invitations",
    "/api/policies",
    "/api/tenant",
    "/api/usage",
    "/api/audit?limit=500",
  ]) {
    await note(path, owner.rest("GET", path));
  }
  const audit = { ...owner.headers, Accept: "application/jsonl" };
  await note("audit export", as(audit).rest("GET", "/api/audit"));
  for (const path of ["/metrics", "/health/detailed", "/readyz", "/"]) {
    await note(path, operator.rest("GET", path));
  }
  http.close();
  return { answers, owner };
}

/** What tools do that no secret was asked of, and what one does that was. */
async function tools(parts: {
  owner: Caller;
  note: Note;
  id: string;
  upstream: Upstream;
  canaries: Canaries;
}): Promise<void> {
  const { owner, note, id: connection, upstream, canaries } = parts;
  const [app_id] = upstream.state.apps.keys();
  const [server_id] = upstream.state.servers.keys();
  const calls: [string, Record<string, unknown>][] = [
    ["cloudways_list_servers", {}],
    ["cloudways_get_server_details", { server_id }],
    ["cloudways_search_apps", { query: "a" }],
    ["cloudways_get_app_details", { app_id }],
    ["cloudways_get_app_credentials", { app_id }],
    ["cloudways_get_app_settings", { app_id }],
    ["cloudways_get_alerts", {}],
    ["cloudways_get_ssh_keys", {}],
    ["cloudways_customer_info", {}],
    ["cloudways_get_token_status", {}],
    ["cloudways_rate_limit_status", {}],
  ];
  for (const [name, args] of calls) await note(name, owner.call(name, { ...args, connection }));
  for (const uri of ["cloudways://servers", `cloudways://apps/${app_id}`]) {
    await note(uri, owner.modern("resources/read", { uri }));
  }
  const revealed = await owner.call("cloudways_get_app_credentials", {
    ...{ app_id, connection, reveal: ["app_password", "mysql_password"] },
  });
  const shown = findCanaries(revealed.text);
  if (shown.length === 0) throw new Error(`Nothing was revealed: ${revealed.text}`);
  for (const [index, secret] of shown.entries()) canaries.note(`revealed ${index}`, secret);

  const argument = canaries.plant("argument that nobody asked for");
  for (const args of [{ password: argument }, { connection: "main", api_key: argument }]) {
    await note(`arguments ${Object.keys(args)}`, owner.call("cloudways_list_servers", args));
  }
  await note("a bad credential", owner.call("cloudways_list_servers", { connection: "bad" }));

  const { apiKey } = upstream.credentials;
  const echo = echoOf(apiKey);
  upstream.faults.add({ ...SERVER_FAILS, text: echo });
  await note("an upstream that fails", owner.call("cloudways_list_projects", { connection }));
  upstream.faults.clear();
  upstream.faults.expireTokens("login");
  upstream.faults.add({ ...SERVER_FAILS, text: echo, operation: "createAccessToken" });
  await note("a login that fails", owner.call("cloudways_list_team_members", { connection }));
  upstream.faults.clear();
  for (const kind of ["html", "truncate", "reset", "empty"] as const) {
    upstream.faults.add({ kind, count: 4 });
    await note(
      `an upstream that is ${kind}`,
      owner.call("cloudways_get_available_apps", { connection }),
    );
    upstream.faults.clear();
  }
}

/** Secrets of people who are not let in, or who put them where they do not belong. */
async function strangers(parts: {
  as: (headers: Readonly<Record<string, string>>) => Caller;
  note: Note;
  canaries: Canaries;
  made: NewKey;
}): Promise<void> {
  const { as, note, canaries, made } = parts;
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const jwt = `${part({ alg: "RS256", kid: canaries.plant("kid of a token") })}.${part({
    ...{ iss: "https://id.example.com", sub: canaries.plant("claim of a token") },
  })}.${canaries.plant("signature of a token")}`;
  const headers: Record<string, Record<string, string>> = {
    "a token": bearer(jwt),
    "a key of nobody": bearer(canaries.plant("key of nobody")),
    "a key with a mark": bearer(canaries.plant("key of nobody with a mark", "fl_")),
    "X-API-Key": { "X-API-Key": canaries.plant("X-API-Key") },
    Basic: {
      Authorization: `Basic ${Buffer.from(`x:${canaries.plant("Basic")}`).toString("base64")}`,
    },
    "two schemes": { Authorization: `Digest ${canaries.plant("Digest")}` },
    "a cookie": { Cookie: `session=${canaries.plant("cookie")}` },
    "a session": { ...bearer(made.key), "Mcp-Session-Id": canaries.plant("session") },
    "header credentials": {
      "X-Cloudways-Email": "x@example.com",
      "X-Cloudways-API-Key": canaries.plant("header credential"),
    },
    "a trace": {
      ...bearer(made.key),
      traceparent: `00-${"1".repeat(32)}-${"2".repeat(16)}-01`,
      tracestate: `vendor=${canaries.plant("tracestate")}`,
      baggage: `key=${canaries.plant("baggage")}`,
    },
    "a header token": { "X-Cloudways-API-Key": canaries.plant("header token", "cw_") },
  };
  for (const [what, each] of Object.entries(headers)) {
    await note(`${what} at MCP`, as(each).modern("tools/list"));
    await note(`${what} in a call`, as(each).call("cloudways_list_servers"));
    await note(`${what} at legacy MCP`, as(each).legacy("tools/list"));
    await note(`${what} at REST`, as(each).rest("GET", "/api/keys"));
  }
  const query = canaries.plant("query");
  for (const path of [
    `/mcp?api_key=${query}`,
    `/mcp?readonly=${query}`,
    `/api/keys?api_key=${query}`,
    `/api/keys?cursor=${query}`,
    `/api/audit?token=${query}`,
    `/nothing?token=${query}`,
    `/metrics?token=${query}`,
  ]) {
    await note(path, as(bearer(made.key)).rest(path.startsWith("/mcp") ? "POST" : "GET", path));
  }
  const body = canaries.plant("body that is no JSON");
  await note("a body", as(bearer(made.key)).rest("POST", "/api/keys", body));
  await note("a body at MCP", as(bearer(made.key)).rest("POST", "/mcp", `{"${body}`));
  await note(
    "a requestState",
    as(bearer(made.key)).modern("tools/call", {
      ...{ name: "cloudways_ping", arguments: {} },
      requestState: canaries.plant("requestState"),
    }),
  );
}
