import { soakWrites } from "@fairlead/bench/soaks/writes";
import { expect, test } from "vitest";

/** A cut of `npm run soak -- writes`. */
test("of a few hundred writes, with the server killed, none is doubled, lost or unheard of", async () => {
  const report = await soakWrites({ writes: 200, kills: 3, services: false });
  console.info(report);
  expect(report).toMatchObject({
    ...{ writes: 200, kills: 3, effects: 200, doubled: 0, lost: 0, refused: [] },
    ...{ unknown: 0, listed: 0, violations: 0 },
  });
}, 240_000);
