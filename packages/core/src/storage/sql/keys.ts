import { sql } from "kysely";
import type { ApiKey } from "../records.ts";
import type { Store } from "../store.ts";
import { limitOf, parseCursor, toPage } from "./page.ts";
import { chunksOf, mergedBy, repeatedly, requireRow } from "./rows.ts";
import type { ApiKeyRow, Db } from "./tables.ts";

export function createKeys(db: Db): Store["keys"] {
  return {
    async insert(key) {
      await db.insertInto("api_keys").values(toRow(key)).execute();
    },
    async update(key) {
      const { id, tenant_id, last_used_at, ...rest } = toRow(key);
      const result = await db
        .updateTable("api_keys")
        // The record at hand may be older than the last use that was noted.
        .set({
          ...rest,
          last_used_at: sql`case when last_used_at > coalesce(cast(${last_used_at} as bigint), 0)
            then last_used_at else cast(${last_used_at} as bigint) end`,
        })
        .where("id", "=", id)
        .where("tenant_id", "=", tenant_id)
        .executeTakeFirstOrThrow();
      requireRow(result, "API key");
    },
    async find(id) {
      const row = await db
        .selectFrom("api_keys")
        .selectAll()
        .where("id", "=", id)
        .executeTakeFirst();
      return row === undefined ? undefined : fromRow(row);
    },
    async list(tenant_id, page) {
      const after = parseCursor(page.cursor, ["number", "string"]);
      let query = db
        .selectFrom("api_keys")
        .selectAll()
        .where("tenant_id", "=", tenant_id)
        .orderBy("created_at")
        .orderBy("id")
        .limit(limitOf(page) + 1);
      if (after !== undefined)
        query = query.where(sql<boolean>`(created_at, id) > (${after[0]}, ${after[1]})`);
      const rows = (await query.execute()).map(fromRow);
      return toPage(rows, page, ({ created_at, id }) => [created_at, id]);
    },
    async listOf(tenant_id, principal_id) {
      const rows = await db
        .selectFrom("api_keys")
        .selectAll()
        .where("tenant_id", "=", tenant_id)
        .where("principal_id", "=", principal_id)
        .orderBy("created_at")
        .orderBy("id")
        .execute();
      return rows.map(fromRow);
    },
    async touch(uses) {
      const latest = mergedBy(
        uses,
        ({ id }) => id,
        (one, other) => (one.at > other.at ? one : other),
      );
      for (const chunk of chunksOf(latest, 2)) {
        const values = sql.join(
          chunk.map(({ id, at }) => sql`(cast(${id} as text), cast(${at} as bigint))`),
        );
        const update = sql`update api_keys set last_used_at = used.at
          from (select column1 as id, column2 as at from (values ${values}) as given) as used
          where api_keys.id = used.id and coalesce(last_used_at, 0) < used.at`;
        await repeatedly(db, () => update.execute(db));
      }
    },
  };
}

function toRow(key: ApiKey): ApiKeyRow {
  const { scopes, addresses } = key;
  return {
    ...key,
    scopes: scopes === null ? null : JSON.stringify(scopes),
    addresses: addresses === null ? null : JSON.stringify(addresses),
  };
}

function fromRow(row: ApiKeyRow): ApiKey {
  const { scopes, addresses } = row;
  return {
    ...row,
    scopes: scopes === null ? null : JSON.parse(scopes),
    addresses: addresses === null ? null : JSON.parse(addresses),
  };
}
