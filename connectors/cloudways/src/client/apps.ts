import { z } from "zod";
import type { Api } from "./api.ts";
import { cleanLines } from "./untrusted.ts";
import * as wire from "./wire.ts";

const MAX_CONFIGURATION = 8_000;

const credential = z.object({
  id: wire.id,
  sys_user: wire.line,
  sys_password: wire.secretText,
  ssh_keys: wire.listOf(
    z
      .object({ label: wire.line, ssh_key_id: wire.id })
      .transform(({ label, ssh_key_id }) => ({ id: ssh_key_id, label })),
  ),
});
const credentials = z.object({ app_creds: wire.listOf(credential) });

const flags = z.object({
  from_address: wire.optionalLine,
  cors_header: wire.flag,
  enforce_https: wire.flag,
});

const fpm = z
  .object({
    response: z.object({
      fpm_enabled: wire.flag,
      settings: z.string().nullish(),
    }),
  })
  .transform(({ response }) => ({
    enabled: response.fpm_enabled,
    configuration: cleanLines(response.settings ?? "", MAX_CONFIGURATION),
  }));

const varnish = z
  .object({
    response: z.object({
      varnish_app_enabled: wire.flag,
      varnish_enabled: wire.flag,
      vcl_list: wire.listOf(z.object({ method: wire.line, type: wire.line, value: wire.line })),
    }),
  })
  .transform(({ response }) => ({
    enabled: response.varnish_app_enabled,
    enabled_on_server: response.varnish_enabled,
    rules: response.vcl_list,
  }));

/** A map from the application's system user to whether the public reaches it. */
const access = z
  .object({ response: z.object({ app_status: wire.mapOf(wire.flag) }) })
  .transform(({ response }) => ({
    public: Object.values(response.app_status).every(Boolean),
  }));

export type AppCredential = z.output<typeof credential>;
export type AppFlags = z.output<typeof flags>;
export type AppFpm = z.output<typeof fpm>;
export type AppVarnish = z.output<typeof varnish>;
export type AppAccess = z.output<typeof access>;

/** Cloudways wants the server beside the application in each of these. */
export type AppAddress = { server_id: number; app_id: number };

export interface AppCalls {
  /** With passwords, so never kept. */
  listAppCredentials(app: AppAddress, signal: AbortSignal): Promise<AppCredential[]>;
  getAppFlags(app: AppAddress, signal: AbortSignal): Promise<AppFlags>;
  getAppFpm(app: AppAddress, signal: AbortSignal): Promise<AppFpm>;
  getAppVarnish(app: AppAddress, signal: AbortSignal): Promise<AppVarnish>;
  getAppAccess(app: AppAddress, signal: AbortSignal): Promise<AppAccess>;
}

export function createAppCalls(api: Api): AppCalls {
  return {
    async listAppCredentials(query, signal) {
      return (await api.get("/app/creds", { query }, credentials, signal)).app_creds;
    },
    getAppFlags: (query, signal) => api.get("/app/get_settings_value", { query }, flags, signal),
    getAppFpm: (query, signal) => api.get("/app/manage/fpm_setting", { query }, fpm, signal),
    getAppVarnish: (query, signal) =>
      api.get("/app/manage/varnish_setting", { query }, varnish, signal),
    getAppAccess: (query, signal) =>
      api.get("/app/getApplicationAccess", { query }, access, signal),
  };
}
