import { expect, test } from "vitest";
import { type Installation, TIERS } from "./installation.ts";
import { type Answer, connectOfficials, ERAS, type Official, streamsOf } from "./official.ts";
import type { People } from "./people.ts";
import { until } from "./until.ts";

const TOOL = "cloudways_get_token_status";
/** Of the tier `narrow`, and of `quick`: tokens in a millisecond. */
const NARROW = TIERS.narrow / 3_600_000;
const QUICK = TIERS.quick / 3_600_000;

export interface Count {
  admitted: number;
  refused: number;
}

/** Adds an answer up; one that is neither success nor the limit's refusal fails the test. */
export function tally(count: Count, { isError, text }: Answer): void {
  if (!isError) count.admitted += 1;
  else if (text.includes("rate_limited")) count.refused += 1;
  else throw new Error(text);
}

/** Has the clients make so many calls at once. */
export async function burst(clients: readonly Official[], calls: number): Promise<Count> {
  const count = { admitted: 0, refused: 0 };
  const answers = await Promise.all(
    Array.from({ length: calls }, (_, index) => clients[index % clients.length]?.call(TOOL)),
  );
  for (const answer of answers) if (answer !== undefined) tally(count, answer);
  return count;
}

/** Limits hold over all replicas together, to the token. */
export function testLimits(installation: () => Installation, who: () => People): void {
  test.each(ERAS)(
    "admits exactly what a bucket holds, whichever replica is asked, in the %s era",
    async (era) => {
      const { url, now, replicas } = installation();
      const { key } = await who().createTenant(`narrow-${era}`, { tier: "narrow" });
      const before = await now();
      const clients = await connectOfficials(6, `${url}/mcp`, key, era);
      const streams = streamsOf(clients);
      const all: Count = { admitted: streams, refused: 0 };
      for (let round = 0; round < 10; round += 1) {
        const { admitted, refused } = await burst(clients, 60);
        all.admitted += admitted;
        all.refused += refused;
      }
      const cameBack = Math.floor(((await now()) - before) * NARROW);
      expect(streamsOf(clients)).toBe(streams);
      expect(all.admitted).toBeGreaterThanOrEqual(TIERS.narrow);
      expect(all.admitted).toBeLessThanOrEqual(TIERS.narrow + cameBack);
      expect(all.admitted + all.refused).toBe(600 + streams);
      expect(answeredBy(clients)).toEqual(new Set(replicas.map(({ port }) => port)));
    },
  );

  test.each(ERAS)(
    "gives back exactly what came back in seconds of contention, in the %s era",
    async (era) => {
      const { url, now } = installation();
      const name = `quick-${era}`;
      const { key } = await who().createTenant(name, { tier: "narrow" });
      const canary = await who().createTenant(`${name}-canary`, { tier: "narrow" });
      const isFullAt = await now();
      const clients = await connectOfficials(6, `${url}/mcp`, key, era);
      const [first] = clients;
      if (first === undefined) throw new Error("There is no client.");

      // All but the last token at once, then the last one alone: so it is known when the bucket was empty.
      const streams = streamsOf(clients);
      const many = TIERS.narrow - streams - 1;
      expect(await burst(clients, many)).toEqual({ admitted: many, refused: 0 });
      const emptyAfter = await now();
      expect(await burst([first], 1)).toEqual({ admitted: 1, refused: 0 });
      const emptyBefore = await now();
      expect(await burst(clients, 60)).toEqual({ admitted: 0, refused: 60 });

      // Another tier leaves the tokens as they are. Replicas learn of changes in their order, so who knows that of the
      // canary knows this one, and nobody has to take a token to find out.
      for (const tenant of [name, `${name}-canary`]) {
        await who().operator.act("PATCH", "/api/tenant", { tenant, tier: "quick" });
      }
      await untilGranted(who().everywhere(canary.key), TIERS.quick);
      // Streams end when rights may have changed; their clients open them anew, and pay again.
      await until("streams are open again", () => streamsOf(clients) === 2 * streams);

      const count: Count = { admitted: streams, refused: 0 };
      const end = Date.now() + 4_000;
      await Promise.all(
        [...clients, ...clients].map(async (client) => {
          while (Date.now() < end) tally(count, await client.call(TOOL));
        }),
      );
      // Until it is empty once more, which the first refusal shows.
      let askedAt: number;
      let refused: number;
      do {
        askedAt = await now();
        const last = await burst([first], 1);
        count.admitted += last.admitted;
        refused = last.refused;
      } while (refused === 0);
      const refusedAt = await now();

      expect(streamsOf(clients)).toBe(2 * streams);
      const least = Math.floor((askedAt - emptyBefore) * QUICK);
      // "Empty" is less than a token: what had come back while the first sixty were spent was still in it.
      const rest = (emptyBefore - isFullAt) * NARROW;
      const most = Math.floor(rest + (refusedAt - emptyAfter) * QUICK);
      expect(count.admitted).toBeGreaterThanOrEqual(least);
      expect(count.admitted).toBeLessThanOrEqual(most);
      expect(least).toBeGreaterThanOrEqual(40);
      // More was asked for than there was: every token was contended for.
      expect(count.refused).toBeGreaterThan(20);
    },
    30_000,
  );
}

function answeredBy(clients: readonly Official[]): Set<number | undefined> {
  return new Set(clients.flatMap(({ exchanges }) => exchanges.map(({ replica }) => replica)));
}

async function untilGranted(apis: ReturnType<People["everywhere"]>, limit: number): Promise<void> {
  for (const api of apis) {
    await until("the tier is known everywhere", async () => {
      const { headers } = await api.call(TOOL);
      return headers.get("RateLimit-Limit") === String(limit);
    });
  }
}
