import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createSqliteStore } from "@fairlead/core/storage/sqlite";
import type { Store } from "@fairlead/core/storage/store";
import { createManualClock } from "@fairlead/testkit/clock";
import { CASES, testIsolation } from "@fairlead/testkit/contracts/store/isolation";
import { createSchema, probePostgres } from "@fairlead/testkit/postgres";
import { requireService } from "@fairlead/testkit/services";
import { createPostgresStore } from "fairlead/storage/postgres";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";

describe("two tenants in one embedded store", () => {
  testOn(() => createSqliteStore(":memory:", { clock: createManualClock() }));
});

const describePostgres = await requireService("PostgreSQL", () => probePostgres());
describePostgres("two tenants in one PostgreSQL", () => {
  let schema: Awaited<ReturnType<typeof createSchema>>;
  beforeAll(async () => {
    schema = await createSchema("isolation_store");
  });
  afterEach(() => schema.empty());
  afterAll(() => schema?.drop());
  testOn(() => createPostgresStore({ ...schema.options, clock: createManualClock() }));
});

function testOn(create: () => Promise<Store>): void {
  let store: Store;
  beforeEach(async () => {
    store = await create();
  });
  afterEach(() => store.close());
  testIsolation(() => ({ clock: createManualClock(), one: store, other: store }));
}

/**
 * Methods that find a tenant themselves, and the only files that may call them: each of these has been looked at for what
 * it does with a row that is somebody else's. A new caller fails until it has been.
 */
const CALLERS: Readonly<Record<string, readonly string[]>> = {
  // Who may name another tenant is the operator; for all others it is as good as none.
  "tenants.findByName": [
    "core/src/admin/admin.ts",
    "core/src/identity/by-issuer.ts",
    "server/src/cli/audit-input.ts",
    "server/src/cli/policy-explain.ts",
    "server/src/vault/acts.ts",
  ],
  // The operator's alone.
  "tenants.list": ["core/src/admin/acts/tenants.ts", "server/src/cli/decide.ts"],
  // The worker's, who does with each row what it says, as its own tenant and caller.
  "operations.due": ["core/src/operations/worker.ts"],
  "journal.due": ["core/src/operations/worker.ts"],
  // By what an issuer, or the account itself, has signed.
  "principals.findBySubject": [
    "core/src/identity/agents/accounts.ts",
    "core/src/identity/by-issuer.ts",
    "core/src/identity/provision.ts",
    "server/src/signin/entrance.ts",
  ],
  // Acts compare its tenant with theirs; who shows a key has to have all of it.
  "keys.find": ["core/src/admin/acts/keys.ts", "core/src/identity/by-api-key.ts"],
  "keys.touch": ["core/src/identity/last-used.ts"],
  // By hashes of tokens that nobody guesses.
  "invitations.findByHash": ["server/src/signin/entrance.ts"],
  "invitations.accept": ["server/src/signin/entrance.ts"],
  "signIns.find": [
    "server/src/signin/by-sign-in.ts",
    "server/src/signin/entrance.ts",
    "server/src/signin/sign-in.ts",
  ],
  "signIns.delete": ["server/src/signin/entrance.ts", "server/src/signin/sign-in.ts"],
  // By an address and a key whose signature was right.
  "agentKeys.find": [
    "core/src/identity/agents/by-agent-token.ts",
    "core/src/identity/agents/login.ts",
  ],
};

describe("methods that find a tenant themselves", () => {
  const root = join(import.meta.dirname, "../../packages");
  const sources = globSync("{core,server}/src/**/*.ts", { cwd: root })
    .filter((file) => !/\.test(\.child)?\.ts$/.test(file) && !file.includes("/storage/"))
    .map((file) => [file, readFileSync(join(root, file), "utf8")] as const);
  const finders = Object.entries(CASES)
    .filter(([, what]) => what === "finds the tenant")
    .map(([method]) => method);

  test.each([...finders, "tenants.list", "operations.due", "journal.due"])(
    "%s is called where that was looked at alone",
    (method) => {
      // `store.keys.find(…)`, or `keys.find(…)` of one that was handed in; a list of keys has its `find` without await.
      const call = new RegExp(`\\b${method.replace(".", "\\.")}\\((?!\\()`);
      const files = sources.filter(([, text]) => call.test(text)).map(([file]) => file);
      expect(files.sort()).toEqual([...(CALLERS[method] ?? [])].sort());
    },
  );
});
