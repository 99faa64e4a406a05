import { promisify } from "node:util";
import { brotliCompressSync, constants, crc32, deflateRawSync, gzip } from "node:zlib";
import { LRUCache } from "lru-cache";

const gzipAsync = promisify(gzip);
const MIN_LIST_BYTES = 1_024;
const MIN_RESULT_BYTES = 16_384;
/** Longer request ids are nothing to keep an answer for, and do not fit a stored block. */
const MAX_HEAD_CHARACTERS = 1_000;

export type Encoding = "br" | "gzip";

/** The encoding to answer in: Brotli where the client takes it, else gzip, else none. */
export function chooseEncoding(accept: string | string[] | undefined): Encoding | undefined {
  if (accept === undefined) return undefined;
  const stated = String(accept);
  if (takes(stated, "br")) return "br";
  return takes(stated, "gzip") ? "gzip" : undefined;
}

/** Whether an Accept-Encoding header (RFC 9110, 12.5.3) names the coding, and not with weight 0. */
function takes(accept: string, coding: string): boolean {
  return accept
    .toLowerCase()
    .split(",")
    .some((entry) => {
      const [name, ...parameters] = entry.split(";").map((part) => part.trim());
      return name === coding && !parameters.some((each) => /^q=0(\.0*)?$/.test(each));
    });
}

/**
 * A list whose bulk is rendered and compressed once, though each answer begins with another request id: for gzip the
 * beginning goes into a stored block in front of the compressed bulk (RFC 1951, 3.2.4); for Brotli, which knows no such
 * thing at byte boundaries, the few ids that clients use for lists are kept.
 */
export class CompressedTail {
  readonly #tail: Buffer;
  #deflated: Buffer | undefined;
  readonly #brotli = new LRUCache<string, Buffer>({ max: 16 });

  constructor(tail: string) {
    this.#tail = Buffer.from(tail);
  }

  /** `head` and the tail as one compressed body; undefined when it isn't worth it. */
  compress(head: string, encoding: Encoding): Buffer | undefined {
    if (this.#tail.length < MIN_LIST_BYTES || head.length > MAX_HEAD_CHARACTERS) return undefined;
    return encoding === "gzip" ? this.#gzip(Buffer.from(head)) : this.#brotliOf(head);
  }

  #gzip(head: Buffer): Buffer {
    this.#deflated ??= deflateRawSync(this.#tail, { level: 9 });
    const start = Buffer.alloc(15);
    start.set([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff, 0]); // header, then a stored block that is not the last
    start.writeUInt16LE(head.length, 11);
    start.writeUInt16LE(head.length ^ 0xffff, 13);
    const end = Buffer.alloc(8);
    end.writeUInt32LE(crc32(this.#tail, crc32(head)), 0);
    end.writeUInt32LE((head.length + this.#tail.length) % 2 ** 32, 4);
    return Buffer.concat([start, head, this.#deflated, end]);
  }

  #brotliOf(head: string): Buffer {
    let body = this.#brotli.get(head);
    if (body === undefined) {
      body = brotliCompressSync(Buffer.concat([Buffer.from(head), this.#tail]), {
        params: { [constants.BROTLI_PARAM_QUALITY]: 5 },
      });
      this.#brotli.set(head, body);
    }
    return body;
  }
}

/** A call's result as gzip, when it is large. Never for an answer that holds a secret (BREACH). */
export async function compressResult(
  body: string,
  accept: string | string[] | undefined,
): Promise<Buffer | undefined> {
  if (body.length < MIN_RESULT_BYTES || accept === undefined) return undefined;
  return takes(String(accept), "gzip") ? gzipAsync(body) : undefined;
}
