import type { ResourceDefinition } from "@fairlead/core/connector";
import type { CloudwaysClient } from "./client.ts";
import { completeApp, completeServer } from "./complete.ts";

/** What a host can attach to a conversation; each is a view of the tool that it names. */
export const resources: ResourceDefinition<CloudwaysClient>[] = [
  {
    name: "cloudways_servers",
    title: "Cloudways servers",
    description: "All servers of the account with their applications.",
    mimeType: "application/json",
    uri: "cloudways://servers",
    tool: "cloudways_list_servers",
  },
  {
    name: "cloudways_server",
    title: "Cloudways server",
    description: "One server with its applications and what they use.",
    mimeType: "application/json",
    uri: "cloudways://servers/{server_id}",
    tool: "cloudways_get_server_details",
    complete: { server_id: completeServer },
  },
  {
    name: "cloudways_app",
    title: "Cloudways application",
    description: "One application and the server it is on.",
    mimeType: "application/json",
    uri: "cloudways://apps/{app_id}",
    tool: "cloudways_get_app_details",
    complete: { app_id: completeApp },
  },
  {
    name: "cloudways_app_settings",
    title: "Settings of a Cloudways application",
    description: "HTTPS, PHP-FPM, Varnish and public access of one application.",
    mimeType: "application/json",
    uri: "cloudways://apps/{app_id}/settings",
    tool: "cloudways_get_app_settings",
    complete: { app_id: completeApp },
  },
  {
    name: "cloudways_alerts",
    title: "Cloudways alerts",
    description: "The 50 newest alerts of the account.",
    mimeType: "application/json",
    uri: "cloudways://alerts",
    tool: "cloudways_get_alerts",
  },
];
