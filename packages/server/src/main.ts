#!/usr/bin/env node
import module from "node:module";

// npm only warns about an older Node, which would fail below with words about syntax.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(
    `Fairlead needs Node 22.19 or newer; this is Node ${process.versions.node}.\n`,
  );
  process.exit(1);
}

// What was compiled at an earlier start is taken from the cache: a third of a cold start.
module.enableCompileCache();
const { run } = await import("./cli/program.ts");
const { PROCESS_ENVIRONMENT } = await import("./config/environment.ts");

// Whoever reads may stop before the end (`fairlead tools | head -1`); that is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

// Timers of the clock keep no process alive, so one that only waits to try again would end without an answer.
const alive = setInterval(() => {}, 2 ** 30);
process.exitCode = await run(process.argv.slice(2), PROCESS_ENVIRONMENT);
clearInterval(alive);
