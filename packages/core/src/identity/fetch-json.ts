import { isRecord } from "../is-record.ts";
import type { Fetch } from "../ports.ts";

const MAX_BYTES = 262_144;

/** A JSON object from a URL, of bounded size and never by way of a redirect. Throws an `Error` for the log. */
export async function fetchJson(
  fetch: Fetch,
  url: string,
  signal: AbortSignal,
): Promise<Record<string, unknown>> {
  const headers = { accept: "application/json" };
  const response = await fetch(url, { headers, redirect: "error", signal });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`${url} answered with status ${response.status}`);
  }
  const json: unknown = JSON.parse(await readText(response, url));
  if (!isRecord(json)) throw new Error(`${url} is no JSON object`);
  return json;
}

async function readText(response: Response, url: string): Promise<string> {
  const reader = response.body?.getReader();
  if (reader === undefined) return "";
  const parts: Uint8Array[] = [];
  let size = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    size += part.value.length;
    if (size > MAX_BYTES) {
      await reader.cancel();
      throw new Error(`${url} is longer than ${MAX_BYTES} bytes`);
    }
    parts.push(part.value);
  }
  return Buffer.concat(parts).toString("utf8");
}
