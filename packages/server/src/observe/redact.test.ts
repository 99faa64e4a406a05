import { inspect } from "node:util";
import { Secret } from "@fairlead/core/secret";
import { expect, test } from "vitest";
import { formatWarning } from "../config/problem.ts";
import { createRedact } from "./redact.ts";

const redact = createRedact();

/** What `value` becomes on the way to the log. */
function written(value: unknown): string {
  return JSON.stringify(redact(value));
}

const CANARY = "c4n4ry-9f8e7d6c5b4a";

test.each([
  "password",
  "app_password",
  "masterPassword",
  "mysql_password_2",
  "passwd",
  "passphrase",
  "pwd",
  "secret",
  "client_secret",
  "clientSecret",
  "token",
  "access_token",
  "refreshToken",
  "api_key",
  "apiKey",
  "x-api-key",
  "X-Cloudways-Api-Key",
  "Authorization",
  "proxy-authorization",
  "cookie",
  "Set-Cookie",
  "credential",
  "credentials",
  "private_key",
  "privateKey",
  "encryption_key",
  "ssh_key",
  "jwt",
  "mcp-session-id",
])("masks what stands under %s, however deep and of whatever kind", (name) => {
  expect(written({ [name]: CANARY })).not.toContain(CANARY);
  expect(written({ a: [{ b: { [name]: { nested: [CANARY] } } }] })).not.toContain(CANARY);
  expect(
    written({ headers: new Headers({ [name.replaceAll(/\W/g, "-")]: CANARY }) }),
  ).not.toContain(CANARY);
  expect(written(new Map([[name, CANARY]]))).not.toContain(CANARY);
});

test.each([
  ["a bearer header", `sent Authorization: Bearer ${CANARY}`],
  ["a basic header", "Basic Y2FuYXJ5OmM0bjRyeS05Zjhl"],
  ["a form", `email=ops%40example.com&api_key=${CANARY}&x=1`],
  ["a query", `GET https://api.example.com/v2?access_token=${CANARY}`],
  ["JSON inside a text", `got {"app_password": "${CANARY}", "id": 1}`],
  ["JSON inside JSON", JSON.stringify(`{"password":"${CANARY}"}`)],
  ["an assignment", `CLOUDWAYS_API_KEY=${CANARY}`],
  ["the user part of a URL", `postgres://fairlead:${CANARY}@db.internal/fairlead`],
  ["a Cloudways token", "cw_9f8e7d6c5b4a3928"],
  ["a key of Fairlead", "fl_9f8e7d6c5b4a3928"],
  ["a GitHub token", "ghp_9f8e7d6c5b4a39281706"],
  ["an npm token", "npm_9f8e7d6c5b4a39281706"],
  ["a JSON Web Token", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c4n4ry9f8e7d6c"],
  ["a sealed token", "eyJhbGciOiJkaXIifQ..aXYxMjM0.Y2FuYXJ5.dGFnMTIz"],
  [
    "a private key",
    `-----BEGIN OPENSSH PRIVATE KEY-----\n${CANARY}\n-----END OPENSSH PRIVATE KEY-----`,
  ],
])("masks %s inside a text", (_what, text) => {
  const secret = /c4n4ry[\w-]*|(?<=Basic )\w+|(?:cw|fl|ghp|npm)_\w+|eyJ\S+/.exec(text)?.[0];
  if (secret === undefined) throw new Error("The text has no canary.");
  expect(written({ text })).not.toContain(secret);
  expect(written(new Error(text))).not.toContain(secret);
  expect(written({ err: new Error("Failed.", { cause: new Error(text) }) })).not.toContain(secret);
});

test("masks the secrets of this process, whatever they look like", () => {
  const knowing = createRedact([new Secret("plain words as a key"), new Secret("short")]);
  expect(knowing({ text: "saw plain words as a key there; a short text" })).toEqual({
    text: "saw [redacted] there; a short text",
  });
});

test("masks a Secret itself", () => {
  expect(redact({ value: new Secret(CANARY) })).toEqual({ value: "[redacted]" });
  expect(inspect(redact(new Secret(CANARY)))).not.toContain(CANARY);
});

test("leaves in sight what is no secret", () => {
  const line = {
    tool: "cloudways_list_servers",
    result_tokens: 120,
    url: new URL("https://api.example.com/v2/server?page=2"),
    at: new Date(0),
    count: 3n,
    bytes: new Uint8Array(8),
    passed: true,
  };
  expect(redact(line)).toEqual({
    tool: "cloudways_list_servers",
    result_tokens: 120,
    url: "https://api.example.com/v2/server?page=2",
    at: "1970-01-01T00:00:00.000Z",
    count: "3",
    bytes: "[8 bytes]",
    passed: true,
  });
});

test("bounds what is long, deep or endless", () => {
  const endless: Record<string, unknown> = {};
  endless.self = endless;
  expect(written({ endless })).toContain("[deep]");
  expect(written({ text: "x".repeat(1_000_000) }).length).toBeLessThan(2_100);
  expect(written({ list: Array.from({ length: 1_000 }, () => 1) }).length).toBeLessThan(200);
});

test("keeps what an error says, and why", () => {
  const error = Object.assign(new Error("Failed."), { code: "ECONNRESET" });
  expect(redact({ err: new Error("Outer.", { cause: error }) })).toMatchObject({
    err: { name: "Error", message: "Outer.", cause: { message: "Failed.", code: "ECONNRESET" } },
  });
});

test("leaves a warning about a secret's setting readable", () => {
  const warning = { name: "FAIRLEAD_API_KEY", message: "is not set" };
  expect(redact(formatWarning(warning))).toBe("FAIRLEAD_API_KEY is not set.");
});
