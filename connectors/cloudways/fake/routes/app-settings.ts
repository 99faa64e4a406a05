import {
  appDetailOf,
  appOf,
  begin,
  type Call,
  type Handlers,
  isOn,
  numberOf,
  requireFound,
  serverDetailOf,
  textOf,
} from "../call.ts";
import { takeId } from "../state.ts";

export const appSettingRoutes: Handlers = {
  // GET /app/creds
  listAppCredentials: (call) => ({ app_creds: appDetailOf(call).credentials }),

  // POST /app/creds
  createAppCredential: (call) => {
    const id = takeId(call.state);
    appDetailOf(call).credentials.push({
      id,
      sys_user: textOf(call, "username"),
      sys_password: textOf(call, "password"),
      ssh_keys: [],
    });
    return { app_cred_id: id };
  },

  // PUT /app/creds/{app_cred_id}
  updateAppCredential: (call) => {
    const credential = credentialOf(call);
    credential.sys_user = textOf(call, "username");
    credential.sys_password = textOf(call, "password");
    return [];
  },

  // DELETE /app/creds/{app_cred_id}
  deleteAppCredential: (call) => {
    const { id } = credentialOf(call);
    const detail = appDetailOf(call);
    detail.credentials = detail.credentials.filter((credential) => credential.id !== id);
    return [];
  },

  // GET /app/get_settings_value
  getAppSettings: (call) => {
    const { fromAddress, corsHeader, enforceHttps } = appDetailOf(call);
    return {
      status: true,
      application_id: appOf(call).id,
      from_address: fromAddress,
      cors_header: Number(corsHeader),
      enforce_https: Number(enforceHttps),
    };
  },

  // POST /app/manage/enforce_https
  updateAppEnforceHttps: (call) => {
    const detail = appDetailOf(call);
    const settle = () => {
      detail.enforceHttps = isOn(call, "status");
    };
    return { status: true, operation_id: begin(call, { settle }) };
  },

  // POST /app/cors_header
  updateAppCorsHeader: (call) => {
    const detail = appDetailOf(call);
    const settle = () => {
      detail.corsHeader = isOn(call, "corsHeader");
    };
    return { status: true, operation_id: begin(call, { settle }) };
  },

  // GET /app/manage/fpm_setting
  getAppFpmSettings: (call) => {
    const { enabled, settings } = appDetailOf(call).fpm;
    return { response: { fpm_enabled: enabled, settings } };
  },

  // POST /app/manage/fpm_setting
  updateAppFpmSettings: (call) => {
    appDetailOf(call).fpm.settings = textOf(call, "fpm_setting");
    return [];
  },

  // GET /app/manage/varnish_setting
  getAppVarnishSettings: (call) => {
    const { enabled, rules } = appDetailOf(call).varnish;
    return {
      response: {
        varnish_app_enabled: enabled,
        varnish_enabled: serverDetailOf(call).services.varnish === "running",
        vcl_list: rules,
      },
    };
  },

  // GET /service/appVarnish
  getAppVarnishState: (call) => ({
    status: true,
    response: { varnish_app_enabled: appDetailOf(call).varnish.enabled },
  }),

  // POST /service/appVarnish
  updateAppVarnish: (call) => {
    const { varnish } = appDetailOf(call);
    if (textOf(call, "action") !== "purge") varnish.enabled = isOn(call, "action");
    return [];
  },

  // GET /app/getApplicationAccess
  getAppAccessState: (call) => ({
    status: true,
    response: { app_status: { [appOf(call).sys_user]: appDetailOf(call).reachable } },
  }),

  // POST /app/state
  updateAppAccessState: (call) => {
    appDetailOf(call).reachable = isOn(call, "state");
    return [];
  },

  // GET /app/getAppSshPerms
  getAppSshAccess: (call) => ({
    response: { ssh_status: { [appOf(call).sys_user]: appDetailOf(call).sshAllowed } },
  }),

  // POST /app/updateAppSshPerms
  updateAppSshAccess: (call) => {
    appDetailOf(call).sshAllowed = isOn(call, "update_perms_action");
    return { status: true, confirmation: false };
  },

  // GET /app/manage/cronList
  getAppCronList: (call) => ({ basic: [], script: appDetailOf(call).cron.join("\n") }),

  // GET /git/key
  getGitKey: (call) => ({ key: appDetailOf(call).gitKey }),
};

function credentialOf(call: Call) {
  const id = numberOf(call, "app_cred_id");
  const credential = appDetailOf(call).credentials.find((known) => known.id === id);
  return requireFound(credential, "Credential");
}
