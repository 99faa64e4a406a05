import { isIP } from "node:net";
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
import { invalid } from "../refusal.ts";
import { takeId } from "../state.ts";

export const securityRoutes: Handlers = {
  // GET /security/whitelisted
  listWhitelistedIpsSsh: (call) => ({ ip_list: serverDetailOf(call).whitelist.sftp }),

  // GET /security/whitelistedIpsMysql
  listWhitelistedIpsMysql: (call) => ({ ip_list: serverDetailOf(call).whitelist.mysql }),

  // POST /security/whitelisted replaces the whole list
  updateWhitelistedIps: (call) => {
    const list = textOf(call, "tab") === "mysql" ? "mysql" : "sftp";
    const policy = textOf(call, "ipPolicy");
    const detail = serverDetailOf(call);
    if (textOf(call, "type") !== list) throw invalid("type", "The type is not that of the tab.");
    if (list === "mysql" && policy === "block_all") {
      throw invalid("ipPolicy", "Only the list for SFTP can block all others.");
    }
    const ips = textsOf(call, "ip");
    if (!ips.every(isAddress)) throw invalid("ip", "Not an IP address.");
    detail.whitelist[list] = ips;
    if (list === "sftp") detail.sftpPolicy = policy;
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

/** An address, or a range of them. */
function isAddress(text: string): boolean {
  const [address = "", prefix = "0"] = text.split("/");
  return isIP(address) > 0 && /^\d{1,3}$/.test(prefix);
}

function sshKeyOf(call: Call) {
  const id = numberOf(call, "ssh_key_id");
  return requireFound(
    serverOf(call).ssh_keys.find((key) => key.id === id),
    "SSH key",
  );
}
