import { defineConnector } from "@fairlead/core/connector";
import { defineTool } from "@fairlead/core/tool";
import { Hono } from "hono";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { createProtectedResources, readScopes } from "../identity/protected-resource.ts";
import { addWellKnownRoutes } from "./well-known-routes.ts";

const restart = defineTool({
  name: "cloudways_restart_server",
  title: "Restart a server",
  description: "Restart a server.",
  effect: "write",
  input: z.object({}),
  output: z.object({}),
  handler: async () => ({}),
});

const cloudways = defineConnector({
  ...{ id: "cloudways", title: "Cloudways", description: "Servers." },
  settings: z.object({}),
  createClient: () => undefined,
  tools: [restart],
});
const libdocs = defineConnector({
  ...{ id: "libdocs", title: "Library documentation", description: "Documentation." },
  settings: z.object({}),
  createClient: () => undefined,
  tools: [],
});

const connectors = [cloudways, libdocs];

function setUp(publicUrl: string | undefined, issuers = ["https://login.example.com"]) {
  const app = new Hono();
  const resources = createProtectedResources({ publicUrl, issuers, connectors });
  addWellKnownRoutes(app, { resources, publicUrl });
  app.use(async (c) => c.text("pages of other origins are turned away", 403));
  const get = (path: string, init?: RequestInit) => app.request(`http://internal${path}`, init);
  return { get, resources };
}

const AT = "/.well-known/oauth-protected-resource";

describe("the metadata of a protected resource", () => {
  test("tell a client where to sign in for an endpoint, and what to ask for", async () => {
    const { get } = setUp("https://fairlead.example.com");
    const answer = await get(`${AT}/mcp/cloudways`);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({
      resource: "https://fairlead.example.com/mcp/cloudways",
      resource_name: "Fairlead: Cloudways",
      authorization_servers: ["https://login.example.com"],
      scopes_supported: ["cloudways:read", "cloudways:write"],
      bearer_methods_supported: ["header"],
    });
  });

  test("are there for the endpoint of everything", async () => {
    const { get } = setUp("https://fairlead.example.com");
    expect(await (await get(`${AT}/mcp`)).json()).toMatchObject({
      resource: "https://fairlead.example.com/mcp",
      scopes_supported: ["cloudways:read", "cloudways:write", "libdocs:read"],
    });
  });

  test.each([`${AT}/mcp?readonly=true`, `${AT}/mcp/`, `${AT}/mcp/?x`])(
    "are the same at %s",
    async (path) => {
      const { get } = setUp("https://fairlead.example.com");
      const { resource } = (await (await get(path)).json()) as { resource: string };
      expect(resource).toBe("https://fairlead.example.com/mcp");
    },
  );

  test("name the server by its own name, whatever Host says", async () => {
    const { get } = setUp("https://fairlead.example.com");
    const answer = await get(`${AT}/mcp`, { headers: { host: "evil.example.com" } });
    expect(await answer.text()).not.toContain("evil");
  });

  test.each([
    `${AT}`,
    `${AT}/`,
    `${AT}/mcp/nothing`,
    `${AT}/apis`,
    `${AT}/mcp/cloudways/x`,
    `${AT}/constructor`,
  ])("are not at %s", async (path) => {
    const { get } = setUp("https://fairlead.example.com");
    expect((await get(path)).status).not.toBe(200);
  });

  test.each([
    ["a public URL", undefined, ["https://login.example.com"]],
    ["issuers", "https://fairlead.example.com", []],
  ])("are nowhere without %s", async (_what, publicUrl, issuers) => {
    const { get, resources } = setUp(publicUrl, issuers);
    expect((await get(`${AT}/mcp`)).status).toBe(404);
    expect(resources.metadataUrl("/mcp")).toBeUndefined();
  });

  test("may be read by every web page, and asked for with the version of MCP", async () => {
    const { get } = setUp("https://fairlead.example.com");
    const headers = { origin: "https://client.example.com" };
    const answer = await get(`${AT}/mcp`, { headers });
    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
    const preflight = await get(`${AT}/mcp`, { method: "OPTIONS", headers });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-headers")).toContain("MCP-Protocol-Version");
  });

  test("of a server below a path are where RFC 9728 looks for them", async () => {
    const { get, resources } = setUp("https://example.com/fairlead");
    const url = resources.metadataUrl("/mcp/cloudways");
    expect(url).toBe(
      "https://example.com/.well-known/oauth-protected-resource/fairlead/mcp/cloudways",
    );
    for (const path of [`${AT}/fairlead/mcp/cloudways`, `${AT}/mcp/cloudways`]) {
      const { resource } = (await (await get(path)).json()) as { resource: string };
      expect(resource).toBe("https://example.com/fairlead/mcp/cloudways");
    }
  });

  test("go with a first sign-in that asks for reading only", () => {
    expect(readScopes(connectors)).toEqual(["cloudways:read", "libdocs:read"]);
  });
});
