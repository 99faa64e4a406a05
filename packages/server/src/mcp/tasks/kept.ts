import type { Fairlead } from "@fairlead/core/fairlead";
import type { Principal } from "@fairlead/core/identity/principal";
import type { ToolResult } from "../wire.ts";
import type { LegacyTask } from "./task.ts";

/** A call that was answered at once, as a task that is over. */
export interface KeptTask {
  taskId: string;
  created_at: number;
  result: ToolResult;
}

type KeptGround = {
  fairlead: Pick<Fairlead, "shared" | "sealer" | "clock" | "newId">;
  principal: Principal;
};

const TTL_MS = 3_600_000;
const PREFIX = "tsk_";
const MAX_LISTED = 50;

export function isKept(taskId: string): boolean {
  return taskId.startsWith(PREFIX);
}

/**
 * Keeps an answer for a client of 2025-11-25 that asked for a task and would not understand anything else. Undefined
 * when it could not be kept.
 */
export async function keep(ground: KeptGround, result: ToolResult): Promise<KeptTask | undefined> {
  const { shared, sealer, clock, newId } = ground.fairlead;
  const kept: KeptTask = { taskId: `${PREFIX}${newId(12)}`, created_at: clock.now(), result };
  const key = keyOf(ground, kept.taskId);
  const sealed = sealer.sealBytes("task", key, Buffer.from(JSON.stringify(kept)));
  try {
    await shared.set(key, sealed.toString("base64"), TTL_MS);
    const ids = [...(await idsOf(ground)), kept.taskId].slice(-MAX_LISTED);
    await shared.set(listOf(ground), JSON.stringify(ids), TTL_MS);
    return kept;
  } catch {
    return undefined;
  }
}

export async function findKept(ground: KeptGround, taskId: string): Promise<KeptTask | undefined> {
  const { shared, sealer } = ground.fairlead;
  const key = keyOf(ground, taskId);
  const sealed = await shared.get(key);
  if (sealed === undefined) return undefined;
  const bytes = sealer.openBytes("task", key, Buffer.from(sealed, "base64"));
  return bytes === undefined ? undefined : (JSON.parse(bytes.toString()) as KeptTask);
}

/** Those of the caller that are kept, the newest first. */
export async function listKept(ground: KeptGround): Promise<KeptTask[]> {
  const ids = await idsOf(ground);
  const found = await Promise.all(ids.map((taskId) => findKept(ground, taskId)));
  return found.filter((kept) => kept !== undefined).reverse();
}

async function idsOf(ground: KeptGround): Promise<string[]> {
  return JSON.parse((await ground.fairlead.shared.get(listOf(ground))) ?? "[]");
}

export function keptAsTask({ taskId, created_at, result }: KeptTask): LegacyTask {
  const at = new Date(created_at).toISOString();
  const status = result.isError === true ? "failed" : "completed";
  return { taskId, status, createdAt: at, lastUpdatedAt: at, ttl: TTL_MS };
}

function listOf({ principal }: KeptGround): string {
  return `tasks ${principal.tenant_id} ${principal.id}`;
}

/** Its place is the caller's own: under nobody else's name it is found, or opens. */
function keyOf({ principal }: KeptGround, taskId: string): string {
  return `task ${principal.tenant_id} ${principal.id} ${taskId.slice(0, 60)}`;
}
