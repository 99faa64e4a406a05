import { z } from "zod";
import { isScope } from "../identity/scopes.ts";
import { ROLES } from "../policy/roles.ts";

/** Shapes that several acts share. */
/** Control characters, and those that nobody sees or that turn a line around; joiners of scripts and emoji may stay. */
const UNSEEN =
  /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]/u;

export const label = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .refine((text) => !UNSEEN.test(text), "may not have line breaks or characters that nobody sees")
  .describe("A name for people to read.");

/** What a person has to say about it. */
export const note = z
  .string()
  .trim()
  .min(1)
  .max(500)
  .refine(
    (text) => !UNSEEN.test(text.replaceAll(/[\r\n\t]/g, "")),
    "may not have characters that nobody sees",
  );

export const roles = z
  .array(z.enum(ROLES))
  .min(1)
  .max(ROLES.length)
  .transform((given) => [...new Set(given)])
  .describe(
    "viewer reads; operator also writes; developer also destroys; admin manages; owner may do all.",
  );

export const tenantName = z
  .string()
  .regex(
    /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
    "has to be lower-case letters, digits and dashes, at most 63",
  )
  .describe("Unique name of the tenant.");

export const scopes = z
  .array(
    z.string().refine(isScope, "has to be a scope such as cloudways:read, *:read or cloudways:*"),
  )
  .min(1)
  .max(100)
  .describe("Narrows what the roles give, such as cloudways:read.");

export const seconds = z.coerce.number().int().min(1).max(315_360_000);

export const page = {
  limit: z.coerce.number().int().min(1).max(500).default(100).describe("Entries of one page."),
  cursor: z.string().max(500).optional().describe("next_cursor of the page before."),
};

export const id = (kind: string) =>
  z
    .string()
    .regex(new RegExp(`^${kind}_[A-Za-z0-9_-]{1,64}$`), `has to be an id such as ${kind}_…`)
    .describe(`Its id, ${kind}_…, as the list shows it.`);

export const tier = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,31}$/)
  .nullable()
  .describe("Name of a tier of the configuration; null for the default.");

/** A public repository, as the grant of the tier for open-source projects names it. */
export const repository = z
  .url({ protocol: /^https$/ })
  .max(300)
  .nullable()
  .describe("Repository that an open_source tier is granted for.");
