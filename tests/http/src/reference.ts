import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type NodeIncomingMessageLike, toNodeHandler } from "@modelcontextprotocol/node";
import {
  completable,
  createMcpHandler,
  createRequestStateCodec,
  inputRequired,
  isInitializeRequest,
  isJsonContentType,
  isLegacyRequest,
  legacyStatelessFallback,
  McpServer,
  ResourceNotFoundError,
  ResourceTemplate,
  WebStandardStreamableHTTPServerTransport,
} from "@modelcontextprotocol/server";
import { z } from "zod";
import { counted, NAMES, PIXEL, QUESTION, repeated, SCHEMAS } from "./twin.ts";

export interface Reference {
  port: number;
  close(): Promise<void>;
}

const LIST_HINT = { ttlMs: 300_000, cacheScope: "private" } as const;
const READ_HINT = { ttlMs: 0, cacheScope: "private" } as const;
const codec = createRequestStateCodec({ key: new Uint8Array(32).fill(7) });

/** Made once: a schema can be marked as completable one time only. */
const GREET = z.object({
  name: completable(SCHEMAS.greet.shape.name, (value) =>
    NAMES.filter((name) => name.startsWith(value)),
  ),
  tone: SCHEMAS.greet.shape.tone,
});

const annotations = (title: string, readOnlyHint: boolean) => ({
  title,
  readOnlyHint,
  destructiveHint: false,
  idempotentHint: readOnlyHint,
  openWorldHint: true,
});

const text = (value: string) => ({ type: "text" as const, text: value });
const structured = (value: Record<string, unknown>) => ({
  content: [text(JSON.stringify(value))],
  structuredContent: value,
});

/** The same offer on the official SDK's own server. */
function createReferenceServer(): McpServer {
  const server = new McpServer(
    { name: "reference", version: "1.0.0" },
    {
      capabilities: {
        tools: { listChanged: true },
        resources: { subscribe: true, listChanged: true },
        prompts: { listChanged: true },
        completions: {},
        logging: {},
      },
      instructions: "Compare.",
      requestState: { verify: codec.verify },
      inputRequired: { legacyShim: false },
      cacheHints: {
        "tools/list": LIST_HINT,
        "prompts/list": LIST_HINT,
        "resources/list": LIST_HINT,
        "resources/templates/list": LIST_HINT,
        "resources/read": READ_HINT,
      },
    },
  );
  registerTools(server);
  registerOthers(server);
  return server;
}

function registerTools(server: McpServer): void {
  server.registerTool(
    "echo",
    {
      title: "Echo",
      description: "Says it again.",
      inputSchema: SCHEMAS.echo,
      outputSchema: SCHEMAS.echoed,
      annotations: annotations("Echo", true),
    },
    (input) => structured(repeated(input)),
  );
  server.registerTool(
    "fail",
    {
      title: "Fail",
      description: "Always fails.",
      inputSchema: SCHEMAS.nothing,
      outputSchema: SCHEMAS.echoed,
      annotations: annotations("Fail", true),
    },
    () => {
      throw new Error("The upstream said no.");
    },
  );
  server.registerTool(
    "work",
    {
      title: "Work",
      description: "Works in steps and tells of each.",
      inputSchema: SCHEMAS.steps,
      annotations: annotations("Work", false),
    },
    async ({ steps }, { mcpReq }) => {
      const progressToken = mcpReq._meta?.progressToken;
      for (let step = 1; step <= steps; step += 1) {
        if (progressToken !== undefined) {
          const params = { progressToken, progress: step, total: steps, message: `step ${step}` };
          await mcpReq.notify({ method: "notifications/progress", params });
        }
        await mcpReq.log("info", `step ${step}`);
      }
      return { content: [text("done")] };
    },
  );
  server.registerTool(
    "picture",
    {
      title: "Picture",
      description: "Shows a pixel.",
      inputSchema: SCHEMAS.nothing,
      annotations: annotations("Picture", true),
    },
    () => ({ content: [{ type: "image", data: PIXEL, mimeType: "image/png" }, text("A pixel.")] }),
  );
  server.registerTool(
    "region",
    {
      title: "Region",
      description: "Has arguments that travel in headers too.",
      inputSchema: SCHEMAS.region,
      outputSchema: SCHEMAS.echoed,
      annotations: annotations("Region", true),
    },
    (input) => structured({ text: JSON.stringify(input) }),
  );
  server.registerTool(
    "bag",
    {
      title: "Bag",
      description: "Takes anything and names its keys.",
      inputSchema: SCHEMAS.bag,
      outputSchema: SCHEMAS.counted,
      annotations: annotations("Bag", true),
    },
    (input) => structured(counted(input)),
  );
  server.registerTool(
    "ask",
    {
      title: "Ask",
      description: "Asks for a name first.",
      inputSchema: SCHEMAS.nothing,
      outputSchema: SCHEMAS.echoed,
      annotations: annotations("Ask", true),
    },
    async (_input, { mcpReq }) => {
      const who = mcpReq.inputResponses?.who;
      if (who !== undefined) return structured({ text: JSON.stringify(who) });
      return inputRequired({
        inputRequests: { who: structuredClone(QUESTION) },
        requestState: await codec.mint({ asked: true }),
      });
    },
  );
  server.registerTool(
    "get_note",
    {
      title: "Get a note",
      description: "Reads one note.",
      inputSchema: SCHEMAS.noteId,
      outputSchema: SCHEMAS.note,
      annotations: annotations("Get a note", true),
    },
    ({ note_id }) => structured({ id: note_id, note: `This is ${note_id}.` }),
  );
  server.registerTool(
    "get_motto",
    {
      title: "Get the motto",
      description: "Reads the motto.",
      inputSchema: SCHEMAS.nothing,
      outputSchema: SCHEMAS.note,
      annotations: annotations("Get the motto", true),
    },
    () => structured({ id: "motto", note: "Festina lente." }),
  );
}

function registerOthers(server: McpServer): void {
  const mimeType = "application/json";
  const contents = (uri: string, value: Record<string, unknown>) => ({
    contents: [{ uri, mimeType, text: JSON.stringify(value) }],
  });
  server.registerResource(
    "motto",
    "twin://motto",
    { title: "Motto", description: "The motto.", mimeType },
    ({ href }) => contents(href, { id: "motto", note: "Festina lente." }),
  );
  const template = new ResourceTemplate("twin://notes/{note_id}", {
    list: undefined,
    complete: { note_id: (value) => NAMES.filter((name) => name.startsWith(value)) },
  });
  server.registerResource(
    "note",
    template,
    { title: "Note", description: "One note.", mimeType },
    ({ href }, { note_id }) =>
      contents(href, { id: String(note_id), note: `This is ${String(note_id)}.` }),
  );
  server.registerPrompt(
    "greet",
    {
      title: "Greet",
      description: "A greeting.",
      argsSchema: GREET,
    },
    ({ name }) => ({
      description: "A greeting.",
      messages: [{ role: "user", content: text(`Greet ${name}.`) }],
    }),
  );
  const known = /^twin:\/\/(motto|notes\/[^/?#]+)$/;
  server.server.setRequestHandler("resources/subscribe", ({ params }) => {
    if (!known.test(params.uri)) throw new ResourceNotFoundError(params.uri);
    return {};
  });
  server.server.setRequestHandler("resources/unsubscribe", () => ({}));
}

/** Routes both eras as the SDK's documentation of `isLegacyRequest` shows, with sessions for whoever opens one. */
export async function startReference(maxBodyBytes: number): Promise<Reference> {
  const limit = { maxRequestBodySize: maxBodyBytes };
  const modern = createMcpHandler(createReferenceServer, { legacy: "reject", ...limit });
  const sessionless = legacyStatelessFallback(createReferenceServer, undefined, limit);
  const sessions = new Map<string, WebStandardStreamableHTTPServerTransport>();

  async function serveLegacy(request: Request): Promise<Response> {
    const id = request.headers.get("mcp-session-id");
    if (id !== null) {
      const transport = sessions.get(id);
      return transport?.handleRequest(request) ?? noSession();
    }
    const streams = request.headers.get("x-reference") === "stream";
    if (request.method !== "POST" || streams) return sessionless(request);
    const opens = await isInitialize(request);
    const transport = new WebStandardStreamableHTTPServerTransport({
      ...limit,
      enableJsonResponse: true,
      keepAliveMs: 20, // its streams send no headers before there is something to say
      ...(opens ? { sessionIdGenerator: randomUUID } : {}),
      onsessioninitialized: (opened) => void sessions.set(opened, transport),
      onsessionclosed: (closed) => void sessions.delete(closed),
    });
    await createReferenceServer().connect(transport);
    return transport.handleRequest(request);
  }

  const serve = toNodeHandler(
    {
      async fetch(request) {
        const { method, headers } = request;
        if (method === "POST" && !isJsonContentType(headers.get("content-type"))) {
          return modern.fetch(request);
        }
        const isLegacy = await isLegacyRequest(request, undefined, limit);
        return isLegacy ? serveLegacy(request) : modern.fetch(request);
      },
    },
    limit,
  );
  const server = createServer((req, res) => void serve(req as NodeIncomingMessageLike, res));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      await modern.close();
      for (const transport of sessions.values()) await transport.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function isInitialize(request: Request): Promise<boolean> {
  try {
    return isInitializeRequest(await request.clone().json());
  } catch {
    return false;
  }
}

function noSession(): Response {
  const error = { code: -32001, message: "Session not found" };
  return Response.json({ jsonrpc: "2.0", error, id: null }, { status: 404 });
}
