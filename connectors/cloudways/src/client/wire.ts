import { isRecord } from "@fairlead/core/is-record";
import { z } from "zod";
import { cleanLine } from "./untrusted.ts";

/*
 * Version 1 writes everything as text ("50482", "0"), version 2 mixes native types, and either leaves out what it has no
 * value for. These schemas read all of it into one form.
 */

const scalar = z.union([z.string(), z.number(), z.boolean()]).nullish();

/** An id that is a number in both versions. */
export const id = z.union([z.number(), z.string().regex(/^\d{1,15}$/)]).transform(Number);

/** The same where there may be none. */
export const optionalId = scalar.transform((value) => {
  const number = Number(value);
  return value !== "" && Number.isSafeInteger(number) && number > 0 ? number : null;
});

/** Text of the upstream, made harmless; empty when there is none. */
export const line = scalar.transform((value) => (value == null ? "" : cleanLine(String(value))));

/** The same where nothing and empty mean "none". */
export const optionalLine = line.transform((text) => (text === "" ? null : text));

/** A host name or an address, which is never cut: lists of them are sent back whole. */
export const host = scalar.transform((value) => cleanLine(String(value ?? ""), 300));

export const flag = scalar.transform((value) => {
  if (typeof value === "string")
    return ["1", "true", "yes", "enabled"].includes(value.toLowerCase());
  return Boolean(value);
});

export const optionalNumber = scalar.transform((value) => {
  if (value == null || value === "" || typeof value === "boolean") return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
});

/** "2024-07-11 11:41:31", which is UTC, as ISO 8601; null for what is no time. */
export const timestamp = scalar.transform((value) => {
  const match = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})/.exec(String(value ?? ""));
  return match === null ? null : `${match[1]}T${match[2]}Z`;
});

/** A secret, unchanged to the last character. */
export const secretText = z
  .string()
  .nullish()
  .transform((value) => value || null);

/** Some lists are maps from id to entry, and an empty one may be absent. */
export function listOf<T extends z.ZodType>(entry: T) {
  return z.preprocess(
    (value) => (isRecord(value) ? Object.values(value) : (value ?? [])),
    z.array(entry),
  );
}

/** A list that is sent back whole once it was changed, so one that is left out must not pass for an empty one. */
export function wholeListOf<T extends z.ZodType>(entry: T) {
  return z.preprocess((value) => {
    if (isRecord(value)) return Object.values(value);
    return value === null || value === "" ? [] : value;
  }, z.array(entry));
}

/** A map from name to entries; an empty one may come as an empty list. */
export function mapOf<T extends z.ZodType>(entry: T) {
  return z.preprocess(
    (value) => (Array.isArray(value) && value.length === 0 ? {} : value),
    z.record(z.string(), entry),
  );
}

/** Some answers wrap their content under a name, some are the content. */
export function wrappedIn<T extends z.ZodType>(name: string, content: T) {
  return z.preprocess((value) => (isRecord(value) && name in value ? value[name] : value), content);
}
