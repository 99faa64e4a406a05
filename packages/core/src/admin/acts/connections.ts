import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import type { Connector } from "../../connector.ts";
import { FairleadError } from "../../errors.ts";
import { Secret } from "../../secret.ts";
import type { StoredConnection } from "../../storage/records.ts";
import type { Store } from "../../storage/store.ts";
import { sealCredential } from "../../vault/credential.ts";
import { type ActContext, defineAct } from "../act.ts";
import { id, label } from "../shapes.ts";

const settings = z
  .record(z.string(), z.unknown())
  .describe("Settings of the connector, as docs/reference/configuration.md names them.");

const credential = z
  .record(z.string(), z.string().max(10_000))
  .describe("Fields of the credential. Sealed at once; never shown again.");

const createConnection = defineAct({
  name: "connections.create",
  summary: "Connect an account of an upstream. Its credential is sealed with the tenant's own key.",
  needs: "fairlead:admin",
  effect: "write",
  route: { method: "POST", path: "/connections" },
  input: z.object({
    connector: z
      .string()
      .max(16)
      .describe("Which upstream: the connector's id, such as cloudways."),
    label,
    settings: settings.default({}),
    credential: credential.default({}),
  }),
  async handler(input, ctx) {
    const connector = requireConnector(ctx, input.connector);
    requireSettings(connector, input.settings);
    const connection: StoredConnection = {
      id: ctx.newId("con"),
      tenant_id: ctx.tenant_id,
      connector: connector.id,
      label: input.label,
      settings: input.settings,
      sealed_credential: null,
      version: 1,
      created_at: ctx.now,
      updated_at: ctx.now,
    };
    connection.sealed_credential = await sealed(connector, connection, input.credential, ctx);
    return async (store) => {
      await store.connections.insert(connection);
      return {
        result: shown(connection),
        target: connection.id,
        facts: { connector: connector.id },
        changes: [{ topic: "connection", ref: connection.id }],
      };
    };
  },
});

const listConnections = defineAct({
  name: "connections.list",
  summary: "List the tenant's connections, without their credentials.",
  needs: "fairlead:admin",
  effect: "read",
  route: { method: "GET", path: "/connections" },
  input: z.object({
    connector: z.string().max(16).optional().describe("Only those of this connector."),
  }),
  handler:
    ({ connector }, { tenant_id }) =>
    async (store) => ({
      result: { items: (await store.connections.list(tenant_id, connector)).map(shown) },
    }),
});

const updateConnection = defineAct({
  name: "connections.update",
  summary:
    "Change a connection's label or settings, or put a new credential in the place of its old one.",
  needs: "fairlead:admin",
  effect: "write",
  route: { method: "PATCH", path: "/connections/{id}" },
  input: z.object({
    id: id("con"),
    label: label.optional(),
    settings: settings.optional(),
    credential: credential.optional(),
  }),
  async handler(input, ctx) {
    const known = await requireConnection(ctx.store, ctx, input.id);
    const connector = requireConnector(ctx, known.connector);
    if (input.settings !== undefined) {
      requireSettings(connector, input.settings);
      requireCredentialAgain(known, input.settings, input.credential);
    }
    const seal =
      input.credential === undefined
        ? known.sealed_credential
        : await sealed(connector, known, input.credential, ctx);
    const changed: StoredConnection = {
      ...known,
      label: input.label ?? known.label,
      settings: input.settings ?? known.settings,
      sealed_credential: seal,
      version: known.version + 1,
      updated_at: ctx.now,
    };
    return async (store) => {
      await store.connections.update(changed);
      return {
        result: shown(changed),
        target: changed.id,
        facts: { credential_replaced: input.credential !== undefined, version: changed.version },
        changes: [{ topic: "connection", ref: changed.id }],
      };
    };
  },
});

const deleteConnection = defineAct({
  name: "connections.delete",
  summary:
    "Disconnect an account. Its credential is gone for good; nothing changes at the upstream.",
  needs: "fairlead:admin",
  effect: "destroy",
  route: { method: "DELETE", path: "/connections/{id}" },
  input: z.object({ id: id("con") }),
  handler(input, ctx) {
    return async (store) => {
      const known = await requireConnection(store, ctx, input.id);
      await store.connections.delete(ctx.tenant_id, known.id);
      return {
        result: { deleted: known.id },
        target: known.id,
        facts: { connector: known.connector },
        changes: [{ topic: "connection", ref: known.id }],
      };
    };
  },
});

function requireConnector({ connectors }: ActContext, named: string): Connector {
  const connector = connectors.find(({ id: each }) => each === named);
  if (connector !== undefined) return connector;
  const known = connectors.map(({ id: each }) => each).join(", ");
  throw new FairleadError("not_found", `There is no connector "${named}". Connectors: ${known}.`);
}

async function requireConnection(
  store: Store,
  { tenant_id }: ActContext,
  connection_id: string,
): Promise<StoredConnection> {
  const known = await store.connections.find(tenant_id, connection_id);
  if (known !== undefined) return known;
  throw new FairleadError("not_found", `There is no connection ${connection_id} in this tenant.`);
}

function requireSettings(connector: Connector, given: Record<string, unknown>): void {
  const parsed = (connector.settings as z.ZodType).safeParse(given);
  if (!parsed.success) throw badFields("settings", parsed.error);
  // A typing error must not be taken for a setting that has its default.
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(Object(parsed.data), name));
  if (unknown.length === 0) return;
  throw new FairleadError(
    "invalid_input",
    `The settings cannot be used: ${connector.title} has no setting ${unknown.join(", ").slice(0, 100)}.`,
  );
}

/** Settings say where a credential is sent: who may not read it must not have it sent to a place of their own. */
function requireCredentialAgain(
  { sealed_credential, settings: before }: StoredConnection,
  after: Record<string, unknown>,
  credential: object | undefined,
): void {
  if (sealed_credential === null || credential !== undefined) return;
  if (isDeepStrictEqual(before, after)) return;
  throw new FairleadError(
    "invalid_input",
    "Other settings may lead the credential elsewhere: send it again along with them.",
    { details: { reason: "credential_needed" } },
  );
}

async function sealed(
  connector: Connector,
  connection: Pick<StoredConnection, "tenant_id" | "id">,
  given: Record<string, string>,
  { vault }: ActContext,
): Promise<string | null> {
  if (connector.credential === undefined) {
    if (Object.keys(given).length === 0) return null;
    throw new FairleadError("invalid_input", `${connector.title} needs no credential.`);
  }
  const fields = Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, new Secret(value)]),
  );
  const parsed = connector.credential.strict().safeParse(fields);
  if (!parsed.success) throw badFields("credential", parsed.error);
  try {
    return await sealCredential(vault, connection, fields);
  } finally {
    for (const secret of Object.values(fields)) secret.wipe();
  }
}

function badFields(what: string, error: z.ZodError): FairleadError {
  // Names and rules only: what was sent may be a secret in the wrong field.
  const problems = error.issues.map(({ path, message, code }) =>
    code === "unrecognized_keys" ? "an unknown field" : `${path.join(".") || what}: ${message}`,
  );
  return new FairleadError("invalid_input", `The ${what} cannot be used: ${problems.join("; ")}.`);
}

/** A connection without its credential; `has_credential` says whether there is one. */
function shown({ sealed_credential, ...rest }: StoredConnection) {
  return { ...rest, has_credential: sealed_credential !== null };
}

export const connectionActs = [
  createConnection,
  listConnections,
  updateConnection,
  deleteConnection,
];
