import {
  createHash,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign,
  verify,
} from "node:crypto";

/** A public key that checkpoints are signed with. A later one is certified by the one before it. */
export interface PublicKey {
  generation: number;
  /** The first 16 hex digits of its SHA-256. */
  id: string;
  /** 64 hex digits (Ed25519, RFC 8032). */
  public_key: string;
  /** The signature of the generation before over this key, hex; null for the first. */
  certificate: string | null;
}

export interface SigningKey extends PublicKey {
  /** Signs a text, for one purpose; hex. */
  sign(purpose: string, text: string): string;
}

/** The keys of one installation, the same on every replica and after a rotation of the master key. */
export interface KeyRing {
  key(generation: number): SigningKey;
  /** From the first to this one. */
  upTo(generation: number): PublicKey[];
}

/** RFC 8410: what stands before the seed in the PKCS #8 form of an Ed25519 key. */
const PKCS8_HEAD = Buffer.from("302e020100300506032b657004220420", "hex");
const SPKI_HEAD = Buffer.from("302a300506032b6570032100", "hex");

export function createKeyRing(derive: (purpose: string) => Buffer): KeyRing {
  const known = new Map<number, SigningKey>();

  function key(generation: number): SigningKey {
    const existing = known.get(generation);
    if (existing !== undefined) return existing;
    const made = make(generation);
    known.set(generation, made);
    return made;
  }

  function make(generation: number): SigningKey {
    const purpose = generation === 1 ? "audit checkpoints" : `audit checkpoints ${generation}`;
    const privateKey = createPrivateKey({
      key: Buffer.concat([PKCS8_HEAD, derive(purpose)]),
      format: "der",
      type: "pkcs8",
    });
    const spki = createPublicKey(privateKey).export({ format: "der", type: "spki" });
    const public_key = spki.subarray(SPKI_HEAD.length).toString("hex");
    const previous = generation === 1 ? undefined : key(generation - 1);
    return {
      generation,
      id: toKeyId(public_key),
      public_key,
      certificate: previous?.sign("key", toCertified(generation, public_key)) ?? null,
      sign: (use, text) => sign(null, toSigned(use, text), privateKey).toString("hex"),
    };
  }

  return {
    key,
    upTo: (generation) =>
      Array.from({ length: generation }, (_, index) => {
        const { sign: _sign, ...publicKey } = key(index + 1);
        return publicKey;
      }),
  };
}

export function toKeyId(publicKey: string): string {
  return createHash("sha256").update(Buffer.from(publicKey, "hex")).digest("hex").slice(0, 16);
}

export type Check = (purpose: string, text: string, signature: string) => boolean;

export function createCheck(publicKey: string): Check {
  let key: KeyObject | undefined;
  return (purpose, text, signature) => {
    try {
      key ??= createPublicKey({
        key: Buffer.concat([SPKI_HEAD, Buffer.from(publicKey, "hex")]),
        format: "der",
        type: "spki",
      });
      return verify(null, toSigned(purpose, text), key, Buffer.from(signature, "hex"));
    } catch {
      return false;
    }
  };
}

/** The keys that can be believed if one of them is: each next one must be certified by the one before it. */
export function checkRing(keys: readonly PublicKey[]): {
  checks: Map<string, Check>;
  broken: string[];
} {
  const checks = new Map<string, Check>();
  const broken: string[] = [];
  let previous: Check | undefined;
  for (const [index, { generation, id, public_key, certificate }] of keys.entries()) {
    const isNext = generation === index + 1 && id === toKeyId(public_key);
    const isCertified =
      index === 0 || previous?.("key", toCertified(generation, public_key), certificate ?? "");
    const check = createCheck(public_key);
    if (isNext && isCertified === true) checks.set(id, check);
    else broken.push(id);
    previous = check;
  }
  return { checks, broken };
}

function toCertified(generation: number, publicKey: string): string {
  return `${generation}\n${publicKey}`;
}

/** A signature for one purpose is good for no other. */
function toSigned(purpose: string, text: string): Buffer {
  return Buffer.from(`fairlead audit ${purpose} v1\n${text}`, "utf8");
}
