// Writes `src/contract.generated.ts` of every connector that has an OpenAPI contract; with `--check` it only says
// which of them are out of date. It runs here because the generator needs TypeScript 5, which no other workspace has.
import { readdir, readFile, writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";

const HEADER = `/**
 * Types of the upstream's contract. Written by \`npm run generate\` from contract/openapi.json; change that instead.
 */
`;

const connectors = new URL("../../connectors/", import.meta.url);
const isCheck = process.argv.includes("--check");
const stale = [];

for (const { name } of await readdir(connectors, { withFileTypes: true })) {
  const contract = new URL(`${name}/contract/openapi.json`, connectors);
  const target = new URL(`${name}/src/contract.generated.ts`, connectors);
  const document = await readOrNothing(contract);
  if (document === undefined) continue;

  const generated = HEADER + astToString(await openapiTS(essence(document)));
  if ((await readOrNothing(target)) === generated) continue;
  if (isCheck) stale.push(name);
  else await writeFile(target, generated);
}

if (stale.length > 0) {
  console.error(`Out of date: ${stale.join(", ")}. Run \`npm run generate\`.`);
  process.exitCode = 1;
}

async function readOrNothing(url) {
  try {
    return await readFile(url, "utf8");
  } catch (error) {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw error;
  }
}

/** Only what types are made of: examples, failures and the notes under `x-` would make the file three times as long. */
function essence(document) {
  return JSON.parse(document, (key, value) =>
    key === "example" || key.startsWith("x-") || /^[45]\d\d$/.test(key) ? undefined : value,
  );
}
