import { z } from "zod";
import type { Api } from "./api.ts";
import * as wire from "./wire.ts";

const project = z.object({
  id: wire.id,
  name: wire.line,
  is_default: wire.flag,
  created_at: wire.timestamp,
  updated_at: wire.timestamp,
});

const member = z
  .object({
    id: wire.id,
    name: wire.line,
    email: wire.line,
    role: wire.line,
    status: wire.flag,
    account_disabled: wire.flag,
    added_on: wire.timestamp,
    permissions: z.object({ is_full: wire.flag }).nullish().catch(null),
  })
  .transform(({ id, name, email, role, status, account_disabled, added_on, permissions }) => ({
    ...{ id, name, email, role },
    active: status && !account_disabled,
    full_access: permissions?.is_full ?? false,
    added_at: added_on,
  }));

const projects = z.object({ projects: wire.listOf(project) });
const members = z.object({ contents: z.object({ members: wire.listOf(member) }) });

export type Project = z.output<typeof project>;
export type Member = z.output<typeof member>;

export interface PeopleCalls {
  listProjects(signal: AbortSignal): Promise<Project[]>;
  listTeamMembers(signal: AbortSignal): Promise<Member[]>;
}

export function createPeopleCalls(api: Api): PeopleCalls {
  return {
    async listProjects(signal) {
      return (await api.get("/project", {}, projects, signal)).projects;
    },
    async listTeamMembers(signal) {
      return (await api.get("/member", {}, members, signal)).contents.members;
    },
  };
}
