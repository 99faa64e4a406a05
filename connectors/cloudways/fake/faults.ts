import type { Operation } from "./contract.ts";

export type FaultKind =
  /** A 401, as for a token that was revoked. */
  | { kind: "unauthorized" }
  /** A 429. `retry_after` null leaves the header out; a string is sent as it is, number or not. */
  | { kind: "rate_limit"; retry_after?: number | string | null }
  | { kind: "status"; status: 500 | 502 | 503; text?: string }
  | { kind: "slow"; ms: number }
  /** Never answers; ends when the client goes away. */
  | { kind: "hang" }
  | { kind: "empty" }
  | { kind: "html"; status?: number }
  | { kind: "reset" }
  | { kind: "truncate" }
  /** Success by its status code, failure by its body. */
  | { kind: "status_false"; message?: string }
  /** The next operation that is begun fails, or never ends. */
  | { kind: "fail_operation" }
  | { kind: "stick_operation" };

export type Fault = FaultKind & {
  /** Only this operationId. A fault without a scope leaves the login alone. */
  operation?: string;
  /** Only paths that contain this text. */
  path?: string;
  /** Only requests that read, or only those that change something; the login changes nothing. */
  access?: "read" | "write";
  /** How many requests it hits; 1 when left out. */
  count?: number | "always";
  /** Do the work first and spoil only the answer: what a client sees when a write got through. */
  after?: boolean;
};

export type Stage = "request" | "answer" | "operation";

export type Faults = {
  /** Arms faults and returns a way to disarm them. */
  add(...faults: Fault[]): () => void;
  clear(): void;
  armed(): Fault[];
  /** The login tokens given out so far stop working; `access` means the `cw_` tokens. */
  expireTokens(which?: "login" | "access" | "all"): void;
};

export type FaultBox = Faults & {
  /** The faults that hit this request now: at most one delay and one other. */
  take(stage: Stage, request: Scope): Fault[];
};

type Scope = { operation: string; path: string; access: Operation["access"] };
type Armed = { fault: Fault; left: number };

const kinds = new Set<string>([
  "unauthorized",
  "rate_limit",
  "status",
  "slow",
  "hang",
  "empty",
  "html",
  "reset",
  "truncate",
  "status_false",
  "fail_operation",
  "stick_operation",
] satisfies FaultKind["kind"][]);

export function createFaults(expireTokens: (which: "login" | "access" | "all") => void): FaultBox {
  let armed: Armed[] = [];

  return {
    add(...faults) {
      const added = faults.map((fault) => ({ fault, left: toCount(fault.count) }));
      armed.push(...added);
      return () => {
        armed = armed.filter((entry) => !added.includes(entry));
      };
    },

    clear() {
      armed = [];
    },

    armed: () => armed.map(({ fault }) => fault),

    expireTokens: (which = "login") => expireTokens(which),

    take(stage, request) {
      const hits = armed.filter(
        ({ fault }) => stageOf(fault) === stage && isInScope(fault, request),
      );
      const taken = [
        hits.find(({ fault }) => fault.kind === "slow"),
        hits.find(({ fault }) => fault.kind !== "slow"),
      ].filter((entry) => entry !== undefined);

      for (const entry of taken) entry.left -= 1;
      armed = armed.filter(({ left }) => left > 0);
      return taken.map(({ fault }) => fault);
    },
  };
}

export function isFault(value: unknown): value is Fault {
  if (typeof value !== "object" || value === null || !("kind" in value)) return false;
  if (value.kind === "slow") return "ms" in value && typeof value.ms === "number";
  if (value.kind === "status") return "status" in value && typeof value.status === "number";
  return typeof value.kind === "string" && kinds.has(value.kind);
}

function stageOf(fault: Fault): Stage {
  if (fault.kind === "fail_operation" || fault.kind === "stick_operation") return "operation";
  if (fault.after || fault.kind === "empty" || fault.kind === "truncate") return "answer";
  return "request";
}

function isInScope(fault: Fault, request: Scope): boolean {
  const isRead = request.access === "read" || request.operation === "createAccessToken";
  if (fault.access !== undefined && (fault.access === "read") !== isRead) return false;
  if (fault.operation !== undefined && fault.operation !== request.operation) return false;
  if (fault.path !== undefined && !request.path.includes(fault.path)) return false;
  const isScoped = fault.operation !== undefined || fault.path !== undefined;
  return isScoped || request.operation !== "createAccessToken";
}

const toCount = (count: Fault["count"]) =>
  count === "always" ? Number.POSITIVE_INFINITY : (count ?? 1);
