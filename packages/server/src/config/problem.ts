import type { Connector } from "@fairlead/core/connector";
import type { Stated } from "./sources.ts";

/** What is wrong with a setting, and what to do about it. */
export interface Problem {
  name: string;
  /** Goes after the name and a colon. */
  message: string;
}

/** Every problem of a configuration at once. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly problems: readonly Problem[];
  readonly stated: ReadonlyMap<string, Stated>;
  readonly connectors: readonly Connector[];

  constructor(
    problems: readonly Problem[],
    stated: ReadonlyMap<string, Stated>,
    connectors: readonly Connector[],
  ) {
    super(problems.map(formatProblem).join("\n"));
    this.problems = problems;
    this.stated = stated;
    this.connectors = connectors;
  }
}

export function formatProblem({ name, message }: Problem): string {
  return `${name}: ${sentence(message)}`;
}

/** Without the colon: in the log, what follows one after the name of a secret is taken for the secret. */
export function formatWarning({ name, message }: Problem): string {
  return `${name} ${sentence(message)}`;
}

const USER = /(?<=:\/\/)[^\s/?#"]+(?=@)/g;

/** A password in an address does not belong there, and is not shown all the same: none of those that `given` has. */
export function withoutUser(text: string, given = text): string {
  const users = [...given.matchAll(USER)].map(([user]) => user);
  return users.reduce((safe, user) => safe.replaceAll(`//${user}@`, "//[redacted]@"), text);
}

function sentence(message: string): string {
  return /[.?]$/.test(message) ? message : `${message}.`;
}
