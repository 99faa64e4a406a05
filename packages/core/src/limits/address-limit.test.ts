import { createManualClock } from "@fairlead/testkit/clock";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createAddressLimit } from "./address-limit.ts";

const BUCKET = { capacity: 2, refillPerSecond: 0.5 };

function setUp(bucket = BUCKET) {
  const clock = createManualClock();
  return { clock, limit: createAddressLimit(clock, bucket) };
}

test("admits what the bucket holds, then says how long to wait", () => {
  const { limit } = setUp();
  expect([1, 2, 3].map(() => limit.take("10.0.0.1", 1))).toEqual([0, 0, 2_000]);
});

test("admits again after the time it named, and not before", () => {
  const { clock, limit } = setUp();
  limit.take("10.0.0.1", 2);
  clock.advance(1_999);
  expect(limit.take("10.0.0.1", 1)).toBe(1);
  clock.advance(1);
  expect(limit.take("10.0.0.1", 1)).toBe(0);
});

test("does not let one address pay for another", () => {
  const { limit } = setUp();
  limit.take("10.0.0.1", 2);
  expect(limit.take("10.0.0.2", 1)).toBe(0);
});

test("counts a network of IPv6 as one address, since one client has all of it", () => {
  const { limit } = setUp();
  limit.take("2001:db8:1:2::1", 1);
  limit.take("2001:db8:1:2:ffff:0:0:9", 1);
  expect(limit.take("2001:db8:1:2:a:b:c:d%eth0", 1)).toBe(2_000);
  expect(limit.take("2001:db8:1:3::1", 1)).toBe(0);
  expect(limit.take("2001:db8::1", 2)).toBe(0);
  expect(limit.take("2001:db8:0:0:5::1", 1)).toBe(2_000);
  expect(limit.take("::1", 2)).toBe(0);
});

test("tells addresses of IPv4 apart however they are written", () => {
  const { limit } = setUp();
  limit.take("::ffff:10.0.0.1", 2);
  expect(limit.take("::ffff:10.0.0.2", 1)).toBe(0);
  expect(limit.take("10.0.0.1", 1)).toBe(2_000);
});

test("gives nothing when the clock steps back", () => {
  const { clock, limit } = setUp();
  limit.take("10.0.0.1", 2);
  clock.step(-3_600_000);
  expect(limit.take("10.0.0.1", 1)).toBe(2_000);
});

test("makes an address wait off what it was charged beyond its bucket", () => {
  const { clock, limit } = setUp();
  for (let i = 0; i < 3; i++) limit.charge("10.0.0.1", 1);
  expect(limit.take("10.0.0.1", 0)).toBe(2_000);
  clock.advance(2_000);
  expect(limit.take("10.0.0.1", 0)).toBe(0);
});

test("never charges more than one bucket of debt", () => {
  const { limit } = setUp();
  for (let i = 0; i < 100; i++) limit.charge("10.0.0.1", 1);
  expect(limit.take("10.0.0.1", 0)).toBe(4_000);
});

test("never admits more than the bucket held plus what came back since", () => {
  const steps = fc.array(fc.record({ wait: fc.nat(5_000), cost: fc.integer({ min: 1, max: 2 }) }));
  const { clock, limit } = setUp();
  let run = 0;
  fc.assert(
    fc.property(steps, (takes) => {
      const address = `10.0.0.${run++}`;
      const startedAt = clock.now();
      let taken = 0;
      for (const { wait, cost } of takes) {
        clock.advance(wait);
        if (limit.take(address, cost) === 0) taken += cost;
        const elapsed = (clock.now() - startedAt) / 1000;
        const most = BUCKET.capacity + Math.floor(elapsed * BUCKET.refillPerSecond);
        expect(taken).toBeLessThanOrEqual(most);
      }
    }),
    { seed: 7 },
  );
});
