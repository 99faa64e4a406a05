/** What a check found, and what to do about it. */
export interface Finding {
  check: string;
  status: "ok" | "warn" | "fail";
  message: string;
  /** Absent when there is nothing to do, or the message says it. */
  todo?: string;
}

export function ok(check: string, message: string): Finding {
  return { check, status: "ok", message };
}

export function warn(check: string, message: string, todo?: string): Finding {
  return { check, status: "warn", message, ...(todo === undefined ? {} : { todo }) };
}

export function fail(check: string, message: string, todo?: string): Finding {
  return { check, status: "fail", message, ...(todo === undefined ? {} : { todo }) };
}
