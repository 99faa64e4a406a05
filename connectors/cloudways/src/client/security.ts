import { z } from "zod";
import type { Api } from "./api.ts";
import * as wire from "./wire.ts";

/** Which way in a list of addresses is for: SSH and SFTP, or MySQL. */
export type WhitelistKind = "sftp" | "mysql";

const whitelist = z
  .object({ ip_list: wire.wholeListOf(wire.host) })
  .transform(({ ip_list }) => ip_list);

export interface SecurityCalls {
  /** The addresses that may connect, as Cloudways shows them this moment. */
  listWhitelist(server_id: number, list: WhitelistKind, signal: AbortSignal): Promise<string[]>;
}

export function createSecurityCalls(api: Api): SecurityCalls {
  return {
    listWhitelist: (server_id, list, signal) =>
      list === "mysql"
        ? api.get("/security/whitelistedIpsMysql", { query: { server_id } }, whitelist, signal)
        : api.get("/security/whitelisted", { query: { server_id } }, whitelist, signal),
  };
}
