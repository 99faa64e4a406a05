import { styleText } from "node:util";

const COLOURS = {
  error: "red",
  warn: "yellow",
  info: "cyan",
  debug: "gray",
  trace: "gray",
} as const;

type Fields = Record<string, unknown>;

/** A JSON log line as a person reads it. One event stays on one line, but for the stack of an error. */
export function formatLine(line: string): string {
  const { level, time, module, msg, err, ...fields }: Fields = JSON.parse(line);
  const name = String(level);
  const colour = name in COLOURS ? COLOURS[name as keyof typeof COLOURS] : "white";
  const head = `${paint("gray", clockOf(time ?? fields.at))} ${paint(colour, name.padEnd(5))}`;
  const where = module === undefined ? "" : ` ${paint("gray", String(module))}`;
  const { text, rest } =
    module === "audit" ? tellCall(fields) : { text: String(msg), rest: fields };
  const tail = Object.entries(rest).map(([key, value]) => ` ${key}=${inText(value)}`);
  return `${head}${where} ${oneLine(text)}${paint("gray", tail.join(""))}${stackOf(err)}\n`;
}

function clockOf(time: unknown): string {
  const date = new Date(typeof time === "number" ? time : String(time));
  return Number.isNaN(date.getTime()) ? "" : date.toISOString().slice(11, 23);
}

/** What matters of a call: what it was, how it ended, how long it took. */
function tellCall(fields: Fields): { text: string; rest: Fields } {
  const { name, outcome, duration_ms, surface, connection_id, request_id } = fields;
  return {
    text: `${name} ${outcome} in ${duration_ms} ms`,
    rest: { surface, connection_id, request_id },
  };
}

function inText(value: unknown): string {
  const isWord = typeof value === "string" && /^[\w.:/@+[\]-]+$/.test(value);
  return isWord ? value : oneLine(JSON.stringify(value) ?? "-");
}

/** A text of an upstream must not look like a line of ours, nor move the cursor. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}]/gu, " ");
}

function stackOf(err: unknown): string {
  if (typeof err !== "object" || err === null) return "";
  const { stack, message, cause } = err as { stack?: unknown; message?: unknown; cause?: unknown };
  const lines = String(stack ?? message)
    .split("\n")
    .map((each) => `\n    ${paint("gray", oneLine(each))}`);
  const because = stackOf(cause);
  return `${lines.join("")}${because === "" ? "" : `\n    caused by${because}`}`;
}

function paint(colour: "red" | "yellow" | "cyan" | "gray" | "white", text: string): string {
  return text === "" ? "" : styleText(colour, text, { stream: process.stderr });
}
