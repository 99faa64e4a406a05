import { createManualClock } from "@fairlead/testkit/clock";
import { seededRandom } from "@fairlead/testkit/random";
import { describe, expect, test } from "vitest";
import { createSealer } from "./sealer.ts";

const MINUTE = 60_000;

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const KEY = Buffer.alloc(32, 1);
const OTHER = Buffer.alloc(32, 2);

function setUp(...[first = KEY, ...others]: Buffer[]) {
  const clock = createManualClock();
  const sealer = createSealer({ keys: [first, ...others], random: seededRandom() }, clock);
  return { clock, sealer };
}

test("opens what it sealed", async () => {
  const { sealer } = setUp();
  const token = await sealer.seal("round", { berth: 7 }, MINUTE);
  expect(await sealer.open("round", token)).toMatchObject({ berth: 7 });
});

test("shows nothing of what it sealed", async () => {
  const { sealer } = setUp();
  const token = await sealer.seal("round", { berth: "north pier" }, MINUTE);
  const parts = token.split(".").map((part) => Buffer.from(part, "base64url").toString("latin1"));
  expect(parts.join("")).not.toContain("north pier");
});

test("does not open for another purpose", async () => {
  const { sealer } = setUp();
  const token = await sealer.seal("round", {}, MINUTE);
  expect(await sealer.open("session", token)).toBeUndefined();
});

test("opens until its time is up, and not after", async () => {
  const { clock, sealer } = setUp();
  const token = await sealer.seal("round", {}, MINUTE);
  clock.advance(MINUTE - 1);
  expect(await sealer.open("round", token)).toBeDefined();
  clock.advance(1);
  expect(await sealer.open("round", token)).toBeUndefined();
});

test("does not open what another key sealed", async () => {
  const token = await setUp(OTHER).sealer.seal("round", {}, MINUTE);
  expect(await setUp().sealer.open("round", token)).toBeUndefined();
});

test("opens on every replica that has the same key", async () => {
  const token = await setUp().sealer.seal("round", { berth: 7 }, MINUTE);
  expect(await setUp().sealer.open("round", token)).toMatchObject({ berth: 7 });
});

test("does not open a token with any one character changed", async () => {
  const { sealer } = setUp();
  const token = await sealer.seal("round", { berth: 7 }, MINUTE);
  for (const index of [3, Math.floor(token.length / 2), token.length - 10]) {
    const other = token[index] === "A" ? "B" : "A";
    const tampered = `${token.slice(0, index)}${other}${token.slice(index + 1)}`;
    expect(await sealer.open("round", tampered)).toBeUndefined();
  }
});

test.each(["", "a.b.c", "nonsense", "eyJhbGciOiJub25lIn0.e30."])(
  "does not open %j, which is no token of ours",
  async (token) => {
    expect(await setUp().sealer.open("round", token)).toBeUndefined();
  },
);

test("opens what a key sealed that it had before", async () => {
  const token = await setUp(OTHER).sealer.seal("round", { berth: 7 }, MINUTE);
  expect(await setUp(KEY, OTHER).sealer.open("round", token)).toMatchObject({ berth: 7 });
});

test("opens a token of yesterday that has not expired", async () => {
  const { clock, sealer } = setUp();
  const token = await sealer.seal("round", { berth: 7 }, 2 * DAY);
  clock.advance(DAY);
  expect(await sealer.open("round", token)).toMatchObject({ berth: 7 });
});

test("seals the tokens of each day with another key", async () => {
  const { clock, sealer } = setUp();
  const headOf = (token: string) => Buffer.from(token.split(".")[0] ?? "", "base64url").toString();
  const today = headOf(await sealer.seal("round", {}, MINUTE));
  clock.advance(DAY);
  expect(headOf(await sealer.seal("round", {}, MINUTE))).not.toBe(today);
});

describe("bytes", () => {
  const bytes = Buffer.from("berth 7");

  test("open where they were sealed, also an hour later and on another replica", () => {
    const { clock, sealer } = setUp();
    const sealed = sealer.sealBytes("answers", "ten_acme berths", bytes);
    expect(sealer.openBytes("answers", "ten_acme berths", sealed)).toEqual(bytes);
    clock.advance(HOUR);
    expect(sealer.openBytes("answers", "ten_acme berths", sealed)).toEqual(bytes);
    expect(setUp().sealer.openBytes("answers", "ten_acme berths", sealed)).toEqual(bytes);
  });

  test("open for no other place or purpose, and with no other key", () => {
    const { sealer } = setUp();
    const sealed = sealer.sealBytes("answers", "ten_acme berths", bytes);
    expect(sealer.openBytes("answers", "ten_other berths", sealed)).toBeUndefined();
    expect(sealer.openBytes("tokens", "ten_acme berths", sealed)).toBeUndefined();
    const other = setUp(OTHER).sealer;
    expect(other.openBytes("answers", "ten_acme berths", sealed)).toBeUndefined();
    expect(setUp(OTHER, KEY).sealer.openBytes("answers", "ten_acme berths", sealed)).toEqual(bytes);
  });

  test("do not open with any one bit changed, or cut short anywhere", () => {
    const { sealer } = setUp();
    const sealed = sealer.sealBytes("answers", "berths", bytes);
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      const changed = Buffer.from(sealed);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(sealer.openBytes("answers", "berths", changed), `bit ${bit}`).toBeUndefined();
    }
    for (let length = 0; length < sealed.length; length += 1) {
      expect(sealer.openBytes("answers", "berths", sealed.subarray(0, length))).toBeUndefined();
    }
  });

  test("show nothing of what they hold", () => {
    const { sealer } = setUp();
    expect(sealer.sealBytes("answers", "berths", bytes).toString("latin1")).not.toContain("berth");
  });
});
