import {
  begin,
  type Call,
  type Handlers,
  numberOf,
  serverDetailOf,
  serverOf,
  textOf,
} from "../call.ts";
import { addApp } from "../dataset/apps.ts";
import { createServerDetail, createServerFrom } from "../dataset/servers.ts";
import { appsOf, type Server, takeId, toTimestamp } from "../state.ts";
import { toOperation } from "./operations.ts";

export const serverRoutes: Handlers = {
  // GET /server
  listServers: (call) => ({
    status: true,
    servers: [...call.state.servers.values()].map((server) => toListed(call, server)),
  }),

  // GET /server/{server_id}
  getServer: (call) => ({ server: toListed(call, serverOf(call)) }),

  // POST /server
  createServer: (call) => {
    const { state, seed } = call;
    const id = takeId(state);
    const server = createServerFrom(
      {
        id,
        label: textOf(call, "server_label"),
        status: "",
        cloud: textOf(call, "cloud"),
        region: textOf(call, "region"),
        instance_type: textOf(call, "instance_type"),
        public_ip: "",
        created_at: toTimestamp(call.nowMs),
        usedDiskMb: 0,
      },
      seed,
    );
    state.servers.set(id, server);
    state.serverDetails.set(id, createServerDetail("creating", 0));

    const settle = () => {
      server.status = "running";
      server.public_ip = `203.0.113.${id % 250}`;
      state.serverDetails.set(id, createServerDetail("running", 3200));
      addFirstApp(call, id);
    };
    begin(call, { settle, type: "add_server", serverId: id });
    return { server: { ...toListed(call, server), local_backups: "no" } };
  },

  // PUT /server/{server_id}
  updateServerLabel: (call) => {
    serverOf(call).label = textOf(call, "label");
    return { status: true };
  },

  // DELETE /server/{server_id}
  deleteServer: (call) => {
    const { state } = call;
    const { id } = serverOf(call);
    const settle = () => {
      for (const app of appsOf(state, id)) {
        state.apps.delete(app.id);
        state.appDetails.delete(app.id);
      }
      state.servers.delete(id);
      state.serverDetails.delete(id);
    };
    return { operation_id: begin(call, { settle }) };
  },

  // POST /server/start
  startServer: (call) => ({ operation_id: begin(call, { settle: switchServer(call, "running") }) }),

  // POST /server/stop
  stopServer: (call) => ({ operation_id: begin(call, { settle: switchServer(call, "stopped") }) }),

  // POST /server/restart
  restartServer: (call) => ({
    operation_id: begin(call, { settle: switchServer(call, "running") }),
  }),

  // POST /server/scaleServer
  scaleServer: (call) => {
    const server = serverOf(call);
    const settle = () => {
      server.instance_type = textOf(call, "instance_type");
    };
    return { operation_id: begin(call, { settle }) };
  },

  // GET /server/{server_id}/diskUsage
  fetchServerDiskUsage: (call) => {
    const usage = toDiskUsage(call);
    const id = begin(call, {
      collect: () => ({ data: usage }),
      seconds: call.seconds.task,
      uuid: true,
    });
    return { status: true, operation_id: id };
  },

  // GET /server/manage/getMaintenanceWinSettings
  getMaintenanceWindow: (call) => ({ maintenance_settings: serverDetailOf(call).maintenance }),

  // POST /server/manage/postMaintenanceWinSettings
  updateMaintenanceWindow: (call) => {
    serverDetailOf(call).maintenance = { day: textOf(call, "day"), hour: numberOf(call, "hour") };
    return { message: "Maintenance window updated" };
  },

  // GET /server/manage/settings
  getServerSettings: (call) => {
    const { settings, packages } = serverDetailOf(call);
    return { settings: { ...settings, package_versions: packages } };
  },

  // POST /server/manage/settings
  updateServerSettings: (call) => {
    const { server_id: _, ...changes } = call.fields;
    Object.assign(serverDetailOf(call).settings, changes);
    return [];
  },

  // GET /server/disk
  getDiskCleanupSettings: (call) => ({ settings: serverDetailOf(call).cleanup }),
};

/** A server as `GET /server` lists it: with its applications and the work under way. */
function toListed(call: Call, server: Server) {
  return {
    ...server,
    operations: call.book.runningOn(server.id).map((record) => toOperation(record, call.nowMs)),
    apps: appsOf(call.state, server.id),
  };
}

function switchServer(call: Call, status: "running" | "stopped"): () => void {
  const server = serverOf(call);
  const detail = serverDetailOf(call);
  return () => {
    server.status = status;
    server.updated_at = toTimestamp(call.nowMs + call.seconds.operation * 1000);
    detail.services = createServerDetail(status, detail.usedDiskMb).services;
  };
}

function addFirstApp(call: Call, serverId: number): void {
  const plan = {
    id: takeId(call.state),
    serverId,
    label: textOf(call, "app_label"),
    application: textOf(call, "application"),
    version: textOf(call, "app_version"),
    domain: "",
    projectId: 1500,
    createdAt: toTimestamp(call.nowMs),
    diskMb: 420,
  };
  addApp(call.state, plan, call.seed, call.nowMs);
}

function toDiskUsage(call: Call) {
  const apps = appsOf(call.state, serverOf(call).id).map((app) => ({
    app_id: app.id,
    sys_user: app.sys_user,
    size_mb: call.state.appDetails.get(app.id)?.diskMb ?? 0,
  }));
  return {
    total_mb: serverOf(call).volume_size * 1024,
    used_mb: serverDetailOf(call).usedDiskMb,
    apps,
  };
}
