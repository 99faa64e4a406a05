import { afterEach, describe, expect, it } from "vitest";
import { createFixture } from "./fixture.ts";
import { createCloudwaysFake, type Fault, type Listening } from "./server.ts";

const app = { server_id: 50482, app_id: 131933 };

describe("a fault in the answer", () => {
  it.each<[Fault, number, unknown]>([
    [{ kind: "unauthorized" }, 401, { error: "access_denied" }],
    [{ kind: "status", status: 503 }, 503, { message: "Internal error" }],
    [{ kind: "status", status: 500, text: "boom" }, 500, "boom"],
    [{ kind: "html" }, 502, expect.stringContaining("<html>")],
    [{ kind: "html", status: 200 }, 200, expect.stringContaining("<html>")],
    [{ kind: "empty" }, 200, ""],
    [{ kind: "status_false", message: "no" }, 200, { status: false, message: "no" }],
  ])("%o hits one request", async (fault, status, body) => {
    const { fake, send } = createFixture();
    fake.faults.add(fault);

    const spoiled = await send("GET", "/project");
    expect(spoiled.status).toBe(status);
    expect(spoiled.body).toEqual(
      typeof body === "object" && body !== null && !("asymmetricMatch" in body)
        ? expect.objectContaining(body)
        : body,
    );
    expect((await send("GET", "/project")).body).toHaveProperty("projects");
  });

  it.each<[Fault, string | null]>([
    [{ kind: "rate_limit" }, "30"],
    [{ kind: "rate_limit", retry_after: 7 }, "7"],
    [{ kind: "rate_limit", retry_after: "soon" }, "soon"],
    [{ kind: "rate_limit", retry_after: null }, null],
  ])("%o chooses the Retry-After header", async (fault, header) => {
    const { fake, send } = createFixture();
    fake.faults.add(fault);
    const { status, headers } = await send("GET", "/project");
    expect(status).toBe(429);
    expect(headers.get("retry-after")).toBe(header);
  });

  it("can leave the work done", async () => {
    const { fake, send } = createFixture();
    fake.faults.add({ kind: "status", status: 502, after: true });
    const fields = { label: "renamed" };
    expect((await send("PUT", "/server/50482", { fields })).status).toBe(502);
    expect(fake.state.servers.get(50482)?.label).toBe("renamed");
  });
});

describe("the scope of a fault", () => {
  it("is an operation, a path and a count", async () => {
    const { fake, send } = createFixture();
    fake.faults.add({ kind: "status", status: 500, operation: "listProjects", count: 2 });
    fake.faults.add({ kind: "status", status: 503, path: "/alerts", count: "always" });

    expect((await send("GET", "/member")).status).toBe(200);
    expect((await send("GET", "/project")).status).toBe(500);
    expect((await send("GET", "/project")).status).toBe(500);
    expect((await send("GET", "/project")).status).toBe(200);
    expect((await send("GET", "/alerts/")).status).toBe(503);
    expect((await send("GET", "/alerts/88840")).status).toBe(503);

    fake.faults.clear();
    expect((await send("GET", "/alerts/")).status).toBe(200);
  });

  it("leaves the login alone unless it names it", async () => {
    const { fake, sendMinimal } = createFixture();
    const fields = { email: fake.credentials.email, api_key: fake.credentials.apiKey };
    const disarm = fake.faults.add({ kind: "status", status: 500 });
    expect((await sendMinimal("createAccessToken", { fields })).status).toBe(200);

    disarm();
    fake.faults.add({ kind: "status", status: 500, operation: "createAccessToken" });
    expect((await sendMinimal("createAccessToken", { fields })).status).toBe(500);
  });
});

describe("expired tokens", () => {
  it("are refused from now on; a new login works", async () => {
    const { fake, send, sendMinimal } = createFixture();
    const fields = { email: fake.credentials.email, api_key: fake.credentials.apiKey };
    const login = async () =>
      String(
        Reflect.get(
          Object((await sendMinimal("createAccessToken", { fields })).body),
          "access_token",
        ),
      );

    const first = await login();
    fake.faults.expireTokens();
    expect((await send("GET", "/project", { token: first })).status).toBe(401);
    expect((await send("GET", "/project", { token: await login() })).status).toBe(200);
    expect((await send("GET", "/project")).status).toBe(200);

    fake.faults.expireTokens("access");
    expect((await send("GET", "/project")).status).toBe(401);
  });
});

describe("a failed operation", () => {
  it("is marked the way clients look for it, and changes nothing", async () => {
    const { fake, send, advance } = createFixture();
    fake.faults.add({ kind: "fail_operation" });
    await send("POST", "/server/stop", { fields: { server_id: 50482 } });
    advance(30);

    const v1 = await send("GET", "/operation/596401", { version: "v1" });
    expect(v1.body).toMatchObject({
      operation: { is_completed: "-1", status: "Operation failed" },
    });
    expect(fake.state.servers.get(50482)?.status).toBe("running");
  });

  it("can also never end", async () => {
    const { fake, send, advance } = createFixture();
    fake.faults.add({ kind: "stick_operation", operation: "backupApp" });
    await send("POST", "/app/manage/takeBackup", { fields: app });
    advance(100_000);
    expect((await send("GET", "/operation/596401")).body).toMatchObject({
      operation: { is_completed: false },
    });
  });
});

describe("a fault on the socket", () => {
  let listening: Listening | undefined;
  afterEach(() => listening?.close());

  async function start() {
    const fake = createCloudwaysFake();
    listening = await fake.listen();
    const { url } = listening;
    const headers = { authorization: `Bearer ${fake.credentials.readToken}` };
    const get = (signal?: AbortSignal) =>
      fetch(`${url}/project`, { headers, ...(signal ? { signal } : {}) });
    return { fake, get, origin: listening.origin };
  }

  it("resets the connection", async () => {
    const { fake, get } = await start();
    fake.faults.add({ kind: "reset" });
    await expect(get()).rejects.toThrow("fetch failed");
    expect((await get()).status).toBe(200);
    expect(fake.counters.aborted).toBe(0);
  });

  it("stops half way through the body", async () => {
    const { fake, get } = await start();
    fake.faults.add({ kind: "truncate" });
    const response = await get();
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow("terminated");
  });

  it("never answers, and counts the client that gives up", async () => {
    const { fake, get } = await start();
    fake.faults.add({ kind: "hang" });
    const giveUp = new AbortController();
    const pending = get(giveUp.signal);
    await expect.poll(() => fake.counters.open).toBe(1);

    giveUp.abort();
    await expect(pending).rejects.toThrow("aborted");
    await expect.poll(() => fake.counters).toMatchObject({ open: 0, aborted: 1 });
  });

  it("does the work of a client that gave up waiting", async () => {
    const { fake, origin } = await start();
    fake.faults.add({ kind: "slow", ms: 10_000 });
    const giveUp = new AbortController();
    const pending = fetch(`${origin}/api/v2/server/50482`, {
      method: "PUT",
      headers: { authorization: `Bearer ${fake.credentials.fullToken}` },
      body: new URLSearchParams({ label: "renamed" }),
      signal: giveUp.signal,
    });
    await expect.poll(() => fake.faults.armed()).toEqual([]);

    giveUp.abort();
    await expect(pending).rejects.toThrow("aborted");
    await expect.poll(() => fake.state.servers.get(50482)?.label).toBe("renamed");
    expect(fake.counters).toMatchObject({ aborted: 1, contractViolations: [] });
  });

  it("answers late", async () => {
    const { fake, get } = await start();
    fake.faults.add({ kind: "slow", ms: 40 });
    const startedAt = performance.now();
    expect((await get()).status).toBe(200);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(39);
  });

  it("is armed over HTTP too, and counted there", async () => {
    const { get, origin } = await start();
    const arm = (fault: unknown) =>
      fetch(`${origin}/__fake/faults`, { method: "POST", body: JSON.stringify(fault) });

    expect((await arm({ kind: "explode" })).status).toBe(400);
    await arm([{ kind: "status", status: 503 }]);
    expect((await get()).status).toBe(503);

    const counters = await fetch(`${origin}/__fake/counters`);
    expect(await counters.json()).toMatchObject({ total: 1, byStatus: { 503: 1 }, unexpected: [] });
  });
});
