import { randomBytes } from "node:crypto";

/** Secrets by where they came in. */
export class Canaries {
  readonly #planted = new Map<string, string>();

  /** A new one, of letters and digits. */
  plant(where: string, prefix = ""): string {
    const secret = `${prefix}canary${randomBytes(15).toString("hex")}`;
    return this.note(where, secret);
  }

  /** One that somebody else made. */
  note(where: string, secret: string): string {
    if (secret.length < 16) throw new Error(`${where}: too short to be told from other text.`);
    if (this.#planted.has(where)) throw new Error(`${where}: planted twice.`);
    this.#planted.set(where, secret);
    return secret;
  }

  /** Where those came in that there are. */
  get places(): readonly string[] {
    return [...this.#planted.keys()];
  }

  /** Where those came in that are here, in whatever spelling. */
  foundIn(place: string | Buffer, among = /./): string[] {
    const bytes = typeof place === "string" ? Buffer.from(place) : place;
    return [...this.#planted]
      .filter(([where]) => among.test(where))
      .flatMap(([where, secret]) =>
        Object.entries(spellingsOf(secret))
          .filter(([, spelling]) => bytes.includes(spelling))
          .map(([name]) => `${where} as ${name}`),
      );
  }
}

/** Base64 shifts with what stands before; its letters at both ends depend on what stands beside. */
function spellingsOf(secret: string): Record<string, Buffer> {
  const bytes = Buffer.from(secret);
  const base64 = (shift: number) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString("base64");
    return Buffer.from(text.slice(4, -4));
  };
  return {
    utf8: bytes,
    "its second half": bytes.subarray(Math.floor(bytes.length / 2)),
    utf16: Buffer.from(secret, "utf16le"),
    hex: Buffer.from(bytes.toString("hex")),
    base64: base64(0),
    "base64, shifted by 1": base64(1),
    "base64, shifted by 2": base64(2),
    "a URL": Buffer.from(encodeURIComponent(secret)),
    "in reverse": Buffer.from([...secret].reverse().join("")),
  };
}
