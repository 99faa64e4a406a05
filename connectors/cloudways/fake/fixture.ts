import { findOperation, type Operation, resolveSchema, type Schema } from "./contract.ts";
import { type CloudwaysFakeOptions, createCloudwaysFake } from "./server.ts";
import type { Fields } from "./validation.ts";

export type Sent = { version?: "v1" | "v2"; token?: string; fields?: Fields };
export type Got = { status: number; body: unknown; headers: Headers };

/** For the fake's own tests: a fake on a clock that only moves when told to, called in process. */
export function createFixture(options: CloudwaysFakeOptions = {}) {
  let nowMs = Date.UTC(2026, 2, 14, 9, 0, 0);
  const fake = createCloudwaysFake({ clock: { now: () => nowMs }, ...options });

  async function send(method: string, path: string, sent: Sent = {}): Promise<Got> {
    const { version = "v2", token = fake.credentials.fullToken, fields = {} } = sent;
    const isQuery = method === "GET";
    const query = isQuery ? `?${new URLSearchParams(toPairs(fields))}` : "";
    const response = await fake.app.request(`/api/${version}${path}${query}`, {
      method,
      headers: {
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...(isQuery ? {} : { "content-type": "application/json" }),
      },
      ...(isQuery ? {} : { body: JSON.stringify(fields) }),
    });
    return {
      status: response.status,
      body: parseBody(await response.text()),
      headers: response.headers,
    };
  }

  return {
    fake,
    send,
    advance: (seconds: number) => {
      nowMs += seconds * 1000;
    },
    /** Calls an operation with the fewest fields the contract asks for. */
    sendMinimal: (id: string, sent: Sent = {}) => {
      const operation = findOperation(id);
      if (!operation) throw new Error(`No operation ${id}`);
      const fields = { ...minimalFields(operation), ...sent.fields };
      return send(operation.method, fillPath(operation.path, fields), { ...sent, fields });
    },
  };
}

const known: Fields = {
  server_id: 50482,
  app_id: 131933,
  destination_server_id: 50517,
  app_cred_id: 1319331,
  ssh_key_id: 111,
  project_id: 1574,
  alert_id: 88900,
  last_id: 88900,
  service: "nginx",
  target: "Idle CPU",
  duration: "1 Hour",
  time: "2026-03-13 03:00:00",
  ip: "203.0.113.10",
  aliases: "example.com",
};

function minimalFields(operation: Operation): Fields {
  const { required = [], properties } = operation.input;
  return Object.fromEntries(
    required.map((name) => [name, sample(name, resolveSchema(properties[name] ?? {}))]),
  );
}

function sample(name: string, schema: Schema): unknown {
  const { enum: choices, required = [], properties = {} } = schema;
  if (choices) return choices[0];
  const isList = [schema.type].flat()[0] === "array";
  if (name in known && !isList) return known[name];
  if (schema.format === "email") return "ops@northwind-agency.example";
  if (schema.format === "uuid") return "9a9f3e63-ef76-4066-8a65-fcbb71e30bd8";

  switch ([schema.type].flat()[0]) {
    case "integer":
      return 42;
    case "boolean":
      return true;
    case "array":
      return [sample(name, resolveSchema(schema.items ?? {}))];
    case "object":
      return Object.fromEntries(
        required.map((field) => [field, sample(field, resolveSchema(properties[field] ?? {}))]),
      );
    default:
      return "text";
  }
}

function fillPath(path: string, fields: Fields): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(fields[name])));
}

function toPairs(fields: Fields): [string, string][] {
  return Object.entries(fields).flatMap(([name, value]): [string, string][] =>
    Array.isArray(value)
      ? value.map((item) => [`${name}[]`, String(item)])
      : [[name, String(value)]],
  );
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
