import type { Act } from "./act.ts";
import { agentActs } from "./acts/agents.ts";
import { budgetActs } from "./acts/budgets.ts";
import { connectionActs } from "./acts/connections.ts";
import { costActs } from "./acts/cost.ts";
import { delegationActs } from "./acts/delegations.ts";
import { invitationActs } from "./acts/invitations.ts";
import { keyActs } from "./acts/keys.ts";
import { operationActs } from "./acts/operations.ts";
import { planActs } from "./acts/plans.ts";
import { policyActs } from "./acts/policies.ts";
import { principalActs } from "./acts/principals.ts";
import { tenantActs } from "./acts/tenants.ts";
import { usageActs } from "./acts/usage.ts";

/** Everything that administrators, and people who decide, can do. */
export const ACTS: readonly Act[] = [
  ...tenantActs,
  ...principalActs,
  ...invitationActs,
  ...keyActs,
  ...agentActs,
  ...connectionActs,
  ...policyActs,
  ...planActs,
  ...delegationActs,
  ...operationActs,
  ...budgetActs,
  ...usageActs,
  ...costActs,
];
