import { expect, test } from "vitest";
import { findProblems, type Metadata } from "./metadata.ts";

const PACKAGE = {
  registryType: "npm",
  identifier: "fairlead",
  version: "1.2.3",
  runtimeHint: "npx",
  transport: { type: "stdio" },
  packageArguments: [{ type: "positional", value: "stdio" }],
  environmentVariables: [{ name: "HARBOUR_KEY", isRequired: true, isSecret: true }],
};

const SERVER = {
  $schema: "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json",
  name: "dev.fairlead/fairlead",
  description: "One MCP server",
  version: "1.2.3",
  packages: [PACKAGE],
};

const CLASH = {
  description: "openapi-typescript needs TypeScript 5.",
  matchFileNames: ["tools/openapi/package.json"],
  matchPackageNames: ["typescript"],
  allowedVersions: "<6",
};

const RENOVATE = {
  $schema: "https://docs.renovatebot.com/renovate-schema.json",
  description: "Weekly, in groups.",
  extends: ["config:recommended", "schedule:weekly"],
  rangeStrategy: "pin",
  packageRules: [{ description: "All at once.", groupName: "all" }, CLASH],
};

const PROGRAM = { name: "fairlead", version: "1.2.3", mcpName: "dev.fairlead/fairlead" };

function problemsWith(changes: {
  server?: object;
  package?: object;
  renovate?: object;
  program?: object;
}): string[] {
  const metadata: Metadata = {
    serverJson: { ...SERVER, packages: [{ ...PACKAGE, ...changes.package }], ...changes.server },
    renovate: { ...RENOVATE, ...changes.renovate },
    manifests: new Map([
      ["packages/server/package.json", { ...PROGRAM, ...changes.program }],
      [
        "tools/openapi/package.json",
        {
          name: "types",
          version: "1.0.0",
          dependencies: { "openapi-typescript": "7.13.0", typescript: "5.9.3" },
        },
      ],
    ]),
    variables: new Map([["HARBOUR_KEY", { secret: true }]]),
  };
  return findProblems(metadata);
}

test("finds nothing wrong where all agree", () => {
  expect(problemsWith({})).toEqual([]);
});

test.each([
  ["a name without its namespace", { server: { name: "fairlead" } }, "server.json: name:"],
  ["a long description", { server: { description: "x".repeat(101) } }, "server.json: description:"],
  ["an unknown field", { server: { status: "active" } }, 'Unrecognized key: "status"'],
  ["an older schema", { server: { $schema: "https://example.com/" } }, "server.json: $schema:"],
  ["a range as version", { server: { version: "^1.2.3" } }, "has to be one exact version"],
  ["no package", { server: { packages: [] } }, "server.json: packages:"],
  [
    "a positional argument without value",
    { package: { packageArguments: [{ type: "positional" }] } },
    "needs a value or a valueHint",
  ],
  [
    "a flag without dashes",
    { package: { packageArguments: [{ type: "named", name: "port" }] } },
    "has to be a flag with its dashes",
  ],
  [
    "another package registry",
    { package: { registryBaseUrl: "https://example.com" } },
    'Unrecognized key: "registryBaseUrl"',
  ],
])("refuses %s in server.json", (_what, changes, problem) => {
  expect(problemsWith(changes).join("\n")).toContain(problem);
});

test.each([
  [
    "an entry behind the program's version",
    { program: { version: "1.3.0" } },
    [
      "server.json: version is 1.2.3, not 1.3.0",
      "server.json: packages.0.version is 1.2.3, not 1.3.0",
    ],
  ],
  [
    "a package that is not the program",
    { package: { identifier: "ferry" } },
    ["server.json: packages.0.identifier is ferry, not fairlead"],
  ],
  [
    "a program that does not name its entry",
    { program: { mcpName: undefined } },
    ["packages/server/package.json: mcpName is undefined, not dev.fairlead/fairlead"],
  ],
  [
    "a variable that no connector takes",
    { package: { environmentVariables: [{ name: "FERRY_KEY" }] } },
    ["server.json: no connector takes FERRY_KEY"],
  ],
  [
    "a secret that is not called one",
    { package: { environmentVariables: [{ name: "HARBOUR_KEY" }] } },
    ["server.json: isSecret of HARBOUR_KEY is false, not true"],
  ],
  [
    "a dependency with a range",
    { program: { dependencies: { zod: "^4.0.0" } } },
    ["packages/server/package.json: zod is ^4.0.0, which is no exact version"],
  ],
])("finds %s", (_what, changes, problems) => {
  expect(problemsWith(changes)).toEqual(problems);
});

test.each([
  ["a misspelt option", { groupname: "all" }, 'Unrecognized key: "groupname"'],
  ["updates that come daily", { extends: ["config:recommended"] }, "renovate.json: not weekly"],
  ["ranges", { rangeStrategy: "bump" }, "renovate.json: rangeStrategy:"],
  ["updates one by one", { packageRules: [CLASH] }, "renovate.json: nothing is grouped"],
  [
    "no rule for the known clash",
    { packageRules: RENOVATE.packageRules.slice(0, 1) },
    "openapi-typescript needs TypeScript 5",
  ],
])("refuses %s in renovate.json", (_what, renovate, problem) => {
  expect(problemsWith({ renovate }).join("\n")).toContain(problem);
});
