import { createCipheriv, createHmac, randomBytes } from "node:crypto";

/** A Fernet key as the original server's operator has it, and what it seals (https://github.com/fernet/spec). */
export function createFernet(): { key: string; seal(text: string): string } {
  const key = randomBytes(32);
  return {
    key: `${key.toString("base64url")}=`,
    seal(text) {
      const head = Buffer.alloc(9);
      head.writeUInt8(0x80);
      head.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 1000)), 1);
      const iv = randomBytes(16);
      const cipher = createCipheriv("aes-128-cbc", key.subarray(16), iv);
      const signed = Buffer.concat([head, iv, cipher.update(text, "utf8"), cipher.final()]);
      const mac = createHmac("sha256", key.subarray(0, 16)).update(signed).digest();
      return Buffer.concat([signed, mac])
        .toString("base64")
        .replaceAll("+", "-")
        .replaceAll("/", "_");
    },
  };
}
