import {
  type Call,
  type Handlers,
  numberOf,
  requireFound,
  serverDetailOf,
  serverOf,
  textOf,
  textsOf,
} from "../call.ts";
import { takeId } from "../state.ts";

export const securityRoutes: Handlers = {
  // GET /security/whitelisted
  listWhitelistedIpsSsh: (call) => ({ ip_list: serverDetailOf(call).whitelist.sftp }),

  // GET /security/whitelistedIpsMysql
  listWhitelistedIpsMysql: (call) => ({ ip_list: serverDetailOf(call).whitelist.mysql }),

  // POST /security/whitelisted replaces the whole list
  updateWhitelistedIps: (call) => {
    const list = textOf(call, "tab") === "mysql" ? "mysql" : "sftp";
    serverDetailOf(call).whitelist[list] = textsOf(call, "ip");
    return [];
  },

  // GET /security/isBlacklisted
  checkIpBlacklisted: (call) => ({ ip_status: textOf(call, "ip") === "192.0.2.66" }),

  // POST /ssh_key
  createSshKey: (call) => {
    const id = takeId(call.state);
    serverOf(call).ssh_keys.push({ id, label: textOf(call, "ssh_key_name") });
    return { id };
  },

  // PUT /ssh_key/{ssh_key_id}
  updateSshKey: (call) => {
    sshKeyOf(call).label = textOf(call, "ssh_key_name");
    return [];
  },

  // DELETE /ssh_key/{ssh_key_id}
  deleteSshKey: (call) => {
    const { id } = sshKeyOf(call);
    const server = serverOf(call);
    server.ssh_keys = server.ssh_keys.filter((key) => key.id !== id);
    return [];
  },
};

function sshKeyOf(call: Call) {
  const id = numberOf(call, "ssh_key_id");
  return requireFound(
    serverOf(call).ssh_keys.find((key) => key.id === id),
    "SSH key",
  );
}
