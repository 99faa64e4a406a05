import { createPublicKey, hash, verify } from "node:crypto";

const SIGNATURE = /^[0-9a-f]{128}$/i;

/** Ed25519 (RFC 8032, pure) over exactly these bytes. `public_key` and `signature` are hex. */
export function isSignedBy(public_key: string, text: string, signature: string): boolean {
  if (!SIGNATURE.test(signature)) return false;
  const x = Buffer.from(public_key, "hex").toString("base64url");
  try {
    const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
    return verify(null, Buffer.from(text, "utf8"), key, Buffer.from(signature, "hex"));
  } catch {
    return false;
  }
}

/** Whether this is a point of the curve that only the holder of a private key can sign for. */
export async function isUsableKey(public_key: string): Promise<boolean> {
  const { ed25519 } = await import("@noble/curves/ed25519.js");
  try {
    // Anybody's signature is right for a key of small order.
    return !ed25519.Point.fromHex(public_key).isSmallOrder();
  } catch {
    return false;
  }
}

/**
 * The account (`0x` and 40 hex digits) that signed a text as nodes of the network check it: ECDSA on secp256k1 over
 * SHA-256(SHA-256(text)), low-S; the address is the end of Keccak-256 of its public key. Undefined when the signature
 * is none.
 */
export async function recoverAccount(
  text: string,
  signature: string,
  recovery_id: number,
): Promise<string | undefined> {
  if (!SIGNATURE.test(signature)) return undefined;
  const [{ secp256k1 }, { keccak_256 }] = await Promise.all([
    import("@noble/curves/secp256k1.js"),
    import("@noble/hashes/sha3.js"),
  ]);
  const digest = hash("sha256", hash("sha256", text, "buffer"), "buffer");
  try {
    const parsed = secp256k1.Signature.fromHex(signature.toLowerCase(), "compact");
    if (parsed.hasHighS()) return undefined;
    const point = parsed.addRecoveryBit(recovery_id).recoverPublicKey(digest);
    const key = point.toBytes(false).subarray(1);
    return `0x${Buffer.from(keccak_256(key)).subarray(-20).toString("hex")}`;
  } catch {
    return undefined;
  }
}
