import type { CallContext } from "@fairlead/core/context";
import type { CloudwaysClient } from "./client.ts";

/** Ids of servers whose id or label begins with what was typed. */
export async function completeServer(
  typed: string,
  { client, signal }: CallContext<CloudwaysClient>,
): Promise<string[]> {
  return idsThatBegin(await client.listServers(signal), typed);
}

/** Ids of applications whose id, label or domain begins with what was typed. */
export async function completeApp(
  typed: string,
  { client, signal }: CallContext<CloudwaysClient>,
): Promise<string[]> {
  const servers = await client.listServers(signal);
  return idsThatBegin(
    servers.flatMap(({ apps }) => apps),
    typed,
  );
}

function idsThatBegin(
  things: { id: number; label: string; cname?: string | null }[],
  typed: string,
): string[] {
  const start = typed.trim().toLowerCase();
  return things
    .filter(({ id, label, cname }) =>
      [String(id), label, cname ?? ""].some((name) => name.toLowerCase().startsWith(start)),
    )
    .map(({ id }) => String(id));
}
