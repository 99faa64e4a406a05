import { z } from "zod";
import { FairleadError } from "../../errors.ts";
import { parseAccountAddress, parsePublicKey } from "./texts.ts";

const address = z
  .string()
  .transform(parseAccountAddress)
  .pipe(z.string("has to be 0x and 40 hex digits"));
const public_key = z.string().transform(parsePublicKey).pipe(z.string("has to be 64 hex digits"));
const signature = z.string().regex(/^(0x)?[0-9a-fA-F]{128}$/, "has to be 128 hex digits");
const plainSignature = signature.transform((text) => text.replace(/^0x/, "").toLowerCase());

export const challengeInput = z.object({ address, public_key });

export const loginInput = z.object({
  address,
  public_key,
  challenge_id: z.uuid("has to be the challenge_id that came with the message"),
  signed_message: z.string().max(1_000),
  signature: plainSignature,
  delegation: z
    .object({
      message: z.string().max(1_000),
      signature: plainSignature,
      recovery_id: z.union([z.literal(0), z.literal(1)], "has to be 0 or 1"),
    })
    .optional(),
  signed_requests: z.boolean().default(false),
});

export type LoginInput = z.output<typeof loginInput>;

export const tokenInput = z.object({ token: z.string().min(1).max(8_192) });

/** Throws `invalid_input` that names the fields; unknown ones do not matter. */
export function parseInput<S extends z.ZodType>(shape: S, given: unknown): z.output<S> {
  const parsed = shape.safeParse(given);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.join(".")}: ${message}`,
  );
  throw new FairleadError("invalid_input", `${problems.join("; ")}.`, {
    details: { fields: parsed.error.issues.map(({ path }) => path.join(".")) },
  });
}
