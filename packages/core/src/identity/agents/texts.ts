/** The texts that agents and accounts sign: UTF-8, lines joined by LF, none after the last. Times in seconds. */

export interface ChallengeFields {
  /** Origin of the server, so that a signature for one server is worth nothing at another. */
  server: string;
  /** `0x` and 40 lower-case hex digits. */
  address: string;
  /** 64 lower-case hex digits. */
  public_key: string;
  /** 32 lower-case hex digits. */
  nonce: string;
  issued_at: number;
}

export interface DelegationFields {
  address: string;
  public_key: string;
  not_after: number;
}

export interface RequestFields {
  method: string;
  /** With its query, as it was sent. */
  path: string;
  /** SHA-256 of the raw body, hex; of no bytes where there is none. */
  body_hash: string;
  timestamp: number;
  nonce: string;
}

export const CHALLENGE_S = 300;

export function challengeText({
  server,
  address,
  public_key,
  nonce,
  issued_at,
}: ChallengeFields): string {
  return [
    "formation-mcp-login-v1",
    `server:${server}`,
    `address:${address}`,
    `public_key:${public_key}`,
    `nonce:${nonce}`,
    `issued_at:${issued_at}`,
    `expires_at:${issued_at + CHALLENGE_S}`,
  ].join("\n");
}

/** By which an account lets a key pair sign in for it. */
export function delegationText({ address, public_key, not_after }: DelegationFields): string {
  return [
    "formation-mcp-delegate-v1",
    `address:${address}`,
    `public_key:${public_key}`,
    `not_after:${not_after}`,
  ].join("\n");
}

export function requestText({ method, path, body_hash, timestamp, nonce }: RequestFields): string {
  return [method, path, body_hash, timestamp, nonce].join("\n");
}

const DELEGATION =
  /^formation-mcp-delegate-v1\naddress:(0x[0-9a-f]{40})\npublic_key:([0-9a-f]{64})\nnot_after:([1-9]\d{0,12})$/;
const ISSUED_AT = /\nissued_at:([1-9]\d{0,12})\n/;

/** Undefined when the text is not exactly one that `delegationText` makes. */
export function parseDelegation(text: string): DelegationFields | undefined {
  const [, address = "", public_key = "", seconds] = DELEGATION.exec(text) ?? [];
  return seconds === undefined ? undefined : { address, public_key, not_after: Number(seconds) };
}

/** When a text says that it was made; nothing else of it is believed. */
export function issuedAtOf(text: string): number | undefined {
  const seconds = ISSUED_AT.exec(text)?.[1];
  return seconds === undefined ? undefined : Number(seconds);
}

const ADDRESS = /^(?:0x)?([0-9a-f]{40})$/i;
const PUBLIC_KEY = /^(?:0x)?([0-9a-f]{64})$/i;

/** The one spelling of an account's address; undefined when it is none. */
export function parseAccountAddress(text: string): string | undefined {
  const digits = ADDRESS.exec(text)?.[1];
  return digits === undefined ? undefined : `0x${digits.toLowerCase()}`;
}

/** The one spelling of an Ed25519 public key; undefined when it is none. */
export function parsePublicKey(text: string): string | undefined {
  return PUBLIC_KEY.exec(text)?.[1]?.toLowerCase();
}
