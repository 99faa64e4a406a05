import { Agent, type IncomingHttpHeaders, request } from "node:http";

export type Json = Record<string, unknown>;

export interface HttpRequest {
  method: string;
  path: string;
  /** As they go onto the wire: with their case, order and repetitions. */
  headers?: readonly (readonly [name: string, value: string])[];
  body?: string | Buffer;
}

export interface HttpAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  /** The body, where it is a JSON object; of an event stream the last message. */
  json: Json;
}

export interface Http {
  send(request: HttpRequest): Promise<HttpAnswer>;
  close(): void;
}

const PATIENCE_MS = 15_000;

/** Requests to a port of this machine with every header under the test's control. */
export function createHttp(port: number): Http {
  const agent = new Agent({ keepAlive: true });
  return { send: (each) => send(agent, port, each), close: () => agent.destroy() };
}

function send(
  agent: Agent,
  port: number,
  { method, path, headers = [], body }: HttpRequest,
): Promise<HttpAnswer> {
  const names = headers.map(([name]) => name.toLowerCase());
  const all = headers.flat();
  if (!names.includes("host")) all.push("Host", `127.0.0.1:${port}`);
  if (body !== undefined) all.push("Content-Length", String(Buffer.byteLength(body)));
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const req = request({ agent, host: "127.0.0.1", port, method, path, headers: all, signal });
    req.once("error", reject);
    req.once("response", (res) => {
      const parts: Buffer[] = [];
      res.on("data", (part: Buffer) => parts.push(part));
      res.once("error", reject);
      res.once("end", () => {
        const text = Buffer.concat(parts).toString("utf8");
        resolve({ status: res.statusCode ?? 0, headers: res.headers, text, json: jsonOf(text) });
      });
    });
    req.end(body);
  });
}

function jsonOf(text: string): Json {
  const events = text.split("\n").filter((line) => line.startsWith("data: "));
  const last = events.at(-1)?.slice("data: ".length) ?? text;
  try {
    const json: unknown = JSON.parse(last);
    return typeof json === "object" && json !== null ? (json as Json) : {};
  } catch {
    return {};
  }
}
