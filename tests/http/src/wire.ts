import { Agent, request as httpRequest, type IncomingMessage } from "node:http";
import { isRecord } from "@fairlead/core/is-record";

/** A request as it goes onto the wire; headers keep their case, order and repetitions. */
export interface WireRequest {
  method: string;
  path: string;
  headers: readonly (readonly [name: string, value: string])[];
  body?: string | Buffer;
}

export interface Answer {
  /** 0 when nothing came in time. */
  status: number;
  headers: Record<string, string>;
  text: string;
}

export interface Wire {
  send(request: WireRequest): Promise<Answer>;
  close(): void;
}

const PATIENCE_MS = 3_000;

/** Sends requests one after another over kept connections. */
export function createWire(port: number): Wire {
  const agent = new Agent({ keepAlive: true });
  return {
    send: (request) => send(agent, port, request),
    close: () => agent.destroy(),
  };
}

function send(agent: Agent, port: number, request: WireRequest): Promise<Answer> {
  const { method, path, body } = request;
  const names = request.headers.map(([name]) => name.toLowerCase());
  const headers = request.headers.flat();
  if (!names.includes("host")) headers.push("Host", `127.0.0.1:${port}`);
  if (body !== undefined && !names.includes("transfer-encoding")) {
    headers.push("Content-Length", String(Buffer.byteLength(body)));
  }
  return new Promise((resolve, reject) => {
    const req = httpRequest({ host: "127.0.0.1", port, method, path, agent, headers }, (res) => {
      let text = "";
      const finish = () => {
        clearTimeout(timer);
        resolve({ status: res.statusCode ?? 0, headers: headersOf(res), text });
      };
      res.setEncoding("utf8");
      res.on("data", (part: string) => {
        text += part;
        if (staysOpen(text)) {
          finish();
          req.destroy();
        }
      });
      res.on("end", finish);
      res.on("error", finish);
      if (method === "GET" && isStream(res)) {
        finish();
        req.destroy();
      }
    });
    const timer = setTimeout(() => {
      resolve({ status: 0, headers: {}, text: "" });
      req.destroy();
    }, PATIENCE_MS);
    req.on("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
    req.end(body);
  });
}

/** A subscription that has something to wait for begins with its acknowledgement and then falls silent. */
function staysOpen(text: string): boolean {
  const [first] = messagesOf("text/event-stream", text);
  const params = isRecord(first) && isRecord(first.params) ? first.params : {};
  return (
    text.includes("notifications/subscriptions/acknowledged") &&
    isRecord(params.notifications) &&
    Object.keys(params.notifications).length > 0
  );
}

function isStream({ headers }: IncomingMessage): boolean {
  return headers["content-type"] === "text/event-stream";
}

function headersOf({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}

/** The JSON-RPC messages of an answer, whether it came whole or as a stream of events. */
export function messagesOf(contentType: string | undefined, text: string): unknown[] {
  if (text === "") return [];
  if (contentType !== "text/event-stream") return [parse(text)];
  return text
    .split("\n\n")
    .flatMap((event) => event.split("\n").filter((line) => line.startsWith("data: ")))
    .map((line) => parse(line.slice("data: ".length)));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return { unreadable: text };
  }
}
