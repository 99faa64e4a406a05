import { markEffectLeaving } from "@fairlead/core/call/current";
import { FairleadError } from "@fairlead/core/errors";
import type { Clock, Fetch } from "@fairlead/core/ports";
import { withinDeadline } from "./deadline.ts";

const MAX_BODY_BYTES = 16 * 1024 * 1024;

/** One request to Cloudways, ready to leave. */
export interface UpstreamRequest {
  method: "GET" | "POST" | "PUT" | "DELETE";
  /** As the contract writes it, for messages and logs; the URL may hold ids. */
  path: string;
  url: string;
  headers: Record<string, string>;
  body?: string;
  /** Whether it may be repeated when nobody knows what came of it. */
  access: "read" | "write";
}

export interface UpstreamAnswer {
  status: number;
  retryAfter: string | null;
  body: string;
}

/** Sends a request once and reads the whole answer, bounded in time and size. */
export function exchange(
  ground: { fetch: Fetch; clock: Clock },
  request: UpstreamRequest,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<UpstreamAnswer> {
  const what = `${request.method} ${request.path}`;
  return withinDeadline(ground.clock, timeoutMs, signal, what, async (signal) => {
    try {
      const { method, url, headers, body } = request;
      const sent = { method, headers, signal, ...(body === undefined ? {} : { body }) };
      signal.throwIfAborted();
      // From here on only an answer tells whether something was changed.
      if (request.access === "write") markEffectLeaving();
      // Following a redirect would take the token to wherever it points.
      const response = await ground.fetch(url, { ...sent, redirect: "manual" });
      return {
        status: response.status,
        retryAfter: response.headers.get("retry-after"),
        body: await readBody(response),
      };
    } catch (error) {
      if (error instanceof FairleadError) throw error;
      throw new FairleadError(
        "upstream_unavailable",
        "Cloudways could not be reached, or broke off its answer. Try again in a moment.",
        { details: { reason: "network" }, cause: error },
      );
    }
  });
}

async function readBody({ body }: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.byteLength;
    // Leaving the loop cancels the stream, and with it the connection.
    if (bytes > MAX_BODY_BYTES) throw tooLarge();
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function tooLarge(): FairleadError {
  return new FairleadError(
    "upstream_unavailable",
    `The answer of Cloudways is larger than ${MAX_BODY_BYTES / 1024 / 1024} MB and was not read.`,
    { details: { reason: "too_large" }, retryable: false },
  );
}
