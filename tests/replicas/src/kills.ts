import { expect, test } from "vitest";
import type { Installation } from "./installation.ts";
import { connectOfficials, ERAS, type Exchange, exchangesOf, type Official } from "./official.ts";
import type { Key, People } from "./people.ts";
import { until } from "./until.ts";

const TOOL = "cloudways_get_token_status";

interface AuditItem {
  event: { name: string; target?: string };
}

/** What a replica that ends by SIGKILL takes with it, and what not. */
export function testKills(installation: () => Installation, who: () => People): void {
  test("loses no acknowledged act and no audit event of one when a replica is killed under load", async () => {
    const tenant = await who().operator.act<{ id: string }>("POST", "/api/tenants", {
      name: "killed",
    });
    const victim = installation().replicas.at(-1);
    if (victim === undefined) throw new Error("There is no replica.");
    const acknowledged: string[] = [];
    let going = true;
    const apis = who().everywhere(installation().operatorKey);
    const writers = Array.from({ length: 9 }, async (_, index) => {
      const writer = apis[index % apis.length] ?? who().operator;
      while (going) {
        const { status, body } = await writer
          .send("POST", "/api/keys?tenant=killed", { label: "load" })
          .catch(() => ({ status: 0, body: {} }));
        if (status === 201) acknowledged.push((body as { data: Key }).data.id);
      }
    });
    const before = 40;
    await until("acts are acknowledged", () => acknowledged.length >= before);
    await victim.kill();
    const atKill = acknowledged.length;
    await until("acts are acknowledged", () => acknowledged.length >= atKill + before);
    going = false;
    await Promise.all(writers);
    await victim.start();

    const keys = await who().pagesOf<Key>("/api/keys?tenant=killed");
    const kept = new Set(keys.map(({ id }) => id));
    expect(acknowledged.filter((id) => !kept.has(id))).toEqual([]);
    const events = await who().pagesOf<AuditItem>(`/api/audit?tenant=${tenant.id}`);
    const audited = new Set(
      events.filter(({ event }) => event.name === "keys.create").map(({ event }) => event.target),
    );
    expect(acknowledged.filter((id) => !audited.has(id))).toEqual([]);
  }, 60_000);

  test.each(ERAS)(
    "goes on in the %s era when the replica that began with a client is killed under load",
    async (era) => {
      const { url, replicas } = installation();
      const { key } = await who().createTenant(`survivor-${era}`, { tier: "quick" });
      const clients = await connectOfficials(6, `${url}/mcp`, key, era);
      const [first] = clients;
      const opening = first?.exchanges[0];
      const victim = replicas.find(({ port }) => port === opening?.replica);
      if (first === undefined || victim === undefined) throw new Error("Nobody opened.");
      const sessions = clients.map(sessionOf);
      const orphans = openStreams(clients).filter(({ replica }) => replica === victim.port);

      const posts = () => exchangesOf(clients).filter(({ http }) => http === "POST");
      const answered = () => posts().filter(({ status }) => status === 200).length;
      let going = true;
      const callers = clients.map(async (client) => {
        while (going) await client.call(TOOL);
      });
      await until("calls are answered", () => answered() >= 100);
      await victim.kill();
      const killedAt = Date.now();
      const atKill = answered();
      await until("calls are answered", () => answered() >= atKill + 200);
      // A stream that ended with its replica is opened anew by the client, at another one.
      const reopened = () => openStreams(clients).filter(({ sentAt }) => sentAt > killedAt).length;
      await until("streams are open again", () => reopened() >= orphans.length);
      going = false;
      await Promise.all(callers);

      // What the victim was about to answer may be lost, one call of each client at most, and nothing else.
      const failed = posts().filter(({ status }) => status !== 200 && status !== 202);
      expect(failed.filter(({ sentAt }) => sentAt > killedAt)).toEqual([]);
      expect(failed.filter(({ replica }) => replica !== victim.port)).toEqual([]);
      expect(failed.length).toBeLessThanOrEqual(clients.length);
      for (const client of clients) expect(answersAfter(client, killedAt)).not.toEqual([]);
      const others = new Set(
        replicas.map(({ port }) => port).filter((port) => port !== victim.port),
      );
      const survivors = clients.flatMap((client) => answersAfter(client, killedAt));
      expect(new Set(survivors.map(({ replica }) => replica))).toEqual(others);

      // Back without a memory of its own, it knows the session that it had opened.
      await victim.start();
      const startedAt = Date.now();
      const isBack = () =>
        answersAfter(first, startedAt).some(({ replica }) => replica === victim.port);
      await until("the replica is asked again", async () => {
        expect((await first.call(TOOL)).isError).toBe(false);
        return isBack();
      });
      expect(clients.map(sessionOf)).toEqual(sessions);
      if (era === "legacy") expect(new Set(sessions).size).toBe(clients.length);
    },
    60_000,
  );
}

/** The one session of all that a client sent after its handshake; undefined where its era has none. */
function sessionOf({ exchanges }: Official): string | undefined {
  const shown = exchanges.slice(1).map(({ session }) => session ?? undefined);
  expect(new Set(shown).size).toBeLessThanOrEqual(1);
  expect(exchanges.filter(({ method }) => method === "initialize").length).toBeLessThanOrEqual(1);
  return shown[0];
}

function openStreams(clients: readonly Official[]): Exchange[] {
  return exchangesOf(clients).filter(({ http, status }) => http === "GET" && status === 200);
}

function answersAfter({ exchanges }: Official, at: number): Exchange[] {
  return exchanges.filter(
    ({ http, status, sentAt }) => http === "POST" && status === 200 && sentAt > at,
  );
}
