import type { z } from "zod";
import type { FailedParts } from "./parts.ts";
import type { appLine, serverLine } from "./schemas.ts";

export function appWords({ id, label, type, domain }: z.output<typeof appLine>): string {
  return `${id} ${label} (${type})${domain === null ? "" : ` ${domain}`}`;
}

export function serverWords(server: z.output<typeof serverLine>): string {
  const { id, label, status, provider, region, size, public_ip } = server;
  const where = [provider, region, size].filter(Boolean).join(" ");
  return `${id} ${label}: ${status}, ${where}${public_ip === null ? "" : `, ${public_ip}`}`;
}

/** The parts an answer lacks, as the last lines of its text. */
export function failedWords(failed: FailedParts): string[] {
  return failed.map(({ part, code, message }) => `Missing: ${part} (${code}). ${message}`);
}

export function cursorWords(cursor: string | undefined): string[] {
  return cursor === undefined ? [] : [`More: repeat the call with cursor "${cursor}".`];
}

export function mbWords(mb: number | null): string {
  if (mb === null) return "unknown";
  return mb >= 1024 ? `${(mb / 1024).toFixed(1)} GB` : `${Math.round(mb)} MB`;
}

export function countWords(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? "" : "s"}`;
}

export function yesNo(value: boolean): string {
  return value ? "yes" : "no";
}

/** Lines of an answer in words; empty ones are left out. */
export function lines(...parts: (string | string[])[]): string {
  return parts
    .flat()
    .filter((line) => line !== "")
    .join("\n");
}
