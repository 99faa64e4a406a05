import { hash } from "node:crypto";

/** What `Store.revocations` and a change of topic `token` name an agent's token by: never the token's own id. */
export function agentTokenId(jti: string): string {
  return hash("sha256", `agent token\n${jti}`, "hex");
}

/** The same for a key pair, whatever becomes of its row: the account's delegation may be shown again at any time. */
export function agentKeyId(address: string, public_key: string): string {
  return hash("sha256", `agent key\n${address}\n${public_key}`, "hex");
}
