import type { Environment } from "./sources.ts";

/** The variables of the process: the one place that looks at them. */
export const PROCESS_ENVIRONMENT: Environment = process.env;
