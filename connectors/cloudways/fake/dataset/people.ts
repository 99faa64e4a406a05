import type { Member, Project } from "../state.ts";

const ownerId = 12847;

export const projects: Project[] = [
  project(1500, "Default", true, "2024-07-11 11:41:31"),
  project(1574, "Larkspur Books", false, "2024-08-02 09:12:00"),
  project(1601, "Food and drink", false, "2025-02-18 14:20:45"),
  project(1622, "Velo Direkt", false, "2025-03-01 10:00:00"),
];

export const members: Member[] = [
  member(26740, "Imani Okafor", "imani@northwind-agency.example", "Project Manager", true),
  member(26741, "Jonas Brandt", "jonas@northwind-agency.example", "Developer", false),
  member(27003, "Priya Raman", "priya@contractor.example", "Developer", false),
  { ...member(27110, "Tom Reyes", "tom@northwind-agency.example", "Billing", false), status: 0 },
];

function project(id: number, name: string, isDefault: boolean, createdAt: string): Project {
  return {
    id,
    name,
    user_id: ownerId,
    is_default: Number(isDefault),
    created_at: createdAt,
    updated_at: "2026-01-09 12:00:00",
    image: null,
  };
}

function member(id: number, name: string, email: string, role: string, full: boolean): Member {
  return {
    id,
    member_mapping_id: id - 26_700,
    name,
    email,
    status: 1,
    image: null,
    added_on: "2025-06-21 16:26:40",
    role,
    account_disabled: 0,
    acc_cancellation_date: null,
    permissions: { is_full: full },
  };
}
