import { randomBytes } from "node:crypto";
import { type Admin, createAdmin } from "@fairlead/core/admin/admin";
import type { Connector } from "@fairlead/core/connector";
import { type Clock, SYSTEM_CLOCK } from "@fairlead/core/ports";
import { adminRules } from "../admin-rules.ts";
import type { Config } from "../config/config.ts";
import { createLog } from "../observe/logger.ts";
import { openState, type State } from "../state.ts";
import type { Invocation } from "./command.ts";
import { loadFor } from "./loading.ts";

/** The state of an installation, opened for one command of its operator. */
export interface CommandState extends State {
  admin: Admin;
  connectors: readonly Connector[];
  clock: Clock;
  config: Config;
}

/** Opens the same state the server uses, and closes it when `use` has ended. A server may go on meanwhile. */
export async function withState<T>(
  invocation: Invocation,
  use: (state: CommandState) => Promise<T>,
): Promise<T> {
  const { config, connectors } = await loadFor(invocation, "once");
  const log = createLog(config.log);
  const clock = SYSTEM_CLOCK;
  const state = await openState({
    ...{ config: config.state, log, clock, random: randomBytes },
    auditRetentionDays: config.auditRetentionDays,
    beats: false,
  });
  const { store, vault, audit, changes } = state;
  const admin = createAdmin({
    ...{ store, vault, audit, changes, connectors, clock },
    ...adminRules(config),
    random: randomBytes,
  });
  try {
    return await use({ ...state, admin, connectors, clock, config });
  } finally {
    await state.close();
    log.flush();
  }
}
