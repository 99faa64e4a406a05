import type { Store } from "@fairlead/core/storage/store";
import { createMasterKey, type MasterKey } from "@fairlead/core/vault/master-key";
import { type OpenVault, openVault, type VaultParts } from "@fairlead/core/vault/open-vault";
import { RETIRED_KEEP_MS } from "@fairlead/core/vault/rotate-tenant";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createManualClock, type ManualClock } from "../clock.ts";
import { failureOf } from "../failure-of.ts";
import { createCollectingLogger } from "../logger.ts";
import { seededRandom } from "../random.ts";
import { journalRow, operation, plan, undo } from "./store/records.ts";

const TENANT = "ten_acme";
const PLACE = "connection con_main";

export function masterKeyOf(seed: number): MasterKey {
  return createMasterKey(seededRandom(seed)(32), seededRandom(seed + 1_000));
}

/**
 * What two vaults have to do on one set of records, whatever keeps these. `open` gives another way to the same records,
 * empty before each test.
 */
export function testVault(open: () => Promise<Store>): void {
  const opened: { close(): Promise<void> | void }[] = [];
  const logger = createCollectingLogger();
  let clock: ManualClock;
  let seed = 1;

  async function openStore(): Promise<Store> {
    const store = await open();
    opened.push(store);
    return store;
  }

  async function replica(parts: Partial<VaultParts> = {}) {
    const store = parts.store ?? (await openStore());
    seed += 1;
    const vault = await openVault({
      ...{ store, clock, logger, random: seededRandom(seed) },
      masterKeys: { current: masterKeyOf(1), others: [] },
      ...parts,
    });
    opened.push(vault);
    return { store, vault };
  }

  const text = async (vault: OpenVault, sealed: string, place = PLACE) =>
    (await vault.open(TENANT, place, sealed)).toString();
  const seal = (vault: OpenVault, value: string, place = PLACE) =>
    vault.seal(TENANT, place, Buffer.from(value));

  beforeEach(() => {
    clock = createManualClock();
  });
  afterEach(async () => {
    for (const each of opened.splice(0).reverse()) await each.close();
  });

  test("opens on one replica what another sealed", async () => {
    const [one, other] = [await replica(), await replica()];
    expect(await text(other.vault, await seal(one.vault, "pier 7"))).toBe("pier 7");
  });

  test("makes one key when many seals on two replicas are a tenant's first", async () => {
    const [one, other] = [await replica(), await replica()];
    const vaults = Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? one : other).vault);
    const sealed = await Promise.all(vaults.map((vault, i) => seal(vault, `pier ${i}`)));
    const keys = await one.store.dataKeys.list(TENANT);
    expect(keys).toHaveLength(1);
    const texts = await Promise.all(sealed.map((each) => text(other.vault, each)));
    expect(texts).toEqual(sealed.map((_, i) => `pier ${i}`));
  });

  test("makes one root secret when two replicas are the first at once", async () => {
    const stores = await Promise.all([openStore(), openStore(), openStore()]);
    const replicas = await Promise.all(stores.map((store) => replica({ store })));
    const derived = replicas.map(({ vault }) => vault.derive("names").toString("hex"));
    expect(new Set(derived).size).toBe(1);
    expect(derived[0]).toMatch(/^[0-9a-f]{64}$/);
  });

  test("opens at once what a replica sealed with a key that was made since", async () => {
    const [one, other] = [await replica(), await replica()];
    await text(other.vault, await seal(one.vault, "before"));
    await one.vault.rotateTenant(TENANT);
    expect(await text(other.vault, await seal(one.vault, "after"))).toBe("after");
  });

  test("seals rows anew with the new key, and keeps the old one for an hour", async () => {
    const { store, vault } = await replica();
    await insertRows(store, vault);
    const rotation = await vault.rotateTenant(TENANT);
    expect(rotation).toMatchObject({ resealed: 2, failed: 0, deleted: [] });
    expect(rotation.kept).toHaveLength(1);
    const [connection] = await store.connections.list(TENANT);
    expect(connection?.sealed_credential).toContain(rotation.key_id);
    expect(connection?.version).toBe(2);
    expect(await text(vault, connection?.sealed_credential ?? "")).toBe("pier 7");
    const [key] = await store.agentKeys.list(TENANT, "prn_agent");
    expect(await text(vault, key?.sealed_delegation ?? "", AGENT_PLACE)).toBe("delegated");

    clock.advance(RETIRED_KEEP_MS);
    await vault.rotateTenant(TENANT);
    const ids = async () => (await store.dataKeys.list(TENANT)).map(({ id }) => id);
    await expect.poll(ids).not.toContain(rotation.kept[0]);
    expect(await ids()).toContain(rotation.key_id);
  });

  test("seals plans, journal, operations and undo handles anew, however many, and each field", async () => {
    const { store, vault } = await replica();
    const sealAs = (place: string, value: string) => seal(vault, value, place);
    const made = { tenant_id: TENANT };
    await store.plans.insert(
      plan({
        ...made,
        sealed_arguments: await sealAs("plan pln_a", "arguments"),
        sealed_state: await sealAs("plan pln_a", "state"),
      }),
    );
    // More than are looked at by one query.
    const ids = Array.from({ length: 450 }, (_, n) => `jrn_${n}`);
    for (const id of ids) {
      const sealed_arguments = await sealAs(`journal ${id}`, `arguments of ${id}`);
      await store.journal.add(journalRow({ ...made, id, sealed_arguments, sealed_state: null }));
    }
    const call = { sealed_call: await sealAs("operation opn_a", "call"), sealed_result: null };
    await store.operations.insert(operation({ ...made, ...call }));
    const sealed_arguments = await sealAs("undo und_a", "arguments");
    await store.undos.insert(undo({ ...made, sealed_arguments }));

    const rotation = await vault.rotateTenant(TENANT);
    expect(rotation).toMatchObject({ resealed: 453, failed: 0, kept: [expect.anything()] });
    // Of two keys: its outcome comes after the rotation.
    const second = await vault.rotateTenant(TENANT);
    const sealed_outcome = await sealAs("journal jrn_7", "outcome");
    await store.journal.move(TENANT, "jrn_7", "intended", { state: "done", sealed_outcome });
    clock.advance(RETIRED_KEEP_MS);
    await vault.rotateTenant(TENANT);
    const keys = (await store.dataKeys.list(TENANT)).map(({ id }) => id);
    for (const key of [...rotation.kept, rotation.key_id]) expect(keys).not.toContain(key);
    expect(keys).toContain(second.key_id);

    const openAs = async (place: string, sealed: string | null | undefined) =>
      sealed == null ? sealed : text(vault, sealed, place);
    const kept = await store.plans.find(TENANT, "pln_a");
    expect(await openAs("plan pln_a", kept?.sealed_arguments)).toBe("arguments");
    expect(await openAs("plan pln_a", kept?.sealed_state)).toBe("state");
    for (const id of ids) {
      const row = await store.journal.find(TENANT, id);
      expect(await openAs(`journal ${id}`, row?.sealed_arguments)).toBe(`arguments of ${id}`);
      expect(row?.sealed_state).toBeNull();
    }
    const done = await store.journal.find(TENANT, "jrn_7");
    expect(await openAs("journal jrn_7", done?.sealed_outcome)).toBe("outcome");
    const work = await store.operations.find(TENANT, "opn_a");
    expect(await openAs("operation opn_a", work?.sealed_call)).toBe("call");
    const back = await store.undos.find(TENANT, "und_a");
    expect(await openAs("undo und_a", back?.sealed_arguments)).toBe("arguments");
  });

  test("keeps a key that a journal row needs which does not open", async () => {
    const { store, vault } = await replica();
    const sealed_arguments = await seal(vault, "arguments", "journal jrn_other");
    await store.journal.add(
      journalRow({ tenant_id: TENANT, sealed_arguments, sealed_state: null }),
    );
    const first = await vault.rotateTenant(TENANT);
    expect(first).toMatchObject({ resealed: 0, failed: 1 });
    clock.advance(RETIRED_KEEP_MS);
    const second = await vault.rotateTenant(TENANT);
    expect(second.kept).toEqual(expect.arrayContaining([...first.kept]));
  });

  test("gives way to who changes an operation or a journal row while it is sealed anew", async () => {
    const { store, vault } = await replica();
    const made = { tenant_id: TENANT, sealed_state: null };
    const sealed_call = await seal(vault, "call", "operation opn_a");
    await store.operations.insert(operation({ tenant_id: TENANT, sealed_call }));
    const sealed_arguments = await seal(vault, "arguments", "journal jrn_a");
    await store.journal.add(journalRow({ ...made, sealed_arguments }));
    const sealed_outcome = await seal(vault, "outcome", "journal jrn_a");
    let changes = 0;
    // What a worker does between reading the rows and writing them.
    const crossed: Store = {
      ...store,
      operations: {
        ...store.operations,
        async listSealedWith(key, page) {
          const found = await store.operations.listSealedWith(key, page);
          for (const row of found.items.filter(({ version }) => version === 1)) {
            changes += 1;
            await store.operations.update({ ...row, progress: 0.5, version: 2 });
          }
          return found;
        },
      },
      journal: {
        ...store.journal,
        async listSealedWith(key, page) {
          const found = await store.journal.listSealedWith(key, page);
          for (const { id } of found.items) {
            const done = { state: "done", sealed_outcome } as const;
            if (await store.journal.move(TENANT, id, "intended", done)) changes += 1;
          }
          return found;
        },
      },
    };
    const other = await replica({ store: crossed });
    expect(await other.vault.rotateTenant(TENANT)).toMatchObject({ resealed: 0, failed: 0 });
    expect(changes).toBe(2);
    expect((await vault.rotateTenant(TENANT)).resealed).toBe(2);
    const work = await store.operations.find(TENANT, "opn_a");
    expect(work).toMatchObject({ progress: 0.5, version: 3 });
    expect(await text(vault, work?.sealed_call ?? "", "operation opn_a")).toBe("call");
    const row = await store.journal.find(TENANT, "jrn_a");
    expect(await text(vault, row?.sealed_arguments ?? "", "journal jrn_a")).toBe("arguments");
    expect(await text(vault, row?.sealed_outcome ?? "", "journal jrn_a")).toBe("outcome");
  });

  test("deletes an old key by itself an hour after its tenant was last seen to have one", async () => {
    const { store, vault } = await replica();
    const sealed = await seal(vault, "pier 7");
    await vault.rotateTenant(TENANT);
    await text(vault, sealed);
    clock.advance(RETIRED_KEEP_MS);
    await expect.poll(() => store.dataKeys.list(TENANT)).toHaveLength(1);
    expect((await failureOf(text(vault, sealed))).details).toEqual({ reason: "vault_key_gone" });
  });

  test("keeps an old key for as long as a row needs it", async () => {
    const { store, vault } = await replica();
    await insertRows(store, vault);
    const [key] = await store.dataKeys.list(TENANT);
    // Sealed for another place: it does not open, so it cannot be sealed anew.
    const sealed = await seal(vault, "pier 7", "connection con_other");
    const broken = { ...connectionRow("con_broken", sealed), label: "broken" };
    await store.connections.insert(broken);
    const first = await vault.rotateTenant(TENANT);
    expect(first.failed).toBe(1);
    clock.advance(RETIRED_KEEP_MS);
    const second = await vault.rotateTenant(TENANT);
    expect(second.deleted).toEqual([]);
    expect(second.kept).toContain(key?.id);
  });

  test("gives way to who changes a row while it is sealed anew", async () => {
    const { store, vault } = await replica();
    await insertRows(store, vault);
    let sealed = "";
    const changed: string[] = [];
    // What another replica does between reading the rows and writing them.
    const crossed: Store = {
      ...store,
      connections: {
        ...store.connections,
        async listSealedWith(id) {
          const rows = await store.connections.listSealedWith(id);
          for (const row of rows.filter(({ version }) => version === 1)) {
            changed.push(row.id);
            await store.connections.update({ ...row, sealed_credential: sealed, version: 2 });
          }
          return rows;
        },
      },
      agentKeys: {
        ...store.agentKeys,
        async listSealedWith(id) {
          const rows = await store.agentKeys.listSealedWith(id);
          for (const row of rows.filter(({ revoked_at }) => revoked_at === null)) {
            changed.push(row.address);
            await store.agentKeys.update({ ...row, revoked_at: 5 });
          }
          return rows;
        },
      },
    };
    const other = await replica({ store: crossed });
    sealed = await seal(vault, "new credential");
    await other.vault.rotateTenant(TENANT);
    expect(changed).toEqual(["con_main", AGENT.address]);
    const [connection] = await store.connections.list(TENANT);
    expect(await text(vault, connection?.sealed_credential ?? "")).toBe("new credential");
    const [key] = await store.agentKeys.list(TENANT, "prn_agent");
    expect(key?.revoked_at).toBe(5);
    expect(await text(vault, key?.sealed_delegation ?? "", AGENT_PLACE)).toBe("delegated");
    await vault.rotateTenant(TENANT);
    const [last] = await store.connections.list(TENANT);
    expect(await text(vault, last?.sealed_credential ?? "")).toBe("new credential");
  });

  test("opens everything while keys rotate and two replicas seal and open", async () => {
    const [one, other] = [await replica(), await replica()];
    await insertRows(one.store, one.vault);
    let rotating = true;
    const failures: unknown[] = [];
    let opened = 0;
    const work = async (from: OpenVault, to: OpenVault, name: string) => {
      for (let i = 0; rotating; i += 1) {
        const sealed = await seal(from, `${name} ${i}`);
        await text(to, sealed).then(
          (found) => {
            opened += 1;
            if (found !== `${name} ${i}`) failures.push(found);
          },
          (error: unknown) => failures.push(error),
        );
        // What others wrote, too.
        const [row] = await one.store.connections.list(TENANT);
        const value = await text(to, row?.sealed_credential ?? "").catch((error) => error);
        if (value !== "pier 7") failures.push(value);
        // All of it can be done without waiting once; others would never get their turn.
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    const workers = [
      work(one.vault, other.vault, "a"),
      work(other.vault, one.vault, "b"),
      work(other.vault, other.vault, "c"),
    ];
    try {
      for (let i = 0; i < 5; i += 1) {
        await Promise.all([one.vault.rotateTenant(TENANT), other.vault.rotateTenant(TENANT)]);
      }
    } finally {
      rotating = false;
    }
    await Promise.all(workers);
    expect(failures).toEqual([]);
    expect(opened).toBeGreaterThan(10);
    const active = (await one.store.dataKeys.list(TENANT)).filter(({ active }) => active);
    expect(active).toHaveLength(1);
  });

  test("opens everything at each step of a rotation that replicas take one after the other", async () => {
    const [old, next] = [masterKeyOf(1), masterKeyOf(2)];
    const knowing = { current: old, others: [next] };
    const swapped = { current: next, others: [old] };
    for (const [mine, theirs] of [
      [{ current: old, others: [] }, knowing],
      [knowing, swapped],
      [swapped, { current: next, others: [old] }],
    ] as const) {
      const one = await replica({ masterKeys: mine });
      const other = await replica({ masterKeys: theirs });
      const [here, there] = [`ten_${mine.current.id}_a`, `ten_${theirs.current.id}_b`];
      const first = await one.vault.seal(here, PLACE, Buffer.from("pier 7"));
      const second = await other.vault.seal(there, PLACE, Buffer.from("pier 8"));
      expect((await other.vault.open(here, PLACE, first)).toString()).toBe("pier 7");
      expect((await one.vault.open(there, PLACE, second)).toString()).toBe("pier 8");
    }
  });

  test("wraps every key anew while replicas that have both master keys go on", async () => {
    const masterKeys = { current: masterKeyOf(1), others: [masterKeyOf(2)] };
    const one = await replica({ masterKeys });
    const other = await replica({ masterKeys });
    const sealed = await seal(one.vault, "pier 7");
    await one.vault.seal("ten_other", PLACE, Buffer.from("theirs"));
    const derived = one.vault.derive("names");
    const [rotation, tenant] = await Promise.all([
      one.vault.rotateMaster(masterKeyOf(2)),
      other.vault.rotateTenant(TENANT),
    ]);
    expect(rotation.failed).toEqual([]);
    expect(rotation.rewrapped).toBeGreaterThanOrEqual(3);
    expect(await text(other.vault, sealed)).toBe("pier 7");
    // A key that the other replica made meanwhile is left to the next run.
    await one.vault.rotateMaster(masterKeyOf(2));
    const next = await replica({ masterKeys: { current: masterKeyOf(2), others: [] } });
    expect(await text(next.vault, sealed)).toBe("pier 7");
    expect(await seal(next.vault, "x")).toContain(tenant.key_id);
    expect(next.vault.derive("names")).toEqual(derived);
  });

  test("lets a rotation wait for a key that is being wrapped anew, so that neither undoes the other", async () => {
    const reached = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    const next = masterKeyOf(2);
    const slow: MasterKey = {
      ...next,
      async wrap(key, of) {
        if (of.tenant_id === TENANT) {
          reached.resolve();
          await gate.promise;
        }
        return next.wrap(key, of);
      },
    };
    const one = await replica({ masterKeys: { current: slow, others: [masterKeyOf(1)] } });
    const other = await replica({ masterKeys: { current: masterKeyOf(1), others: [next] } });
    const sealed = await seal(other.vault, "pier 7");
    const watcher = await openStore();
    const rewrapping = one.vault.rotateMaster();
    await reached.promise;
    const rotating = other.vault.rotateTenant(TENANT);
    // Time enough for a rotation that does not wait.
    for (let i = 0; i < 100; i += 1) await watcher.dataKeys.list(TENANT);
    gate.resolve();
    await Promise.all([rewrapping, rotating]);
    const keys = await watcher.dataKeys.list(TENANT);
    expect(keys.map(({ master_key_id, active }) => [master_key_id, active])).toEqual([
      [next.id, false],
      [masterKeyOf(1).id, true],
    ]);
    expect(await text(one.vault, sealed)).toBe("pier 7");
  });

  test("names the keys that it cannot wrap anew, and wraps the others", async () => {
    const one = await replica();
    await seal(one.vault, "pier 7");
    const stranger = await one.store.dataKeys.list(TENANT);
    const [key] = stranger;
    if (key === undefined) throw new Error("There is no key.");
    await one.store.dataKeys.insert({ ...key, id: "dek_1_strange", master_key_id: "unknown" });
    const both = { current: masterKeyOf(2), others: [masterKeyOf(1)] };
    const two = await replica({ masterKeys: both });
    const rotation = await two.vault.rotateMaster();
    expect(rotation.failed).toEqual([
      { id: "dek_1_strange", tenant_id: TENANT, master_key_id: "unknown" },
    ]);
    expect(rotation.rewrapped).toBe(2);
  });

  test("does not start on records that another master key sealed", async () => {
    const one = await replica();
    const error = await failureOf(
      replica({ masterKeys: { current: masterKeyOf(2), others: [] }, store: one.store }),
    );
    expect(error.details).toMatchObject({ reason: "vault_master_key" });
    expect(error.message).toContain("ENCRYPTION_KEY_PREVIOUS");
    expect(error.message).toContain(masterKeyOf(1).id);
  });

  test("opens nothing of a tenant any more once it is shredded", async () => {
    const [one, other] = [await replica(), await replica()];
    const sealed = await seal(one.vault, "pier 7");
    const theirs = await one.vault.seal("ten_other", PLACE, Buffer.from("theirs"));
    await one.vault.shred(TENANT);
    expect((await failureOf(text(one.vault, sealed))).details).toEqual({
      reason: "vault_key_gone",
    });
    expect((await failureOf(text(other.vault, sealed))).details).toEqual({
      reason: "vault_key_gone",
    });
    const open = await one.vault.open("ten_other", PLACE, theirs);
    expect(open.toString()).toBe("theirs");
  });

  test("does the write of a rotation in the transaction it is given, or not at all", async () => {
    const { store, vault } = await replica();
    await seal(vault, "pier 7");
    const refused = vault.rotateTenant(TENANT, (work) =>
      store.transaction(async (tx) => {
        await work(tx);
        throw new Error("The audit cannot be written.");
      }),
    );
    await expect(refused).rejects.toThrow("The audit cannot be written.");
    expect(await store.dataKeys.list(TENANT)).toHaveLength(1);
  });
}

const AGENT = { address: `0x${"a1".repeat(20)}`, public_key: "b2".repeat(32) };
const AGENT_PLACE = `agent key ${AGENT.address} ${AGENT.public_key}`;

async function insertRows(store: Store, vault: OpenVault): Promise<void> {
  await store.tenants.insert({
    ...{ id: TENANT, name: "acme", status: "active", tier: null, repository: null },
    created_at: 0,
  });
  await store.principals.insert({
    ...{ id: "prn_agent", tenant_id: TENANT, kind: "agent", label: "agent", email: null },
    ...{ issuer: null, subject: null, roles: [], owner_id: null, tier: null, repository: null },
    ...{ status: "active", created_at: 0, created_by: "test" },
  });
  const sealed = await vault.seal(TENANT, PLACE, Buffer.from("pier 7"));
  await store.connections.insert(connectionRow("con_main", sealed));
  await store.agentKeys.insert({
    ...AGENT,
    ...{ tenant_id: TENANT, principal_id: "prn_agent", not_after: 1, created_at: 0 },
    sealed_delegation: await vault.seal(TENANT, AGENT_PLACE, Buffer.from("delegated")),
    revoked_at: null,
  });
}

function connectionRow(id: string, sealed_credential: string) {
  return {
    ...{ id, tenant_id: TENANT, connector: "harbour", label: "main", settings: {} },
    ...{ sealed_credential, version: 1, created_at: 0, updated_at: 0 },
  };
}
