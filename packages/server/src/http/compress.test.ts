import { brotliDecompressSync, gunzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CompressedTail, chooseEncoding, compressResult } from "./compress.ts";

const TAIL = `,"result":{"tools":[${"{},".repeat(1_000)}{}]}}`;

describe("a list's tail", () => {
  test("decompresses to head and tail, whatever the head", () => {
    const tail = new CompressedTail(TAIL);
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 200 }), (head) => {
        const packed = tail.compress(head, "gzip");
        expect(gunzipSync(packed ?? "").toString()).toBe(head + TAIL);
      }),
    );
  });

  test("is one gzip member, since some clients read only the first", () => {
    const packed = new CompressedTail(TAIL).compress('{"id":1', "gzip") ?? Buffer.alloc(0);
    // A second member would begin with the magic number and the method once more.
    expect(packed.indexOf(Buffer.from([0x1f, 0x8b, 0x08]), 1)).toBe(-1);
  });

  test("comes as Brotli too, and the same head gets the same bytes", () => {
    const tail = new CompressedTail(TAIL);
    const packed = tail.compress('{"id":1', "br");
    expect(brotliDecompressSync(packed ?? "").toString()).toBe(`{"id":1${TAIL}`);
    expect(tail.compress('{"id":1', "br")).toBe(packed);
  });

  test.each(["gzip", "br"] as const)("stays as it is behind an endless id (%s)", (encoding) => {
    const tail = new CompressedTail(TAIL);
    expect(tail.compress(`{"id":"${"x".repeat(70_000)}"`, encoding)).toBeUndefined();
  });

  test("stays as it is when it is short", () => {
    expect(new CompressedTail("short").compress("{", "gzip")).toBeUndefined();
  });
});

describe("the encoding", () => {
  test.each([
    [undefined, undefined],
    ["", undefined],
    ["identity", undefined],
    ["gzip", "gzip"],
    ["gzip, deflate, br", "br"],
    ["br;q=0, gzip;q=0.5", "gzip"],
    ["gzip;q=0", undefined],
    ["GZIP", "gzip"],
  ])("for %j is %j", (accept, encoding) => {
    expect(chooseEncoding(accept)).toBe(encoding);
  });
});

describe("a call's result", () => {
  const large = JSON.stringify({ text: "lines of a table ".repeat(2_000) });

  test("is packed when it is large and the client takes gzip", async () => {
    const packed = await compressResult(large, "gzip, br");
    expect(gunzipSync(packed ?? "").toString()).toBe(large);
  });

  test.each([
    ["small", '{"text":"few"}', "gzip"],
    ["for a client that takes no gzip", large, "br"],
    ["for a client that says nothing", large, undefined],
  ])("stays as it is when %s", async (_why, body, accept) => {
    expect(await compressResult(body, accept)).toBeUndefined();
  });
});
