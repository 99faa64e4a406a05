import { isRecord } from "@fairlead/core/is-record";
import { open, type Raw, rawRequest } from "./raw.ts";
import {
  bare,
  type Changes,
  type Json,
  LEGACY,
  legacy,
  modern,
  notification,
  post,
} from "./requests.ts";
import { type Answer, createWire, messagesOf, type WireRequest } from "./wire.ts";

/** One client: a principal by its key, a server by its port, and the session it opened, if any. */
export interface Caller {
  /** Headers that every request carries. */
  headers: Record<string, string>;
  modern(method: string, params?: Json, changes?: Changes): Promise<Answer>;
  legacy(method: string, params?: Json, changes?: Changes): Promise<Answer>;
  notify(method: string, params?: Json): Promise<Answer>;
  post(body: unknown): Promise<Answer>;
  end(): Promise<Answer>;
  /** A request on a connection of its own, whose answer comes in pieces. */
  stream(request: WireRequest): Promise<Stream>;
  /** The stream a legacy client listens on. */
  listen(): Promise<Stream>;
  /** The same session at another server. */
  at(port: number): Caller;
  close(): void;
}

export interface Stream {
  raw: Raw;
  /** Messages that came so far. */
  messages(): Json[];
  /** The first message that matches, as soon as it is there. */
  message(matches: (message: Json) => boolean): Promise<Json>;
}

const ENDPOINT = "/mcp/slow";

export function createCaller(
  port: number,
  headers: Record<string, string>,
  endpoint = ENDPOINT,
): Caller {
  const wire = createWire(port);
  const own = (changes: Changes = {}): Changes => ({
    path: endpoint,
    ...changes,
    headers: { ...headers, ...changes.headers },
  });
  const others: Caller[] = [];
  const caller: Caller = {
    headers,
    modern: (method, params, changes) => wire.send(modern(method, params, own(changes))),
    legacy: (method, params, changes) => wire.send(legacy(method, params, own(changes))),
    notify: (method, params) => wire.send(notification(method, params, own())),
    post: (body) => wire.send(post(body, own())),
    end: () => wire.send({ ...bare("DELETE", headers), path: endpoint }),
    async stream(request) {
      const raw = await open(port);
      raw.write(
        rawRequest({
          ...request,
          path: endpoint,
          headers: [...request.headers, ...Object.entries(headers)],
        }),
      );
      return streamOf(raw);
    },
    async listen() {
      const stream = await caller.stream(bare("GET", { Accept: "text/event-stream" }));
      await stream.raw.until(/text\/event-stream/);
      return stream;
    },
    at(otherPort) {
      const other = createCaller(otherPort, headers, endpoint);
      others.push(other);
      return other;
    },
    close() {
      wire.close();
      for (const other of others) other.close();
    },
  };
  return caller;
}

/** Opens a session and returns a caller that shows it. */
export async function openSession(
  caller: Caller,
  port: number,
  capabilities: Json = {},
  endpoint = ENDPOINT,
): Promise<Caller> {
  const opening = await caller.legacy("initialize", {
    protocolVersion: LEGACY,
    capabilities,
    clientInfo: { name: "tester", version: "1.0.0" },
  });
  const token = opening.headers["mcp-session-id"];
  if (token === undefined) throw new Error(`No session came: ${opening.status} ${opening.text}`);
  return createCaller(port, { ...caller.headers, "Mcp-Session-Id": token }, endpoint);
}

function streamOf(raw: Raw): Stream {
  // Chunk sizes stand between the lines; an event is small enough to come in one chunk.
  const messages = () =>
    messagesOf("text/event-stream", raw.text.replaceAll("\r\n", "\n")).filter(isRecord);
  return {
    raw,
    messages,
    async message(matches) {
      for (;;) {
        const found = messages().find(matches);
        if (found !== undefined) return found;
        const seen = raw.text.length;
        await raw.until(new RegExp(`^[^]{${seen + 1}}`));
      }
    },
  };
}
