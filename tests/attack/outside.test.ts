import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer, type Server } from "node:net";
import { createCloudwaysFake } from "@fairlead/cloudways/fake";
import type { Egress } from "@fairlead/core/egress";
import { bearer, type Caller } from "@fairlead/testkit/caller";
import type { Json } from "@fairlead/testkit/http";
import { createKey, type Installation, startInstallation } from "@fairlead/testkit/installation";
import { signToken, startIssuer, type TestIssuer } from "@fairlead/testkit/issuer";
import { createEgress } from "fairlead/egress/egress";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Names, takeOverNames } from "./src/names.ts";

const PUBLIC_URL = "https://fairlead.example.test";

/** Stands for whatever is inside: on every address of this machine, and nobody may get there. */
let inside: Server;
let port: number;
let visitors: string[];
let admin: Caller;
let issuer: TestIssuer;
let installation: Installation;

beforeAll(async () => {
  inside = createServer((socket) => {
    visitors.push(socket.localAddress ?? "");
    socket.on("error", () => {});
    socket.once("data", () => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"));
  }).listen(0, "::");
  await once(inside, "listening");
  ({ port } = inside.address() as AddressInfo);
  issuer = await startIssuer();
  await issuer.addKey("ES256", "main");
  installation = await startInstallation({
    environment: {
      PUBLIC_URL,
      ALLOWED_HOSTS: "127.0.0.1",
      TRUSTED_PROXIES: "127.0.0.1",
      // The issuers' own address alone: 127.0.0.2 and all others stay closed.
      FAIRLEAD_EGRESS_ALLOW: "127.0.0.3",
    },
  });
  await installation.operator.act("POST", "/api/tenants", { name: "acme" });
  const { key } = await createKey(installation, "acme", { roles: ["admin"] });
  admin = installation.as(bearer(key));
});

afterAll(async () => {
  await installation?.close();
  await issuer?.close();
  inside?.close();
});

beforeEach(() => {
  visitors = [];
});

const credential = { email: "me@example.com", api_key: "my-own-key" };

let serial = 0;

function connect(base_url: string) {
  serial += 1;
  const label = `lure ${serial}`;
  const connection = { connector: "cloudways", label, settings: { base_url }, credential };
  return admin.rest("POST", "/api/connections", connection);
}

describe("a connection's address leads nowhere inside", () => {
  test.each([
    "http://127.0.0.1",
    "http://localhost",
    "http://sub.localhost",
    "http://[::1]",
    "http://127.1",
    "http://2130706433",
    "http://0x7f000001",
    "http://0177.0.0.1",
    "http://127.0.0.2",
    "http://127.255.255.254",
    "https://[::ffff:127.0.0.1]",
    "https://[::ffff:7f00:1]",
    "https://[0:0:0:0:0:ffff:127.0.0.1]",
    "https://[::127.0.0.1]",
    "https://[::a9fe:a9fe]",
    "https://[::ffff:0:127.0.0.1]",
    "https://[64:ff9b:1::127.0.0.1]",
    "https://[100:0:0:1::1]",
    "https://[fec0::1]",
    "https://[64:ff9b::127.0.0.1]",
    "https://0.0.0.0",
    "https://[::]",
    "https://0",
    "https://localhost",
    "https://LOCALHOST.",
    "https://①②⑦.⓪.⓪.①",
    "https://169.254.169.254",
    "https://2852039166",
    "https://[fd00:ec2::254]",
    "https://10.0.0.1",
  ])("%s", async (origin) => {
    const made = await connect(`${origin}:${port}`);
    // What looks wrong already may be refused at once; what is kept must not be called.
    if (made.status === 201) {
      const { id } = made.json.data as { id: string };
      const answer = await admin.call("cloudways_list_servers", { connection: id });
      expect(answer.text).toMatch(/"isError":true/);
      // A name that nothing resolves is refused by nobody.
      const isName = /localhost/i.test(origin);
      const refused = /Fairlead does not connect to/;
      expect(answer.text).toMatch(
        isName ? /Fairlead does not connect to|Cloudways could not be reached/ : refused,
      );
    } else {
      expect(made).toMatchObject({ status: 400, json: { code: "invalid_input" } });
    }
    expect(visitors).toEqual([]);
  });

  test.each(["ftp:", "file:", "gopher:", "data:", "unix:", "blob:"])(
    "%s is no way either",
    async (scheme) => {
      const made = await connect(`${scheme}//127.0.0.1:${port}/x`);
      expect(made).toMatchObject({ status: 400, json: { code: "invalid_input" } });
    },
  );

  test("the same address is reached where nothing forbids it, so these checks can fail", async () => {
    const open = createEgress({ ...BOUNDS, allowPrivate: true, allow: [] });
    try {
      await open.fetch(`http://127.0.0.1:${port}/`);
      expect(visitors).toHaveLength(1);
    } finally {
      await open.close();
    }
  });
});

const BOUNDS = {
  connectionsPerHost: 4,
  connectTimeoutMs: 2_000,
  totalTimeoutMs: 5_000,
  maxResponseBytes: 1_000_000,
};

describe("a credential that is stored goes where it was meant for, and nowhere else", () => {
  test("an address that is changed needs the credential again", async () => {
    const upstream = createCloudwaysFake();
    const { origin, close } = await upstream.listen();
    const sent: string[] = [];
    const thief = createHttpServer((req, res) => {
      req.on("data", (part) => sent.push(String(part)));
      req.on("end", () => res.end("{}"));
    }).listen(0, "127.0.0.1");
    await once(thief, "listening");
    const own = await startInstallation();
    try {
      await own.operator.act("POST", "/api/tenants", { name: "acme" });
      const { email, apiKey } = upstream.credentials;
      const { id } = await own.operator.act<{ id: string }>(
        "POST",
        "/api/connections?tenant=acme",
        {
          ...{ connector: "cloudways", label: "main", settings: { base_url: origin } },
          credential: { email, api_key: apiKey },
        },
      );
      const { key } = await createKey(own, "acme", { roles: ["admin"] });
      const caller = own.as(bearer(key));
      expect((await caller.call("cloudways_list_servers")).text).not.toMatch(/"isError":true/);
      const elsewhere = `http://127.0.0.1:${(thief.address() as AddressInfo).port}`;
      const settings = { base_url: elsewhere };
      const moved = await caller.rest("PATCH", `/api/connections/${id}`, { settings });
      await caller.call("cloudways_list_projects");
      expect(sent.join("")).not.toContain(apiKey);
      expect(moved).toMatchObject({ status: 400, json: { code: "invalid_input" } });
      const whole = { settings, credential: { email, api_key: "another" } };
      expect((await caller.rest("PATCH", `/api/connections/${id}`, whole)).status).toBe(200);
      await caller.call("cloudways_list_projects");
      expect(sent.join("")).toContain("another");
    } finally {
      await own.close();
      await close();
      thief.close();
      thief.closeAllConnections();
    }
  });
});

describe("an upstream's redirect is not followed with a credential in hand", () => {
  test.each([301, 302, 303, 307, 308])("%s", async (status) => {
    const lure = createHttpServer((_req, res) => {
      res.writeHead(status, { Location: `http://127.0.0.2:${port}/inside` }).end();
    }).listen(0, "127.0.0.3");
    await once(lure, "listening");
    try {
      const { port: lurePort } = lure.address() as AddressInfo;
      const { id } = (await connect(`http://127.0.0.3:${lurePort}`)).json.data as { id: string };
      const answer = await admin.call("cloudways_list_servers", { connection: id });
      expect(answer.text).toMatch(/"isError":true/);
      expect(answer.text).not.toContain("/inside");
      expect(visitors).toEqual([]);
    } finally {
      lure.close();
      lure.closeAllConnections();
    }
  });
});

describe("an issuer's keys are fetched from nowhere inside", () => {
  async function show(own: Installation): Promise<number> {
    serial += 1;
    const key = await issuer.addKey("ES256", `k${serial}`);
    const now = Math.floor(Date.now() / 1000);
    const token = await signToken(key, {
      ...{ iss: issuer.issuer, sub: "ann", aud: `${PUBLIC_URL}/mcp` },
      ...{ iat: now, exp: now + 600 },
    });
    return (await own.as(bearer(token)).modern("tools/list")).status;
  }

  async function withIssuer(given: Json, check: (own: Installation) => Promise<void>) {
    const own = await startInstallation({
      environment: {
        ...{ PUBLIC_URL, ALLOWED_HOSTS: "127.0.0.1", FAIRLEAD_EGRESS_ALLOW: "127.0.0.1" },
        OAUTH_ISSUERS: JSON.stringify([{ issuer: issuer.issuer, ...given }]),
      },
    });
    try {
      await check(own);
    } finally {
      await own.close();
    }
  }

  afterEach(() => {
    issuer.override = undefined;
    issuer.metadata = { issuer: issuer.issuer, jwks_uri: `${issuer.issuer}/keys` };
  });

  test("the way that works, so these checks can fail", async () => {
    await withIssuer({}, async (own) => expect(await show(own)).toBe(403));
  });

  test.each(["http://127.0.0.2", "https://127.0.0.2", "https://[::1]", "https://169.254.169.254"])(
    "where metadata say they are at %s",
    async (origin) => {
      issuer.metadata = { ...issuer.metadata, jwks_uri: `${origin}:${port}/keys` };
      await withIssuer({}, async (own) => expect(await show(own)).toBe(503));
      expect(visitors).toEqual([]);
    },
  );

  test.each(["metadata", "keys"])("where its %s are redirected inside", async (what) => {
    issuer.override = (path) =>
      path.startsWith(what === "keys" ? "/keys" : "/.well-known")
        ? { status: 302, headers: { Location: `http://127.0.0.2:${port}/x` }, body: "" }
        : undefined;
    await withIssuer({}, async (own) => expect(await show(own)).toBe(503));
    expect(visitors).toEqual([]);
  });

  test("where its keys are redirected to a place that is allowed", async () => {
    issuer.override = (path) =>
      path === "/keys"
        ? { status: 302, headers: { Location: "/others" }, body: "" }
        : path === "/others"
          ? { status: 200, body: JSON.stringify({ keys: issuer.keys }) }
          : undefined;
    await withIssuer({}, async (own) => expect(await show(own)).toBe(503));
  });

  test("where its metadata are another issuer's", async () => {
    issuer.metadata = { ...issuer.metadata, issuer: "https://id.example.com" };
    await withIssuer({}, async (own) => expect(await show(own)).toBe(503));
  });
});

describe("a name that answers differently each time", () => {
  let names: Names;
  let egress: Egress;

  beforeEach(() => {
    names = takeOverNames();
    egress = createEgress({ ...BOUNDS, allowPrivate: false, allow: ["127.0.0.3"] });
  });

  afterEach(async () => {
    names.restore();
    await egress.close();
  });

  const closing = { headers: { connection: "close" } };
  const url = () => `http://rebind.example:${port}/`;

  test("is connected to where it was checked, by one lookup", async () => {
    names.answer(["127.0.0.3"], ["127.0.0.2"]);
    await egress.fetch(url(), closing);
    expect(names.lookups).toEqual(["rebind.example"]);
    expect(visitors.map(toIpv4)).toEqual(["127.0.0.3"]);
    await expect(egress.fetch(url(), closing)).rejects.toMatchObject({ code: "forbidden" });
    expect(visitors.map(toIpv4)).toEqual(["127.0.0.3"]);
  });

  test("and names good and bad addresses at once is connected to at the good one alone", async () => {
    names.answer(["127.0.0.2", "127.0.0.3", "::1"]);
    for (let index = 0; index < 5; index += 1) await egress.fetch(url(), closing);
    expect(new Set(visitors.map(toIpv4))).toEqual(new Set(["127.0.0.3"]));
  });

  test("is judged by raw connections in the same way", async () => {
    const raw = { host: "rebind.example", port };
    names.answer(["127.0.0.3"], ["127.0.0.2"]);
    (await egress.connect(raw)).destroy();
    await expect(egress.connect(raw)).rejects.toMatchObject({ code: "forbidden" });
    expect(names.lookups).toHaveLength(2);
    expect(visitors.map(toIpv4)).toEqual(["127.0.0.3"]);
  });

  test.each(["127.0.0.1", "::1", "::ffff:127.0.0.1", "169.254.169.254", "fe80::1", "0.0.0.0"])(
    "is refused when it answers %s",
    async (address) => {
      names.answer([address]);
      await expect(egress.fetch(url())).rejects.toMatchObject({ code: "forbidden" });
      expect(visitors).toEqual([]);
    },
  );
});

const toIpv4 = (address: string) => address.replace("::ffff:", "");
