import type { Followed, UpstreamPointer } from "@fairlead/core/safe-write";
import { z } from "zod";

const pointerSchema = z.object({ ends_at: z.number(), text: z.string() });

/** The upstream of these tools is the clock. */
export async function followOperation(
  _client: undefined,
  pointer: UpstreamPointer,
): Promise<Followed> {
  const { ends_at, text } = pointerSchema.parse(pointer);
  const leftMs = ends_at - Date.now();
  return leftMs > 0
    ? { status: "running", againInMs: leftMs }
    : { status: "completed", result: { text } };
}
