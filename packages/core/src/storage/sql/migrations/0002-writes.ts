import type { Migration } from "./migration.ts";

/**
 * Plans, approvals, the journal, operations and what else belongs to changes of the world. Tenants that were derived
 * from a credential are no record and change the world all the same, so these tables do not refer to `tenants`: whoever
 * deletes one names each of them. Keys begin with the tenant: it is named with every question, and what it has can be
 * read a page at a time without another index.
 */
export const writes: Migration = {
  name: "0002-writes",
  statements: ({ text, int, real, table }) => [
    `create table plans (
      tenant_id ${text} not null,
      id ${text} not null,
      principal_id ${text} not null,
      connector ${text} not null,
      connection_id ${text},
      tool ${text} not null,
      effect ${text} not null,
      consent ${text} not null,
      approvals_needed ${int} not null,
      hash ${text} not null,
      sealed_arguments ${text} not null,
      shown ${text} not null,
      sealed_state ${text},
      created_at ${int} not null,
      expires_at ${int} not null,
      denied_at ${int},
      look_at ${int} not null,
      primary key (tenant_id, id)
    )${table}`,
    "create index plans_by_time on plans (tenant_id, created_at, id)",
    "create index plans_by_principal on plans (tenant_id, principal_id, created_at, id)",
    "create index plans_by_expiry on plans (tenant_id, expires_at)",
    // When the sweep looks at it: one that the journal names is not looked at every time.
    "create index plans_by_look on plans (look_at)",

    `create table approvals (
      tenant_id ${text} not null,
      plan_id ${text} not null,
      principal_id ${text} not null,
      on_behalf_of ${text},
      decision ${text} not null,
      way ${text} not null,
      reason ${text},
      at ${int} not null,
      primary key (tenant_id, plan_id, principal_id),
      foreign key (tenant_id, plan_id) references plans (tenant_id, id) on delete cascade
    )${table}`,

    // Between people, who are records: what one of them lent or was lent goes with them.
    `create table delegations (
      tenant_id ${text} not null,
      id ${text} not null,
      from_principal_id ${text} not null,
      to_principal_id ${text} not null,
      created_at ${int} not null,
      expires_at ${int} not null,
      primary key (tenant_id, id),
      foreign key (tenant_id, from_principal_id) references principals (tenant_id, id) on delete cascade,
      foreign key (tenant_id, to_principal_id) references principals (tenant_id, id) on delete cascade
    )${table}`,
    "create index delegations_by_lender on delegations (tenant_id, from_principal_id)",
    "create index delegations_by_receiver on delegations (tenant_id, to_principal_id, expires_at)",
    "create index delegations_by_expiry on delegations (expires_at)",

    `create table journal (
      tenant_id ${text} not null,
      id ${text} not null,
      principal_id ${text} not null,
      key ${text} not null,
      plan_id ${text},
      operation_id ${text},
      connector ${text} not null,
      connection_id ${text},
      tool ${text} not null,
      request_hash ${text} not null,
      open_hash ${text},
      lane ${text},
      state ${text} not null,
      sealed_arguments ${text} not null,
      sealed_state ${text},
      sealed_outcome ${text},
      owner ${text} not null,
      created_at ${int} not null,
      sent_at ${int},
      ended_at ${int},
      check_at ${int},
      settled_by ${text},
      primary key (tenant_id, id),
      unique (tenant_id, principal_id, key)
    )${table}`,
    // Of these hold few rows at a time: an index of those alone stays small, and every write touches it.
    "create unique index journal_by_plan on journal (tenant_id, plan_id) where plan_id is not null",
    "create unique index journal_by_open on journal (tenant_id, open_hash) where open_hash is not null",
    "create unique index journal_by_lane on journal (tenant_id, lane) where lane is not null",
    `create index journal_by_request on journal (tenant_id, request_hash)
      where state in ('intended', 'sent', 'unknown')`,
    "create index journal_by_check on journal (check_at) where check_at is not null",
    "create index journal_by_end on journal (ended_at) where ended_at is not null",

    `create table operations (
      tenant_id ${text} not null,
      id ${text} not null,
      principal_id ${text} not null,
      connector ${text} not null,
      connection_id ${text},
      tool ${text} not null,
      plan_id ${text},
      journal_id ${text},
      state ${text} not null,
      progress ${real} not null,
      message ${text},
      steps ${text} not null,
      pointer ${text},
      error ${text},
      sealed_result ${text},
      sealed_call ${text},
      created_at ${int} not null,
      updated_at ${int} not null,
      ended_at ${int},
      expires_at ${int},
      version ${int} not null,
      due_at ${int},
      worker ${text},
      claimed_until ${int},
      primary key (tenant_id, id)
    )${table}`,
    "create index operations_by_time on operations (tenant_id, created_at, id)",
    "create index operations_by_principal on operations (tenant_id, principal_id, created_at, id)",
    `create index operations_not_ended on operations (tenant_id, created_at, id)
      where state not in ('completed', 'failed', 'cancelled')`,
    "create index operations_by_plan on operations (tenant_id, plan_id) where plan_id is not null",
    "create index operations_by_due on operations (due_at, claimed_until) where due_at is not null",
    "create index operations_by_expiry on operations (expires_at) where expires_at is not null",

    `create table undos (
      tenant_id ${text} not null,
      id ${text} not null,
      principal_id ${text} not null,
      journal_id ${text} not null,
      connector ${text} not null,
      connection_id ${text},
      tool ${text} not null,
      sealed_arguments ${text} not null,
      summary ${text} not null,
      created_at ${int} not null,
      expires_at ${int} not null,
      primary key (tenant_id, id),
      unique (tenant_id, journal_id)
    )${table}`,
    "create index undos_by_expiry on undos (expires_at)",

    `create table effect_counts (
      tenant_id ${text} not null,
      principal_id ${text} not null,
      budget ${text} not null,
      period ${text} not null,
      used ${int} not null,
      expires_at ${int} not null,
      primary key (tenant_id, period, principal_id, budget)
    )${table}`,
    "create index effect_counts_by_expiry on effect_counts (expires_at)",
  ],
};
