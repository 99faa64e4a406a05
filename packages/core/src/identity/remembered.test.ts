import { createManualClock } from "@fairlead/testkit/clock";
import { createPrincipal } from "@fairlead/testkit/engine";
import { describe, expect, test } from "vitest";
import { createRemembered } from "./remembered.ts";

function setUp(most?: number) {
  const remembered = createRemembered(createManualClock(), most);
  const learn = (digest: string, id = "prn_ann", related: string[] = []) => {
    const principal = createPrincipal({ id });
    remembered.begin().remember(digest, { principal, related });
    return principal;
  };
  return { remembered, learn };
}

describe("what is remembered", () => {
  test("goes with the change of anything it was made of", () => {
    const { remembered, learn } = setUp();
    learn("one", "prn_one", ["prn_owner"]);
    learn("two", "prn_two", ["prn_owner"]);
    learn("three", "prn_three");
    remembered.drop("principal prn_owner");
    expect(["one", "two", "three"].map((digest) => remembered.get(digest) !== undefined)).toEqual([
      ...[false, false, true],
    ]);
  });

  test("is bounded, and the least used goes first", () => {
    const { remembered, learn } = setUp(2);
    for (const digest of ["one", "two"]) learn(digest);
    remembered.get("one");
    learn("three");
    expect(remembered.size).toBe(2);
    expect(remembered.get("two")).toBeUndefined();
  });

  test("is outdated when it was dropped, not when it only made room", () => {
    const { remembered, learn } = setUp(2);
    const first = learn("one", "prn_one");
    const second = learn("two", "prn_two");
    learn("three", "prn_three");
    remembered.drop("principal prn_two");
    expect(remembered.isOutdated(first)).toBe(false);
    expect(remembered.isOutdated(second)).toBe(true);
  });

  test("stays good through more changes of others than can be told apart", () => {
    const { remembered, learn } = setUp(2);
    const held = learn("one", "prn_one");
    const gone = learn("two", "prn_two");
    remembered.get("one");
    learn("three", "prn_three");
    for (let i = 0; i < 10_100; i++) remembered.drop(`principal prn_other_${i}`);
    // What is no longer held, and was verified before all of them, may be outdated: better to end it.
    expect(remembered.isOutdated(gone)).toBe(true);
    expect(remembered.isOutdated(held)).toBe(false);
  });

  test("is not taken in when more changes came meanwhile than can be told apart", () => {
    const { remembered } = setUp();
    const beginning = remembered.begin();
    for (let i = 0; i < 10_100; i++) remembered.drop(`principal prn_other_${i}`);
    expect(beginning.remember("one", { principal: createPrincipal() })).toBe(false);
    expect(remembered.get("one")).toBeUndefined();
  });
});
