import type { Connector } from "@fairlead/core/connector";
import { createShapes } from "@fairlead/core/policy/action-shapes";
import { type Cedar, createCedar } from "@fairlead/core/policy/cedar";
import { readTenantRules } from "@fairlead/core/policy/policies";
import type { TenantPolicy } from "@fairlead/core/policy/policy";
import { createTenantPolicy } from "@fairlead/core/policy/tenant-policy";
import { type Clock, type Logger, SILENT } from "@fairlead/core/ports";
import type { StoredPolicy } from "@fairlead/core/storage/records";
import { createManualClock } from "./clock.ts";

export interface TestPolicyOptions {
  tenant_id?: string;
  cedar?: Cedar;
  clock?: Clock;
  logger?: Logger;
}

/** The rules of a tenant, by the names `pol_1`, `pol_2`, … in the order of the texts. */
export function createTestPolicy(
  connectors: readonly Connector[],
  texts: readonly string[],
  options: TestPolicyOptions = {},
): TenantPolicy {
  const { tenant_id = "ten_acme", logger = SILENT, clock = createManualClock() } = options;
  const cedar = options.cedar ?? createCedar();
  const policies = texts.map((text, index) => createStoredPolicy(index + 1, text, tenant_id));
  const rules = readTenantRules(tenant_id, policies, cedar, logger);
  return createTenantPolicy(rules, { cedar, shapeOf: createShapes(connectors).of, clock, logger });
}

export function createStoredPolicy(
  number: number,
  text: string,
  tenant_id = "ten_acme",
): StoredPolicy {
  return {
    id: `pol_${number}`,
    tenant_id,
    name: `policy ${number}`,
    text,
    enabled: true,
    updated_at: 0,
    updated_by: "prn_ann",
  };
}
