import { type Alert, type App, type Server, toTimestamp } from "../state.ts";

type Template = { slug: string; subject: string; desc: string; forApp: boolean };

const templates: Template[] = [
  {
    slug: "disk-full-critical",
    subject: "Critical: disk almost full",
    desc: "Less than 5% of the disk is free. Services stop when it is full.",
    forApp: false,
  },
  {
    slug: "inode-full-1",
    subject: "Warning: few inodes left",
    desc: "More than 90% of the inodes are in use.",
    forApp: false,
  },
  {
    slug: "cpu-high",
    subject: "Warning: CPU above 90%",
    desc: "The processor was above 90% for 15 minutes.",
    forApp: false,
  },
  {
    slug: "memory-low",
    subject: "Warning: memory low",
    desc: "Less than 150 MB of memory is free.",
    forApp: false,
  },
  {
    slug: "service-down",
    subject: "Critical: service stopped",
    desc: "A service of the web stack stopped and was started again.",
    forApp: false,
  },
  {
    slug: "ssl-expiring",
    subject: "Notice: certificate ends soon",
    desc: "The certificate ends within 14 days and could not be renewed.",
    forApp: true,
  },
  {
    slug: "app-down",
    subject: "Critical: application does not answer",
    desc: "The application answered with status 503 for 5 minutes.",
    forApp: true,
  },
  {
    slug: "backup-completed",
    subject: "Info: backup completed",
    desc: "The nightly backup was written.",
    forApp: true,
  },
];

const hour = 3_600_000;

/** The newest alert is first and has the highest id, as `/alerts/{last_id}` needs it. */
export function createAlerts(
  servers: Server[],
  apps: App[],
  nowMs: number,
  count: number,
): Alert[] {
  return Array.from({ length: count }, (_, index) => {
    const template = at(templates, index * 3);
    const app = at(apps, index * 5);
    const server = template.forApp
      ? servers.find(({ id }) => id === app.server_id)
      : at(servers, index);
    return {
      id: 88_900 - index * 3,
      server_id: server?.id ?? app.server_id,
      app_id: template.forApp ? app.id : null,
      details: {
        subject: template.subject,
        desc: template.desc,
        template_slug: template.slug,
        values: {
          SERVER_LABEL: server?.label ?? "",
          ...(template.forApp ? { APP_LABEL: app.label } : {}),
        },
      },
      is_read: index < 9 ? 0 : 1,
      created_at: toTimestamp(nowMs - index * 7 * hour),
    };
  });
}

function at<T>(list: T[], index: number): T {
  const item = list[index % list.length];
  if (item === undefined) throw new Error("The dataset has no entries to choose from");
  return item;
}
