import { randomBytes } from "node:crypto";
import { createApiKey } from "@fairlead/core/identity/api-key";
import { createIdentity } from "@fairlead/core/identity/identity";
import type { Store } from "@fairlead/core/storage/store";
import { bearer } from "@fairlead/testkit/caller";
import { createTestIdentity } from "@fairlead/testkit/identity";
import { createKey, type Installation, startInstallation } from "@fairlead/testkit/installation";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

let installation: Installation;
let serial = 0;

beforeAll(async () => {
  installation = await startInstallation({ environment: { TRUSTED_PROXIES: "127.0.0.1" } });
  for (const name of ["acme", "other"]) {
    await installation.operator.act("POST", "/api/tenants", { name });
  }
});

afterAll(async () => {
  await installation?.close();
});

/** Another key with the id of a real one, right in its checksum. */
function withIdOf(real: string): string {
  const [, id = ""] = real.split("_");
  const bytes = Buffer.from([...id].map((letter) => ALPHABET.indexOf(letter)));
  let isId = true;
  return createApiKey((length) => {
    const given = isId ? bytes : randomBytes(length);
    isId = false;
    return given;
  }).key;
}

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

async function refusalOf(token: string) {
  serial += 1;
  const caller = installation.as({
    ...bearer(token),
    "X-Forwarded-For": `2001:db8:${serial.toString(16)}::1`,
  });
  const answers = [await caller.rest("GET", "/api/tenant"), await caller.modern("tools/list")];
  return answers.map(({ status, text, headers }) => ({
    status,
    text,
    headers: Object.entries(headers).filter(([name]) => name !== "date"),
  }));
}

test("whatever is wrong with a key, who does not have the whole of it reads the same bytes", async () => {
  const { operator } = installation;
  const [live, gone, expiring, foreign, disabled] = await Promise.all([
    createKey(installation, "acme"),
    createKey(installation, "acme"),
    createKey(installation, "acme", { expires_in_s: 1 }),
    createKey(installation, "other"),
    createKey(installation, "acme"),
  ]);
  await operator.act("DELETE", `/api/keys/${gone.id}?tenant=acme`);
  await operator.act("PATCH", `/api/principals/${disabled.principal_id}?tenant=acme`, {
    status: "disabled",
  });
  const forged = [live, gone, expiring, foreign, disabled].map(({ key }) => withIdOf(key));
  for (const key of forged) expect(key.slice(0, 3)).toBe("fl_");
  expect(forged[0]?.slice(0, 16)).toBe(live.key.slice(0, 16));
  const refusals = [
    await refusalOf(createApiKey(randomBytes).key),
    ...(await Promise.all(forged.map(refusalOf))),
    await refusalOf("any-other-text-at-all"),
  ];
  for (const refusal of refusals) expect(refusal).toEqual(refusals[0]);
  expect(refusals[0]?.map(({ status }) => status)).toEqual([401, 401]);
});

describe("whatever is wrong with a key, finding that out is the same work", () => {
  /** The calls of the store that one refusal costs. */
  async function workOf(token: string, prepare?: (store: Store) => Promise<void>) {
    const kit = await createTestIdentity();
    const seen: string[] = [];
    try {
      await prepare?.(kit.store);
      const store = watch(kit.store, seen);
      const identity = createIdentity({
        config: { trustLocal: false, headerCredentials: false },
        ...{ store, changes: kit.changes, clock: kit.clock, random: randomBytes },
        clients: { use: () => Promise.reject(new Error("unused")), drop() {} },
        keyedHash: () => "",
        fetch: () => Promise.reject(new Error("unused")),
        logger: kit.logger,
        failures: { take: () => 0, charge() {} },
      });
      const evidence = { surface: "http" as const, address: "10.0.0.1", connectors: [] };
      const headers = { authorization: `Bearer ${token}` };
      const failure = await Promise.resolve()
        .then(() => identity.authenticate({ ...evidence, headers }))
        .catch((error: unknown) => error);
      await identity.close();
      expect(failure).toMatchObject({ code: "unauthenticated" });
      return seen;
    } finally {
      await kit.close();
    }
  }

  test("one lookup, of an id that is there or not, live or not, anybody's", async () => {
    const unknown = await workOf(createApiKey(randomBytes).key);
    expect(unknown).toEqual(["keys.find"]);
    const made = createApiKey(randomBytes);
    const record = {
      ...{ id: made.id, tenant_id: "ten_acme", principal_id: "prn_ann", label: "x" },
      ...{ hash: made.hash, scopes: null, addresses: null, created_at: 0, created_by: "x" },
      ...{ expires_at: null, revoked_at: null, last_used_at: null, replaced_by: null },
    };
    const forged = withIdOf(made.key);
    for (const changes of [{}, { revoked_at: 1 }, { expires_at: 1 }, { scopes: ["*:read"] }]) {
      const work = await workOf(forged, (store) => store.keys.insert({ ...record, ...changes }));
      expect(work).toEqual(unknown);
    }
  });

  test("none at all for what was mistyped", async () => {
    const { key } = createApiKey(randomBytes);
    const flipped = key.slice(0, -1) + (key.endsWith("0") ? "1" : "0");
    expect(await workOf(flipped)).toEqual([]);
  });
});

/** The same store, with each call noted by name. */
function watch(store: Store, seen: string[]): Store {
  return new Proxy(store, {
    get(target, noun: keyof Store) {
      const methods: unknown = target[noun];
      if (typeof methods !== "object" || methods === null) return methods;
      return new Proxy(methods, {
        get(nouns, method) {
          const value: unknown = Reflect.get(nouns, method);
          if (typeof value !== "function") return value;
          return (...given: unknown[]) => {
            seen.push(`${noun}.${String(method)}`);
            return Reflect.apply(value, nouns, given);
          };
        },
      });
    },
  });
}

describe("a tenant that is not one's own is as good as none", () => {
  test("to whoever names it, on each route", async () => {
    const { key } = await createKey(installation, "acme", { roles: ["owner"] });
    const caller = installation.as(bearer(key));
    const routes = ["/api/keys", "/api/tenant", "/api/connections", "/api/audit", "/api/usage"];
    for (const path of routes) {
      const [there, nowhere] = await Promise.all(
        ["other", "nowher"].map((name) => caller.rest("GET", `${path}?tenant=${name}`)),
      );
      expect(there?.status).toBe(nowhere?.status);
      expect(there?.status).toBeGreaterThanOrEqual(400);
      expect(there?.text.replaceAll("other", "X")).toBe(nowhere?.text.replaceAll("nowher", "X"));
    }
  });

  test("whoever is registered there, by whichever issuer, nobody else learns of it", async () => {
    const { operator } = installation;
    const somebody = {
      ...{ kind: "person", label: "v", roles: ["viewer"] },
      ...{ issuer: "https://id.example.com", subject: "victim", email: "victim@example.com" },
    };
    await operator.act("POST", "/api/principals?tenant=other", somebody);
    const { key } = await createKey(installation, "acme", { roles: ["admin"] });
    const caller = installation.as(bearer(key));
    const taken = await caller.rest("POST", "/api/principals", somebody);
    const free = await caller.rest("POST", "/api/principals", { ...somebody, subject: "nobody" });
    expect({ status: taken.status, code: taken.json.code }).toEqual({
      status: free.status,
      code: free.json.code,
    });
    // One who could register people by their subject could claim another tenant's, and allowances for invented ones.
    expect(free.status).toBe(403);
  });
});
