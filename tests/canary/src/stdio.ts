import type { Canaries } from "./canaries.ts";
import { type Ended, type Environment, runCommand } from "./program.ts";

const HELLO = {
  ...{ protocolVersion: "2025-11-25", capabilities: {} },
  clientInfo: { name: "tester", version: "1" },
};

let times = 0;

/** A client on stdio that asks for what works and what does not, with secrets where they do not belong. */
export function talkOnStdio(environment: Environment, canaries: Canaries): Promise<Ended> {
  times += 1;
  const secret = canaries.plant(`argument on stdio, time ${times}`);
  const call = (id: number, name: string, args: object) => ({
    ...{ id, method: "tools/call", params: { name, arguments: args } },
  });
  const messages = [
    { id: 1, method: "initialize", params: HELLO },
    { method: "notifications/initialized" },
    { id: 2, method: "tools/list" },
    call(3, "cloudways_list_servers", {}),
    call(4, "cloudways_list_servers", { api_key: secret }),
    call(5, "cloudways_get_token_status", {}),
    { id: 6, method: "resources/read", params: { uri: "cloudways://servers" } },
    { id: 7, method: "logging/setLevel", params: { level: "debug" } },
    { id: 8, method: "nothing", params: { token: secret } },
  ];
  const lines = messages.map((message) => JSON.stringify({ jsonrpc: "2.0", ...message }));
  // Each answer begins or ends with its id.
  const isOver = (output: string) =>
    [2, 3, 4, 5, 6, 7, 8].every((id) => new RegExp(`"jsonrpc":"2.0","id":${id}[,}]`).test(output));
  const input = [...lines, `{"${secret}`, ""].join("\n");
  return runCommand(["stdio"], environment, input, isOver);
}
