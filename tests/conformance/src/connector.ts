import { defineConnector } from "@fairlead/core/connector";
import { z } from "zod";
import { followOperation } from "./follow-operation.ts";
import { prompts } from "./prompts.ts";
import { getRecord, getText, resources } from "./resources.ts";
import * as asking from "./tools/asking.ts";
import * as content from "./tools/content.ts";
import * as inputRequired from "./tools/input-required.ts";
import * as notifications from "./tools/notifications.ts";
import * as schemas from "./tools/schemas.ts";
import * as tasks from "./tools/tasks.ts";

/**
 * What the official conformance suite expects of a server, on `/mcp/conformance`. Names and behaviour are the suite's;
 * each scenario documents them (npm `@modelcontextprotocol/conformance`).
 */
export const conformance = defineConnector({
  id: "conformance",
  title: "MCP conformance",
  description: "The fixed tools, resources and prompts of the official conformance suite.",
  settings: z.object({}),
  createClient: () => undefined,
  // What breaks here has done nothing: there is no upstream.
  marksEffects: true,
  followOperation,
  cancelOperation: async () => true,
  tools: [
    // The suite calls the first tool of the list without arguments to see how headers are checked.
    content.simpleText,
    content.imageContent,
    content.audioContent,
    content.embeddedResource,
    content.multipleContentTypes,
    content.errorHandling,
    ...Object.values(notifications),
    ...Object.values(schemas),
    ...Object.values(asking),
    ...Object.values(inputRequired),
    ...Object.values(tasks),
    getText,
    getRecord,
  ],
  resources,
  prompts,
});
