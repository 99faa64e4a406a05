import { createManualClock } from "@fairlead/testkit/clock";
import { createPrincipal } from "@fairlead/testkit/engine";
import { createCollectingLogger } from "@fairlead/testkit/logger";
import { createStoredPolicy } from "@fairlead/testkit/policy";
import { expect, test } from "vitest";
import { type ChangeFeed, createChangeFeed } from "../storage/change-feed.ts";
import { createMemoryShared } from "../storage/memory-shared.ts";
import type { StoredPolicy, Tenant } from "../storage/records.ts";
import { createSqliteStore } from "../storage/sqlite.ts";
import type { Store } from "../storage/store.ts";
import { createPolicies } from "./policies.ts";
import type { GuardedAction } from "./policy.ts";

const LIST: GuardedAction = {
  name: "harbour_list_berths",
  connector: "harbour",
  effect: "read",
  scope: "harbour:read",
};
const NOTHING = `forbid(principal, action, resource);`;
const ann = createPrincipal();
const bea = createPrincipal({ id: "prn_bea", tenant_id: "ten_bolt" });

interface Bench {
  store: Store;
  changes: ChangeFeed;
  policies: ReturnType<typeof createPolicies>;
  logger: ReturnType<typeof createCollectingLogger>;
  /** How often rules were read from the store. */
  reads(): number;
  /** Puts a policy the way an administrator's act does. */
  put(policy: StoredPolicy): Promise<void>;
}

async function createBench(options: { gate?: () => Promise<void>; maxTenants?: number } = {}) {
  const clock = createManualClock();
  const store = await createSqliteStore(":memory:", { clock });
  const logger = createCollectingLogger();
  const changes = await createChangeFeed(store, createMemoryShared(clock), clock, logger);
  for (const name of ["acme", "bolt"]) await store.tenants.insert(tenant(name));
  let reads = 0;
  const counted: Pick<Store, "policies"> = {
    policies: {
      ...store.policies,
      async list(tenant_id) {
        reads++;
        const found = await store.policies.list(tenant_id);
        await options.gate?.();
        return found;
      },
    },
  };
  const { maxTenants = 10 } = options;
  const policies = createPolicies({
    ...{ store: counted, changes, connectors: [], clock, logger, maxTenants },
  });
  const bench: Bench = {
    ...{ store, changes, policies, logger, reads: () => reads },
    async put(policy) {
      await store.transaction(async (inside) => {
        const all = await inside.policies.list(policy.tenant_id);
        const isThere = all.some(({ id }) => id === policy.id);
        await (isThere ? inside.policies.update(policy) : inside.policies.insert(policy));
        const { tenant_id, id: ref } = policy;
        await inside.changes.append({ tenant_id, topic: "policy", ref });
      });
      await changes.nudge();
    },
  };
  return bench;
}

function tenant(name: string): Tenant {
  const id = `ten_${name}`;
  return { id, name, status: "active", tier: null, repository: null, created_at: 0 };
}

async function mayList({ policies }: Bench, who = ann): Promise<boolean> {
  return (await policies.of(who.tenant_id)).mayEver(who, LIST).allowed;
}

test("lets roles decide alone where a tenant has no rules, and remembers that", async () => {
  const bench = await createBench();
  expect((await bench.policies.of("ten_acme")).hasRules).toBe(false);
  expect(bench.policies.of("ten_acme")).not.toBeInstanceOf(Promise);
  expect(bench.reads()).toBe(1);
});

test("reads a tenant's rules once for any number of callers at once", async () => {
  const bench = await createBench();
  await bench.put(createStoredPolicy(1, NOTHING));
  await Promise.all(Array.from({ length: 20 }, () => bench.policies.of("ten_acme")));
  expect(bench.reads()).toBe(1);
  expect(await mayList(bench)).toBe(false);
});

test("never lets rules of one tenant decide for another", async () => {
  const bench = await createBench();
  await bench.put(createStoredPolicy(1, NOTHING, "ten_bolt"));
  expect([await mayList(bench, ann), await mayList(bench, bea)]).toEqual([true, false]);
  const [one, other] = [bench.policies.of("ten_acme"), bench.policies.of("ten_bolt")];
  expect((await one).version).not.toBe((await other).version);
});

test("tells versions apart even where two tenants wrote the same", async () => {
  const bench = await createBench();
  await bench.put(createStoredPolicy(1, NOTHING, "ten_acme"));
  await bench.put({ ...createStoredPolicy(2, NOTHING, "ten_bolt") });
  const [one, other] = [bench.policies.of("ten_acme"), bench.policies.of("ten_bolt")];
  expect((await one).version).not.toBe((await other).version);
});

test("hears of a rule that was added, changed and switched off", async () => {
  const bench = await createBench();
  expect(await mayList(bench)).toBe(true);
  await bench.put(createStoredPolicy(1, NOTHING));
  expect(await mayList(bench)).toBe(false);
  const before = (await bench.policies.of("ten_acme")).version;
  await bench.put(
    createStoredPolicy(1, `forbid(principal, action in Fairlead::Action::"write", resource);`),
  );
  expect(await mayList(bench)).toBe(true);
  expect((await bench.policies.of("ten_acme")).version).not.toBe(before);
  await bench.put({ ...createStoredPolicy(1, NOTHING), enabled: false });
  expect((await bench.policies.of("ten_acme")).hasRules).toBe(false);
});

test("forgets only the tenant whose rules changed", async () => {
  const bench = await createBench();
  await mayList(bench, ann);
  await mayList(bench, bea);
  await bench.put(createStoredPolicy(1, NOTHING, "ten_bolt"));
  await mayList(bench, ann);
  expect(bench.reads()).toBe(2);
  await mayList(bench, bea);
  expect(bench.reads()).toBe(3);
});

test("forgets everything when it may have missed a change", async () => {
  const bench = await createBench();
  let miss = () => {};
  const policies = createPolicies({
    store: bench.store,
    changes: {
      on(_changed, gap) {
        miss = gap;
        return () => {};
      },
    },
    ...{ connectors: [], clock: createManualClock(), logger: bench.logger },
  });
  await policies.of("ten_acme");
  await bench.store.policies.insert(createStoredPolicy(1, NOTHING));
  expect((await policies.of("ten_acme")).hasRules).toBe(false);
  miss();
  expect((await policies.of("ten_acme")).hasRules).toBe(true);
});

test("keeps no rules that were being read while they changed", async () => {
  let open = () => {};
  let isOpen = Promise.resolve();
  const bench = await createBench({ gate: () => isOpen });
  isOpen = new Promise((resolve) => {
    open = resolve;
  });
  const overtaken = bench.policies.of("ten_acme");
  const put = bench.put(createStoredPolicy(1, NOTHING));
  await put;
  // Who comes after the change starts anew and does not wait for what was read before it.
  const fresh = bench.policies.of("ten_acme");
  open();
  expect((await overtaken).hasRules).toBe(false);
  expect((await fresh).hasRules).toBe(true);
  expect((await bench.policies.of("ten_acme")).hasRules).toBe(true);
  expect(bench.reads()).toBe(2);
});

test("allows nothing while the store cannot say, and asks again afterwards", async () => {
  let isAway = true;
  const bench = await createBench({
    gate: async () => {
      if (isAway) throw new Error("the store is away");
    },
  });
  await expect(bench.policies.of("ten_acme")).rejects.toThrow("the store is away");
  isAway = false;
  expect(await mayList(bench)).toBe(true);
});

test("closes a tenant whose policy cannot be read, and says so in the log", async () => {
  const bench = await createBench();
  await bench.put(createStoredPolicy(1, "forbid(principal"));
  await bench.put(createStoredPolicy(2, NOTHING, "ten_bolt"));
  expect((await bench.policies.of("ten_acme")).hasRules).toBe(true);
  const policy = await bench.policies.of("ten_acme");
  expect(policy.mayEver(ann, LIST)).toEqual({ allowed: false, reasons: [], errors: ["pol_1"] });
  expect(bench.logger.lines).toMatchObject([
    { level: "error", fields: { tenant_id: "ten_acme", policy_id: "pol_1" } },
  ]);
});

test("keeps no more tenants than it is told to", async () => {
  const bench = await createBench({ maxTenants: 1 });
  await mayList(bench, ann);
  await mayList(bench, bea);
  await mayList(bench, ann);
  expect(bench.reads()).toBe(3);
});

test("closes a tenant with more policies than may be read", async () => {
  const bench = await createBench();
  const long = `${NOTHING}\n// ${"x".repeat(8_000)}`;
  for (let number = 1; number <= 9; number++) {
    await bench.store.policies.insert(createStoredPolicy(number, long));
  }
  const policy = await bench.policies.of("ten_acme");
  expect(policy.mayEver(ann, LIST).errors).toHaveLength(9);
  expect(bench.logger.lines).toMatchObject([{ level: "error", fields: { tenant_id: "ten_acme" } }]);
});
