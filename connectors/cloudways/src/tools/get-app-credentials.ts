import { defineTool, type ToolContext } from "@fairlead/core/tool";
import { z } from "zod";
import type { AppCredential } from "../client/apps.ts";
import type { AppPasswords } from "../client/servers.ts";
import type { CloudwaysClient } from "../client.ts";
import { appId, HIDDEN, hidden, password, serverIdOfApp } from "../schemas.ts";
import { lines } from "../words.ts";

const SECRETS = ["app_password", "sys_password", "mysql_password", "sftp_passwords"] as const;
type SecretName = (typeof SECRETS)[number];

const ALL_HIDDEN: AppPasswords = {
  app_password: HIDDEN,
  sys_password: HIDDEN,
  mysql_password: HIDDEN,
};

const sftpUser = z.object({
  id: z.number(),
  user: z.string(),
  password,
  ssh_keys: z.array(z.object({ id: z.number(), label: z.string() })),
});

/** Shows who may get into an application, and the passwords only to who asks for them by name. */
export const getAppCredentials = defineTool({
  name: "cloudways_get_app_credentials",
  title: "Get application credentials",
  description:
    "Show the users of one application: back office, system (SSH and SFTP), database, and additional SFTP users. " +
    "Passwords are hidden unless reveal names them; what is revealed reaches the conversation in clear, so ask for no " +
    "more than needed. Costs one to three requests.",
  effect: "read",
  toolset: "apps",
  input: z.object({
    app_id: appId,
    server_id: serverIdOfApp,
    reveal: z
      .array(z.enum(SECRETS))
      .max(SECRETS.length)
      .default([])
      .describe("Passwords to show in clear. Needs the right to see secrets."),
  }),
  revealsSecret: ({ reveal }) => reveal.length > 0,
  output: z.object({
    app_id: z.number(),
    app_label: z.string(),
    server_id: z.number(),
    host: z.string().nullable().describe("Where SSH, SFTP and the database answer."),
    back_office: z.object({ user: z.string().nullable(), app_password: password }),
    system: z.object({ user: z.string().nullable(), sys_password: password }),
    database: z.object({
      name: z.string().nullable(),
      user: z.string().nullable(),
      mysql_password: password,
    }),
    sftp_users: z.array(sftpUser),
  }),
  text: ({ app_id, app_label, host, back_office, system, database, sftp_users }) =>
    lines(
      `Application ${app_id} ${app_label} at ${host ?? "an unknown address"}.`,
      `Back office: user ${back_office.user ?? "none"}, password ${back_office.app_password ?? "none"}`,
      `System (SSH, SFTP): user ${system.user ?? "none"}, password ${system.sys_password ?? "none"}`,
      `Database ${database.name ?? "none"}: user ${database.user ?? "none"}, password ${database.mysql_password ?? "none"}`,
      sftp_users.map(({ id, user, password, ssh_keys }) => {
        const keys = ssh_keys.map(({ label }) => label).join(", ");
        return `SFTP user ${id} ${user}: password ${password ?? "none"}${keys === "" ? "" : `, keys ${keys}`}`;
      }),
    ),

  async handler({ app_id, server_id, reveal }, ctx: ToolContext<CloudwaysClient>) {
    const { client, signal } = ctx;
    const { app, server } = await client.findApp(app_id, server_id, signal);
    const needsInventory = reveal.some((name) => name !== "sftp_passwords");
    const [users, passwords] = await Promise.all([
      client.listAppCredentials({ server_id: server.id, app_id: app.id }, signal),
      needsInventory ? client.revealAppPasswords(app.id, signal) : ALL_HIDDEN,
    ]);
    const show = (name: SecretName, value: string | null) => hidden(value, reveal.includes(name));
    return {
      ...{ app_id: app.id, app_label: app.label, server_id: server.id, host: server.public_ip },
      back_office: {
        user: app.app_user,
        app_password: show("app_password", passwords.app_password),
      },
      system: { user: app.sys_user, sys_password: show("sys_password", passwords.sys_password) },
      database: {
        name: app.mysql_db_name,
        user: app.mysql_user,
        mysql_password: show("mysql_password", passwords.mysql_password),
      },
      sftp_users: users.map((user) => toSftpUser(user, show("sftp_passwords", user.sys_password))),
    };
  },
});

function toSftpUser(
  { id, sys_user, ssh_keys }: AppCredential,
  shown: string | null,
): z.output<typeof sftpUser> {
  return { id, user: sys_user, password: shown, ssh_keys };
}
