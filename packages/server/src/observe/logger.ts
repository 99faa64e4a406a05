import type { AuditEvent } from "@fairlead/core/observe/audit-event";
import type { Logger } from "@fairlead/core/ports";
import pino from "pino";
import { formatLine } from "./readable.ts";
import { redact } from "./redact.ts";

export type Level = "trace" | "debug" | "info" | "warn" | "error" | "silent";

export interface LogConfig {
  /** Level of what no module rule names. */
  level: Level;
  /** Levels by module, such as `cloudways=debug`. */
  modules: Readonly<Record<string, Level>>;
  /** Lines for people rather than JSON. */
  readable: boolean;
  /** Lines are gathered and written together; what a crash can cost is the last of them. */
  batched: boolean;
}

export interface Log extends Logger {
  /** An audit line: its fields are known and hold no secret, so it is written as it is. */
  audit(event: AuditEvent): void;
  flush(): void;
}

const FLUSH_MS = 100;
const BATCH_BYTES = 8_192;

/** Writes to standard error: on stdio, standard output belongs to the protocol. */
export function createLog(
  config: LogConfig,
  destination: { write(line: string): void } = standardError(config.batched),
): Log {
  const sink = config.readable
    ? { write: (line: string) => destination.write(formatLine(line)) }
    : destination;
  const root = pino(
    {
      level: config.level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    sink,
  );
  const audit = root.child({ module: "audit" }, { level: config.modules.audit ?? config.level });
  const flush = "flushSync" in destination ? (destination.flushSync as () => void) : undefined;
  return {
    ...wrap(root, config),
    audit: (event) => audit.info(event, "call"),
    flush: () => flush?.call(destination),
  };
}

function wrap(line: pino.Logger, config: LogConfig): Logger {
  const at =
    (level: "debug" | "info" | "warn" | "error") =>
    (fields: Record<string, unknown>, message: string) => {
      if (line.isLevelEnabled(level)) line[level](redact(fields) as object, message);
    };
  return {
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    child: (module) => {
      const level = config.modules[module] ?? config.level;
      return wrap(line.child({ module }, { level }), config);
    },
  };
}

function standardError(batched: boolean): { write(line: string): void } {
  if (!batched) return pino.destination({ dest: 2, sync: true });
  const destination = pino.destination({ dest: 2, sync: false, minLength: BATCH_BYTES });
  setInterval(() => destination.flush(), FLUSH_MS).unref();
  return destination;
}
