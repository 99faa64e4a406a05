import { describe, expect, test } from "vitest";
import { parseIssuers } from "./issuers.ts";

describe("issuers", () => {
  test("may be URLs between commas", () => {
    const issuers = parseIssuers("https://a.example.com, https://b.example.com/tenants/1\n");
    expect(issuers.map(({ issuer }) => issuer)).toEqual([
      "https://a.example.com",
      "https://b.example.com/tenants/1",
    ]);
  });

  test("have what is sensible where nothing is said", () => {
    expect(parseIssuers("https://a.example.com")).toEqual([
      {
        issuer: "https://a.example.com",
        algorithms: [
          ...["EdDSA", "Ed25519", "ES256", "ES384", "ES512"],
          ...["PS256", "PS384", "PS512", "RS256", "RS384", "RS512"],
        ],
        max_token_age_s: 86_400,
        claims: {},
        require_scope: false,
        roles: [],
      },
    ]);
  });

  test("may say more as JSON", () => {
    const given = {
      issuer: "https://login.example.com/",
      audience: "api://fairlead",
      jwks_uri: "https://keys.example.com/jwks",
      algorithms: ["ES256"],
      max_token_age_s: 3_600,
      claims: { roles: "groups" },
      require_scope: true,
      tenant: "acme",
      roles: ["viewer"],
    };
    const parsed = [{ ...given, audience: ["api://fairlead"] }];
    expect(parseIssuers(JSON.stringify(given))).toEqual(parsed);
    expect(parseIssuers(JSON.stringify([given]))).toEqual(parsed);
  });

  test.each([
    ["plain http", "http://login.example.com", "https"],
    ["a private address without TLS", "http://10.0.0.1", "https"],
    ["a query", "https://login.example.com?x=1", "https"],
    ["a fragment", "https://login.example.com#x", "https"],
    ["a user", "https://ann@login.example.com", "https"],
    ["no URL", "login.example.com", "https"],
    ["the same one twice", "https://a.example.com,https://a.example.com", "once"],
    ["broken JSON", '[{"issuer":', "broken JSON"],
    [
      "a secret key's algorithm",
      '{"issuer":"https://a.example.com","algorithms":["HS256"]}',
      "algorithms",
    ],
    ["no algorithm at all", '{"issuer":"https://a.example.com","algorithms":[]}', "algorithms"],
    ["an unknown field", '{"issuer":"https://a.example.com","audiences":["x"]}', "audiences"],
    ["an unknown role", '{"issuer":"https://a.example.com","roles":["god"]}', "roles"],
    [
      "keys from anywhere",
      '{"issuer":"https://a.example.com","jwks_uri":"http://a.example.com/k"}',
      "jwks_uri",
    ],
    ["an audience of nothing", '{"issuer":"https://a.example.com","audience":[]}', "audience"],
  ])("with %s are refused, and it is said why", (_what, text, why) => {
    expect(() => parseIssuers(text)).toThrow(why);
  });

  test("may be without TLS on this machine", () => {
    for (const url of ["http://localhost:9000", "http://127.0.0.1:9000/x", "http://[::1]:9000"]) {
      expect(parseIssuers(url)[0]?.issuer).toBe(url);
    }
  });
});
