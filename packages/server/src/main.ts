#!/usr/bin/env node
import { run } from "./cli/program.ts";
import { PROCESS_ENVIRONMENT } from "./config/environment.ts";

// Whoever reads may stop before the end (`fairlead tools | head -1`); that is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

process.exitCode = await run(process.argv.slice(2), PROCESS_ENVIRONMENT);
