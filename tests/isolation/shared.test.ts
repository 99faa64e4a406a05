import { createSchema, POSTGRES_URL, probePostgres } from "@fairlead/testkit/postgres";
import { type OwnRedis, probeRedisServer, startRedis } from "@fairlead/testkit/redis";
import { requireService } from "@fairlead/testkit/services";
import { createClient } from "@redis/client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testCatalogue } from "./src/catalogue.ts";
import { testChanges } from "./src/changes.ts";
import { testEntrances } from "./src/entrances-of-others.ts";
import { testRest } from "./src/rest.ts";
import { testSessions } from "./src/sessions.ts";
import { startTwoTenants, type TwoTenants } from "./src/two-tenants.ts";

const describeShared = await requireService("PostgreSQL and Redis", async () => {
  await probePostgres();
  await probeRedisServer();
});

/** What keys in Redis may look like, and why they meet nobody else's. A key of another kind fails. */
const KINDS: readonly [RegExp, string][] = [
  [/^bucket:calls ten_\w+ /, "an allowance, of a tenant and its principal"],
  [/^(value|lease|fence):token ten_[0-9a-f]+ [0-9a-f]{64}/, "a token, of a tenant and its account"],
  [/^value:result ten_[0-9a-f]+ [0-9a-f]{32}$/, "a long answer, of a tenant, by its random id"],
  [/^value:audit (checkpoint|retention)$/, "whose turn it is to look after the audit of all"],
  [/^value:session (uris )?[\w-]+$/, "a session, by its random id, which is sealed in its token"],
  [/^(value|lease):cache (kept \S+|lease|version) [0-9a-f]{32}$/, "an answer, by a keyed hash"],
  [/^value:proven cloudways [0-9a-f]{64}$/, "a credential, by a keyed hash of it"],
  [/^bucket:agent challenges [\da-f.:]+(\/\d+)?$/, "an allowance, of a network; of no tenant yet"],
  [/^value:agent challenge [\da-f-]{36}$/, "a challenge, by its random id; it names its account"],
  [/^value:agent refresh [\da-f]{64}$/, "a token that was exchanged, by a hash of its random id"],
  [/^value:sign-in [\da-f]{64}$/, "a sign-in that is over, by a hash of its random state"],
  [/^window:upstream cloudways [0-9a-f]{64}$/, "an account at the upstream, by a keyed hash of it"],
];

describeShared("two tenants on PostgreSQL and Redis", () => {
  let redis: OwnRedis;
  let schema: Awaited<ReturnType<typeof createSchema>>;
  let both: TwoTenants;

  beforeAll(async () => {
    redis = await startRedis();
    schema = await createSchema("isolation_suite");
    const url = new URL(POSTGRES_URL);
    url.searchParams.set("options", "-c search_path=test_isolation_suite");
    both = await startTwoTenants({ DATABASE_URL: url.href, REDIS_URL: redis.url });
  }, 30_000);

  afterAll(async () => {
    await both?.close();
    await schema?.drop();
    await redis?.close();
  });

  testCatalogue(() => both);
  testChanges(() => both);
  testRest(() => both);
  testEntrances(() => both);
  testSessions(() => both);

  test("every key in Redis is of one tenant, or of a kind that says why not", async () => {
    const client = createClient({ url: redis.url });
    await client.connect();
    try {
      const keys: string[] = [];
      for await (const some of client.scanIterator({ COUNT: 1_000 })) keys.push(...some);
      expect(keys.length).toBeGreaterThan(5);
      const plain = keys.map((key) => key.replace(/^fairlead:(\w+):\{\.(.*)\}$/, "$1:$2"));
      expect(plain.filter((key) => !KINDS.some(([shape]) => shape.test(key)))).toEqual([]);
      const { acme, other } = both;
      for (const key of plain) expect(key.includes(acme.id) && key.includes(other.id)).toBe(false);
      for (const key of plain) expect(key).not.toMatch(/MARK|@/);
    } finally {
      await client.close();
    }
  });
});
