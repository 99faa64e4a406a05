import { expect, test } from "vitest";
import { openFernet, parseFernetKey } from "./fernet.ts";

const KEY = parseKey("cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=");

function parseKey(text: string): Buffer {
  const key = parseFernetKey(text);
  if (key === undefined) throw new Error("This is no Fernet key.");
  return key;
}

/** generate.json and verify.json of the spec. */
const HELLO =
  "gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA==";

const at = (time: string) => ({ now: Date.parse(time), ttlSeconds: 60 });

test("opens the token that the spec generates", () => {
  const opened = openFernet(KEY, HELLO);
  expect(opened).toEqual({
    ok: true,
    plaintext: Buffer.from("hello"),
    sealed_at: Date.parse("1985-10-26T01:20:00-07:00"),
  });
});

test("opens the token of the spec's verification within its time", () => {
  expect(openFernet(KEY, HELLO, at("1985-10-26T01:20:01-07:00")).ok).toBe(true);
});

/** invalid.json of the spec. Time counts where the spec lets it count. */
const INVALID: readonly [desc: string, token: string, why: string, time?: string][] = [
  [
    "incorrect mac",
    "gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAl1-szkFVzXTuGb4hR8AKtwcaX1YdykQUFBQUFBQUFBQQ==",
    "not sealed with this key",
  ],
  ["too short", "gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPA==", "format"],
  [
    "invalid base64",
    "%%%%%%%%%%%%%AECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAl1-szkFVzXTuGb4hR8AKtwcaX1YdykRtfsH-p1YsUD2Q==",
    "format",
  ],
  [
    "payload size not multiple of block size",
    "gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPOm73QeoCk9uGib28Xe5vz6oxq5nmxbx_v7mrfyudzUm",
    "format",
  ],
  [
    "payload padding error",
    "gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0ODz4LEpdELGQAad7aNEHbf-JkLPIpuiYRLQ3RtXatOYREu2FWke6CnJNYIbkuKNqOhw==",
    "format",
  ],
  [
    "far-future TS (unacceptable clock skew)",
    "gAAAAAAdwStRAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAnja1xKYyhd-Y6mSkTOyTGJmw2Xc2a6kBd-iX9b_qXQcw==",
    "too new",
  ],
  [
    "expired TTL",
    "gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAl1-szkFVzXTuGb4hR8AKtwcaX1YdykRtfsH-p1YsUD2Q==",
    "too old",
    "1985-10-26T01:21:31-07:00",
  ],
  [
    "incorrect IV (causes padding error)",
    "gAAAAAAdwJ6xBQECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAkLhFLHpGtDBRLRTZeUfWgHSv49TF2AUEZ1TIvcZjK1zQ==",
    "format",
  ],
  [
    "trailing characters after b64 padding",
    "gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA==trailingdata",
    "format",
  ],
  [
    "invalid characters in b64",
    "*gAAAAAAdwJ6wAAECAwQFBgcI!CQoLDA0ODy021?cpGVWKZ_eEwC@GM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA==",
    "format",
  ],
  [
    "invalid non-urlsafe characters in b64",
    "gAAAAAAdwJ6wAAEC/AwQFBgcICQoLDA0ODy+021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA==",
    "format",
  ],
  // Of an implementation that failed on it.
  ["very short payload size", "gAAAAABdnQ1TUKh2OE_ggbyCIxfg", "format"],
];

test.each(INVALID)("refuses %s", (_, token, why, time = "1985-10-26T01:20:01-07:00") => {
  expect(openFernet(KEY, token, at(time))).toEqual({ ok: false, why });
});

test("refuses an old token only where its age counts", () => {
  expect(openFernet(KEY, HELLO, at("2026-03-14T09:30:00Z"))).toEqual({ ok: false, why: "too old" });
  expect(openFernet(KEY, HELLO).ok).toBe(true);
});

test("refuses a token of another key, and any token with a bit changed", () => {
  const other = Buffer.from(KEY);
  other[31] = (other[31] ?? 0) ^ 1;
  const signing = Buffer.from(KEY);
  signing[0] = (signing[0] ?? 0) ^ 1;
  expect(openFernet(signing, HELLO)).toEqual({ ok: false, why: "not sealed with this key" });
  expect(openFernet(other, HELLO).ok && openFernet(other, HELLO)).not.toMatchObject({
    plaintext: Buffer.from("hello"),
  });
  const bytes = Buffer.from(HELLO, "base64url");
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    const changed = Buffer.from(bytes);
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    const token = `${changed.toString("base64").replaceAll("+", "-").replaceAll("/", "_")}`;
    expect(openFernet(KEY, token).ok, `bit ${bit}`).toBe(false);
  }
});

test.each(["", "short", "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4", "*".repeat(44)])(
  "takes %j for no key",
  (text) => {
    expect(parseFernetKey(text)).toBeUndefined();
  },
);
