import type { Migration } from "./migration.ts";

/** Everything there is at first. */
export const records: Migration = {
  name: "0001-records",
  statements: ({ text, int, table, partitionByMonth }) => [
    `create table tenants (
      id ${text} primary key,
      name ${text} not null unique,
      status ${text} not null,
      tier ${text},
      repository ${text},
      created_at ${int} not null
    )${table}`,
    "create index tenants_by_time on tenants (created_at, id)",

    `create table principals (
      id ${text} primary key,
      tenant_id ${text} not null references tenants (id) on delete cascade,
      kind ${text} not null,
      label ${text} not null,
      email ${text},
      issuer ${text},
      subject ${text},
      roles ${text} not null,
      owner_id ${text},
      tier ${text},
      repository ${text},
      status ${text} not null,
      created_at ${int} not null,
      created_by ${text} not null,
      unique (tenant_id, id),
      unique (issuer, subject)
    )${table}`,
    "create index principals_by_time on principals (tenant_id, created_at, id)",

    // Referring to tenant and principal at once keeps a key from acting as a principal of another tenant.
    `create table api_keys (
      id ${text} primary key,
      tenant_id ${text} not null,
      principal_id ${text} not null,
      label ${text} not null,
      hash ${text} not null unique,
      scopes ${text},
      addresses ${text},
      created_at ${int} not null,
      created_by ${text} not null,
      expires_at ${int},
      revoked_at ${int},
      last_used_at ${int},
      replaced_by ${text},
      foreign key (tenant_id, principal_id) references principals (tenant_id, id) on delete cascade
    )${table}`,
    "create index api_keys_by_time on api_keys (tenant_id, created_at, id)",
    "create index api_keys_by_principal on api_keys (tenant_id, principal_id, created_at, id)",

    `create table connections (
      id ${text} primary key,
      tenant_id ${text} not null references tenants (id) on delete cascade,
      connector ${text} not null,
      label ${text} not null,
      settings ${text} not null,
      sealed_credential ${text},
      version ${int} not null,
      created_at ${int} not null,
      updated_at ${int} not null,
      unique (tenant_id, connector, label)
    )${table}`,

    // Also of tenants that are no record: the installation itself, and those derived from a credential.
    `create table data_keys (
      id ${text} primary key,
      tenant_id ${text} not null,
      master_key_id ${text} not null,
      wrapped ${text} not null,
      created_at ${int} not null,
      active ${int} not null
    )${table}`,
    "create index data_keys_by_tenant on data_keys (tenant_id, created_at, id)",
    "create index data_keys_by_master_key on data_keys (master_key_id)",

    `create table policies (
      id ${text} primary key,
      tenant_id ${text} not null references tenants (id) on delete cascade,
      name ${text} not null,
      text ${text} not null,
      enabled ${int} not null,
      updated_at ${int} not null,
      updated_by ${text} not null,
      unique (tenant_id, name)
    )${table}`,

    `create table invitations (
      id ${text} primary key,
      tenant_id ${text} not null references tenants (id) on delete cascade,
      label ${text} not null,
      email ${text},
      roles ${text} not null,
      hash ${text} not null unique,
      created_at ${int} not null,
      created_by ${text} not null,
      expires_at ${int} not null,
      accepted_at ${int},
      accepted_by ${text}
    )${table}`,
    "create index invitations_by_time on invitations (tenant_id, created_at, id)",
    "create index invitations_by_expiry on invitations (expires_at)",

    `create table sign_ins (
      id ${text} primary key,
      tenant_id ${text} not null,
      principal_id ${text} not null,
      created_at ${int} not null,
      expires_at ${int} not null,
      foreign key (tenant_id, principal_id) references principals (tenant_id, id) on delete cascade
    )${table}`,
    "create index sign_ins_by_principal on sign_ins (tenant_id, principal_id)",
    "create index sign_ins_by_expiry on sign_ins (expires_at)",

    `create table agent_keys (
      tenant_id ${text} not null,
      principal_id ${text} not null,
      address ${text} not null,
      public_key ${text} not null,
      sealed_delegation ${text},
      not_after ${int} not null,
      created_at ${int} not null,
      revoked_at ${int},
      primary key (address, public_key),
      foreign key (tenant_id, principal_id) references principals (tenant_id, id) on delete cascade
    )${table}`,
    "create index agent_keys_by_principal on agent_keys (tenant_id, principal_id, created_at)",

    `create table revocations (
      id ${text} primary key,
      expires_at ${int} not null
    )${table}`,
    "create index revocations_by_expiry on revocations (expires_at)",

    `create table activity (
      tenant_id ${text} not null,
      principal_id ${text} not null,
      first_seen_at ${int} not null,
      last_active_at ${int} not null,
      primary key (tenant_id, principal_id)
    )${table}`,
    "create index activity_by_time on activity (last_active_at)",

    `create table usage_hours (
      tenant_id ${text} not null,
      principal_id ${text} not null,
      tool ${text} not null,
      connector ${text} not null,
      effect ${text} not null,
      hour ${int} not null,
      calls ${int} not null,
      errors ${int} not null,
      upstream_calls ${int} not null,
      bytes_out ${int} not null,
      primary key (tenant_id, hour, principal_id, tool)
    )${table}`,
    "create index usage_hours_by_hour on usage_hours (hour, tenant_id)",

    // PostgreSQL wants the column it divides a table by in every unique key.
    `create table audit (
      chain ${text} not null,
      seq ${int} not null,
      tenant_id ${text} not null,
      at ${int} not null,
      body ${text} not null,
      prev_hash ${text} not null,
      hash ${text} not null,
      primary key (chain, seq${partitionByMonth ? ", at" : ""})
    )${partitionByMonth ? " partition by range (at)" : table}`,
    "create index audit_by_time on audit (tenant_id, at, chain, seq)",
    ...(partitionByMonth
      ? [
          // A tenant's chains, and those that moved lately. In one file they are found without.
          "create index audit_by_chain on audit (tenant_id, chain)",
          "create index audit_by_moment on audit (at, chain)",
          "create table audit_other partition of audit default",
        ]
      : []),

    `create table audit_checkpoints (
      seq ${int} primary key,
      at ${int} not null,
      body ${text} not null,
      signature ${text} not null,
      key_id ${text} not null
    )${table}`,

    `create table processes (
      id ${text} primary key,
      host ${text} not null,
      pid ${int} not null,
      shared ${text} not null,
      started_at ${int} not null,
      seen_at ${int} not null
    )${table}`,

    `create table changes (
      seq ${int} primary key,
      tenant_id ${text} not null,
      topic ${text} not null,
      ref ${text} not null,
      at ${int} not null
    )${table}`,
    "create index changes_by_time on changes (at)",

    `create table counters (
      name ${text} primary key,
      value ${int} not null
    )${table}`,
    "insert into counters (name, value) values ('changes', 0)",
  ],
};
