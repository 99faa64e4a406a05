import { describe, expect, test } from "vitest";
import type { StoredPrincipal, Tenant } from "../storage/records.ts";
import { allowanceOf, anonymousAllowance, DEFAULT_TIERS } from "./tiers.ts";

const tiers = { ...DEFAULT_TIERS, partner: { perHour: 36_000 } };

const acme: Tenant = {
  ...{ id: "ten_acme", name: "acme", status: "active", tier: null, repository: null },
  created_at: 0,
};

function principal(changes: Partial<StoredPrincipal> = {}): StoredPrincipal {
  return {
    ...{ id: "prn_ci", tenant_id: "ten_acme", kind: "service", label: "CI", email: null },
    ...{ issuer: null, subject: null, roles: ["viewer"], owner_id: null, tier: null },
    ...{ repository: null, status: "active", created_at: 0, created_by: "test" },
    ...changes,
  };
}

const ann = principal({ id: "prn_ann", kind: "person" });

describe("the bucket of a caller", () => {
  test.each(["service", "agent"] as const)("that is a %s is its tenant's", (kind) => {
    expect(allowanceOf(principal({ kind }), undefined, acme, tiers).key).toBe("calls ten_acme");
  });

  test("is its owner's when it has one, whatever was granted to it", () => {
    const service = principal({ owner_id: "prn_ann", tier: "partner" });
    const { key, tier } = allowanceOf(service, ann, acme, tiers);
    expect({ key, tier }).toEqual({ key: "calls ten_acme prn_ann", tier: "key" });
  });

  test("is the same for all that one owner makes", () => {
    const keys = ["prn_1", "prn_2", "prn_3"].map(
      (id) => allowanceOf(principal({ id, owner_id: "prn_ann" }), ann, acme, tiers).key,
    );
    expect(new Set(keys)).toEqual(new Set([allowanceOf(ann, undefined, acme, tiers).key]));
  });

  test.each(["person", "oauth_client"] as const)("that is a %s is its own", (kind) => {
    expect(allowanceOf(principal({ kind }), undefined, acme, tiers).key).toBe(
      "calls ten_acme prn_ci",
    );
  });

  test("is its own when a tier was granted to it", () => {
    const { key, tier } = allowanceOf(principal({ tier: "partner" }), undefined, acme, tiers);
    expect({ key, tier }).toEqual({ key: "calls ten_acme prn_ci", tier: "partner" });
  });
});

describe("the size of a bucket", () => {
  test("is a thousand an hour where nothing was granted", () => {
    expect(allowanceOf(principal(), undefined, acme, tiers)).toEqual({
      key: "calls ten_acme",
      tier: "key",
      bucket: { capacity: 1_000, refillPerSecond: 1_000 / 3_600 },
    });
  });

  test("is its tenant's where the tenant was granted a tier", () => {
    const { tier, bucket } = allowanceOf(ann, undefined, { ...acme, tier: "partner" }, tiers);
    expect({ tier, bucket }).toEqual({
      tier: "partner",
      bucket: { capacity: 36_000, refillPerSecond: 10 },
    });
  });

  test("is 5,000 for an open-source project whose repository is named", () => {
    const granted = principal({ tier: "open_source", repository: "https://github.com/acme/rope" });
    expect(allowanceOf(granted, undefined, acme, tiers).bucket.capacity).toBe(5_000);
  });

  test.each([
    ["an open-source project that names no repository", { tier: "open_source" }],
    ["a tier that is no longer configured", { tier: "gone" }],
    ["a tier with the name of something else", { tier: "constructor" }],
  ])("is the usual one for %s", (_what, grant) => {
    const { tier, bucket } = allowanceOf(principal(grant), undefined, acme, tiers);
    expect({ tier, capacity: bucket.capacity }).toEqual({ tier: "key", capacity: 1_000 });
  });

  test("is a hundred an hour for whoever shows nothing, by network", () => {
    expect(anonymousAllowance("2001:db8::/64", tiers)).toEqual({
      key: "calls anonymous 2001:db8::/64",
      tier: "anonymous",
      bucket: { capacity: 100, refillPerSecond: 100 / 3_600 },
    });
  });
});
