import type { Readable, Writable } from "node:stream";
import { changesChannel } from "@fairlead/core/call/context";
import type { View } from "@fairlead/core/catalogue/view";
import type { Fairlead } from "@fairlead/core/fairlead";
import { LOCAL_USER } from "@fairlead/core/identity/principal";
import type { Server } from "@modelcontextprotocol/server";
import { StdioServerTransport, serveStdio } from "@modelcontextprotocol/server/stdio";
import { createSdkServer } from "../mcp/sdk-server.ts";
import { askForTask, getLegacyTask } from "../mcp/tasks/methods.ts";
import { askAnyTime } from "../mcp/tasks/sdk.ts";
import { watchTasks } from "../mcp/tasks/watch.ts";
import { TaskTransport } from "./task-transport.ts";

/** Lets the official SDK serve the local user on these streams, in the era the client speaks. */
export async function startSdkStdio(
  fairlead: Fairlead,
  view: View,
  input: Readable,
  output: Writable,
): Promise<{ close(): Promise<void> }> {
  const servers = new Set<Server>();
  const subscribed = new Set<string>();
  const stop = await fairlead.shared.subscribe(changesChannel(LOCAL_USER.tenant_id), (message) => {
    for (const server of servers) void announce(server, message, subscribed);
  });
  const ground = { fairlead, view, principal: LOCAL_USER, surface: "stdio" } as const;
  const tasks = new Set<string>();
  const stopTasks = await watchTasks(
    ground,
    ({ operation_id }) => tasks.has(operation_id),
    async (taskId) => {
      const params = { ...(await getLegacyTask(ground, taskId)) };
      for (const server of servers) {
        await server.notification({ method: "notifications/tasks/status", params });
        // A client may wait for the end by asking now and then, and takes questions whenever they come.
        void askForTask(ground, taskId, askAnyTime(server)).catch(() => {});
      }
    },
  );
  const lists = await fairlead.lists(view, LOCAL_USER);
  const transport = new TaskTransport(new StdioServerTransport(input, output), ground);
  const handle = serveStdio(
    ({ era }) => {
      const server = createSdkServer({
        fairlead,
        view,
        principal: LOCAL_USER,
        lists,
        surface: "stdio",
        era,
        canPush: true,
        ...(era === "legacy"
          ? { session: sessionOf(subscribed), onTask: (taskId: string) => void tasks.add(taskId) }
          : {}),
      });
      servers.add(server);
      server.onclose = () => servers.delete(server);
      return server;
    },
    { transport },
  );
  return {
    async close() {
      stop();
      stopTasks();
      await handle.close();
    },
  };
}

function sessionOf(subscribed: Set<string>) {
  return {
    async subscribe(uri: string) {
      subscribed.add(uri);
    },
    async unsubscribe(uri: string) {
      subscribed.delete(uri);
    },
  };
}

async function announce(server: Server, message: string, subscribed: Set<string>): Promise<void> {
  const event: { kind: string; uri?: string } = JSON.parse(message);
  try {
    if (event.kind === "tools_list_changed") await server.sendToolListChanged();
    if (event.kind === "prompts_list_changed") await server.sendPromptListChanged();
    if (event.kind === "resources_list_changed") await server.sendResourceListChanged();
    if (event.kind === "resource_updated" && event.uri !== undefined) {
      // A modern connection filters by what it listens to; a legacy one by what it subscribed.
      const modern = server.getNegotiatedProtocolVersion() === "2026-07-28";
      if (modern || subscribed.has(event.uri)) await server.sendResourceUpdated({ uri: event.uri });
    }
  } catch {
    // The connection is closing; nobody is left to tell.
  }
}
