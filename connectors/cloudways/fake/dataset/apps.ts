import { createHash } from "node:crypto";
import type { App, AppDetail, State } from "../state.ts";
import { canary } from "./canary.ts";

export type AppPlan = {
  id: number;
  serverId: number;
  label: string;
  application: string;
  version: string;
  domain: string;
  aliases?: string[];
  projectId: number;
  createdAt: string;
  diskMb: number;
};

const plans = parsePlans(`
  id      server  label              application  version  domain                            project  MB

  131933  50482   larkspur-books     woocommerce  9.4      www.larkspur-books.example        1574     6210
  131934  50482   larkspur-blog      wordpress    6.7      blog.larkspur-books.example       1574     2480
  132051  50482   harbour-bakery     wordpress    6.7      www.harbour-bakery.example        1601     1930
  132460  50482   harbour-orders     laravel      11.2     orders.harbour-bakery.example     1601     880
  133007  50482   agency-site        wordpress    6.6      www.northwind-agency.example      1500     3120

  140210  50517   velo-shop          magento      2.4.7    shop.velo-direkt.example          1622     24400
  140211  50517   velo-shop-staging  magento      2.4.7    -                                 1622     18150
  140388  50517   velo-magazine      wordpress    6.7      magazin.velo-direkt.example       1622     4040
  141502  50517   tea-house          woocommerce  9.3      www.tea-house.example             1601     7715

  150044  50633   pricing-api        phpstack     8.2      -                                 1500     410
  150045  50633   legacy-intranet    phpstack     7.4      intranet.northwind-agency.example 1500     1265
  150118  50633   playground         laravel      11.2     -                                 1500     620
`);

const extraAliases: Record<number, string[]> = {
  131933: ["larkspur-books.example", "buecher.larkspur-books.example"],
  132051: ["harbour-bakery.example"],
  140210: ["velo-direkt.example", "store.velo-direkt.example"],
};

const versionIds: Record<string, [cms: number, version: number]> = {
  wordpress: [23, 545],
  woocommerce: [24, 548],
  magento: [11, 530],
  laravel: [31, 561],
  phpstack: [17, 507],
};

export function createApps(seed: number): App[] {
  return plans.map((plan) =>
    createAppFrom({ ...plan, aliases: extraAliases[plan.id] ?? [] }, seed),
  );
}

export function createAppDetails(seed: number, nowMs: number): [number, AppDetail][] {
  return plans.map((plan) => [plan.id, createAppDetail(plan, seed, nowMs)]);
}

export function createAppFrom(plan: AppPlan, seed: number): App {
  const { id, serverId, application } = plan;
  const user = systemUser(id);
  const [cms, version] = versionIds[application] ?? [1, 500];
  return {
    id,
    label: plan.label,
    application,
    app_version: plan.version,
    app_fqdn: `${application}-12847-${serverId}-${id}.cloudwaysapps.com`,
    app_user: "admin@northwind-agency.example",
    app_password: canary("app-pw", id, seed),
    sys_user: user,
    sys_password: canary("sys-pw", id, seed),
    cname: plan.domain,
    mysql_db_name: user,
    mysql_user: user,
    mysql_password: canary("mysql-pw", id, seed),
    aliases: [...(plan.aliases ?? [])],
    symlink: null,
    server_id: serverId,
    project_id: plan.projectId,
    created_at: plan.createdAt,
    webroot: application === "laravel" ? "public_html/public" : "public_html",
    is_csr_available: true,
    lets_encrypt: plan.domain ? { domains: [plan.domain], auto_renewal: true } : null,
    app_version_id: version,
    cms_app_id: cms,
  };
}

export function createAppDetail(plan: AppPlan, seed: number, nowMs: number): AppDetail {
  const isWordPress = ["wordpress", "woocommerce"].includes(plan.application);
  return {
    credentials: [
      {
        id: plan.id * 10 + 1,
        sys_user: `deploy${plan.id}`,
        sys_password: canary("cred-pw", plan.id * 10 + 1, seed),
        ssh_keys: [{ label: "deploy laptop", ssh_key_id: 111 }],
      },
      {
        id: plan.id * 10 + 2,
        sys_user: `editor${plan.id}`,
        sys_password: canary("cred-pw", plan.id * 10 + 2, seed),
        ssh_keys: [],
      },
    ],
    fromAddress: plan.domain ? `noreply@${plan.domain.split(".").slice(-2).join(".")}` : null,
    corsHeader: false,
    enforceHttps: plan.domain !== "",
    fpm: { enabled: true, settings: ";php_admin_value[memory_limit] = 256M\n" },
    varnish: {
      enabled: isWordPress,
      rules: isWordPress ? [{ method: "exclude", type: "url", value: "/checkout/" }] : [],
    },
    reachable: true,
    sshAllowed: plan.application !== "woocommerce",
    backups: recentNights(nowMs, 5),
    localBackup: plan.serverId === 50482,
    restored: null,
    cron: isWordPress ? ["*/5 * * * * wget -q -O - /wp-cron.php"] : [],
    gitKey: `ssh-rsa AAAAB3NzaC1yc2EFAKE${plan.id} fairlead-fake`,
    diskMb: plan.diskMb,
    bandwidthMbPerDay: Math.round(plan.diskMb / 7),
  };
}

/** Puts an application that was made later beside those of the dataset. */
export function addApp(state: State, plan: AppPlan, seed: number, nowMs: number): void {
  state.apps.set(plan.id, createAppFrom(plan, seed));
  state.appDetails.set(plan.id, { ...createAppDetail(plan, seed, nowMs), backups: [] });
}

/** Ten letters derived from the id, as the upstream's own user names look. */
export function systemUser(id: number): string {
  const digest = createHash("sha256").update(`user:${id}`).digest();
  return [...digest.subarray(0, 10)].map((byte) => String.fromCharCode(97 + (byte % 26))).join("");
}

function parsePlans(table: string): AppPlan[] {
  const rows = table.split("\n").map((line) => line.trim().split(/\s+/));
  return rows
    .filter(([id = ""]) => /^\d+$/.test(id))
    .map(([id, serverId, label = "", application = "", version = "", domain, project, diskMb]) => ({
      id: Number(id),
      serverId: Number(serverId),
      label,
      application,
      version,
      domain: !domain || domain === "-" ? "" : domain,
      projectId: Number(project),
      createdAt: `2025-${Number(id) % 2 ? "03" : "10"}-${10 + (Number(id) % 18)} 09:26:53`,
      diskMb: Number(diskMb),
    }));
}

function recentNights(nowMs: number, count: number): string[] {
  const night = Math.floor(nowMs / 86_400_000) * 86_400_000 + 3 * 3_600_000;
  return Array.from({ length: count }, (_, index) =>
    new Date(night - (index + 1) * 86_400_000).toISOString().slice(0, 19).replace("T", " "),
  );
}
