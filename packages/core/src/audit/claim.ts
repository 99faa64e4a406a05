import { z } from "zod";
import type { SigningKey } from "./keys.ts";

/** Name of the row every chain begins with. */
export const CHAIN_BEGUN = "audit.chain";

const hex = z.string().regex(/^[0-9a-f]*$/);

/** What a chain's first row says, and its writer signs: only who has the key can begin a chain. */
const claim = z.strictObject({
  chain: z.string(),
  /** The last checkpoint there was: checkpoints cannot be taken away unseen while the chain stands. */
  checkpoint: z.strictObject({ seq: z.int(), hash: hex }).nullable(),
  key_id: z.string(),
  public_key: hex,
  signature: hex,
  writer: z.string(),
});

export type Claim = z.infer<typeof claim>;

const firstRow = z.looseObject({ name: z.literal(CHAIN_BEGUN), note: claim });

export function makeClaim(
  key: SigningKey,
  tenant_id: string,
  at: number,
  said: Pick<Claim, "chain" | "checkpoint" | "writer">,
): Claim {
  const unsigned = { ...said, key_id: key.id, public_key: key.public_key };
  return { ...unsigned, signature: key.sign("chain", toClaimText(tenant_id, at, unsigned)) };
}

/** The claim of a chain's first row; undefined when it makes none. */
export function parseClaim(body: unknown): Claim | undefined {
  const parsed = firstRow.safeParse(body);
  return parsed.success ? parsed.data.note : undefined;
}

export function toClaimText(
  tenant_id: string,
  at: number,
  { chain, checkpoint, public_key, writer }: Omit<Claim, "signature">,
): string {
  const { seq = 0, hash = "" } = checkpoint ?? {};
  return JSON.stringify([tenant_id, chain, at, public_key, writer, seq, hash]);
}
