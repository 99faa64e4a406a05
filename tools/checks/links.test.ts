import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

// Every page of the repository: its links lead somewhere, its snippets are those of the files they are taken from.

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "../..");
const SKIPPED = new Set(["node_modules", "dist", "coverage", "results", ".git"]);
/** Copied there from the root by the build, where its links lead somewhere. */
const COPIES = new Set(["packages/server/README.md"]);

const pages = globSync("**/*.md", { cwd: ROOT, exclude: (name) => SKIPPED.has(name) })
  .filter((page) => !COPIES.has(page))
  .sort();

const FENCE = /^(`{3,})([^\n]*)\n([\s\S]*?)^\1[ \t]*$/gm;
/** `<!-- file: deploy/nginx.conf -->` before a fence: the fence shows that file, or its region after a `#`. */
const TAKEN = /<!-- file: (\S+?)(?:#(\S+))? -->\n+(`{3,})[^\n]*\n([\s\S]*?)^\3[ \t]*$/gm;
const LINK = /!?\[(?:[^\][]|\[[^\]]*\])*\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g;

function textOf(page: string): string {
  return readFileSync(join(ROOT, page), "utf8").replaceAll("\r\n", "\n");
}

/** Links to files and headings that are not there. */
function brokenLinks(page: string, text: string): string[] {
  const prose = text.replaceAll(FENCE, "").replaceAll(/`[^`\n]*`/g, "");
  return [...prose.matchAll(LINK)]
    .map(([, target = ""]) => target)
    .filter((target) => !/^[a-z][a-z+.-]*:/i.test(target))
    .filter((target) => !leadsSomewhere(page, text, target));
}

function leadsSomewhere(page: string, text: string, target: string): boolean {
  const [path = "", heading] = decodeURI(target).split("#");
  const file = path === "" ? page : relative(ROOT, join(ROOT, dirname(page), path));
  if (file.startsWith("..") || !existsSync(join(ROOT, file))) return false;
  if (heading === undefined || !file.endsWith(".md")) return true;
  return anchorsOf(file === page ? text : textOf(file)).has(heading);
}

/** The anchors that GitHub gives to headings. */
function anchorsOf(text: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, title = ""] of text.replaceAll(FENCE, "").matchAll(/^#{1,6} +(.+?) *#*$/gm)) {
    const words = title.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase();
    const anchor = words.replaceAll(/[^\p{L}\p{N}\p{M}_\- ]/gu, "").replaceAll(" ", "-");
    let name = anchor;
    for (let again = 1; anchors.has(name); again += 1) name = `${anchor}-${again}`;
    anchors.add(name);
  }
  return anchors;
}

/** Snippets that differ from the file, or the region of it, they are taken from. */
function staleSnippets(text: string, read: (file: string) => string): string[] {
  return [...text.matchAll(TAKEN)].flatMap(([, file = "", region, , shown]) => {
    const source = region === undefined ? read(file) : regionOf(read(file), region);
    return source?.trimEnd() === shown?.trimEnd() ? [] : [region ? `${file}#${region}` : file];
  });
}

function regionOf(source: string, region: string): string | undefined {
  const lines = source.split("\n");
  const first = lines.findIndex((line) => line.trimEnd().endsWith(`#region ${region}`));
  const last = lines.findIndex((line, index) => index > first && line.includes("#endregion"));
  if (first === -1 || last === -1) return undefined;
  const body = lines.slice(first + 1, last);
  const indents = body.filter((line) => line !== "").map((line) => line.search(/\S/));
  return body.map((line) => line.slice(Math.min(...indents))).join("\n");
}

/** Fences marked as JSON that no program could read; people copy them. */
function unreadableJson(text: string): string[] {
  return [...text.matchAll(FENCE)]
    .filter(([, , language]) => language?.trim() === "json")
    .flatMap(([, , , body = ""]) => {
      try {
        JSON.parse(body);
        return [];
      } catch {
        return [body];
      }
    });
}

/** Scripts of the root that a page tells people to run, and that are not there. */
function missingScripts(text: string, scripts: ReadonlySet<string>): string[] {
  return [...text.matchAll(/\bnpm run (?:--silent )?([a-z][\w:-]*)/g)]
    .map(([, name = ""]) => name)
    .filter((name) => !scripts.has(name));
}

const manifest: { scripts: Record<string, string> } = JSON.parse(textOf("package.json"));
const scripts = new Set(Object.keys(manifest.scripts));

describe.each(pages)("%s", (page) => {
  const text = textOf(page);

  test("has no link that leads nowhere", () => {
    expect(brokenLinks(page, text)).toEqual([]);
  });

  test("shows snippets as their files have them", () => {
    expect(staleSnippets(text, textOf)).toEqual([]);
  });

  test("has JSON that can be copied", () => {
    expect(unreadableJson(text)).toEqual([]);
  });

  test("names scripts that exist", () => {
    expect(missingScripts(text, scripts)).toEqual([]);
  });
});

describe("the check itself", () => {
  test("finds links to missing files and headings", () => {
    const text = [
      "# A page",
      "[here](#a-page) [file](LICENSE) [web](https://example.com) `[code](no.md)`",
      "[gone](gone.md) [nowhere](#elsewhere) [outside](../../etc/passwd)",
    ].join("\n");
    expect(brokenLinks("README.md", text)).toEqual(["gone.md", "#elsewhere", "../../etc/passwd"]);
  });

  test("finds snippets that are out of date", () => {
    const file = "one\n  // #region two\n  two\n    three\n  // #endregion\n";
    const snippet = (target: string, body: string) =>
      `<!-- file: ${target} -->\n\n\`\`\`text\n${body}\n\`\`\`\n`;
    const text = [
      snippet("a.txt", file.trimEnd()),
      snippet("a.txt", "other"),
      snippet("a.txt#two", "two\n  three"),
      snippet("a.txt#four", "two"),
    ].join("\n");
    expect(staleSnippets(text, () => file)).toEqual(["a.txt", "a.txt#four"]);
  });

  test("finds JSON that cannot be read", () => {
    expect(unreadableJson('```json\n{ "a": 1 }\n```\n\n```json\n{ a: 1 }\n```\n')).toEqual([
      "{ a: 1 }\n",
    ]);
  });

  test("finds scripts that are not there", () => {
    expect(missingScripts("`npm run demo` and `npm run gone`", new Set(["demo"]))).toEqual([
      "gone",
    ]);
  });
});
