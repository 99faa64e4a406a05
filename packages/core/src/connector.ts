import type { z } from "zod";
import type { Cache } from "./cache/cache.ts";
import type { SharedTokens } from "./connections/shared-token.ts";
import type { ContentBlock, PromptMessage, ResourceContents } from "./content.ts";
import type { CallContext } from "./context.ts";
import type { Egress } from "./egress.ts";
import type { Clock, Fetch, Logger, RandomBytes } from "./ports.ts";
import type { Followed, UpstreamPointer } from "./safe-write.ts";
import type { Secret } from "./secret.ts";
import type { Shared } from "./storage/shared.ts";
import type { Tool } from "./tool.ts";
import type { KeyedHash } from "./vault/keyed-hash.ts";

/** What a connector's client is built from. One is built per connection and pooled. */
export interface ClientEnvironment<S> {
  /**
   * Opens the credential for as long as `use` runs. A client keeps no field of it: neither a `Secret` nor what it
   * reveals, which would outlive the call.
   */
  withCredential<T>(
    use: (credential: Readonly<Record<string, Secret>>) => Promise<T> | T,
  ): Promise<T>;
  settings: S;
  connection_id: string;
  tenant_id: string;
  fetch: Fetch;
  /** Raw TCP or TLS, through the same guard as `fetch`. */
  connect: Egress["connect"];
  /** Milliseconds that what is kept of this connection in shared state may outlive its last use; absent: as it likes. */
  maxKeptMs?: number;
  /** A token that replicas share and renew once among them. */
  sharedToken: SharedTokens;
  clock: Clock;
  random: RandomBytes;
  /** Names an account in shared keys and logs without giving it away. */
  keyedHash: KeyedHash;
  /** What replicas agree on: the account's budget, leases. */
  shared: Shared;
  /** Answers of this connection kept for a while; one load for any number of callers. */
  cache: Cache;
  logger: Logger;
}

/** A setting that an operator gives by the environment, `*_FILE` included when it is secret. */
export interface EnvironmentSetting {
  /** Name of the environment variable. */
  name: string;
  /** One sentence for the reference page. */
  description: string;
  secret?: boolean;
  example?: string;
}

/** Credentials that come in headers with every request, as a replaced system's users send them. */
export interface HeaderCredential {
  /** Header (lower case) → field of the credential. */
  headers: Readonly<Record<string, string>>;
  /** Fields that name the account; the tenant is derived from them once the upstream accepted the credential. */
  account: (credential: Readonly<Record<string, Secret>>) => string;
}

export interface ResourceDefinition<C> {
  name: string;
  title: string;
  description: string;
  mimeType: string;
  /** Either a fixed URI, or an RFC 6570 level 1 template such as `cloudways://servers/{server_id}`. */
  uri: string;
  /** The read tool this is a view of; it is authorised, filtered and limited as that tool. */
  tool: string;
  /** Template variables → the tool's arguments. Default: the variables as they are. */
  arguments?: (variables: Record<string, string>) => Record<string, unknown>;
  /** Completions of a variable: values that start with what was typed. */
  complete?: Record<
    string,
    (
      value: string,
      ctx: CallContext<C>,
      others: Record<string, string>,
    ) => Promise<string[]> | string[]
  >;
  /** The contents, when they are not simply the tool's structured answer as JSON. */
  contents?: (
    output: { content: ContentBlock[]; structured: unknown },
    uri: string,
    variables: Record<string, string>,
  ) => ResourceContents[];
}

export interface PromptDefinition<C> {
  name: string;
  title: string;
  description: string;
  /** All values are strings on the wire. */
  arguments?: z.ZodObject;
  /** True when `messages` looks at the upstream. Default false: most prompts are words. */
  needsConnection?: boolean;
  complete?: Record<
    string,
    (
      value: string,
      ctx: CallContext<C>,
      others: Record<string, string>,
    ) => Promise<string[]> | string[]
  >;
  messages: (
    input: Record<string, string>,
    ctx: CallContext<C>,
  ) => Promise<PromptMessage[]> | PromptMessage[];
}

export interface ConnectorDefinition<C, S> {
  /** Lower case, no underscore; the prefix of its tools and the end of `/mcp/{id}`. */
  id: string;
  title: string;
  description: string;
  /** What a model should know before it uses these tools. */
  instructions?: string;
  /** Fields of the credential; absent when the connector needs none. */
  credential?: z.ZodObject;
  settings: z.ZodType<S>;
  /** Fields of credential and settings that the environment may give. */
  environment?: Readonly<Record<string, EnvironmentSetting>>;
  headerCredential?: HeaderCredential;
  createClient: (environment: ClientEnvironment<S>) => C;
  /** Asks the upstream whether the credential is good. Throws `unauthenticated` or what else is wrong. */
  verify?: (client: C, signal: AbortSignal) => Promise<void>;
  closeClient?: (client: C) => Promise<void> | void;
  /**
   * Its client calls `markEffectLeaving` before each request that may change something. Without it, every failure of a
   * tool that changes something counts as one after which nobody knows.
   */
  marksEffects?: boolean;
  /** Asks the upstream how far a piece of work has come that `ctx.follow` handed over. Changes nothing. */
  followOperation?: (client: C, pointer: UpstreamPointer, signal: AbortSignal) => Promise<Followed>;
  /** Asks the upstream to stop such a piece of work. True when it will not go on; what it did until then stays done. */
  cancelOperation?: (client: C, pointer: UpstreamPointer, signal: AbortSignal) => Promise<boolean>;
  tools: readonly Tool[];
  resources?: readonly ResourceDefinition<C>[];
  prompts?: readonly PromptDefinition<C>[];
  /** Shown first in views that list only part of the tools. */
  pinned?: readonly string[];
}

/** A connector as the engine sees it, its types erased. `defineConnector` is the only maker. */
export type Connector = ConnectorDefinition<never, never>;

const LEGAL_ID = /^[a-z][a-z0-9]{1,15}$/;

/** Declares a connector, and finds at start what would surprise at run time. */
export function defineConnector<C, S>(definition: ConnectorDefinition<C, S>): Connector {
  if (!LEGAL_ID.test(definition.id)) {
    throw new Error(`Connector id "${definition.id}" is not legal: 2 to 16 of a-z and 0-9.`);
  }
  const names = new Set<string>();
  for (const tool of definition.tools) {
    if (!tool.name.startsWith(`${definition.id}_`)) {
      throw new Error(`Tool ${tool.name} of connector ${definition.id} lacks its prefix.`);
    }
    if (names.has(tool.name)) throw new Error(`Tool ${tool.name} is declared twice.`);
    names.add(tool.name);
  }
  for (const { name } of definition.prompts ?? []) {
    if (!name.startsWith(`${definition.id}_`)) {
      throw new Error(`Prompt ${name} of connector ${definition.id} lacks its prefix.`);
    }
  }
  for (const resource of definition.resources ?? []) {
    const tool = definition.tools.find(({ name }) => name === resource.tool);
    if (tool === undefined) {
      throw new Error(
        `Resource ${resource.name} names the tool ${resource.tool}, which is not there.`,
      );
    }
    if (tool.effect !== "read") {
      throw new Error(`Resource ${resource.name} is a view of ${tool.name}, which is not a read.`);
    }
  }
  return Object.freeze(definition) as unknown as Connector;
}
