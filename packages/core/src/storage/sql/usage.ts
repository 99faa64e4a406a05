import { sql } from "kysely";
import type { UsageRow } from "../records.ts";
import type { Store } from "../store.ts";
import { chunksOf, mergedBy } from "./rows.ts";
import type { Db } from "./tables.ts";

/** What an audit row takes on the disk, index included, by the look of real ones. */
const AUDIT_ROW_BYTES = 900;
/** The same of a plan, a journal row or an operation; how long what they seal is would have to be read row by row. */
const WRITE_ROW_BYTES = 2_500;
/** Numbers, ids and index entries of any other row. */
const ROW_BYTES = 300;

const NOTHING = { calls: 0, errors: 0, upstream_calls: 0, bytes_out: 0 };

export function createUsage(db: Db): Store["usage"] {
  const summed = ({ from, to }: { from: number; to: number }) =>
    db
      .selectFrom("usage_hours")
      .select(({ fn }) => [
        "tenant_id",
        fn.sum<number>("calls").as("calls"),
        fn.sum<number>("errors").as("errors"),
        fn.sum<number>("upstream_calls").as("upstream_calls"),
        fn.sum<number>("bytes_out").as("bytes_out"),
      ])
      .where("hour", ">=", from)
      .where("hour", "<", to)
      .groupBy("tenant_id");

  return {
    async add(rows) {
      const sums = mergedBy(
        rows,
        ({ tenant_id, hour, principal_id, tool }) =>
          JSON.stringify([tenant_id, hour, principal_id, tool]),
        sum,
      );
      for (const chunk of chunksOf(sums, 10)) {
        await db
          .insertInto("usage_hours")
          .values(chunk)
          .onConflict((conflict) =>
            conflict.columns(["tenant_id", "hour", "principal_id", "tool"]).doUpdateSet({
              calls: sql`usage_hours.calls + excluded.calls`,
              errors: sql`usage_hours.errors + excluded.errors`,
              upstream_calls: sql`usage_hours.upstream_calls + excluded.upstream_calls`,
              bytes_out: sql`usage_hours.bytes_out + excluded.bytes_out`,
            }),
          )
          .execute();
      }
    },
    async list(tenant_id, { from, to, principal_id }) {
      let query = db
        .selectFrom("usage_hours")
        .selectAll()
        .where("tenant_id", "=", tenant_id)
        .where("hour", ">=", from)
        .where("hour", "<", to)
        .orderBy("hour")
        .orderBy("principal_id")
        .orderBy("tool");
      if (principal_id !== undefined) query = query.where("principal_id", "=", principal_id);
      return (await query.execute()).map((row) => ({ ...row }));
    },
    async total(tenant_id, query) {
      const [row] = await summed(query).where("tenant_id", "=", tenant_id).execute();
      return row === undefined ? { tenant_id, ...NOTHING } : { ...row };
    },
    async totals(query) {
      return (await summed(query).orderBy("tenant_id").execute()).map((row) => ({ ...row }));
    },
    async storedBytes(tenant_id) {
      const { rows } = await sql<{ bytes: number | null }>`select sum(bytes) as bytes from (
        select count(*) * ${sql.lit(AUDIT_ROW_BYTES)} as bytes from audit where tenant_id = ${tenant_id}
        union all select count(*) * ${sql.lit(ROW_BYTES)} from usage_hours where tenant_id = ${tenant_id}
        union all select count(*) * ${sql.lit(WRITE_ROW_BYTES)} from plans where tenant_id = ${tenant_id}
        union all select count(*) * ${sql.lit(WRITE_ROW_BYTES)} from journal where tenant_id = ${tenant_id}
        union all select count(*) * ${sql.lit(WRITE_ROW_BYTES)} from operations where tenant_id = ${tenant_id}
        union all select count(*) * ${sql.lit(ROW_BYTES)} from undos where tenant_id = ${tenant_id}
        union all select count(*) * ${sql.lit(ROW_BYTES)} from principals where tenant_id = ${tenant_id}
        union all select count(*) * ${sql.lit(ROW_BYTES)} from api_keys where tenant_id = ${tenant_id}
        union all select coalesce(sum(length(settings) + coalesce(length(sealed_credential), 0) + ${sql.lit(ROW_BYTES)}), 0)
          from connections where tenant_id = ${tenant_id}
        union all select coalesce(sum(length(text) + ${sql.lit(ROW_BYTES)}), 0)
          from policies where tenant_id = ${tenant_id}
      ) as parts`.execute(db);
      return Number(rows[0]?.bytes ?? 0);
    },
  };
}

function sum(one: UsageRow, other: UsageRow): UsageRow {
  return {
    ...one,
    calls: one.calls + other.calls,
    errors: one.errors + other.errors,
    upstream_calls: one.upstream_calls + other.upstream_calls,
    bytes_out: one.bytes_out + other.bytes_out,
  };
}
