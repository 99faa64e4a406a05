import { createConnection, createPrincipal } from "@fairlead/testkit/engine";
import { failureOf } from "@fairlead/testkit/failure-of";
import { expect, test } from "vitest";
import { z } from "zod";
import { defineConnector } from "../connector.ts";
import { Secret } from "../secret.ts";
import type { Connection } from "./connection.ts";
import { pickConnection } from "./pick.ts";

const token = z.instanceof(Secret);
const PLAIN = {
  id: "harbour",
  title: "Harbour",
  description: "A harbour.",
  credential: z.object({ token }),
  settings: z.object({}),
  createClient: () => undefined,
  tools: [],
};
const harbour = defineConnector(PLAIN);

/** Lists what is kept, of one tenant and connector as everywhere. */
function listing(kept: readonly Connection[]) {
  return {
    list: (tenant_id: string, connector: string) =>
      kept.filter((each) => each.tenant_id === tenant_id && each.connector === connector),
  };
}

async function pick(named: string | undefined, kept: Connection[], brought: Connection[] = []) {
  const principal = createPrincipal(brought.length > 0 ? { connections: brought } : {});
  return pickConnection(listing(kept), harbour, principal, named);
}

const NORTH = createConnection({ id: "con_north", label: "north" });
const SOUTH = createConnection({ id: "con_south", label: "south" });

test("picks the tenant's only connection", async () => {
  expect(await pick(undefined, [NORTH])).toBe(NORTH);
});

test("picks without a wait what is in memory, and waits for what is not", async () => {
  const { list } = listing([NORTH]);
  const principal = createPrincipal();
  expect(pickConnection({ list }, harbour, principal, undefined)).toBe(NORTH);
  const slow = { list: async (tenant: string, connector: string) => list(tenant, connector) };
  const picked = pickConnection(slow, harbour, principal, undefined);
  expect(picked).toBeInstanceOf(Promise);
  expect(await picked).toBe(NORTH);
});

test("picks the connection that is named by its id", async () => {
  expect(await pick("con_south", [NORTH, SOUTH])).toBe(SOUTH);
});

test("picks the connection that is named by its label", async () => {
  expect(await pick("south", [NORTH, SOUTH])).toBe(SOUTH);
});

test("lists the connections when there are several and none is named", async () => {
  const error = await failureOf(pick(undefined, [NORTH, SOUTH]));
  expect(error.code).toBe("invalid_input");
  expect(error.message).toBe(
    'There are several Harbour connections. Name one with the argument "connection": north (con_north), south (con_south).',
  );
});

test("lists the connections when the named one is not there", async () => {
  const error = await failureOf(pick("east", [NORTH]));
  expect(error.code).toBe("invalid_input");
  expect(error.message).toContain('no single Harbour connection "east"');
  expect(error.message).toContain("north (con_north)");
});

test("does not guess between two connections of one label", async () => {
  const twin = createConnection({ id: "con_twin", label: "north" });
  expect((await failureOf(pick("north", [NORTH, twin]))).code).toBe("invalid_input");
});

test("never picks a connection of another tenant, not even by its id", async () => {
  const foreign = createConnection({ id: "con_foreign", tenant_id: "ten_other" });
  const error = await failureOf(pick("con_foreign", [foreign]));
  expect(error).toMatchObject({ code: "not_found", details: { reason: "no_connection" } });
  expect(error.message).not.toContain("con_foreign");
});

test("says the same of another tenant's connection as of one that does not exist", async () => {
  const foreign = createConnection({ id: "con_foreign", tenant_id: "ten_other", label: "east" });
  for (const named of ["con_foreign", "east"]) {
    const existing = await failureOf(pick(named, [NORTH, foreign]));
    const missing = await failureOf(pick(named, [NORTH]));
    expect([existing.code, existing.message]).toEqual([missing.code, missing.message]);
  }
});

test("picks what came with the request before what is kept", async () => {
  const brought = createConnection({ id: "con_brought" });
  expect(await pick(undefined, [NORTH, SOUTH], [brought])).toBe(brought);
});

test("does not look at what came with the request for another connector", async () => {
  const brought = createConnection({ id: "con_brought", connector: "lighthouse" });
  expect(await pick(undefined, [NORTH], [brought])).toBe(NORTH);
});

test("says every way to connect when nothing is connected", async () => {
  const connector = defineConnector({
    ...PLAIN,
    environment: {
      token: { name: "HARBOUR_TOKEN", description: "The token.", secret: true },
      region: { name: "HARBOUR_REGION", description: "The region." },
    },
    headerCredential: { headers: { "x-harbour-token": "token" }, account: () => "ann" },
  });
  const error = await failureOf(async () =>
    pickConnection(listing([]), connector, createPrincipal(), undefined),
  );
  expect(error.code).toBe("not_found");
  expect(error.message).toBe(
    "No Harbour account is connected. To connect one, set HARBOUR_TOKEN where Fairlead runs, or send the headers x-harbour-token.",
  );
});
