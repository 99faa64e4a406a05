import { type Api, createApi } from "./api.ts";
import type { Installation } from "./installation.ts";
import { until } from "./until.ts";

export interface Key {
  id: string;
  key: string;
}

/** What its operator does with an installation, and how its callers reach every replica of it. */
export interface People {
  operator: Api;
  createKey(tenant: string, more?: object): Promise<Key>;
  /** A tenant with a connection to the upstream and a key that may do everything. */
  createTenant(name: string, more?: object): Promise<Key & { tenant_id: string }>;
  /** The same caller at every replica, past the proxy. */
  everywhere(key: string): Api[];
  /** Resolves when every replica takes writes again, without anybody's help. */
  recovered(tenant: string): Promise<void>;
  /** Every entry of a list, page by page. */
  pagesOf<T>(path: string): Promise<T[]>;
}

export function peopleOf(installation: Installation): People {
  const { url, operatorKey, replicas, upstream } = installation;
  const operator = createApi(url, operatorKey);
  const everywhere = (key: string) => replicas.map((replica) => createApi(replica.url, key));

  const createKey = (tenant: string, more: object = {}) =>
    operator.act<Key>("POST", `/api/keys?tenant=${tenant}`, {
      ...{ label: "tests", roles: ["admin"] },
      ...more,
    });

  return {
    operator,
    everywhere,
    createKey,
    async createTenant(name, more = {}) {
      const tenant = await operator.act<{ id: string }>("POST", "/api/tenants", { name, ...more });
      const { email, apiKey } = upstream.credentials;
      await operator.act("POST", `/api/connections?tenant=${name}`, {
        ...{ connector: "cloudways", label: "main" },
        credential: { email, api_key: apiKey },
      });
      return { ...(await createKey(name)), tenant_id: tenant.id };
    },
    async recovered(tenant) {
      const path = `/api/keys?tenant=${tenant}`;
      for (const api of everywhere(operatorKey)) {
        await until("every replica takes writes again", async () => {
          const answer = await api.send("POST", path, { label: "again" }).catch(() => undefined);
          return answer?.status === 201;
        });
      }
    },
    async pagesOf<T>(path: string) {
      const all: T[] = [];
      for (let cursor = ""; ; ) {
        const page = await operator.act<{ items: T[]; next_cursor: string | null }>(
          "GET",
          `${path}&limit=100${cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`}`,
        );
        all.push(...page.items);
        if (page.next_cursor === null) return all;
        cursor = page.next_cursor;
      }
    },
  };
}
