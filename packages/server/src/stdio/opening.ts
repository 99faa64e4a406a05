import type { Readable, Writable } from "node:stream";
import type { VisibleLists } from "@fairlead/core/catalogue/lists";
import type { View } from "@fairlead/core/catalogue/view";
import { isRecord } from "@fairlead/core/is-record";
import { SERVER_CAPABILITIES, serverInfoOf } from "../mcp/server-info.ts";
import { LEGACY_VERSIONS, META } from "../mcp/wire.ts";

/** Where the opening stopped: the SDK goes on from here. */
export interface Handover {
  /** The handshake that was answered here; the SDK has to see it too. */
  handshake: string[];
  /** Input that was read and not answered. */
  unread: Buffer;
  /** The client has gone. */
  ended: boolean;
}

const MAX_LINE_BYTES = 1_048_576;

/**
 * Answers how nearly every client begins (`initialize`, then `tools/list`) before the SDK is loaded, which takes half of
 * a cold start; hosts start many servers and show nothing until the last of them has listed its tools. Anything else,
 * however close, is left to the SDK. Resolves with the first line that is.
 */
export function answerOpening(
  input: Readable,
  output: Writable,
  view: View,
  lists: VisibleLists,
): Promise<Handover> {
  const handshake: string[] = [];
  let pending = Buffer.alloc(0);

  return new Promise((resolve) => {
    const stop = (ended: boolean) => {
      input.off("data", onData);
      input.off("end", onEnd);
      input.pause();
      resolve({ handshake, unread: pending, ended });
    };
    const onEnd = () => stop(true);
    const onData = (chunk: Buffer) => {
      pending = Buffer.concat([pending, chunk]);
      let end = pending.indexOf(0x0a);
      while (end >= 0) {
        const line = pending.toString("utf8", 0, end);
        const answer = answerLine(line, handshake, view, lists);
        if (answer === undefined) return stop(false);
        if (answer !== "") output.write(`${answer}\n`);
        pending = pending.subarray(end + 1);
        end = pending.indexOf(0x0a);
      }
      if (pending.length > MAX_LINE_BYTES) stop(false);
    };
    input.on("data", onData);
    input.once("end", onEnd);
  });
}

/** The answer; empty for a notification; undefined for a line that is not for here. */
function answerLine(
  line: string,
  handshake: string[],
  view: View,
  lists: VisibleLists,
): string | undefined {
  const message = parse(line);
  if (message === undefined || META.protocolVersion in message.meta) return undefined;
  const { method, id, params } = message;
  const isRequest = typeof id === "string" || Number.isSafeInteger(id);
  if (method === "initialize" && isRequest && handshake.length === 0) {
    if (!isHandshake(params)) return undefined;
    handshake.push(line);
    const { protocolVersion } = params;
    return respond(id, {
      protocolVersion: LEGACY_VERSIONS.includes(protocolVersion)
        ? protocolVersion
        : LEGACY_VERSIONS[0],
      capabilities: SERVER_CAPABILITIES.legacy,
      serverInfo: serverInfoOf(view),
      instructions: view.instructions,
    });
  }
  if (handshake.length === 0) return undefined;
  if (method === "notifications/initialized" && id === undefined) {
    handshake.push(line);
    return "";
  }
  if (!isRequest) return undefined;
  if (method === "ping") return respond(id, {});
  if (method !== "tools/list" || "cursor" in params) return undefined;
  return `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":{"tools":${lists.legacyTools}}}`;
}

function respond(id: unknown, result: unknown): string {
  return JSON.stringify({ jsonrpc: "2.0", id, result });
}

interface Line {
  method: unknown;
  id: unknown;
  params: Record<string, unknown>;
  meta: Record<string, unknown>;
}

function parse(line: string): Line | undefined {
  try {
    const message: unknown = JSON.parse(line);
    if (!isRecord(message) || message.jsonrpc !== "2.0") return undefined;
    const { method, id, params = {} } = message;
    if (!isRecord(params)) return undefined;
    const { _meta: meta = {} } = params;
    return isRecord(meta) ? { method, id, params, meta } : undefined;
  } catch {
    return undefined;
  }
}

function isHandshake(
  params: Record<string, unknown>,
): params is { protocolVersion: string; capabilities: object; clientInfo: object } {
  const { protocolVersion, capabilities, clientInfo } = params;
  return (
    typeof protocolVersion === "string" &&
    isRecord(capabilities) &&
    isRecord(clientInfo) &&
    typeof clientInfo.name === "string" &&
    typeof clientInfo.version === "string"
  );
}
