/**
 * Builds what is published: `fairlead` as one bundle with lazily loaded pieces, the libraries by the compiler.
 * Run by `npm run build`.
 */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Metafile } from "esbuild";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "../..");
const CEDAR = "node_modules/@cedar-policy/cedar-wasm";
const LIBRARIES = ["packages/core", "connectors/cloudways"];

for (const library of LIBRARIES) buildLibrary(library);
await bundleProgram();

function buildLibrary(folder: string): void {
  rmSync(join(ROOT, folder, "dist"), { recursive: true, force: true });
  execFileSync(join(ROOT, "node_modules/.bin/tsc"), ["-p", join(folder, "tsconfig.build.json")], {
    cwd: ROOT,
    stdio: "inherit",
  });
}

async function bundleProgram(): Promise<void> {
  const folder = join(ROOT, "packages/server");
  const outdir = join(folder, "dist");
  rmSync(outdir, { recursive: true, force: true });
  const { metafile } = await build({
    entryPoints: { main: join(folder, "src/main.ts") },
    outdir,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node22.19",
    conditions: ["fairlead-source"],
    // Names stay as they are: they stand in stack traces, and keeping them by wrappers would cost at start.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: "none",
    metafile: true,
    logLevel: "warning",
    define: { "process.env.NODE_ENV": '"production"' },
    // Libraries in CommonJS ask for Node's own modules by `require`, which a module does not have.
    banner: {
      js: 'import{createRequire as fairleadCreateRequire}from"node:module";const require=fairleadCreateRequire(import.meta.url);',
    },
  });
  copyCedar(outdir);
  writeFileSync(join(outdir, "THIRD_PARTY_LICENSES.txt"), licencesOf(metafile));
  for (const file of ["LICENSE", "README.md"]) {
    if (existsSync(join(ROOT, file))) cpSync(join(ROOT, file), join(folder, file));
  }
}

/** Cedar reads its WebAssembly from beside itself, so it stays a pair of files; loaded where a tenant has rules. */
function copyCedar(outdir: string): void {
  const from = join(ROOT, CEDAR, "nodejs");
  cpSync(join(from, "cedar_wasm.js"), join(outdir, "cedar_wasm.cjs"));
  cpSync(join(from, "cedar_wasm_bg.wasm"), join(outdir, "cedar_wasm_bg.wasm"));
}

/** The licences of everything that went into the bundle, or beside it: its own terms ask for that. */
function licencesOf(metafile: Metafile): string {
  const folders = new Set<string>([CEDAR]);
  for (const input of Object.keys(metafile.inputs)) {
    const match = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (match?.[1] !== undefined) folders.add(match[1]);
  }
  return [...folders]
    .sort()
    .map((folder) => {
      const manifest: { name: string; version: string; license?: string } = JSON.parse(
        readFileSync(join(ROOT, folder, "package.json"), "utf8"),
      );
      const file = [
        "LICENSE",
        "LICENSE.md",
        "license",
        "LICENCE",
        "LICENSE.txt",
        "license.md",
      ].find((name) => existsSync(join(ROOT, folder, name)));
      const text = file === undefined ? "" : readFileSync(join(ROOT, folder, file), "utf8").trim();
      return `${manifest.name} ${manifest.version} (${manifest.license ?? "see text"})\n\n${text}\n`;
    })
    .join(`\n${"-".repeat(80)}\n\n`);
}
