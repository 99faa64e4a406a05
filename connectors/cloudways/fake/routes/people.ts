import { type Call, type Handlers, numberOf, requireFound, textOf } from "../call.ts";
import { type Project, takeId, toTimestamp } from "../state.ts";

export const peopleRoutes: Handlers = {
  // GET /project
  listProjects: ({ state }) => ({ projects: [...state.projects.values()] }),

  // POST /project
  createProject: (call) => {
    const now = toTimestamp(call.nowMs);
    const project: Project = {
      id: takeId(call.state),
      name: textOf(call, "name"),
      user_id: 12847,
      is_default: 0,
      created_at: now,
      updated_at: now,
      image: null,
    };
    call.state.projects.set(project.id, project);
    moveApps(call, project.id);
    return { project };
  },

  // PUT /project/{project_id}
  updateProject: (call) => {
    const project = requireFound(call.state.projects.get(numberOf(call, "project_id")), "Project");
    project.name = textOf(call, "name", project.name);
    project.updated_at = toTimestamp(call.nowMs);
    moveApps(call, project.id);
    return { project };
  },

  // DELETE /project/{project_id}
  deleteProject: (call) => {
    const id = numberOf(call, "project_id");
    requireFound(call.state.projects.get(id), "Project");
    call.state.projects.delete(id);
    return [];
  },

  // GET /member
  listTeamMembers: ({ state }) => ({ contents: { members: Object.fromEntries(state.members) } }),
};

/** `app_ids` is a list in one string: "131933,131934". */
function moveApps(call: Call, projectId: number): void {
  for (const id of textOf(call, "app_ids").split(",")) {
    const app = call.state.apps.get(Number(id));
    if (app) app.project_id = projectId;
  }
}
