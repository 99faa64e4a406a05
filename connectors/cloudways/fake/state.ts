/** Values are native here; wire.ts writes them the way v1 or v2 does. */
export type App = {
  id: number;
  label: string;
  application: string;
  app_version: string;
  app_fqdn: string;
  app_user: string;
  app_password: string;
  sys_user: string;
  sys_password: string;
  cname: string;
  mysql_db_name: string;
  mysql_user: string;
  mysql_password: string;
  aliases: string[];
  symlink: string | null;
  server_id: number;
  project_id: number;
  created_at: string;
  webroot: string | null;
  is_csr_available: boolean;
  lets_encrypt: { domains: string[]; auto_renewal: boolean } | null;
  app_version_id: number;
  cms_app_id: number;
};

export type SshKey = { id: number; label: string };

export type Server = {
  id: number;
  label: string;
  status: string;
  tenant_id: number;
  backup_frequency: number;
  local_backups: boolean;
  is_terminated: boolean;
  created_at: string;
  updated_at: string;
  platform: string;
  cloud: string;
  region: string;
  zone: string | null;
  instance_type: string;
  db_volume_size: number | null;
  data_volume_size: number | null;
  server_fqdn: string;
  public_ip: string;
  volume_size: number;
  master_user: string;
  master_password: string;
  snapshot_frequency: string | null;
  ssh_keys: SshKey[];
  addons: unknown[];
};

/** What the server pages show beside the listing. */
export type ServerDetail = {
  services: Record<string, string>;
  settings: Record<string, unknown>;
  packages: Record<string, string>;
  maintenance: { day: string; hour: number };
  cleanup: Record<string, string>;
  whitelist: { sftp: string[]; mysql: string[] };
  /** Nothing in the contract shows it. */
  sftpPolicy: string;
  usedDiskMb: number;
};

export type AppCredential = {
  id: number;
  sys_user: string;
  sys_password: string;
  ssh_keys: { label: string; ssh_key_id: number }[];
};

/** What the application pages show beside the listing. */
export type AppDetail = {
  credentials: AppCredential[];
  fromAddress: string | null;
  corsHeader: boolean;
  enforceHttps: boolean;
  fpm: { enabled: boolean; settings: string };
  varnish: { enabled: boolean; rules: { method: string; type: string; value: string }[] };
  reachable: boolean;
  sshAllowed: boolean;
  backups: string[];
  localBackup: boolean;
  /** What the application was last put back to. Nothing in the contract shows it. */
  restored: { time: string; type: string } | null;
  cron: string[];
  gitKey: string;
  diskMb: number;
  bandwidthMbPerDay: number;
};

export type Alert = {
  id: number;
  server_id: number;
  app_id: number | null;
  details: { subject: string; desc: string; template_slug: string; values: Record<string, string> };
  is_read: 0 | 1;
  created_at: string;
};

export type Project = {
  id: number;
  name: string;
  user_id: number;
  is_default: number;
  created_at: string;
  updated_at: string;
  image: string | null;
};

export type Member = {
  id: number;
  member_mapping_id: number;
  name: string;
  email: string;
  status: number;
  image: string | null;
  added_on: string;
  role: string;
  account_disabled: number;
  acc_cancellation_date: string | null;
  permissions: { is_full: boolean };
};

/** Everything one account owns. Tests may read and change it freely. */
export type State = {
  servers: Map<number, Server>;
  serverDetails: Map<number, ServerDetail>;
  apps: Map<number, App>;
  appDetails: Map<number, AppDetail>;
  alerts: Alert[];
  projects: Map<number, Project>;
  members: Map<number, Member>;
  nextId: number;
};

export function appsOf(state: State, serverId: number): App[] {
  return [...state.apps.values()].filter((app) => app.server_id === serverId);
}

export function takeId(state: State): number {
  state.nextId += 1;
  return state.nextId;
}

/** The upstream writes times as "2026-03-14 09:26:53", in UTC. */
export function toTimestamp(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(0, 19).replace("T", " ");
}
