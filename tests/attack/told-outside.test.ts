import { once } from "node:events";
import { createServer as createHttpServer, type RequestListener } from "node:http";
import { type AddressInfo, createServer, type Server } from "node:net";
import { SYSTEM_CLOCK } from "@fairlead/core/ports";
import { bearer } from "@fairlead/testkit/caller";
import { createKey, type Installation, startInstallation } from "@fairlead/testkit/installation";
import { signToken, startIssuer, type TestIssuer } from "@fairlead/testkit/issuer";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { type Names, takeOverNames } from "./src/names.ts";

const PUBLIC_URL = "https://fairlead.example.test";
/** The one address inside that may be reached; 127.0.0.2 and all others stay closed. */
const ALLOWED = "127.0.0.3";
const CLOSED = "127.0.0.2";

/** Stands for whatever is inside: on every address of this machine. */
let inside: Server;
let port: number;
let visitors: string[];
/** Closed after each test, newest first. */
let opened: { close(): unknown }[];

beforeAll(async () => {
  inside = createServer((socket) => {
    visitors.push((socket.localAddress ?? "").replace("::ffff:", ""));
    socket.on("error", () => {});
    socket.once("data", () => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"));
  }).listen(0, "::");
  await once(inside, "listening");
  ({ port } = inside.address() as AddressInfo);
});

afterAll(() => {
  inside?.close();
});

beforeEach(() => {
  visitors = [];
  opened = [];
});

afterEach(async () => {
  for (const each of opened.reverse()) await each.close();
});

async function listen(answer: RequestListener): Promise<string> {
  const server = createHttpServer(answer).listen(0, ALLOWED);
  await once(server, "listening");
  opened.push({
    close() {
      server.close();
      server.closeAllConnections();
    },
  });
  return `http://${ALLOWED}:${(server.address() as AddressInfo).port}`;
}

async function start(environment: Readonly<Record<string, string>>): Promise<Installation> {
  const own = await startInstallation({
    environment: {
      ...{ PUBLIC_URL, ALLOWED_HOSTS: "127.0.0.1", FAIRLEAD_EGRESS_ALLOW: ALLOWED },
      ...environment,
    },
  });
  opened.push(own);
  return own;
}

/** A caller with a connection of its own to an address. */
async function connect(own: Installation, base_url: string) {
  await own.operator.act("POST", "/api/tenants", { name: "acme" });
  const { key } = await createKey(own, "acme", { roles: ["admin"] });
  const caller = own.as(bearer(key));
  await caller.act("POST", "/api/connections", {
    ...{ connector: "cloudways", label: "main", settings: { base_url } },
    credential: { email: "me@example.com", api_key: "my-own-key" },
  });
  return caller;
}

describe("an alert is told to nobody inside", () => {
  const { after } = SYSTEM_CLOCK;

  beforeEach(() => {
    // The look at what there is to tell, and the second attempt to tell it, come at once; deadlines stay.
    vi.spyOn(SYSTEM_CLOCK, "after").mockImplementation((ms, callback) => {
      const isHurried = ms === 30_000 || (ms >= 5_000 && ms <= 6_250);
      return after.call(SYSTEM_CLOCK, isHurried ? ms / 500 : ms, callback);
    });
  });

  afterEach(() => {
    vi.restoreAllMocks();
  });

  /** A server whose upstream refuses a credential, which is told to this webhook. */
  async function alertTo(webhook: string): Promise<Installation> {
    const upstream = await listen((_req, res) => res.writeHead(401).end("{}"));
    const own = await start({
      FAIRLEAD_ALERT_WEBHOOK: webhook,
      FAIRLEAD_CALL_DEADLINE: "25",
      FAIRLEAD_ALERT_SECRET: "a secret of more than enough characters",
    });
    const caller = await connect(own, upstream);
    const answer = await caller.call("cloudways_list_servers");
    expect(answer.text).toMatch(/"isError":true/);
    return own;
  }

  const told = (own: Installation, text: string) =>
    expect.poll(() => own.log().includes(text), { timeout: 10_000 }).toBe(true);

  test("one that is taken, so that these checks can fail", async () => {
    const bodies: string[] = [];
    const webhook = await listen((req, res) => {
      req.on("data", (part) => bodies.push(String(part)));
      req.on("end", () => res.end());
    });
    await alertTo(`${webhook}/hook`);
    await expect.poll(() => bodies.join(), { timeout: 10_000 }).toContain("alert.token_renewal");
  });

  test.each([
    `http://${CLOSED}`,
    "https://127.0.0.1",
    "https://[::1]",
    "https://[::ffff:127.0.0.1]",
    "https://2130706433",
    "https://10.0.0.1",
    "https://169.254.169.254",
    "https://[fd00:ec2::254]",
    "https://[64:ff9b::127.0.0.1]",
  ])("at %s", async (origin) => {
    const own = await alertTo(`${origin}:${port}/hook`);
    await told(own, "the webhook may not be reached");
    expect(visitors).toEqual([]);
  });

  test.each(["http://10.0.0.1", "http://hooks.example.com", "ftp://127.0.0.1", "file:///etc"])(
    "in clear, or otherwise than by HTTP: %s",
    async (webhook) => {
      const secret = "a secret of more than enough characters";
      const environment = { FAIRLEAD_ALERT_WEBHOOK: webhook, FAIRLEAD_ALERT_SECRET: secret };
      await expect(start(environment)).rejects.toThrow(/FAIRLEAD_ALERT_WEBHOOK/);
    },
  );

  test.each([301, 302, 303, 307, 308])("by a redirect with %s", async (status) => {
    let asked = 0;
    const webhook = await listen((_req, res) => {
      asked += 1;
      res.writeHead(status, { Location: `http://${CLOSED}:${port}/inside` }).end();
    });
    const own = await alertTo(webhook);
    await told(own, "the webhook did not take an alert");
    await expect.poll(() => asked, { timeout: 10_000 }).toBeGreaterThan(1);
    expect(visitors).toEqual([]);
  });

  describe("by a name", () => {
    let names: Names;

    beforeEach(() => {
      names = takeOverNames();
    });

    afterEach(() => names.restore());

    test.each([CLOSED, "::1", "::ffff:127.0.0.1", "169.254.169.254", "0.0.0.0"])(
      "that is of %s",
      async (address) => {
        names.answer([address]);
        const own = await alertTo(`https://hooks.example:${port}/hook`);
        await told(own, "the webhook may not be reached");
        expect(names.lookups).toContain("hooks.example");
        expect(visitors).toEqual([]);
      },
    );

    test("that answers differently with every attempt", async () => {
      names.answer([ALLOWED], [CLOSED]);
      const own = await alertTo(`https://hooks.example:${port}/hook`);
      await told(own, "the webhook may not be reached");
      // One attempt at what it was at first, where nobody speaks TLS; the next one is refused.
      expect(visitors).toEqual([ALLOWED]);
      expect(names.lookups).toEqual(["hooks.example", "hooks.example"]);
    });
  });
});

describe("a name that answers differently each time leads nowhere inside", () => {
  let names: Names;
  let issuer: TestIssuer;

  beforeAll(async () => {
    issuer = await startIssuer();
    await issuer.addKey("ES256", "main");
  });

  afterAll(() => issuer?.close());

  beforeEach(() => {
    names = takeOverNames();
  });

  afterEach(() => names.restore());

  test("a connection's", async () => {
    names.answer([ALLOWED]);
    const own = await start({});
    const caller = await connect(own, `http://localhost:${port}`);
    expect((await caller.call("cloudways_list_servers")).text).toMatch(/"isError":true/);
    expect(new Set(visitors)).toEqual(new Set([ALLOWED]));
    const before = visitors.length;
    names.answer([CLOSED]);
    const refused = await caller.call("cloudways_list_projects");
    expect(refused.text).toMatch(/Fairlead does not connect to localhost/);
    expect(visitors).toHaveLength(before);
  });

  /** An issuer under a name: its metadata come from where it may be reached. */
  async function show(turns: string[][]): Promise<number> {
    // `localhost` is the one name that may be asked without TLS.
    const own: { origin: string } = { origin: "" };
    const answer: RequestListener = (req, res) => {
      const isKeys = req.url === "/keys";
      const body = isKeys
        ? { keys: issuer.keys }
        : { issuer: own.origin, jwks_uri: `${own.origin}/keys` };
      res.writeHead(200, { connection: "close" }).end(JSON.stringify(body));
    };
    const { port: issuerPort } = new URL(await listen(answer));
    own.origin = `http://localhost:${issuerPort}`;
    const trap = createServer((socket) => {
      visitors.push(CLOSED);
      socket.destroy();
    }).listen(Number(issuerPort), CLOSED);
    await once(trap, "listening");
    opened.push(trap);
    names.answer(...turns);
    const installation = await start({ OAUTH_ISSUERS: JSON.stringify([{ issuer: own.origin }]) });
    const key = await issuer.addKey("ES256", `key at ${issuerPort}`);
    const now = Math.floor(Date.now() / 1000);
    const token = await signToken(key, {
      ...{ iss: own.origin, sub: "ann", aud: `${PUBLIC_URL}/mcp`, iat: now, exp: now + 600 },
    });
    return (await installation.as(bearer(token)).modern("tools/list")).status;
  }

  test("an issuer's, which works as long as it stays, so that these checks can fail", async () => {
    expect(await show([[ALLOWED]])).toBe(403);
    expect(names.lookups.length).toBeGreaterThan(1);
  });

  test("an issuer's, between its metadata and its keys", async () => {
    expect(await show([[ALLOWED], [CLOSED]])).toBe(503);
    expect(names.lookups.length).toBeGreaterThan(1);
    expect(visitors).toEqual([]);
  });

  test("an issuer's, from the start", async () => {
    expect(await show([[CLOSED]])).toBe(503);
    expect(visitors).toEqual([]);
  });

  test.each([
    ["at an address inside", `http://${CLOSED}`, [ALLOWED]],
    ["at a name that is inside", "http://localhost", [CLOSED]],
    ["at the address of metadata of a cloud", "https://169.254.169.254", [ALLOWED]],
  ])("the one of people, %s", async (_what, origin, addresses) => {
    names.answer(addresses);
    const own = await start({
      FAIRLEAD_SIGN_IN_ISSUER: `${origin}:${port}`,
      FAIRLEAD_SIGN_IN_CLIENT_ID: "fairlead",
    });
    const page = await own.as({}).rest("GET", "/auth/sign-in");
    expect(page.status).toBeGreaterThanOrEqual(500);
    expect(page.headers.location).toBeUndefined();
    expect(visitors).toEqual([]);
  });
});
