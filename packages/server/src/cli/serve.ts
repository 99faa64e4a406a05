import { startLoaded } from "../serve.ts";
import { capYoungGeneration } from "../young-generation.ts";
import type { Invocation } from "./command.ts";
import { explainListening } from "./listening.ts";
import { loadFor } from "./loading.ts";
import { untilStopped } from "./shutdown.ts";

export async function runServe(invocation: Invocation): Promise<void> {
  capYoungGeneration();
  const loaded = await loadFor(invocation, "serve");
  const stopped = untilStopped();
  const server = await startLoaded(loaded).catch((error: unknown) => {
    throw explainListening(error);
  });
  await stopped;
  await server.close();
}
