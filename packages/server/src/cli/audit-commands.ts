import type { Command } from "./command.ts";

/** The chained log: read it, prove it, take names out of it. */
export const AUDIT_COMMANDS: readonly Command[] = [
  {
    name: "audit",
    usage: "<verify [file]|export [file]|redact|prune|keys|rotate-key>",
    summary: "Verify, export, redact or shorten the audit log",
    more: [
      "verify checks every hash and signature, and that nothing is missing: of the records, or of an exported file, for " +
        "which it needs nothing else. It ends with 1 when it finds something. Compare the key's id with one you noted, or " +
        "give it with --key.",
      "export writes JSON lines that prove themselves, to standard output or a file (gzip where its name ends with .gz). " +
        "With --tenant it holds nothing of any other tenant.",
      "redact takes the address, or everything that names people or things, out of a tenant's events for good; every proof " +
        "stays valid. Backups and exports made before are not touched.",
      "prune drops what is older than so many days, as servers do by themselves after FAIRLEAD_AUDIT_RETENTION. All but " +
        "verify and keys are audited.",
    ],
    options: [
      { name: "tenant", value: "<name>", description: "Tenant it is about, by name or id" },
      {
        name: "from",
        value: "<time>",
        description:
          "Only events recorded at this time or later, such as 2026-03-01 or 2026-03-01T08:00Z",
      },
      { name: "to", value: "<time>", description: "Only events recorded before this time" },
      {
        name: "key",
        value: "<id>",
        description: "Id of the key that the file must be signed with",
      },
      { name: "event", value: "<request id>", description: "Event to redact" },
      {
        name: "address",
        value: "<address>",
        description: "Address to redact, wherever it came from",
      },
      { name: "older-than", value: "<days>", description: "Age of the events to drop; at least 1" },
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
    words: ["verify", "export", "redact", "prune", "keys", "rotate-key"],
    examples: [
      { line: "fairlead audit verify", what: "the whole log" },
      {
        line: "fairlead audit export --tenant acme --from 2026-03-01 --to 2026-04-01 acme-march.jsonl.gz",
        what: "one tenant's March",
      },
      {
        line: "fairlead audit verify acme-march.jsonl.gz --key 36c79c679d5f4c46",
        what: "anywhere, without the records",
      },
      {
        line: "fairlead audit redact --tenant acme --address 192.0.2.7",
        what: "the address is gone from every event of the tenant",
      },
    ],
    load: async () => (await import("./audit.ts")).runAudit,
  },
];
