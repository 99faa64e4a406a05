import { appDetailOf, appOf, begin, type Handlers, serverOf, textOf, textsOf } from "../call.ts";
import { type AppPlan, addApp } from "../dataset/apps.ts";
import { invalid, Refusal } from "../refusal.ts";
import { appsOf, takeId, toTimestamp } from "../state.ts";

export const appRoutes: Handlers = {
  // GET /app
  listApps: (call) => ({ apps: appsOf(call.state, serverOf(call).id) }),

  // GET /app/{app_id}
  getApp: (call) => ({ app: appOf(call) }),

  // POST /app
  createApp: (call) => {
    const plan: AppPlan = {
      id: takeId(call.state),
      serverId: serverOf(call).id,
      label: textOf(call, "app_label"),
      application: textOf(call, "application"),
      version: textOf(call, "app_version", "latest"),
      domain: "",
      projectId: 1500,
      createdAt: toTimestamp(call.nowMs),
      diskMb: 420,
    };
    const settle = () => addApp(call.state, plan, call.seed, call.nowMs);
    return { operation_id: begin(call, { settle, appId: plan.id }) };
  },

  // PUT /app/{app_id}
  updateAppLabel: (call) => {
    appOf(call).label = textOf(call, "label");
    return { status: true };
  },

  // DELETE /app/{app_id}
  deleteApp: (call) => {
    const { id } = appOf(call);
    const settle = () => {
      call.state.apps.delete(id);
      call.state.appDetails.delete(id);
    };
    return { operation_id: begin(call, { settle }) };
  },

  // POST /app/clone
  cloneApp: (call) => {
    const source = appOf(call);
    const plan: AppPlan = {
      id: takeId(call.state),
      serverId: source.server_id,
      label: textOf(call, "app_label"),
      application: source.application,
      version: source.app_version,
      domain: "",
      projectId: source.project_id,
      createdAt: toTimestamp(call.nowMs),
      diskMb: appDetailOf(call).diskMb,
    };
    const settle = () => addApp(call.state, plan, call.seed, call.nowMs);
    return { app_id: plan.id, operation_id: begin(call, { settle }) };
  },

  // POST /app/manage/cname
  updateAppCname: (call) => {
    const app = appOf(call);
    const cname = textOf(call, "cname");
    const settle = () => {
      app.cname = cname;
    };
    return { operation_id: begin(call, { settle }) };
  },

  // DELETE /app/manage/cname
  deleteAppCname: (call) => {
    const app = appOf(call);
    const settle = () => {
      app.cname = "";
    };
    return { operation_id: begin(call, { settle }) };
  },

  // POST /app/manage/aliases
  updateAppAliases: (call) => {
    const aliases = textsOf(call, "aliases");
    if (!aliases.every(isDomain)) throw invalid("aliases", "Not a domain.");
    appOf(call).aliases = aliases;
    return [];
  },

  // POST /app/manage/takeBackup
  backupApp: (call) => {
    const detail = appDetailOf(call);
    const settle = () => {
      detail.backups.unshift(toTimestamp(call.nowMs));
    };
    return { operation_id: begin(call, { settle }) };
  },

  // GET /app/manage/backup
  getAppBackupStatus: (call) => {
    const { backups, localBackup } = appDetailOf(call);
    const id = begin(call, {
      collect: () => ({ backup_dates: backups, local_backup_exists: localBackup }),
      seconds: call.seconds.task,
    });
    return { status: true, operation_id: id };
  },

  // DELETE /app/manage/backup
  deleteAppLocalBackup: (call) => {
    const detail = appDetailOf(call);
    const settle = () => {
      detail.localBackup = false;
    };
    return { operation_id: begin(call, { settle }) };
  },

  // POST /app/manage/restore
  restoreApp: (call) => {
    const time = textOf(call, "time");
    const detail = appDetailOf(call);
    if (!detail.backups.includes(time)) throw invalid("time", "No restore point with this time.");
    const settle = () => {
      detail.restored = { time, type: textOf(call, "type", "complete") };
      detail.localBackup = true;
    };
    return { operation_id: begin(call, { settle }) };
  },

  // POST /app/manage/rollback goes back to the local backup that a restore keeps
  rollbackAppRestore: (call) => {
    const detail = appDetailOf(call);
    if (!detail.localBackup) throw new Refusal(400, { message: "There is nothing to roll back" });
    const settle = () => {
      detail.restored = null;
    };
    return { operation_id: begin(call, { settle }) };
  },
};

function isDomain(text: string): boolean {
  return text.length <= 253 && /^(\*\.)?([a-z0-9-]{1,63}\.)+[a-z0-9-]{2,63}$/i.test(text);
}
