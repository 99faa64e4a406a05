import { defineTool, type ToolContext } from "@fairlead/core/tool";
import { z } from "zod";
import { alreadySo } from "../aliases.ts";
import type { WhitelistPolicy } from "../client/changes.ts";
import type { CloudwaysClient } from "../client.ts";
import { nameOfServer } from "../naming.ts";
import { serverId } from "../schemas.ts";
import { NOTHING, stateOf, UNCLEAR } from "../settling.ts";

const ips = z
  .array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]))
  .max(200)
  .describe("The whole list from now on: addresses, or ranges such as 203.0.113.0/24.");

const input = z
  .object({
    server_id: serverId,
    list: z.enum(["sftp", "mysql"]).describe("sftp is for SSH and SFTP, mysql for the database."),
    ips,
    policy: z
      .enum(["allow_all", "block_all"])
      .optional()
      .describe("Needed for sftp: what holds for all other addresses. mysql has only allow_all."),
  })
  .refine(({ list, policy }) => list === "mysql" || policy !== undefined, {
    path: ["policy"],
    message: "is needed with the list sftp",
  })
  .refine(({ list, policy }) => list === "sftp" || policy !== "block_all", {
    path: ["policy"],
    message: "can only be allow_all with the list mysql",
  });

const planned = z.object({ server_id: z.number(), label: z.string(), ips: z.array(z.string()) });

const NAMES = { sftp: "SSH and SFTP", mysql: "MySQL" };

/** Replaces the list of addresses that may connect. */
export const updateWhitelistedIps = defineTool({
  name: "cloudways_update_whitelisted_ips",
  title: "Replace a list of allowed addresses",
  description:
    "Replace the whole list of addresses that may connect to one server by SSH and SFTP, or by MySQL. Addresses that are " +
    "not in the new list lose access, you among them if yours is missing. The plan shows which are added and removed, " +
    "and with them the present list. Costs two requests. Takes effect at once.",
  effect: "destroy", // what is not in the new list is gone
  idempotent: true,
  toolset: "servers",
  input,
  output: z.object({
    server_id: z.number(),
    list: z.string(),
    policy: z.string(),
    ips: z.array(z.string()),
  }),
  text: ({ server_id, list, ips }) =>
    `The ${list} list of server ${server_id} is now: ${ips.join(", ") || "empty"}.`,
  lane: ({ server_id }) => `server ${server_id}`,

  async plan({ server_id, list, policy, ips }, { client, signal }: ToolContext<CloudwaysClient>) {
    const [server, from] = await Promise.all([
      client.readServer(server_id, signal),
      client.listWhitelist(server_id, list, signal),
    ]);
    requireChange(list, from, ips);
    const on = `the ${NAMES[list]} list of ${nameOfServer(server)}`;
    const added = without(ips, from);
    const removed = without(from, ips);
    return {
      summary: `Replaces ${on}: ${added.length} added, ${removed.length} removed, ${ips.length} in all.`,
      changes: [
        ...added.map((ip) => ({ on: ip, does: "is added" })),
        ...removed.map((ip) => ({ on: ip, does: "is removed" })),
        ...(list === "sftp"
          ? [{ on, does: "gets a policy for all other addresses", from: "unknown", to: policy }]
          : []),
      ],
      loses: [
        ...removed.map((ip) => `access by ${NAMES[list]} from ${ip}`),
        ...(ips.length === 0 && policy === "block_all" ? ["every way in by SSH and SFTP"] : []),
      ],
      undo:
        list === "mysql"
          ? { kind: "reversible", how: "Put the former list back." }
          : {
              kind: "compensable",
              how: "The former list can be put back. The former policy cannot: Cloudways does not show it.",
            },
      state: { server_id, label: server.label, ips: from.toSorted() } satisfies z.output<
        typeof planned
      >,
    };
  },

  async handler({ server_id, list, policy: given, ips }, { client, signal }) {
    const policy = given ?? "allow_all";
    requireChange(list, await client.listWhitelist(server_id, list, signal), ips);
    await client.replaceWhitelist(server_id, { list, ips, policy }, signal);
    return { server_id, list, policy, ips };
  },

  undo({ input: { server_id, list, policy }, state }) {
    const former = ips.safeParse(stateOf(planned, state)?.ips);
    if (!former.success) return undefined;
    return {
      tool: "cloudways_update_whitelisted_ips",
      arguments: { server_id, list, ips: former.data, ...(policy && { policy }) },
      summary: `Puts the former ${NAMES[list]} list of server ${server_id} back.`,
    };
  },

  reconcile: {
    settleMs: 300_000,
    async find({ server_id, list, policy, ips }, { client, signal }, { state }) {
      const before = stateOf(planned, state)?.ips;
      // The same list with another policy looks as it did before.
      if (before === undefined || isSame(before, ips)) return UNCLEAR;
      const now = await client.listWhitelist(server_id, list, signal);
      if (isSame(now, before)) return NOTHING;
      if (!isSame(now, ips)) return UNCLEAR;
      return {
        found: "happened",
        output: { server_id, list, policy: policy ?? ("allow_all" as WhitelistPolicy), ips },
      };
    },
  },
});

/** With MySQL the list is all there is; with SFTP the policy may be another, which nobody can see. */
function requireChange(list: "sftp" | "mysql", from: string[], to: string[]): void {
  if (list === "sftp" || !isSame(from, to)) return;
  throw alreadySo("The MySQL list already is exactly this one.", "already_so");
}

function without(list: readonly string[], others: readonly string[]): string[] {
  return list.filter((ip) => !others.includes(ip));
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return without(a, b).length === 0 && without(b, a).length === 0;
}
