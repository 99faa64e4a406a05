import { join } from "node:path";
import type { Clock } from "@fairlead/core/ports";
import { SILENT } from "@fairlead/core/ports";
import { Secret } from "@fairlead/core/secret";
import { createJoinedShared } from "@fairlead/core/storage/joined-shared";
import type { Shared } from "@fairlead/core/storage/shared";
import { createSqliteStore } from "@fairlead/core/storage/sqlite";
import type { Store } from "@fairlead/core/storage/store";
import { createPostgresStore } from "fairlead/storage/postgres";
import { createRedisShared } from "fairlead/storage/redis-shared";

/** Where the replicas keep what they know: a directory, or services. */
export type Place =
  | { directory: string }
  | { postgres: string; schema: string; redis: string; prefix: string };

export function openStore(place: Place): Promise<Store> {
  if ("directory" in place) return createSqliteStore(join(place.directory, "fairlead.db"));
  const { postgres, schema } = place;
  return createPostgresStore({ url: new Secret(postgres), schema, poolSize: 4 });
}

export async function openShared(place: Place, clock: Clock): Promise<Shared> {
  if ("directory" in place) {
    const path = join(place.directory, "shared.db");
    return createJoinedShared({ path, clock, logger: SILENT });
  }
  const { redis, prefix } = place;
  return createRedisShared({ url: new Secret(redis), prefix, clock, logger: SILENT });
}
