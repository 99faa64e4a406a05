import { hash } from "node:crypto";
import { FairleadError } from "../../errors.ts";
import type { Clock } from "../../ports.ts";
import type { Shared } from "../../storage/shared.ts";
import type { Evidence } from "../authenticate.ts";
import { refusal } from "../way.ts";
import { isSignedBy } from "./signatures.ts";
import { requestText } from "./texts.ts";

/** What of a request is signed, and with what. */
export type SignedEvidence = Pick<Evidence, "headers" | "method" | "path" | "body">;

export interface RequestSignatures {
  /** Throws `unauthenticated` unless this key signed this request, just now and for the first time. */
  require(public_key: string, evidence: SignedEvidence): Promise<void>;
}

export const SIGNATURE_HEADERS = ["x-mcp-signature", "x-mcp-timestamp", "x-mcp-nonce"] as const;

const WINDOW_S = 300;
/** From the earliest time a signature may bear to the latest at which it is taken, and some more for clocks. */
const REMEMBERED_MS = (2 * WINDOW_S + 120) * 1000;
const TIMESTAMP = /^[1-9]\d{0,12}$/;
const NONCE = /^[\w.~-]{8,128}$/;

/** Whether a request shows a signature, or a part of one. */
export function isSigned(headers: Evidence["headers"]): boolean {
  return SIGNATURE_HEADERS.some((name) => headers[name] !== undefined);
}

/** Signatures over single requests: a token that leaked is worth nothing without the key. */
export function createRequestSignatures({
  shared,
  clock,
}: {
  shared: Pick<Shared, "setIfAbsent">;
  clock: Clock;
}): RequestSignatures {
  return {
    async require(public_key, { headers, method, path, body }) {
      if (!isSigned(headers)) throw unsigned();
      if (method === undefined || path === undefined) throw unsignable();
      const [signature, seconds, nonce] = SIGNATURE_HEADERS.map((name) => headers[name]);
      if (typeof signature !== "string" || typeof seconds !== "string") throw malformed();
      if (typeof nonce !== "string" || !NONCE.test(nonce)) throw malformed();
      if (!TIMESTAMP.test(seconds)) throw malformed();
      const timestamp = Number(seconds);
      if (Math.abs(clock.now() / 1000 - timestamp) > WINDOW_S) throw untimely();
      const bytes = (await body?.()) ?? new Uint8Array();
      const body_hash = hash("sha256", bytes, "hex");
      const text = requestText({ method, path, body_hash, timestamp, nonce });
      if (!isSignedBy(public_key, text, signature)) throw wrong();
      // Last, so that nobody can use up the nonces of others.
      const key = `agent nonce ${public_key} ${nonce}`;
      if (!(await shared.setIfAbsent(key, seconds, REMEMBERED_MS))) throw repeated();
    },
  };
}

function unsigned(): FairleadError {
  return refusal(
    "unsigned_request",
    "This session signs every request. Send X-MCP-Signature, X-MCP-Timestamp and X-MCP-Nonce.",
  );
}

function unsignable(): FairleadError {
  return new FairleadError(
    "invalid_input",
    "Signatures over requests are taken over HTTP only. Leave the X-MCP-Signature headers out.",
    { details: { reason: "request_signature" } },
  );
}

function malformed(): FairleadError {
  return refusal(
    "request_signature",
    "X-MCP-Signature takes 128 hex digits, X-MCP-Timestamp seconds since 1970, X-MCP-Nonce 8 to 128 letters, digits, dots, dashes, tildes or underscores; each of them once.",
  );
}

function untimely(): FairleadError {
  return refusal(
    "request_timestamp",
    `X-MCP-Timestamp is more than ${WINDOW_S} seconds from this server's time. Set the clock and sign anew.`,
  );
}

function wrong(): FairleadError {
  return refusal(
    "request_signature",
    "The signature is not of this request. Sign the method, the path with its query, the SHA-256 of the body, the time and the nonce.",
  );
}

function repeated(): FairleadError {
  return refusal(
    "request_replayed",
    "This nonce was used before. Sign each request with a fresh one.",
  );
}
