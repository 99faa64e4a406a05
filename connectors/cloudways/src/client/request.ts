import type { paths } from "../contract.generated.ts";
import type { UpstreamRequest } from "./exchange.ts";

/** Paths of the contract that can be read. */
export type ReadPath = {
  [P in keyof paths]: paths[P] extends { get: object } ? P : never;
}[keyof paths];

export type WriteMethod = "post" | "put" | "delete";

/** Paths of the contract that take this method. */
export type WritePath<M extends WriteMethod> = {
  [P in keyof paths]: paths[P] extends Record<M, object> ? P : never;
}[keyof paths];

/** What fills a request, wherever the contract wants it. */
export interface Parameters {
  path?: Record<string, string | number>;
  query?: Record<string, string | number>;
  body?: Record<string, unknown>;
}

/** What the contract wants in path and query. */
export type ParametersOf<P extends ReadPath> = paths[P] extends {
  get: { parameters: infer A };
}
  ? Pick<A, keyof A & keyof Parameters>
  : never;

/** What the contract wants in path and body. */
export type FieldsOf<O> = (O extends { parameters: { path: infer A } } ? { path: A } : unknown) &
  (O extends { requestBody: { content: { "application/json": infer B } } } ? { body: B } : unknown);

export function toAddress(path: string, { path: segments = {}, query = {} }: Parameters): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(segments[name] ?? ""),
  );
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) search.append(name, String(value));
  return search.size === 0 ? filled : `${filled}?${search}`;
}

/** A form where all is plain, JSON where there is a list: a form of Cloudways writes lists in a way of its own. */
export function toBody({ body }: Parameters): Pick<UpstreamRequest, "headers" | "body"> {
  const accept = "application/json";
  if (body === undefined) return { headers: { accept } };
  const values = Object.entries(body);
  if (values.some(([, value]) => typeof value === "object")) {
    return { headers: { accept, "content-type": accept }, body: JSON.stringify(body) };
  }
  const form = new URLSearchParams();
  for (const [name, value] of values) form.append(name, String(value));
  return {
    headers: { accept, "content-type": "application/x-www-form-urlencoded" },
    body: form.toString(),
  };
}
