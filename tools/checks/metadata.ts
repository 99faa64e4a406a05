/**
 * Checks what other programs read about this repository: `server.json` (the MCP registry), `renovate.json` (dependency
 * updates), and that both say what the packages say. Run by `npm run metadata`.
 */
import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { cloudways } from "@fairlead/cloudways/connector";
import { z } from "zod";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "../..");

/** What is said about the program, before anything is believed. */
export interface Metadata {
  serverJson: unknown;
  renovate: unknown;
  /** `package.json` of every workspace, by path from the root; the root's own is `package.json`. */
  manifests: ReadonlyMap<string, Manifest>;
  /** Variables the connectors take, by name. */
  variables: ReadonlyMap<string, { secret: boolean }>;
}

export interface Manifest {
  name: string;
  version: string;
  mcpName?: string;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

const PROGRAM = "packages/server/package.json";
const EXACT = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/;

// server.json, schema 2025-12-11: modelcontextprotocol/registry, docs/reference/server-json/generic-server-json.md and
// official-registry-requirements.md. Stricter where the registry would take what we never want to say.

const exactVersion = z.string().max(255).regex(EXACT, "has to be one exact version, no range");

const input = z.strictObject({
  description: z.string().min(1).optional(),
  isRequired: z.boolean().optional(),
  isSecret: z.boolean().optional(),
  format: z.enum(["string", "number", "boolean", "filepath"]).optional(),
  value: z.string().optional(),
  default: z.string().optional(),
  placeholder: z.string().optional(),
  choices: z.array(z.string()).min(1).optional(),
});

const argument = z.discriminatedUnion("type", [
  z
    .strictObject({
      ...input.shape,
      type: z.literal("positional"),
      valueHint: z.string().optional(),
      isRepeated: z.boolean().optional(),
    })
    .refine(
      ({ value, valueHint }) => value !== undefined || valueHint !== undefined,
      "needs a value or a valueHint",
    ),
  z.strictObject({
    ...input.shape,
    type: z.literal("named"),
    name: z.string().regex(/^--?[a-z]/, "has to be a flag with its dashes"),
    isRepeated: z.boolean().optional(),
  }),
]);

const npmPackage = z
  .strictObject({
    registryType: z.literal("npm"),
    identifier: z.string().min(1),
    version: exactVersion,
    runtimeHint: z.string().optional(),
    runtimeArguments: z.array(argument).optional(),
    packageArguments: z.array(argument).optional(),
    environmentVariables: z
      .array(z.strictObject({ ...input.shape, name: z.string().regex(/^[A-Z][A-Z0-9_]*$/) }))
      .optional(),
    transport: z.strictObject({ type: z.literal("stdio") }),
  })
  .refine(
    ({ runtimeHint, runtimeArguments }) =>
      runtimeArguments === undefined || runtimeHint !== undefined,
    "runtimeArguments need a runtimeHint",
  );

const serverJsonSchema = z.strictObject({
  $schema: z.literal(
    "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json",
  ),
  name: z
    .string()
    .min(3)
    .max(200)
    .regex(/^[a-zA-Z0-9.-]+\/[a-zA-Z0-9._-]+$/, "has to be a reversed domain, a slash, a name"),
  title: z.string().min(1).max(100).optional(),
  description: z.string().min(1).max(100),
  version: exactVersion,
  websiteUrl: z.url({ protocol: /^https$/ }).optional(),
  repository: z
    .strictObject({
      url: z.url({ protocol: /^https$/ }),
      source: z.string().min(1),
      id: z.string().optional(),
      subfolder: z.string().optional(),
    })
    .optional(),
  packages: z.array(npmPackage).min(1),
});

type ServerJson = z.output<typeof serverJsonSchema>;

// renovate.json: only the options in use, so that a misspelt one is found.

const packageRule = z.strictObject({
  description: z.string().min(1),
  matchPackageNames: z.array(z.string()).min(1).optional(),
  matchFileNames: z.array(z.string()).min(1).optional(),
  matchUpdateTypes: z.array(z.enum(["major", "minor", "patch", "pin", "digest"])).optional(),
  matchDepTypes: z.array(z.string()).min(1).optional(),
  groupName: z.string().min(1).optional(),
  allowedVersions: z.string().min(1).optional(),
  ignoreUnstable: z.boolean().optional(),
  respectLatest: z.boolean().optional(),
  enabled: z.boolean().optional(),
});

const renovateSchema = z.strictObject({
  $schema: z.literal("https://docs.renovatebot.com/renovate-schema.json"),
  description: z.string().min(1),
  extends: z.array(z.string()),
  ignorePresets: z.array(z.string()).optional(),
  ignorePaths: z.array(z.string()).optional(),
  rangeStrategy: z.literal("pin"),
  minimumReleaseAge: z
    .string()
    .regex(/^\d+ days$/)
    .optional(),
  packageRules: z.array(packageRule).min(1),
});

type Renovate = z.output<typeof renovateSchema>;

/** Everything that is wrong, one sentence each. */
export function findProblems(metadata: Metadata): string[] {
  const serverJson = serverJsonSchema.safeParse(metadata.serverJson);
  const renovate = renovateSchema.safeParse(metadata.renovate);
  return [
    ...problemsOf("server.json", serverJson),
    ...problemsOf("renovate.json", renovate),
    ...(serverJson.success ? findDisagreements(serverJson.data, metadata) : []),
    ...(renovate.success ? findMissingRules(renovate.data, metadata) : []),
    ...findRanges(metadata.manifests),
  ];
}

function problemsOf(file: string, { error }: z.ZodSafeParseResult<unknown>): string[] {
  return (error?.issues ?? []).map(({ path, message }) => `${file}: ${path.join(".")}: ${message}`);
}

/** The registry's entry, the program and the connectors have to tell the same story. */
function findDisagreements(entry: ServerJson, { manifests, variables }: Metadata): string[] {
  const program = manifests.get(PROGRAM);
  if (program === undefined) return [`${PROGRAM} is missing`];
  const problems: string[] = [];
  const expect = (what: string, found: unknown, expected: unknown) => {
    if (found !== expected) problems.push(`server.json: ${what} is ${found}, not ${expected}`);
  };
  expect("version", entry.version, program.version);
  for (const [
    index,
    { identifier, version, environmentVariables = [] },
  ] of entry.packages.entries()) {
    expect(`packages.${index}.identifier`, identifier, program.name);
    expect(`packages.${index}.version`, version, program.version);
    for (const { name, isSecret = false } of environmentVariables) {
      const variable = variables.get(name);
      if (variable === undefined) problems.push(`server.json: no connector takes ${name}`);
      else expect(`isSecret of ${name}`, isSecret, variable.secret);
    }
  }
  // How the registry proves that the npm package and the entry have one owner.
  if (program.mcpName !== entry.name) {
    problems.push(`${PROGRAM}: mcpName is ${program.mcpName}, not ${entry.name}`);
  }
  return problems;
}

/** Weekly, grouped, and with the clash that every update would bring up again. */
function findMissingRules(renovate: Renovate, { manifests }: Metadata): string[] {
  const problems: string[] = [];
  if (!renovate.extends.includes("schedule:weekly")) problems.push("renovate.json: not weekly");
  if (!renovate.packageRules.some(({ groupName }) => groupName !== undefined)) {
    problems.push("renovate.json: nothing is grouped");
  }
  const { dependencies } = manifests.get("tools/openapi/package.json") ?? {};
  const holdsBack = renovate.packageRules.some(
    ({ matchFileNames = [], matchPackageNames = [], allowedVersions }) =>
      matchFileNames.includes("tools/openapi/package.json") &&
      matchPackageNames.includes("typescript") &&
      allowedVersions === "<6",
  );
  if (dependencies?.["openapi-typescript"] !== undefined && !holdsBack) {
    problems.push(
      "renovate.json: openapi-typescript needs TypeScript 5, and no rule keeps it there",
    );
  }
  return problems;
}

function findRanges(manifests: Metadata["manifests"]): string[] {
  return [...manifests].flatMap(([file, { dependencies = {}, devDependencies = {} }]) =>
    Object.entries({ ...dependencies, ...devDependencies })
      .filter(([, version]) => !EXACT.test(version))
      .map(([name, version]) => `${file}: ${name} is ${version}, which is no exact version`),
  );
}

function readMetadata(): Metadata {
  const read = (file: string): unknown => JSON.parse(readFileSync(join(ROOT, file), "utf8"));
  const files = globSync(
    ["package.json", "{packages,connectors,tests,tools}/*/package.json", "bench/package.json"],
    { cwd: ROOT },
  );
  const variables = Object.values(cloudways.environment ?? {});
  return {
    serverJson: read("server.json"),
    renovate: read("renovate.json"),
    manifests: new Map(files.map((file) => [file, read(file) as Manifest])),
    variables: new Map(variables.map(({ name, secret = false }) => [name, { secret }])),
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const metadata = readMetadata();
  const problems = findProblems(metadata);
  for (const problem of problems) console.error(problem);
  console.error(
    `server.json, renovate.json and ${metadata.manifests.size} packages, ${problems.length} problems`,
  );
  process.exitCode = problems.length === 0 ? 0 : 1;
}
