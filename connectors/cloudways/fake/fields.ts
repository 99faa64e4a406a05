import { Refusal } from "./refusal.ts";
import type { Fields } from "./validation.ts";
import type { Version } from "./wire.ts";

/** A request whose body has arrived. */
export type Incoming = {
  version: Version;
  query: URLSearchParams;
  contentType: string;
  authorization: string | undefined;
  text: string;
};

export async function toIncoming(request: Request, version: Version): Promise<Incoming> {
  return {
    version,
    query: new URL(request.url).searchParams,
    contentType: request.headers.get("content-type") ?? "",
    authorization: request.headers.get("authorization") ?? undefined,
    text: await request.text(),
  };
}

/** Fields from the query, a form or JSON: the upstream takes them from any of the three. */
export function readFields({ query, contentType, text }: Incoming): Fields {
  const fields = fromPairs(query);
  if (text === "") return fields;

  if (contentType.includes("application/json")) return { ...fields, ...parseObject(text) };
  if (contentType.includes("application/x-www-form-urlencoded")) {
    return { ...fields, ...fromPairs(new URLSearchParams(text)) };
  }
  throw new Refusal(400, { message: "The body is neither a form nor JSON" });
}

/** `ip[]=a&ip[]=b`, `ip[0]=a&ip[1]=b` and `ip=a&ip=b` all mean a list. */
function fromPairs(pairs: URLSearchParams): Fields {
  const fields: Fields = {};
  for (const [key, value] of pairs) {
    const name = key.replace(/\[\d*\]$/, "");
    const isList = name !== key || name in fields;
    fields[name] = isList ? [fields[name] ?? [], value].flat() : value;
  }
  return fields;
}

function parseObject(text: string): Fields {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    // Answered below, like any other body that is not an object.
  }
  throw new Refusal(400, { message: "The body is not a JSON object" });
}
