import { z } from "zod";
import type { Api } from "./api.ts";
import type { AppAddress } from "./apps.ts";
import { begun, type OperationId } from "./operations.ts";
import type { WhitelistKind } from "./security.ts";

/** The part of an application that a restore puts back. */
export type RestorePart = "complete" | "web" | "db";

/** Cloudways does not show which of the two holds, only takes a new one. */
export type WhitelistPolicy = "allow_all" | "block_all";

/** Success without data: an empty list, an empty object or nothing at all. */
const nothing = z.unknown();

/** Every request that changes something at Cloudways. What takes long answers with its operation there. */
export interface ChangeCalls {
  restartServer(server_id: number, signal: AbortSignal): Promise<OperationId>;
  backupApp(app: AppAddress, signal: AbortSignal): Promise<OperationId>;
  restoreApp(
    app: AppAddress,
    point: { time: string; part: RestorePart },
    signal: AbortSignal,
  ): Promise<OperationId>;
  deleteApp(app: AppAddress, signal: AbortSignal): Promise<OperationId>;
  replaceAppAliases(app: AppAddress, aliases: string[], signal: AbortSignal): Promise<void>;
  replaceWhitelist(
    server_id: number,
    rules: { list: WhitelistKind; ips: string[]; policy: WhitelistPolicy },
    signal: AbortSignal,
  ): Promise<void>;
}

/** `changed` hears of every request that may have changed something, answered or not. */
export function createChangeCalls(api: Api, changed: () => Promise<void>): ChangeCalls {
  const noting = <T>(work: Promise<T>): Promise<T> => work.finally(changed);

  return {
    restartServer: (server_id, signal) =>
      noting(api.write("post", "/server/restart", { body: { server_id } }, begun, signal)),
    backupApp: (body, signal) =>
      noting(api.write("post", "/app/manage/takeBackup", { body }, begun, signal)),
    restoreApp(app, { time, part }, signal) {
      // `complete` is what Cloudways does unless told otherwise, and the names of the parts are not documented.
      const body = { ...app, time, ...(part === "complete" ? {} : { type: part }) };
      return noting(api.write("post", "/app/manage/restore", { body }, begun, signal));
    },
    deleteApp: ({ app_id, server_id }, signal) =>
      noting(
        api.write(
          "delete",
          "/app/{app_id}",
          { path: { app_id }, body: { server_id } },
          begun,
          signal,
        ),
      ),
    async replaceAppAliases(app, aliases, signal) {
      const body = { ...app, aliases };
      await noting(api.write("post", "/app/manage/aliases", { body }, nothing, signal));
    },
    async replaceWhitelist(server_id, { list, ips, policy }, signal) {
      const body = { server_id, tab: list, type: list, ip: ips, ipPolicy: policy };
      await noting(api.write("post", "/security/whitelisted", { body }, nothing, signal));
    },
  };
}
