import type { Connector } from "@fairlead/core/connector";
import { Secret } from "@fairlead/core/secret";
import type { z } from "zod";
import type { GivenConnection } from "../build.ts";
import type { Problem } from "./problem.ts";
import type { Stated } from "./sources.ts";

export type ConnectorSettings = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

interface Found {
  connections: readonly GivenConnection[];
  connectorSettings: ConnectorSettings;
}

type Fields = Record<string, string>;

/** The connections that the environment gives: at most one for each connector. */
export function readConnections(
  connectors: readonly Connector[],
  stated: ReadonlyMap<string, Stated>,
): { found: Found; problems: Problem[] } {
  const connections: GivenConnection[] = [];
  const connectorSettings: Record<string, Fields> = {};
  const problems: Problem[] = [];
  for (const connector of connectors) {
    const { credential, settings } = fieldsOf(connector, stated);
    problems.push(...check(connector, connector.settings, settings, settings));
    if (Object.keys(settings).length > 0) connectorSettings[connector.id] = settings;
    if (Object.keys(credential).length === 0 || connector.credential === undefined) continue;
    const sealed = Object.fromEntries(
      Object.entries(credential).map(([field, text]) => [field, new Secret(text)]),
    );
    problems.push(...check(connector, connector.credential, sealed, credential));
    connections.push({
      connector: connector.id,
      label: "environment",
      settings: {},
      credential: sealed,
    });
  }
  return { found: { connections, connectorSettings }, problems };
}

function fieldsOf(
  connector: Connector,
  stated: ReadonlyMap<string, Stated>,
): { credential: Fields; settings: Fields } {
  const credential: Fields = {};
  const settings: Fields = {};
  const secretFields = connector.credential?.shape ?? {};
  for (const [field, { name }] of Object.entries(connector.environment ?? {})) {
    const text = stated.get(name)?.text.trim();
    if (text === undefined) continue;
    if (field in secretFields) credential[field] = text;
    else settings[field] = text;
  }
  return { credential, settings };
}

function check(
  { environment = {} }: Connector,
  schema: z.ZodType,
  value: unknown,
  given: Fields,
): Problem[] {
  const { error } = schema.safeParse(value);
  return (error?.issues ?? []).map(({ path, message }) => {
    const field = String(path[0] ?? "");
    const name = environment[field]?.name ?? field;
    if (field in given) return { name, message };
    const with_ = Object.keys(given).map((each) => environment[each]?.name ?? each);
    return { name, message: `is missing; it goes with ${with_.join(" and ")}` };
  });
}
