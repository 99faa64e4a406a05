import { FairleadError } from "@fairlead/core/errors";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { challengeOf } from "./challenge.ts";

const metadataUrl = "https://fairlead.example.com/.well-known/oauth-protected-resource/mcp";

describe("a challenge", () => {
  test("says how to get in to whoever showed nothing, and of no error", () => {
    const error = new FairleadError("unauthenticated", "No credential came with the request.");
    expect(challengeOf(error, { metadataUrl, scopes: ["cloudways:read"] })).toBe(
      `Bearer realm="fairlead", scope="cloudways:read", resource_metadata="${metadataUrl}"`,
    );
  });

  test("says that what was shown is not good", () => {
    const details = { reason: "expired_token", challenge: "invalid_token" };
    const error = new FairleadError("unauthenticated", "This token has expired.", { details });
    expect(challengeOf(error, { metadataUrl })).toBe(
      `Bearer realm="fairlead", error="invalid_token", error_description="This token has expired.", resource_metadata="${metadataUrl}"`,
    );
  });

  test("names the one scope that this operation lacks", () => {
    const details = { scope: "cloudways:write" };
    const error = new FairleadError("forbidden", "It needs a scope.", { details });
    expect(challengeOf(error, { metadataUrl, scopes: ["cloudways:read"] })).toBe(
      `Bearer realm="fairlead", error="insufficient_scope", error_description="It needs a scope.", scope="cloudways:write", resource_metadata="${metadataUrl}"`,
    );
  });

  test("names no metadata where there are none", () => {
    expect(challengeOf(new FairleadError("unauthenticated", "No."))).toBe(
      'Bearer realm="fairlead"',
    );
  });

  test("is not made of what a sign-in does not help against", () => {
    for (const code of ["forbidden", "not_found", "rate_limited", "invalid_input"] as const) {
      expect(challengeOf(new FairleadError(code, "No."), { metadataUrl })).toBeUndefined();
    }
  });

  test("is one line with its quotes in place, whatever a message says", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 50 }), (message) => {
        const details = { challenge: "invalid_token" };
        const challenge = challengeOf(new FairleadError("unauthenticated", message, { details }));
        expect(challenge).toMatch(/^Bearer( \w+="[\x20\x21\x23-\x5b\x5d-\x7e]*",?)+$/);
      }),
    );
  });
});
