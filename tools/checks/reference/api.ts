import type { Act } from "@fairlead/core/admin/act";
import { ACTS } from "@fairlead/core/admin/acts";
import { isRecord } from "@fairlead/core/is-record";
import { z } from "zod";
import { GENERATED, page, table } from "./markdown.ts";

const NEEDS: Readonly<Record<Act["needs"], string>> = {
  operator: "whoever runs this Fairlead",
  "fairlead:admin": "`fairlead:admin` (roles admin, owner)",
  "fairlead:owner": "`fairlead:owner` (role owner)",
  person: "a person who signed in in a browser; no key or token",
  caller: "any caller, for what is theirs",
};

const TOOLS = `## tools

| Route | What it does |
| --- | --- |
| \`GET /api/tools\` | List the tools that the caller may use, and the categories they are in; \`?category=\` keeps those of one. |
| \`GET /api/tools/{name}\` | Show one, with the schemas of what it takes and gives. |
| \`POST /api/tools/{name}\` | Run one: \`{"parameters": {…}}\` with its arguments, those that every tool takes (\`connection\`, \`idempotency_key\`, \`confirm\`) among them. |

\`\`\`sh
curl -s http://127.0.0.1:7000/api/tools/cloudways_add_app_alias \\
  -H "Authorization: Bearer $FAIRLEAD_API_KEY" -H "Content-Type: application/json" -H "Idempotency-Key: shop-1" \\
  -d '{"parameters": {"app_id": 131933, "alias": "shop.larkspur-books.example"}}'
\`\`\`

- 200: \`data\` is \`{"status": "success", "result": …, "error": null}\`.
- 202: the tool takes long. \`data.operation_id\` and \`Location\` say where it is followed.
- 409 \`consent_required\`: \`details\` has the \`plan_id\`, the \`plan\`, the \`level\` and, where there is a page, \`approve_at\`. When people have
  [agreed](../guides/approvals.md), run \`fairlead_apply\` with the plan's id.
- \`Idempotency-Key\` stands for the argument \`idempotency_key\`: the same request under the same key changes the world once.`;

/** The REST routes of administrators, as the acts declare them. */
export function renderApi(): string {
  const nouns = Map.groupBy(ACTS, ({ name }) => name.split(".")[0] ?? name);
  return page(
    "# REST",
    GENERATED,
    `The [tools](#tools) that MCP clients call, and what \`fairlead tenants\`, \`keys\` and the like do on the command line, over
HTTP. Show an API key or a token as \`Authorization: Bearer …\`; each act is limited as a call is, and audited with what it
changed in one transaction.`,
    table(
      ["Route", "What it does"],
      ACTS.map((act) => [`[\`${routeOf(act)}\`](#${anchorOf(act)})`, act.summary]),
    ),
    "## Requests",
    `- A body is a JSON object, sent as \`application/json\`, at most 256 KiB. What is read, and what is deleted, may be named in
  the query instead. An unknown field is refused, and so is one that comes twice.
- \`?tenant=\`, an id or a name, says which tenant is meant. Only whoever runs this Fairlead may name another than their own;
  to everybody else it is not found, whether it exists or not.
- Lists come in pages where \`limit\` and \`cursor\` are among the fields: hand \`next_cursor\` back until it is \`null\`.
- Times in answers are milliseconds since the epoch; those of usage and cost, and within a plan, are ISO 8601.
- A session sends its \`csrf_token\` as \`X-CSRF-Token\` ([how](../guides/sign-in.md#call-the-api-from-a-page)); what needs a person
  takes nothing else.
- Operations have the shape of the original Formation server: \`status\` is one of its five, \`state\` is ours
  (\`awaiting_approval\` and \`queued\` are \`queued\` to it, \`input_required\` and \`unknown\` are \`running\`).`,
    "## Answers",
    `\`{"status": "success", "data": …, "message": null}\`; 201 where something was made, else 200. What was made is listed, and
has no page of its own, so there is no \`Location\`.

A refusal is \`{"status": "error", "data": null, "message": …, "code": …, "details": …}\`, its status that of the
[code](errors.md); with \`Accept: application/problem+json\` it is a problem document (RFC 9457). Besides those codes: 405 with
\`Allow\` where the path has no such method, 413 and 415 for a body that is too large or of another type.

A key or a token is in the answer that makes it and nowhere else. No answer may be cached.`,
    TOOLS,
    ...[...nouns].map(([noun, acts]) => page(`## ${noun}`, ...acts.map(renderAct)).trim()),
  );
}

function renderAct(act: Act): string {
  const rows = fieldsOf(act);
  return page(
    `### ${routeOf(act)}`,
    `${act.summary} Needs: ${NEEDS[act.needs]}.`,
    ...(rows.length === 0 ? [] : [table(["Field", "Kind", "What it is"], rows)]),
  ).trim();
}

function fieldsOf(act: Act): string[][] {
  const schema = z.toJSONSchema(act.input, { io: "input", unrepresentable: "any" });
  return Object.entries(schema.properties ?? {}).map(([field, given]) => {
    const property = isRecord(given) ? given : {};
    const isNeeded = schema.required?.includes(field) === true ? "Needed. " : "";
    return [`\`${field}\``, kindOf(property), `${isNeeded}${String(property.description ?? "")}`];
  });
}

function kindOf(property: Record<string, unknown>): string {
  const { type, items, anyOf, enum: choices } = property;
  if (Array.isArray(choices)) return choices.map((choice) => `\`${choice}\``).join(", ");
  if (Array.isArray(anyOf)) {
    return [...new Set(anyOf.filter(isRecord).map(kindOf))].join(" or ");
  }
  if (type === "array") return `list of ${isRecord(items) ? kindOf(items) : "values"}`;
  return type === "string" ? "text" : String(type);
}

const routeOf = ({ route: { method, path } }: Act) => `${method} /api${path}`;

/** As GitHub makes it of a heading. */
const anchorOf = (act: Act) =>
  routeOf(act)
    .toLowerCase()
    .replaceAll(/[^\w\- ]/g, "")
    .replaceAll(" ", "-");
