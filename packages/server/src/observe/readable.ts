import { styleText } from "node:util";

const COLOURS = {
  error: "red",
  warn: "yellow",
  info: "cyan",
  debug: "gray",
  trace: "gray",
} as const;

/** A JSON log line as a person reads it. */
export function formatLine(line: string): string {
  const { level, time, module, msg, ...fields }: Record<string, unknown> = JSON.parse(line);
  const name = String(level);
  const colour = name in COLOURS ? COLOURS[name as keyof typeof COLOURS] : "white";
  const stated = Object.entries(fields)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([key, value]) => `${key}=${typeof value === "string" ? value : JSON.stringify(value)}`);
  const clock = String(time).slice(11, 23);
  const head = [paint("gray", clock), paint(colour, name.padEnd(5))].join(" ");
  const where = module === undefined ? "" : `${paint("gray", String(module))} `;
  const tail = stated.length > 0 ? ` ${paint("gray", stated.join(" "))}` : "";
  return `${head} ${where}${String(msg)}${tail}\n`;
}

function paint(colour: "red" | "yellow" | "cyan" | "gray" | "white", text: string): string {
  return styleText(colour, text, { stream: process.stderr });
}
