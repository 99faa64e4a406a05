import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer as createSocket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { servicesState } from "../state.ts";
import type { Finding, Soak, SoakContext } from "./soak.ts";
import { type Account, openAccount, type Write } from "./writes/account.ts";
import { ask, listUnknown } from "./writes/caller.ts";
import { createServer, type Server } from "./writes/server.ts";

export interface WritesOptions {
  writes: number;
  kills: number;
  /** Two replicas on PostgreSQL and Redis instead of one on a directory. */
  services: boolean;
}

/** What was counted when all was over. */
export interface WritesReport {
  writes: number;
  kills: number;
  effects: number;
  /** Writes that happened more than once. */
  doubled: number;
  /** Writes that were answered as done and did not happen, or of which nothing is known and nothing listed. */
  lost: number;
  refused: string[];
  /** Writes of which nobody knew at some time whether they happened. */
  doubted: number;
  /** Those that are still so, and how many are listed. */
  unknown: number;
  listed: number;
  violations: number;
  seconds: number;
}

const TOGETHER = 12;
/** A change in so many is spoilt by the upstream. */
const SPOILT_EVERY = 20;
/** So far ahead every piece of evidence counts, and no lane is held any more. */
const AWAY_MS = 7_200_000;
const PAUSE_MS = 200;
/** A write that was not answered for so long is left for later, and others go on. */
const ATTEMPTS = 8;
const LATER_ATTEMPTS = 40;
const LAST_ATTEMPTS = 150;

/** Writes with the servers killed at random; counted where nobody is killed. */
export const writes: Soak = {
  about:
    "10,000 writes, servers killed by SIGKILL: none doubled, none lost; --services: two on PostgreSQL and Redis",
  async run({ say, count = 10_000, services = false }: SoakContext): Promise<Finding[]> {
    const report = await soakWrites(
      { writes: count, kills: Math.ceil(count / 400), services },
      say,
    );
    say(JSON.stringify(report));
    const none = (what: string, found: number | string[]) => ({
      ...{ what, found: String(found) },
      ok: found === 0 || (Array.isArray(found) && found.length === 0),
    });
    const { doubled, lost, refused, unknown, listed, effects, violations } = report;
    return [
      none("writes that happened twice", doubled),
      none("writes that were lost", lost),
      none("writes that were refused", refused),
      none("unknown ones that are not listed", unknown - listed),
      none("requests outside the contract", violations),
      {
        what: "effects at the upstream",
        found: `${effects} of ${count}, ${unknown} unknown`,
        ok: effects <= count && effects >= count - unknown,
      },
    ];
  },
};

export async function soakWrites(
  options: WritesOptions,
  say: (line: string) => void = () => {},
): Promise<WritesReport> {
  const startedAt = performance.now();
  const account = await openAccount();
  const key = randomBytes(24).toString("hex");
  const directory = mkdtempSync(join(tmpdir(), "fairlead-soak-"));
  const servers = await openServers(options, account, key, directory);
  try {
    await Promise.all(servers.map((server) => server.start()));
    const soak = createSoak(options, account, servers, key, say);
    await soak.load();
    await soak.settle();
    const seconds = Math.round((performance.now() - startedAt) / 1_000);
    return { ...(await soak.report()), seconds };
  } finally {
    await Promise.all(servers.map((server) => server.kill()));
    await account.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

function createSoak(
  { writes: count, kills: planned, services }: WritesOptions,
  account: Account,
  servers: readonly Server[],
  key: string,
  say: (line: string) => void,
) {
  const all: Write[] = [];
  const done = new Set<Write>();
  const doubted = new Set<Write>();
  const refused = new Map<Write, string>();
  /** Begun, and no answer yet that says how it ended: what it works on is left alone. */
  let open: Write[] = [];
  let kills = 0;
  let aheadMs = 0;

  const anyServer = () => servers[Math.floor(Math.random() * servers.length)] as Server;

  /** Whether it is known how it ended, or that the upstream is at it. */
  async function carryOut(write: Write, attempts: number): Promise<boolean> {
    for (let left = attempts; left > 0; ) {
      const outcome = await ask(anyServer().url, key, write);
      if (outcome !== "away") left -= 1;
      if (outcome === "done") done.add(write);
      if (typeof outcome === "object") refused.set(write, outcome.refused);
      if (outcome === "done" || typeof outcome === "object") return true;
      if (outcome === "unknown") doubted.add(write);
      if (attempts === ATTEMPTS && outcome === "running") return true;
      if (attempts === ATTEMPTS && outcome === "unknown") return false;
      await sleep(PAUSE_MS);
    }
    return false;
  }

  async function carryOutOpen(attempts: number): Promise<void> {
    const before = open;
    open = [];
    await Promise.all(
      before.map(async (write) => {
        if (await carryOut(write, attempts)) account.letGo(write);
        else open.push(write);
      }),
    );
  }

  async function worker(): Promise<void> {
    while (all.length < count) {
      const write = account.next();
      if (write === undefined) {
        await sleep(PAUSE_MS);
        continue;
      }
      all.push(write);
      if (all.length % SPOILT_EVERY === 0) account.spoil();
      if (await carryOut(write, ATTEMPTS)) account.letGo(write);
      else open.push(write);
    }
  }

  /** With one server time may be moved on by it; two have to agree on the time. */
  async function killOne(): Promise<void> {
    const victim = anyServer();
    await sleep(Math.random() * 50);
    await victim.kill();
    kills += 1;
    if (!services) moveOn();
    await victim.start(aheadMs);
    if (!services) await carryOutOpen(LATER_ATTEMPTS);
  }

  function moveOn(): void {
    aheadMs += AWAY_MS;
    account.moveOn(AWAY_MS);
  }

  async function killer(): Promise<void> {
    const every = count / (planned + 1);
    for (let next = every; kills < planned; next += every) {
      while (all.length < next) await sleep(10);
      await killOne();
      say(`${all.length} writes, ${kills} kills, ${open.length} open, ${refused.size} refused`);
    }
  }

  return {
    async load() {
      await Promise.all([killer(), ...Array.from({ length: TOGETHER }, worker)]);
    },
    /** All come back after a while, and whoever asked for something asks again. */
    async settle() {
      await Promise.all(servers.map((server) => server.kill()));
      moveOn();
      await Promise.all(servers.map((server) => server.start(aheadMs)));
      const left = all.filter((write) => !done.has(write) && !refused.has(write));
      say(`${left.length} writes are left when all servers are back`);
      await Promise.all(left.map((write) => carryOut(write, LAST_ATTEMPTS)));
    },
    async report(): Promise<Omit<WritesReport, "seconds">> {
      const unknown = all.filter((write) => !done.has(write) && !refused.has(write));
      const told = all.filter(({ kind }) => kind !== "backup");
      const backupsDone = all.filter((write) => write.kind === "backup" && done.has(write)).length;
      const backupsOpen = unknown.filter(({ kind }) => kind === "backup").length;
      const { backups } = account;
      const counted = told.reduce((sum, write) => sum + account.effects(write), 0);
      return {
        ...{ writes: all.length, kills, effects: counted + backups },
        doubled:
          told.filter((write) => account.effects(write) > 1).length +
          Math.max(0, backups - backupsDone - backupsOpen),
        lost:
          told.filter((write) => done.has(write) && account.effects(write) === 0).length +
          Math.max(0, backupsDone - backups),
        refused: [...refused.values()],
        ...{ doubted: doubted.size, unknown: unknown.length },
        listed: await listUnknown(anyServer().url, key),
        violations: account.violations(),
      };
    },
  };
}

async function openServers(
  { services }: WritesOptions,
  account: Account,
  key: string,
  directory: string,
): Promise<Server[]> {
  const { email, apiKey } = account.credentials;
  const outOfReach = "1000000";
  const environment = {
    ...{ FAIRLEAD_API_KEY: key, FAIRLEAD_CONNECTORS: "cloudways", LOG_LEVEL: "info" },
    ...{ RATE_LIMIT_REQUESTS: outOfReach, FAIRLEAD_ADDRESS_REQUESTS: outOfReach },
    ...{ CLOUDWAYS_EMAIL: email, CLOUDWAYS_API_KEY: apiKey, CLOUDWAYS_BASE_URL: account.origin },
    ...{ CLOUDWAYS_REQUESTS_PER_MINUTE: outOfReach, FAIRLEAD_EGRESS_ALLOW: "127.0.0.1" },
    ...(services ? await onServices() : { FAIRLEAD_STATE: directory }),
  };
  const ports = await Promise.all(Array.from({ length: services ? 2 : 1 }, freePort));
  return ports.map((port) => createServer(port, environment));
}

async function onServices(): Promise<Record<string, string>> {
  const { databaseUrl, redisUrl, encryptionKey } = await servicesState();
  return {
    DATABASE_URL: databaseUrl.reveal(),
    REDIS_URL: redisUrl?.reveal() ?? "",
    ENCRYPTION_KEY: encryptionKey?.reveal() ?? "",
    FAIRLEAD_REDIS_PREFIX: `soak-${randomBytes(4).toString("hex")}`,
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const socket = createSocket().listen(0, "127.0.0.1", () => {
      const address = socket.address();
      socket.close(() => resolve(typeof address === "object" ? (address?.port ?? 0) : 0));
    });
  });
}
