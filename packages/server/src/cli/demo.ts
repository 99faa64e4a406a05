import { startDemo } from "../demo/demo.ts";
import { capYoungGeneration } from "../young-generation.ts";
import type { Invocation } from "./command.ts";
import { explainListening } from "./listening.ts";
import { working } from "./progress.ts";
import { untilStopped } from "./shutdown.ts";

export async function runDemo({ environment, options, flags }: Invocation): Promise<void> {
  capYoungGeneration();
  const stopped = untilStopped();
  const port = options.port === undefined ? environment.PORT : String(options.port);
  const isTerminal = process.stderr.isTTY === true;
  const demo = await working("Starting the imitations and the server", () =>
    startDemo({ environment, flags, port, isTerminal }),
  ).catch((error: unknown) => {
    throw explainListening(error);
  });
  if (options.json === true) {
    process.stdout.write(`${JSON.stringify(demo.facts)}\n`);
  } else {
    process.stdout.write((await import("../demo/page.ts")).renderPage(demo));
  }
  await stopped;
  await demo.close();
}
