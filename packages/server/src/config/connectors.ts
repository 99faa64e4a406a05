import type { Connector } from "@fairlead/core/connector";

/** Every connector that ships, loaded only when it is chosen. */
export const BUNDLED: Readonly<Record<string, () => Promise<Connector>>> = {
  cloudways: async () => (await import("@fairlead/cloudways/connector")).cloudways,
};

/** Loads a connector from a module of its own: its default export, or the only export that is one. */
export async function loadConnectorModule(url: string): Promise<Connector> {
  const exported = Object.values((await import(url)) as Record<string, unknown>);
  const [connector, another] = new Set(exported.filter(isConnector));
  if (connector !== undefined && another === undefined) return connector;
  throw new Error(`${url} does not export exactly one connector.`);
}

function isConnector(value: unknown): value is Connector {
  return typeof value === "object" && value !== null && "createClient" in value && "tools" in value;
}
