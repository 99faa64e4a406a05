import { createCloudwaysFake } from "@fairlead/cloudways/fake";

/** One change of the account, told from every other one by something that only it brings. */
export type Write =
  | { kind: "alias"; key: string; app: number; alias: string }
  | { kind: "list"; key: string; server: number; ip: string }
  | { kind: "backup"; key: string; app: number };

/** The upstream in this process, which nobody kills, and what it really did. */
export interface Account {
  readonly origin: string;
  readonly credentials: { email: string; apiKey: string };
  /** A write of something that nobody else works on until it is let go; undefined while everything is in use. */
  next(): Write | undefined;
  letGo(write: Write): void;
  /** How often it was done. Backups cannot be told apart, and are counted together. */
  effects(write: Write): number;
  readonly backups: number;
  /** The next change gets through and is not answered, or does not get through, or takes its time. */
  spoil(): void;
  /** Its clock goes with that of the servers. */
  moveOn(ms: number): void;
  violations(): number;
  close(): Promise<void>;
}

const SERVERS = 36;
const APPS_PER_SERVER = 2;
/** Changes by turns; what takes long is seldom, since its callers wait. */
const KINDS = [..."alllalllalllallb"] as const;
const FAULTS = [
  { kind: "status", status: 500, after: true },
  { kind: "reset", after: true },
  { kind: "reset" },
  { kind: "status", status: 503 },
  { kind: "slow", ms: 400 },
] as const;

export async function openAccount(): Promise<Account> {
  let aheadMs = 0;
  const fake = createCloudwaysFake({
    clock: { now: () => Date.now() + aheadMs },
    ...{ budgetPerMinute: Number.POSITIVE_INFINITY, operationSeconds: 0.2, taskSeconds: 0.2 },
    busyStatus: "accept",
  });
  const effects = new Map<string, number>();
  const count = (what: string | undefined) => {
    if (what !== undefined) effects.set(what, (effects.get(what) ?? 0) + 1);
  };
  enlarge(fake.state);
  for (const app of fake.state.apps.values()) watch(app, "aliases", (given) => count(given.at(-1)));
  for (const { whitelist } of fake.state.serverDetails.values()) {
    watch(whitelist, "sftp", (given) => count(given.at(-1)));
  }
  const { origin, close } = await fake.listen();
  const apps = [...fake.state.apps.keys()];
  const servers = [...fake.state.servers.keys()];
  const busy = new Set<number>();
  let serial = 0;

  function take(ids: readonly number[]): number | undefined {
    const free = ids.filter((id) => !busy.has(id));
    const id = free[Math.floor(Math.random() * free.length)];
    if (id !== undefined) busy.add(id);
    return id;
  }

  return {
    ...{ origin, credentials: fake.credentials, close },
    next() {
      const kind = KINDS[(serial + 1) % KINDS.length];
      const id = take(kind === "l" ? servers : apps);
      if (id === undefined) return undefined;
      serial += 1;
      const key = `soak-${serial}`;
      if (kind === "a") return { kind: "alias", key, app: id, alias: `a${serial}.example.com` };
      if (kind === "b") return { kind: "backup", key, app: id };
      const ip = `10.${serial >> 16}.${(serial >> 8) & 255}.${serial & 255}`;
      return { kind: "list", key, server: id, ip };
    },
    letGo: (write) => void busy.delete(write.kind === "list" ? write.server : write.app),
    effects: (write) =>
      write.kind === "backup"
        ? 0
        : (effects.get(write.kind === "alias" ? write.alias : write.ip) ?? 0),
    get backups() {
      return fake.counters.accepted.backupApp ?? 0;
    },
    spoil() {
      const fault = FAULTS[Math.floor(Math.random() * FAULTS.length)];
      if (fault !== undefined) fake.faults.add({ ...fault, access: "write" });
    },
    moveOn(ms) {
      aheadMs += ms;
    },
    violations: () => fake.counters.contractViolations.length,
  };
}

type State = ReturnType<typeof createCloudwaysFake>["state"];

/** More of the same: what is in doubt holds up nobody who works on something else. */
function enlarge({ servers, serverDetails, apps, appDetails }: State): void {
  const [server] = servers.values();
  const [detail] = serverDetails.values();
  const [app] = apps.values();
  const [appDetail] = appDetails.values();
  if (!server || !detail || !app || !appDetail) throw new Error("The account is empty.");
  for (let number = 0; number < SERVERS; number += 1) {
    const server_id = 70_000 + number;
    servers.set(server_id, { ...server, id: server_id, label: `soak-${number}` });
    serverDetails.set(server_id, structuredClone(detail));
    for (let each = 0; each < APPS_PER_SERVER; each += 1) {
      const id = 700_000 + number * APPS_PER_SERVER + each;
      apps.set(id, { ...structuredClone(app), id, server_id, label: `soak-${id}`, aliases: [] });
      appDetails.set(id, structuredClone(appDetail));
    }
  }
}

function watch<K extends string>(
  object: Record<K, string[]>,
  name: K,
  onSet: (given: string[]) => void,
): void {
  let value = object[name];
  Object.defineProperty(object, name, {
    enumerable: true,
    get: () => value,
    set(given: string[]) {
      value = given;
      onSet(given);
    },
  });
}
