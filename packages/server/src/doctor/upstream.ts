import { randomBytes } from "node:crypto";
import { createCache } from "@fairlead/core/cache/cache";
import { createClients } from "@fairlead/core/connections/clients";
import { heldCredential } from "@fairlead/core/connections/connection";
import type { Connector } from "@fairlead/core/connector";
import type { Egress } from "@fairlead/core/egress";
import { type FairleadError, toFairleadError } from "@fairlead/core/errors";
import { LOCAL_TENANT } from "@fairlead/core/identity/principal";
import { type Clock, type Fetch, type Logger, SYSTEM_CLOCK } from "@fairlead/core/ports";
import { createMemoryShared } from "@fairlead/core/storage/memory-shared";
import { createKeyedHash } from "@fairlead/core/vault/keyed-hash";
import { createSealer } from "@fairlead/core/vault/sealer";
import type { GivenConnection } from "../build.ts";
import { type Finding, fail, ok, warn } from "./finding.ts";

const PATIENCE_MS = 20_000;
/** Tokens and certificates bear a difference of seconds, not of minutes. */
const TOLERATED_SKEW_MS = 30_000;

export interface UpstreamParts {
  egress: Pick<Egress, "fetch" | "connect">;
  logger: Logger;
  clock?: Clock;
}

/** Asks the upstream whether it is there, takes the credential, and agrees on the time. */
export async function checkUpstream(
  connector: Connector,
  connection: GivenConnection | undefined,
  parts: UpstreamParts,
): Promise<Finding[]> {
  const { id, title } = connector;
  if (connection === undefined) return [notConnected(connector)];
  if (connector.verify === undefined) return [ok(id, `${title} has nothing to verify.`)];

  const { clock = SYSTEM_CLOCK } = parts;
  const watch = watchClock(parts.egress.fetch, clock);
  const clients = createClients({
    fetch: watch.fetch,
    connect: parts.egress.connect,
    clock,
    random: randomBytes,
    shared: createMemoryShared(clock),
    cache: createCache({ clock }),
    logger: parts.logger,
    keyedHash: createKeyedHash(randomBytes(32)),
    sealer: createSealer({ keys: [randomBytes(32)] }, clock),
    // Nothing changes a connection while it is examined.
    changes: { on: () => () => {}, async nudge() {}, ageMs: 0, close() {} },
  });
  const startedAt = clock.now();
  try {
    const { credential, ...given } = connection;
    const own = {
      ...{ id: "con_doctor", tenant_id: LOCAL_TENANT, version: 1, ...given },
      openCredential: heldCredential(credential),
    };
    await clients.use(connector, own, async (client) => {
      await connector.verify?.(client as never, AbortSignal.timeout(PATIENCE_MS));
    });
    const took = clock.now() - startedAt;
    return [
      ok(id, `${title} answers and takes the credential (${took} ms).`),
      ...checkClock(title, watch.skewMs()),
    ];
  } catch (thrown) {
    return [explain(connector, toFairleadError(thrown)), ...checkClock(title, watch.skewMs())];
  } finally {
    await clients.closeAll();
  }
}

function notConnected({ id, title, environment = {} }: Connector): Finding {
  const names = Object.values(environment).flatMap(({ name, secret }) => (secret ? [name] : []));
  return warn(
    id,
    `No ${title} account is connected.`,
    names.length === 0
      ? "Connect one, or let callers bring their own."
      : `Set ${names.join(" and ")}, or let callers bring their own.`,
  );
}

function explain({ id, title, environment = {} }: Connector, error: FairleadError): Finding {
  const names = Object.values(environment).map(({ name }) => name);
  const secrets = Object.values(environment).flatMap(({ name, secret }) => (secret ? name : []));
  switch (error.code) {
    case "unauthenticated":
    case "forbidden":
      return fail(
        id,
        `${title} refused the credential: ${error.message}`,
        `Make a new one and set ${secrets.join(" and ") || "it"}.`,
      );
    case "upstream_unavailable":
    case "timeout": {
      const address = names.find((name) => name.endsWith("_URL"));
      return fail(
        id,
        `${title} cannot be reached: ${error.message}`,
        `Check the network, DNS and proxy of this machine${address === undefined ? "" : `, and ${address}`}.`,
      );
    }
    case "rate_limited":
      return warn(id, `${title} is busy: ${error.message}`, "Try again in a minute.");
    default:
      return fail(id, `${title} did not accept the check: ${error.message}`, "See the log.");
  }
}

/** Reads the upstream's clock from what it answers anyway: the Date header (RFC 9110, 6.6.1). */
function watchClock(fetch: Fetch, clock: Clock): { fetch: Fetch; skewMs(): number | undefined } {
  let skewMs: number | undefined;
  return {
    async fetch(input, init) {
      const sentAt = clock.now();
      const response = await fetch(input, init);
      const date = Date.parse(response.headers.get("date") ?? "");
      // The header has whole seconds, cut off.
      if (!Number.isNaN(date)) skewMs = (sentAt + clock.now()) / 2 - (date + 500);
      return response;
    },
    skewMs: () => skewMs,
  };
}

function checkClock(title: string, skewMs: number | undefined): Finding[] {
  if (skewMs === undefined) return [];
  const seconds = Math.round(Math.abs(skewMs) / 1_000);
  if (Math.abs(skewMs) < TOLERATED_SKEW_MS) {
    return [ok("clock", `Agrees with ${title} to ${Math.max(seconds, 1)} s.`)];
  }
  const way = skewMs > 0 ? "ahead of" : "behind";
  return [
    warn(
      "clock",
      `This machine's clock is ${seconds} s ${way} that of ${title}.`,
      "Turn on time synchronisation (NTP), or tokens will seem expired.",
    ),
  ];
}
