import type { Command } from "./command.ts";

/** Keys and their lives; what moves in from elsewhere. */
export const VAULT_COMMANDS: readonly Command[] = [
  {
    name: "vault",
    usage: "<status|rotate-tenant <tenant>|rotate-master|import-fernet <file>>",
    summary: "Rotate the keys that seal credentials, or move sealed credentials in",
    more: [
      "rotate-tenant gives a tenant a new data key and seals its credentials anew. rotate-master wraps every data key with " +
        "the current master key: first set ENCRYPTION_KEY_PREVIOUS to the new key on every replica, then swap it with " +
        "ENCRYPTION_KEY on every replica, then run it, then take the old one away. Servers go on meanwhile. Both are audited.",
      "import-fernet reads customers of the original Cloudways server, one JSON record a line as they lay in its Redis under " +
        "customer:…, opens them with its ENCRYPTION_KEY from --key-file, and makes a connection of each account. It can be " +
        "run again.",
    ],
    options: [
      {
        name: "tenant",
        value: "<name>",
        description: "Tenant to import into, or whose keys to show; by name or id",
      },
      {
        name: "key-file",
        value: "<path>",
        description:
          "File with the Fernet key of the original server; several stand on a line each",
      },
      {
        name: "replace",
        description: "Let an imported key take the place of a different one that is there",
      },
      { name: "dry-run", description: "Say what would be imported, and write nothing" },
      {
        name: "json",
        description: "Write JSON, as it does whenever standard output is no terminal",
      },
      {
        name: "env-file",
        value: "<path>",
        description: "Read variables from this file; those of the environment stand before it",
      },
    ],
    words: ["status", "rotate-tenant", "rotate-master", "import-fernet"],
    examples: [
      { line: "fairlead vault status --tenant acme", what: "which keys there are" },
      { line: "fairlead vault rotate-tenant acme", what: "a new data key for one tenant" },
      { line: "fairlead vault rotate-master", what: "after ENCRYPTION_KEY was changed" },
      {
        line: "fairlead vault import-fernet customers.jsonl --tenant acme --key-file old.key",
        what: "accounts of the original Cloudways server",
      },
    ],
    load: async () => (await import("./vault.ts")).runVault,
  },
];
