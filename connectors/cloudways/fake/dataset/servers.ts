import type { Server, ServerDetail } from "../state.ts";
import { canary } from "./canary.ts";

export type ServerPlan = Pick<
  Server,
  "id" | "label" | "status" | "cloud" | "region" | "instance_type" | "public_ip" | "created_at"
> &
  Partial<Server> & { usedDiskMb: number };

const plans: ServerPlan[] = [
  {
    id: 50482,
    label: "web-london-1",
    status: "running",
    cloud: "do",
    region: "lon1",
    instance_type: "4GB",
    volume_size: 80,
    public_ip: "203.0.113.11",
    created_at: "2024-07-11 11:41:31",
    updated_at: "2026-02-03 04:10:02",
    local_backups: true,
    ssh_keys: [
      { id: 111, label: "deploy laptop" },
      { id: 112, label: "ci runner" },
    ],
    usedDiskMb: 41_320,
  },
  {
    id: 50517,
    label: "shop-frankfurt-1",
    status: "running",
    cloud: "amazon",
    region: "eu-central-1",
    zone: "eu-central-1b",
    instance_type: "Large",
    volume_size: 20,
    db_volume_size: 40,
    data_volume_size: 120,
    public_ip: "198.51.100.24",
    created_at: "2025-01-20 08:02:17",
    updated_at: "2026-02-27 22:45:40",
    snapshot_frequency: "24",
    ssh_keys: [{ id: 118, label: "deploy laptop" }],
    usedDiskMb: 88_704,
  },
  {
    id: 50633,
    label: "lab-chicago-1",
    status: "stopped",
    cloud: "vultr",
    region: "ord",
    instance_type: "2GB",
    volume_size: 55,
    public_ip: "192.0.2.77",
    created_at: "2025-09-02 16:30:55",
    updated_at: "2026-01-15 12:00:09",
    usedDiskMb: 9_876,
  },
];

export function createServers(seed: number): Server[] {
  return plans.map((plan) => createServerFrom(plan, seed));
}

export function createServerDetails(): [number, ServerDetail][] {
  return plans.map(({ id, status, usedDiskMb }) => [id, createServerDetail(status, usedDiskMb)]);
}

export function createServerFrom(from: ServerPlan, seed: number): Server {
  const { id, label, status, usedDiskMb: _, ...plan } = from;
  return {
    id,
    label,
    status,
    tenant_id: 1,
    backup_frequency: 24,
    local_backups: false,
    is_terminated: false,
    updated_at: plan.created_at,
    platform: "debian11",
    zone: null,
    db_volume_size: null,
    data_volume_size: null,
    server_fqdn: `12847-${id}.cloudwaysapps.com`,
    volume_size: 25,
    master_user: `master_${id}`,
    master_password: canary("master-pw", id, seed),
    snapshot_frequency: null,
    addons: [],
    ...plan,
    ssh_keys: structuredClone(plan.ssh_keys ?? []),
  };
}

export function createServerDetail(status: string, usedDiskMb: number): ServerDetail {
  const state = status === "running" ? "running" : "stopped";
  return {
    services: {
      apache2: state,
      nginx: state,
      mysql: state,
      memcached: state,
      varnish: state,
      "redis-server": state,
      elasticsearch: "stopped",
      supervisor: state,
      "newrelic-sysmond": "stopped",
      "php8.2-fpm": state,
    },
    settings: {
      character_set_server: "utf8mb4",
      "date.timezone": "Europe/London",
      direct_access: "disable",
      display_errors: "Off",
      error_reporting: "E_ALL & ~E_DEPRECATED & ~E_STRICT",
      execution_limit: 120,
      innodb_buffer_pool_size: "1024M",
      innodb_lock_wait_timeout: "50",
      max_connections: 150,
      max_input_time: 60,
      max_input_vars: 2500,
      memory_limit: 256,
      mod_xdebug: "disable",
      short_open_tag: "Off",
      ssl_protocols: "1.2,1.3",
      static_cache_expiry: 43_200,
      upload_size: 64,
      varnish_default_ttl: "4h",
      wait_timeout: "180",
    },
    packages: { fpm: "enable", mariadb: "10.6", mysql: "", php: "8.2", redis: "7.0" },
    maintenance: { day: "Sunday", hour: 3 },
    cleanup: {
      automate_cleanup: "disabled",
      remove_app_local_backup: "no",
      remove_app_private_html: "no",
      remove_app_tmp: "yes",
      rotate_app_log: "yes",
      rotate_system_log: "yes",
    },
    whitelist: { sftp: ["203.0.113.10"], mysql: ["203.0.113.10", "198.51.100.200"] },
    sftpPolicy: "block_all",
    usedDiskMb,
  };
}
