import { createManualClock } from "@fairlead/testkit/clock";
import { seededRandom } from "@fairlead/testkit/random";
import { expect, test } from "vitest";
import { createSealer } from "./sealer.ts";

const MINUTE = 60_000;

function setUp(masterKey: string | undefined = "key of the harbour master") {
  const clock = createManualClock();
  return { clock, sealer: createSealer({ masterKey }, clock, seededRandom()) };
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
  const token = await setUp("key of another harbour").sealer.seal("round", {}, MINUTE);
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

test("seals with a key of its own when it is given none", async () => {
  const clock = createManualClock();
  const one = createSealer({}, clock, seededRandom(1));
  const other = createSealer({}, clock, seededRandom(2));
  const token = await one.seal("round", { berth: 7 }, MINUTE);
  expect(await one.open("round", token)).toMatchObject({ berth: 7 });
  expect(await other.open("round", token)).toBeUndefined();
});
