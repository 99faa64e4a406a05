import { isRecord } from "../is-record.ts";

export const HIDDEN = "[hidden]";

/** Arguments as plans, operations and people may see them. */
export function hideSecrets(
  input: unknown,
  secretArguments: readonly string[] | undefined,
): unknown {
  if (secretArguments === undefined || !isRecord(input)) return input;
  return Object.fromEntries(
    Object.entries(input).map(([name, value]) => [
      name,
      secretArguments.includes(name) && value !== undefined ? HIDDEN : value,
    ]),
  );
}
