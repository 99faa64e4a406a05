import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Connection } from "@fairlead/core/connections/connection";
import { Secret } from "@fairlead/core/secret";
import { createPrincipal } from "@fairlead/testkit/engine";
import { describe, expect, test } from "vitest";
import { useCloudways } from "../../test/harness.ts";

/** Collects garbage now, whatever the process was started with. */
function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  if (typeof collect === "function") collect();
}

function isReadable(secret: Secret): boolean {
  try {
    secret.reveal();
    return true;
  } catch {
    return false;
  }
}

/** Empties the list; what is left of its entries is what others still hold. */
function letGo(secrets: Secret[]): WeakRef<Secret>[] {
  return secrets.splice(0).map((secret) => new WeakRef(secret));
}

describe.each([
  ["e-mail and API key", "apiKey"],
  ["an access token", "readToken"],
] as const)("a client with %s", (_, key) => {
  const cloudways = useCloudways();

  test("keeps nothing of the credential that was opened for it", async () => {
    const held: Secret[] = [];
    const { email } = cloudways.fake.credentials;
    const brought: Connection = {
      ...{ id: "con_brought", tenant_id: "ten_acme", connector: "cloudways", label: "brought" },
      settings: { base_url: cloudways.origin },
      version: 1,
      async openCredential() {
        const value = cloudways.fake.credentials[key];
        const fields = { email: new Secret(email), api_key: new Secret(value) };
        held.push(...Object.values(fields));
        return {
          fields,
          wipe() {
            for (const secret of Object.values(fields)) secret.wipe();
          },
        };
      },
    };
    const principal = createPrincipal({ connections: [brought] });
    for (const tool of ["cloudways_ping", "cloudways_list_servers"]) {
      await cloudways.fairlead.call(tool, {}, { principal });
    }
    expect(held.length).toBeGreaterThan(4);
    expect(held.filter(isReadable)).toEqual([]);
    const opened = letGo(held);
    // A reference that was looked at lives until the present job has ended.
    await new Promise((resolve) => setImmediate(resolve));
    collectGarbage();
    expect(opened.filter((secret) => secret.deref() !== undefined)).toEqual([]);
  });
});
