import { SYSTEM_CLOCK } from "@fairlead/core/ports";
import { createSqlStore } from "@fairlead/core/storage/sql/store";
import type { Tables } from "@fairlead/core/storage/sql/tables";
import { testQueryPlans } from "@fairlead/testkit/contracts/test-query-plans";
import { createSchema, POSTGRES_URL, probePostgres } from "@fairlead/testkit/postgres";
import { requireService } from "@fairlead/testkit/services";
import { Kysely } from "kysely";
import { afterAll } from "vitest";
import { createPostgresStore } from "./postgres.ts";
import { createPostgresDialect } from "./postgres-dialect.ts";
import { createPool } from "./postgres-pool.ts";

const describePostgres = await requireService("PostgreSQL", probePostgres);

describePostgres("PostgreSQL", () => {
  const closing: (() => Promise<void>)[] = [];
  afterAll(async () => {
    for (const close of closing) await close();
  });

  testQueryPlans(async (onQuery) => {
    const schema = await createSchema("query_plans");
    closing.push(schema.drop);
    const migrated = await createPostgresStore(schema.options);
    await migrated.close();
    const pool = createPool({
      url: POSTGRES_URL,
      size: 2,
      connectTimeoutMs: 5_000,
      statementTimeoutMs: 5_000,
      schema: "test_query_plans",
    });
    const db = new Kysely<Tables>({ dialect: createPostgresDialect(pool), log: onQuery });
    const client = await pool.connect();
    // With a handful of rows a scan is cheaper than any index: it is asked which one there would be.
    await client.query("set enable_seqscan = off; set enable_sort = off");
    const close = async () => {
      client.release(true);
      await pool.end();
    };
    return {
      store: createSqlStore({ db, clock: SYSTEM_CLOCK, bytes: async () => 0, close }),
      async analyze() {
        await client.query("analyze plans, journal, operations, undos, effect_counts");
      },
      async explain({ sql, parameters }) {
        const { rows } = await client.query<{ "QUERY PLAN": [{ Plan: PlanNode }] }>(
          `explain (format json) ${sql}`,
          [...parameters],
        );
        const nodes = rows.flatMap((row) => nodesOf(row["QUERY PLAN"][0].Plan));
        return {
          scanned: nodes.flatMap((node) => scannedBy(node)),
          conditions: nodes.map((node) => node["Index Cond"] ?? "").join("; "),
          sorts: nodes.some((node) => /Sort$/.test(node["Node Type"])),
        };
      },
    };
  });
});

interface PlanNode {
  "Node Type": string;
  "Relation Name"?: string;
  "Index Cond"?: string;
  Filter?: string;
  Plans?: PlanNode[];
}

function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}

/** A scan of the table; or of an index from one end to the other, throwing away what does not match. */
function scannedBy(node: PlanNode): string[] {
  const table = node["Relation Name"];
  if (table === undefined) return [];
  const isWholeIndex = /^Index/.test(node["Node Type"]) && node["Index Cond"] === undefined;
  const isRead = node["Node Type"] === "Seq Scan" || (isWholeIndex && node.Filter !== undefined);
  return isRead ? [table] : [];
}
