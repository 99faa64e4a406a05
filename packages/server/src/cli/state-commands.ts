import type { Command, Option } from "./command.ts";

const JSON_OUTPUT: Option = {
  name: "json",
  description: "Write JSON, as it does whenever standard output is no terminal",
};

const ENV_FILE: Option = {
  name: "env-file",
  value: "<path>",
  description: "Read variables from this file; those of the environment stand before it",
};

/** What an operator does to the records as a whole. */
export const STATE_COMMANDS: readonly Command[] = [
  {
    name: "migrate",
    summary: "Bring the records up to date with this version",
    more: [
      "A server does the same when it starts; this is for doing it before, or for looking. Several may run at once: one " +
        "of them migrates, the others wait. There is no way back but a backup.",
      "With --check it changes nothing, and ends with 1 when there is something to do.",
    ],
    options: [{ name: "check", description: "Only say what would be done" }, JSON_OUTPUT, ENV_FILE],
    examples: [
      { line: "fairlead migrate --check", what: "what this version would change" },
      { line: "fairlead migrate", what: "change it" },
    ],
    load: async () => (await import("./migrate.ts")).runMigrate,
  },
  {
    name: "backup",
    usage: "<file>",
    summary: "Copy the records of the embedded store into a file",
    more: [
      "Servers go on meanwhile: the copy is of one moment, is read again from end to end, and only its owner may read it.",
      "The master key is not in it. Without that key no credential in it opens: keep both, and keep them apart.",
      "PostgreSQL has tools of its own: pg_dump, or what your provider offers.",
    ],
    options: [
      { name: "force", description: "Replace the file if it is there" },
      JSON_OUTPUT,
      ENV_FILE,
    ],
    examples: [{ line: "fairlead backup fairlead-backup.db", what: "into this file" }],
    load: async () => (await import("./backup.ts")).runBackup,
  },
  {
    name: "restore",
    usage: "<file>",
    summary: "Put a backup in the place of the embedded store's records",
    more: [
      "The backup is checked before anything is touched, and what was there is kept beside it. Stop every server first: " +
        "it refuses while one has the store open.",
      "What was revoked, rotated or deleted since the backup is valid and there again.",
    ],
    options: [
      {
        name: "force",
        description:
          "Go on although a process has the store open; what it writes from then on is lost",
      },
      JSON_OUTPUT,
      ENV_FILE,
    ],
    examples: [{ line: "fairlead restore fairlead-backup.db", what: "from this file" }],
    load: async () => (await import("./restore.ts")).runRestore,
  },
];
