import type { CallRequest } from "../call/request.ts";
import { NO_CLIENT } from "../call/request.ts";
import type { View } from "../catalogue/view.ts";
import { type Connection, heldCredential, withCredential } from "../connections/connection.ts";
import type { Principal } from "../identity/principal.ts";
import type { ClientCapabilities, InputRequests, InputResponses } from "../interaction.ts";
import type { Surface } from "../observe/audit-event.ts";
import { openJson, toBytes } from "../plan/plans.ts";
import { Secret } from "../secret.ts";
import type { OperationRow } from "../storage/write-records.ts";
import { operationPlace } from "../vault/places.ts";
import type { Vault } from "../vault/vault.ts";

/** A call that goes on later, perhaps in another process: all that it takes, without the process it came to. */
export interface Suspended {
  principal: {
    id: string;
    tenant_id: string;
    kind: Principal["kind"];
    label: string;
    roles: Principal["roles"];
    scopes: readonly string[];
  };
  /** Endpoint and query it was made through. */
  selection: { endpoint: string; toolsets?: readonly string[]; readonly?: boolean };
  surface: Surface;
  /** Full name of the tool. */
  tool: string;
  arguments: unknown;
  /** In the journal. */
  key: string | undefined;
  /** What its client said that it can be asked. */
  capabilities: ClientCapabilities;
  asked?: Asked | undefined;
  /** Connections that came with the request: sealed here and nowhere else, and only while the operation runs. */
  brought?: readonly BroughtConnection[] | undefined;
}

/** What it asked and what came back so far, where it waits for answers. */
export interface Asked {
  requests: InputRequests;
  requestState: string;
  responses?: InputResponses;
}

/** What was asked and is not answered yet. */
export function openQuestions({ requests, responses = {} }: Asked): InputRequests {
  return Object.fromEntries(
    Object.entries(requests).filter(([key]) => !Object.hasOwn(responses, key)),
  );
}

interface BroughtConnection extends Omit<Connection, "openCredential" | "isOutdated"> {
  credential: Readonly<Record<string, string>>;
}

export async function suspend(
  request: CallRequest,
  call: {
    tool: string;
    arguments: unknown;
    connection: Connection | undefined;
    key: string | undefined;
  },
): Promise<Suspended> {
  const { id, tenant_id, kind, label, roles, scopes, connections = [] } = request.principal;
  const used = connections.filter(({ id: brought }) => brought === call.connection?.id);
  return {
    principal: { id, tenant_id, kind, label, roles, scopes: [...scopes] },
    selection: request.view.selection,
    surface: request.surface,
    ...{ tool: call.tool, arguments: call.arguments, key: call.key },
    capabilities: request.client.capabilities,
    brought: await Promise.all(used.map(copied)),
  };
}

async function copied(connection: Connection): Promise<BroughtConnection> {
  const { openCredential: _open, isOutdated: _outdated, ...rest } = connection;
  const credential = await withCredential(connection, (fields) =>
    Object.fromEntries(Object.entries(fields).map(([name, secret]) => [name, secret.reveal()])),
  );
  return { ...rest, credential };
}

/** The connection that came with the call, as it was. */
export function broughtBack({ credential, ...rest }: BroughtConnection): Connection {
  const fields = Object.entries(credential).map(([name, value]) => [name, new Secret(value)]);
  return { ...rest, openCredential: heldCredential(Object.fromEntries(fields)) };
}

export async function sealSuspended(
  vault: Vault,
  { tenant_id, id }: Pick<OperationRow, "tenant_id" | "id">,
  suspended: Suspended,
): Promise<string> {
  return vault.seal(tenant_id, operationPlace(id), toBytes(suspended));
}

export async function openSuspended(
  vault: Vault,
  { tenant_id, id, sealed_call }: OperationRow,
): Promise<Suspended | undefined> {
  if (sealed_call === null) return undefined;
  return (await openJson(vault, tenant_id, operationPlace(id), sealed_call)) as Suspended;
}

/** The call again, as it came, for a principal whose rights are what they are now. */
export function resumedRequest(
  suspended: Suspended,
  view: View,
  principal: Principal,
  name: string,
): CallRequest {
  const { asked, capabilities } = suspended;
  return {
    action: { kind: "tool", name, arguments: suspended.arguments },
    view,
    principal: {
      ...principal,
      ...(suspended.brought === undefined || suspended.brought.length === 0
        ? {}
        : { connections: suspended.brought.map(broughtBack) }),
    },
    surface: suspended.surface,
    journal_key: suspended.key,
    client: {
      ...NO_CLIENT,
      capabilities,
      ...(asked === undefined
        ? {}
        : {
            requestState: asked.requestState,
            ...(asked.responses === undefined ? {} : { inputResponses: asked.responses }),
          }),
    },
  };
}
