import { isRecord } from "@fairlead/core/is-record";
import { type Answer, messagesOf } from "./wire.ts";

/** What is told apart: status, the headers a server decides on, and the messages. */
export interface Comparable {
  status: number;
  headers: Record<string, string | undefined>;
  messages: unknown[];
}

export interface Difference {
  path: string;
  theirs: unknown;
  ours: unknown;
}

const HEADERS = ["content-type", "allow", "mcp-session-id", "x-accel-buffering"];

/** Names and words are each server's own; so is what is sealed. */
const OWN = "(its own)";
const OWN_FIELDS = ["serverInfo", "io.modelcontextprotocol/serverInfo", "instructions"];

export function comparable({ status, headers, text }: Answer): Comparable {
  const picked = HEADERS.map((name) => [
    name,
    name === "mcp-session-id" && headers[name] !== undefined ? OWN : headers[name],
  ]);
  return {
    status,
    headers: Object.fromEntries(picked),
    messages: messagesOf(headers["content-type"], text).map(scrub),
  };
}

function scrub(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(scrub);
  if (!isRecord(value)) return value;
  const isFailure = value.isError === true;
  const entries = Object.entries(value).map(([key, entry]): [string, unknown] => {
    if (OWN_FIELDS.includes(key) || key === "requestState") return [key, OWN];
    if (key === "error" && isRecord(entry)) return [key, { ...entry, message: OWN }];
    if (key === "content" && isFailure && Array.isArray(entry)) {
      return [
        key,
        entry.map((block: unknown) => (isRecord(block) ? { ...block, text: OWN } : block)),
      ];
    }
    return [key, scrub(entry)];
  });
  return Object.fromEntries(entries);
}

/** Where two values differ, as paths such as `messages[0].error.code`. */
export function differences(theirs: unknown, ours: unknown, path = ""): Difference[] {
  if (Object.is(theirs, ours)) return [];
  if (Array.isArray(theirs) && Array.isArray(ours)) {
    const length = Math.max(theirs.length, ours.length);
    return Array.from({ length }, (_, index) =>
      differences(theirs[index], ours[index], `${path}[${index}]`),
    ).flat();
  }
  if (isRecord(theirs) && isRecord(ours)) {
    const keys = new Set([...Object.keys(theirs), ...Object.keys(ours)]);
    return [...keys].flatMap((key) =>
      differences(theirs[key], ours[key], path === "" ? key : `${path}.${key}`),
    );
  }
  return [{ path, theirs, ours }];
}
