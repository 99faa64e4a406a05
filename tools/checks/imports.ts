/**
 * Imports point one way (`docs/explanation/architecture.md`). Fails with each import that does not.
 * Run by `npm run lint`.
 */
import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "../..");

/** Which of our own packages the files of a place may import. Tests may also use the testkit and fakes. */
const ALLOWED: Record<string, { own: string[]; forbidden?: RegExp }> = {
  core: {
    own: [],
    forbidden: /^(@modelcontextprotocol|hono|@hono|undici|pg|redis|amqplib|mqtt)\b/,
  },
  client: { own: [] },
  console: { own: ["client"] },
  server: { own: ["core", "client", "connectors"] },
  testkit: { own: ["core", "server", "client", "connectors"] },
  connector: {
    own: ["core"],
    forbidden:
      /^(@modelcontextprotocol|hono|@hono|undici|pg|redis|amqplib|node:(http|https|net|tls))\b/,
  },
  fake: { own: [] },
};

export interface Offence {
  file: string;
  imported: string;
  why: string;
}

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s(?:[^"';]*?\sfrom\s)?["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']/g;

export function findOffences(files: ReadonlyMap<string, string>): Offence[] {
  const offences: Offence[] = [];
  for (const [file, source] of files) {
    const place = placeOf(file);
    const rule = place === undefined ? undefined : ALLOWED[place.kind];
    if (place === undefined || rule === undefined) continue;
    const isTest = /\.test\.ts$|\/test\//.test(file);
    for (const [, statically, dynamically] of source.matchAll(IMPORT)) {
      const imported = statically ?? dynamically ?? "";
      const why = judge(file, imported, place, rule, isTest);
      if (why !== undefined) offences.push({ file, imported, why });
    }
  }
  return offences;
}

function judge(
  file: string,
  imported: string,
  place: Place,
  rule: { own: string[]; forbidden?: RegExp },
  isTest: boolean,
): string | undefined {
  if (imported.startsWith(".")) {
    const target = placeOf(join(dirname(file), imported).split(sep).join("/"));
    if (target === undefined) {
      return imported.endsWith("package.json") ? undefined : "it leaves its package";
    }
    if (target.root !== place.root) return "it reaches into another package by path";
    if (/\/contract\/[^/]+\.json$/.test(imported)) return undefined;
    if (isTest || target.kind === place.kind) return undefined;
    return "a connector and its fake meet only at the upstream's contract";
  }
  if (rule.forbidden?.test(imported) === true && !isTest) {
    return `${place.kind} knows no driver and no transport`;
  }
  const owner = ownerOf(imported);
  if (owner === undefined) return undefined;
  if (owner.id === place.id) return undefined;
  if (isTest && (owner.kind === "testkit" || owner.kind === "core")) return undefined;
  return rule.own.includes(owner.kind) ? undefined : `${place.kind} may not import ${owner.id}`;
}

interface Place {
  kind: string;
  id: string;
  root: string;
}

function placeOf(file: string): Place | undefined {
  const [top, name = "", part] = file.split("/");
  if (top === "packages") return { kind: name, id: name, root: `packages/${name}` };
  if (top !== "connectors") return undefined;
  const root = `connectors/${name}`;
  return { kind: part === "fake" ? "fake" : "connector", id: name, root };
}

const PACKAGES = new Set(["core", "server", "client", "console", "testkit"]);

function ownerOf(imported: string): { kind: string; id: string } | undefined {
  if (imported === "fairlead" || imported.startsWith("fairlead/")) {
    return { kind: "server", id: "server" };
  }
  const name = /^@fairlead\/([a-z]+)/.exec(imported)?.[1];
  if (name === undefined) return undefined;
  return PACKAGES.has(name) ? { kind: name, id: name } : { kind: "connectors", id: name };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const names = globSync(["packages/*/src/**/*.ts", "connectors/*/{src,fake,test}/**/*.ts"], {
    cwd: ROOT,
  });
  const files = new Map(
    names.map((name) => [
      relative(ROOT, join(ROOT, name)).split(sep).join("/"),
      readFileSync(join(ROOT, name), "utf8"),
    ]),
  );
  const offences = findOffences(files);
  for (const { file, imported, why } of offences) console.error(`${file}: "${imported}": ${why}`);
  console.error(`${files.size} files, ${offences.length} imports that point the wrong way`);
  process.exitCode = offences.length === 0 ? 0 : 1;
}
