import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { defineConfig } from "vitest/config";

const conditions = ["fairlead-source"];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: [
      "packages/*/src/**/*.test.ts",
      "connectors/*/{src,test,fake}/**/*.test.ts",
      "tests/**/*.test.ts",
      "tools/checks/**/*.test.ts",
    ],
    testTimeout: 20_000,
    // Much of a test is waiting for services and processes; with one worker a machine of two cores idles.
    maxWorkers: Math.max(2, availableParallelism()),
    // Programs that tests start keep their state here, not where whoever runs the tests keeps theirs.
    env: { XDG_DATA_HOME: join(tmpdir(), `fairlead-tests-${process.pid}`) },
    execArgv: ["--conditions=fairlead-source", "--disable-warning=ExperimentalWarning"],
    coverage: {
      provider: "v8",
      include: ["packages/*/src/**/*.ts", "connectors/*/{src,fake}/**/*.ts"],
      exclude: ["**/*.test.ts", "**/*.generated.ts"],
      reporter: ["text-summary", "json-summary"],
      thresholds: { lines: 90 },
    },
  },
});
