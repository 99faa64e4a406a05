import { inspect } from "node:util";
import type { Logger } from "@fairlead/core/ports";

export interface LogLine {
  level: "debug" | "info" | "warn" | "error";
  module: string;
  fields: Record<string, unknown>;
  message: string;
}

export interface CollectingLogger extends Logger {
  readonly lines: readonly LogLine[];
  /** Everything that was logged, causes included, as one text to search for what must not be there. */
  text(): string;
}

/** Keeps every line, so that a test can look for what was said and for what never may be. */
export function createCollectingLogger(): CollectingLogger {
  const lines: LogLine[] = [];
  const loggerOf = (module: string): Logger => {
    const at = (level: LogLine["level"]) => (fields: Record<string, unknown>, message: string) => {
      lines.push({ level, module, fields, message });
    };
    return {
      ...{ debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") },
      child: (inner) => loggerOf(module === "" ? inner : `${module}.${inner}`),
    };
  };
  return {
    ...loggerOf(""),
    lines,
    text: () => inspect(lines, { depth: 20, breakLength: 120, maxStringLength: null }),
  };
}
