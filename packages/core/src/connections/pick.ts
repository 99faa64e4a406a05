import type { Connector } from "../connector.ts";
import { FairleadError } from "../errors.ts";
import type { Principal } from "../identity/principal.ts";
import { type Connection, heldCredential } from "./connection.ts";
import type { Connections } from "./connections.ts";

/**
 * The connection a call runs on: the one named by id or label, else the only one there is. Connections that came with
 * the request stand before the tenant's own, and then these are not looked at. A promise only when the tenant's are not
 * in memory.
 */
export function pickConnection(
  connections: Pick<Connections, "list">,
  connector: Connector,
  principal: Principal,
  named: string | undefined,
): Connection | Promise<Connection> {
  const brought = principal.connections?.filter((each) => each.connector === connector.id) ?? [];
  if (brought.length > 0) return pickFrom(brought, connector, principal, named);
  const own = connections.list(principal.tenant_id, connector.id);
  return own instanceof Promise
    ? own.then((all) => pickFrom(all, connector, principal, named))
    : pickFrom(own, connector, principal, named);
}

function pickFrom(
  all: readonly Connection[],
  connector: Connector,
  principal: Principal,
  named: string | undefined,
): Connection {
  const matching =
    named === undefined ? all : all.filter(({ id, label }) => id === named || label === named);
  if (matching.length === 1 && matching[0] !== undefined) return matching[0];
  if (connector.credential === undefined && all.length === 0) return implicit(connector, principal);
  const known = all.map(({ id, label }) => `${label} (${id})`).join(", ");
  if (all.length === 0) throw notConnected(connector, principal);
  throw new FairleadError(
    "invalid_input",
    named === undefined
      ? `There are several ${connector.title} connections. Name one with the argument "connection": ${known}.`
      : `There is no single ${connector.title} connection "${named}". Connections: ${known}.`,
  );
}

/** Who needs no credential needs nobody to set a connection up. */
function implicit({ id, title }: Connector, { tenant_id }: Principal): Connection {
  return {
    id: `con_${id}`,
    tenant_id,
    connector: id,
    label: title,
    settings: {},
    version: 1,
    openCredential: heldCredential({}),
  };
}

function notConnected(connector: Connector, { kind }: Principal): FairleadError {
  const variables = Object.entries(connector.environment ?? {})
    .filter(([field]) => field in (connector.credential?.shape ?? {}))
    .map(([, { name }]) => name);
  // Whoever sits at the program itself sends no headers.
  const headers = kind === "local" ? [] : Object.keys(connector.headerCredential?.headers ?? {});
  const ways = [
    ...(variables.length > 0 ? [`set ${variables.join(" and ")} where Fairlead runs`] : []),
    ...(headers.length > 0 ? [`send the headers ${headers.join(" and ")}`] : []),
  ];
  return new FairleadError(
    "not_found",
    `No ${connector.title} account is connected. To connect one, ${ways.join(", or ")}.`,
    { details: { reason: "no_connection", connector: connector.id } },
  );
}
