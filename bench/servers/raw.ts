/** The floor: node:http, JSON.parse and JSON.stringify, no protocol. Nothing on node:http is faster. */
import { createServer, type ServerResponse } from "node:http";
import { listen, report } from "./serve.ts";

interface EchoCall {
  readonly id: number;
  readonly params: { readonly arguments: { readonly text: string } };
}

function answer(body: string, response: ServerResponse): void {
  const { id, params }: EchoCall = JSON.parse(body);
  const { text } = params.arguments;
  const result = {
    content: [{ type: "text", text: JSON.stringify({ text }) }],
    structuredContent: { text },
  };
  const answered = JSON.stringify({ jsonrpc: "2.0", id, result });
  response.writeHead(200, {
    "Content-Type": "application/json",
    "Content-Length": Buffer.byteLength(answered),
  });
  response.end(answered);
}

const server = createServer((request, response) => {
  let body = "";
  request.setEncoding("utf8");
  request.on("data", (chunk) => {
    body += chunk;
  });
  request.on("end", () => answer(body, response));
});

const origin = await listen(server);
report({ type: "ready", url: `${origin}/mcp` });
