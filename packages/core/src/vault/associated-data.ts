/** Texts as one run of bytes, each with its length before it: two different lists never give the same bytes. */
export function toAssociatedData(...texts: readonly string[]): Buffer {
  const parts = texts.map((text) => Buffer.from(text, "utf8"));
  const bytes = Buffer.allocUnsafe(parts.reduce((sum, part) => sum + 4 + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    offset = bytes.writeUInt32BE(part.length, offset);
    offset += part.copy(bytes, offset);
  }
  return bytes;
}
