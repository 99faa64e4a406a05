import type { IncomingMessage } from "node:http";
import { FairleadError } from "@fairlead/core/errors";
import { isRecord } from "@fairlead/core/is-record";
import { type Body, readBody } from "./body.ts";

/** Most that any page besides `/mcp` takes. */
const MAX_BYTES = 262_144;

const known = new WeakMap<IncomingMessage, Promise<Body>>();

/**
 * The body of a request besides `/mcp`: for whoever asks first and for all after, since a signature may be checked over
 * it before its route reads it. Throws where it is too large, is no UTF-8, or broke off.
 */
export async function bodyTextOf(req: IncomingMessage, maxBytes = MAX_BYTES): Promise<string> {
  const reading = known.get(req) ?? readBody(req, MAX_BYTES);
  known.set(req, reading);
  const body = await reading;
  if (body.kind === "broken") throw new FairleadError("cancelled", "The body broke off.");
  if (body.kind === "too_large" || Buffer.byteLength(body.text) > maxBytes) {
    throw new FairleadError("invalid_input", `The body is larger than ${maxBytes} bytes.`, {
      details: { reason: "too_large" },
    });
  }
  // What stands for bytes that are no text: kept, it would be a name that nobody chose.
  if (body.text.includes("\ufffd")) {
    throw new FairleadError("invalid_input", "The body is no UTF-8.");
  }
  return body.text;
}

/** The same as a JSON object; nothing sent is an empty one. */
export async function jsonBodyOf(
  req: IncomingMessage,
  maxBytes?: number,
): Promise<Record<string, unknown>> {
  const text = await bodyTextOf(req, maxBytes);
  if (text === "") return {};
  if (!/^application\/json\s*(;|$)/i.test(req.headers["content-type"] ?? "")) {
    throw new FairleadError("invalid_input", "Send the body as application/json.", {
      details: { reason: "content_type" },
    });
  }
  const parsed = parse(text);
  if (isRecord(parsed)) return parsed;
  throw new FairleadError("invalid_input", "The body has to be a JSON object.");
}

/** The fields of a form that a page of ours sent. */
export async function formOf(req: IncomingMessage, maxBytes?: number): Promise<URLSearchParams> {
  return new URLSearchParams(await bodyTextOf(req, maxBytes));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What the parser says would repeat a part of the body.
    throw new FairleadError("invalid_input", "The body is no JSON.");
  }
}
