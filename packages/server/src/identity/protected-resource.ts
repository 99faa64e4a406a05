import type { Connector } from "@fairlead/core/connector";

/** What the server says of itself as a protected resource (RFC 9728, section 2). */
export interface ResourceMetadata {
  resource: string;
  resource_name: string;
  authorization_servers: readonly string[];
  scopes_supported: readonly string[];
  bearer_methods_supported: readonly ["header"];
}

export interface ProtectedResources {
  /** Of an endpoint such as `/mcp/cloudways`; undefined where there is none. */
  metadata(endpoint: string): ResourceMetadata | undefined;
  /** Where that metadata is (section 3.1: between host and path). */
  metadataUrl(endpoint: string): string | undefined;
}

interface Parts {
  /** Without a slash at the end. */
  publicUrl: string | undefined;
  /** Issuers, as their tokens name them. */
  issuers: readonly string[];
  connectors: readonly Connector[];
}

export const WELL_KNOWN = "/.well-known/oauth-protected-resource";

/** Empty unless the server has a name to the world and issuers whose tokens it takes. */
export function createProtectedResources(parts: Parts): ProtectedResources {
  const { publicUrl, issuers, connectors } = parts;
  if (publicUrl === undefined || issuers.length === 0) {
    return { metadata: () => undefined, metadataUrl: () => undefined };
  }
  const { origin, pathname } = new URL(publicUrl);
  const prefix = pathname.replace(/\/$/, "");
  const describe = (endpoint: string, title: string, served: readonly Connector[]) =>
    [
      endpoint,
      {
        resource: `${origin}${prefix}${endpoint}`,
        resource_name: title,
        authorization_servers: issuers,
        scopes_supported: scopesOf(served),
        bearer_methods_supported: ["header"],
      },
    ] as const;
  const known: ReadonlyMap<string, ResourceMetadata> = new Map([
    describe("/mcp", "Fairlead", connectors),
    describe("/api", "Fairlead: REST", connectors),
    ...connectors.map((connector) =>
      describe(`/mcp/${connector.id}`, `Fairlead: ${connector.title}`, [connector]),
    ),
  ]);
  return {
    metadata: (endpoint) => known.get(endpoint),
    metadataUrl: (endpoint) =>
      known.has(endpoint) ? `${origin}${WELL_KNOWN}${prefix}${endpoint}` : undefined,
  };
}

/** What a client asks for that just begins: reading. The rest it is asked for when it is needed. */
export function readScopes(connectors: readonly Connector[]): string[] {
  return connectors.map(({ id }) => `${id}:read`);
}

/** What there is to ask for, as far as there are tools for it. */
function scopesOf(connectors: readonly Connector[]): string[] {
  const effects = ["read", "write", "destroy"] as const;
  return connectors.flatMap(({ id, tools }) =>
    effects
      .filter((effect) => effect === "read" || tools.some((tool) => tool.effect === effect))
      .map((effect) => `${id}:${effect}`),
  );
}
