import type { AuditEvent } from "@fairlead/core/observe/audit-event";
import type { Logger } from "@fairlead/core/ports";
import type { Secret } from "@fairlead/core/secret";
import pino from "pino";
import { formatLine } from "./readable.ts";
import { createRedact, type Redact } from "./redact.ts";

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
  /** Secrets of this process, masked wherever they turn up. */
  secrets?: readonly Secret[];
}

export interface Log extends Logger {
  /** An audit line: its fields are known and hold no secret, so it is written as it is. */
  audit(event: AuditEvent): void;
  flush(): void;
}

const FLUSH_MS = 100;
const BATCH_CHARACTERS = 65_536;
const MAX_WRITE_BYTES = 1_048_576;

/** Written past pino, which would spend more on such a line than the rest of a cached call costs. */
const AUDIT_HEAD = '{"level":"info","module":"audit","msg":"call","time":"';

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
    ...wrap(root, config, createRedact(config.secrets)),
    audit(event) {
      if (audit.isLevelEnabled("info"))
        sink.write(`${AUDIT_HEAD}${toIso(event.at)}",${JSON.stringify(event).slice(1)}\n`);
    },
    flush: () => flush?.call(destination),
  };
}

let second = Number.NaN;
let upToSecond = "";

/** Under load many lines fall into one second. */
function toIso(at: number): string {
  const ms = at % 1_000;
  if (at - ms !== second) {
    second = at - ms;
    upToSecond = new Date(second).toISOString().slice(0, -4);
  }
  return `${upToSecond}${String(ms).padStart(3, "0")}Z`;
}

function wrap(line: pino.Logger, config: LogConfig, redact: Redact): Logger {
  const at =
    (level: "debug" | "info" | "warn" | "error") =>
    (fields: Record<string, unknown>, message: string) => {
      if (line.isLevelEnabled(level))
        line[level](redact(fields) as object, String(redact(message)));
    };
  return {
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    child: (module) => {
      const level = config.modules[module] ?? config.level;
      return wrap(line.child({ module }, { level }), config, redact);
    },
  };
}

interface Destination {
  write(line: string): void;
  flushSync(): void;
}

function standardError(batched: boolean): Destination {
  if (!batched) return pino.destination({ dest: 2, sync: true });
  const destination = pino.destination({ dest: 2, sync: false, maxWrite: MAX_WRITE_BYTES });
  return gather(destination);
}

/** What still has lines when the process ends, however it ends. */
const gathered = new Set<() => void>();
process.once("exit", () => {
  for (const flushSync of gathered) flushSync();
});

/**
 * Gathers lines and hands them on together. The destination's own gathering measures all it has gathered at every
 * line, which at thousands of lines a second costs more than writing them.
 */
function gather(destination: Destination): Destination {
  let lines: string[] = [];
  let characters = 0;
  let timer: NodeJS.Timeout | undefined;

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    gathered.delete(flushSync);
    if (lines.length === 0) return;
    const batch = lines.join("");
    lines = [];
    characters = 0;
    destination.write(batch);
  }

  function flushSync(): void {
    flush();
    destination.flushSync();
  }

  return {
    write(line) {
      if (lines.length === 0) gathered.add(flushSync);
      lines.push(line);
      characters += line.length;
      if (characters >= BATCH_CHARACTERS) flush();
      else timer ??= setTimeout(flush, FLUSH_MS).unref();
    },
    flushSync,
  };
}
