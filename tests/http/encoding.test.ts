import { request } from "node:http";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { defineConnector } from "@fairlead/core/connector";
import { defineTool } from "@fairlead/core/tool";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { bare, legacy, modern } from "./src/requests.ts";
import { type Running, start } from "./src/start.ts";
import { createWire, type Wire, type WireRequest } from "./src/wire.ts";

const ORIGIN = "https://chat.example.com";
const WORDS = "fair leads and following seas, ".repeat(1_000);

const storyTool = (name: string) =>
  defineTool({
    name,
    title: "Tell",
    description: "Tells a story, which may be a long one, or a secret.",
    effect: "read",
    needsConnection: false,
    revealsSecret: ({ secret }) => secret,
    input: z.object({
      length: z.number().default(WORDS.length),
      secret: z.boolean().default(false),
      steps: z.boolean().default(false),
    }),
    output: z.object({ story: z.string() }),
    handler({ length, steps }, ctx) {
      if (steps) ctx.progress(1, 2);
      return { story: WORDS.slice(0, length) };
    },
  });

/** Enough tools for a list that is worth packing. */
const lore = defineConnector({
  id: "lore",
  title: "Lore",
  description: "Stories.",
  settings: z.object({}),
  createClient: () => ({}),
  tools: ["tell", "read", "sing", "hum", "mime"].map((verb) => storyTool(`lore_${verb}`)),
});

let server: Running;
let wire: Wire;

beforeAll(async () => {
  server = await start({
    connectors: [lore],
    http: { door: { allowedHosts: [], allowedOrigins: [ORIGIN] } },
  });
  wire = createWire(server.port);
});

afterAll(async () => {
  wire.close();
  await server.close();
});

/** Sends a request to the stories as it is, and reads the body as bytes. */
function send(asked: WireRequest, accept: string) {
  const host = `127.0.0.1:${server.port}`;
  const length = String(Buffer.byteLength(asked.body ?? ""));
  const added = ["Host", host, "Content-Length", length, "Accept-Encoding", accept];
  const headers = [...asked.headers.flat(), ...added];
  const options = { host: "127.0.0.1", port: server.port, method: "POST", path: "/mcp/lore" };
  return new Promise<{ encoding: string | undefined; vary: string | undefined; body: Buffer }>(
    (resolve, reject) => {
      const req = request({ ...options, headers }, async (res) => {
        const { "content-encoding": encoding, vary } = res.headers;
        resolve({ encoding, vary, body: Buffer.concat(await res.toArray()) });
      });
      req.once("error", reject).end(asked.body);
    },
  );
}

const call = (args: object, changes = {}) =>
  modern("tools/call", { name: "tell", arguments: args }, changes);

const unpack = { gzip: gunzipSync, br: brotliDecompressSync } as const;

test.each([
  ["gzip", modern],
  ["br", modern],
  ["gzip", legacy],
  ["br", legacy],
] as const)("packs a list as %s, and it says the same", async (encoding, era) => {
  const plain = await send(era("tools/list", {}), "identity");
  const packed = await send(era("tools/list", {}), encoding);
  expect(packed).toMatchObject({ encoding, vary: "Accept-Encoding" });
  expect(unpack[encoding](packed.body).toString()).toBe(plain.body.toString());
  expect(packed.body.length).toBeLessThan(plain.body.length / 2);
});

test("packs a long answer, and leaves a short one alone", async () => {
  const long = await send(call({}), "gzip");
  expect(long).toMatchObject({ encoding: "gzip", vary: "Accept-Encoding" });
  const { result } = JSON.parse(gunzipSync(long.body).toString());
  expect(result.structuredContent).toEqual({ story: WORDS });
  expect(await send(call({ length: 4_000 }), "gzip")).toMatchObject({ encoding: undefined });
});

test("never packs an answer that holds a secret", async () => {
  const { encoding, body } = await send(call({ secret: true }), "gzip, br");
  expect(encoding).toBeUndefined();
  expect(JSON.parse(body.toString()).result.structuredContent).toEqual({ story: WORDS });
});

test("never packs a stream", async () => {
  const asked = call({ steps: true }, { meta: { progressToken: 1 } });
  const { encoding, body } = await send(asked, "gzip, br");
  expect(encoding).toBeUndefined();
  expect(body.toString()).toMatch(/^event: message\ndata: .*notifications\/progress/);
});

test("lets pages of a listed origin ask and read, and those of no other", async () => {
  const headers = { Origin: ORIGIN };
  const path = "/mcp/lore";
  const asked = await wire.send({
    ...bare("OPTIONS", { ...headers, "Access-Control-Request-Headers": "content-type,mcp-name" }),
    path,
  });
  expect(asked.status).toBe(204);
  expect(asked.headers).toMatchObject({
    "access-control-allow-origin": ORIGIN,
    "access-control-allow-headers": "content-type,mcp-name",
    vary: "Origin",
  });
  const answer = await wire.send(modern("tools/list", {}, { path, headers }));
  expect(answer.status).toBe(200);
  expect(answer.headers).toMatchObject({
    "access-control-allow-origin": ORIGIN,
    "access-control-expose-headers": expect.stringContaining("Mcp-Session-Id"),
  });

  const other = { Origin: "https://elsewhere.example.com" };
  const refused = await wire.send(modern("tools/list", {}, { path, headers: other }));
  expect(refused.status).toBe(403);
  expect(refused.headers).not.toHaveProperty("access-control-allow-origin");
});

test("tells who opens the address in a browser what it is and how to connect", async () => {
  const answer = await wire.send({ ...bare("GET"), path: "/mcp/lore" });
  expect(answer.status).toBe(405);
  expect(answer.headers.allow).toBe("POST");
  expect(JSON.parse(answer.text).error.message).toMatch(
    /^Method not allowed\. This is a Fairlead MCP endpoint .* add its URL and your API key/,
  );
});
