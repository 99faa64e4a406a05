import { parseArgs } from "node:util";
import { createCloudwaysFake } from "./server.ts";

const { values } = parseArgs({
  options: { port: { type: "string" }, "operation-seconds": { type: "string" } },
});
const port = Number(values.port ?? process.env.PORT ?? 0);

const operationSeconds = Number(values["operation-seconds"] ?? 30);

const fake = createCloudwaysFake({ operationSeconds });
const { origin, url, close } = await fake.listen(port);

console.log(`Cloudways fake
  v2           ${url}
  v1           ${origin}/api/v1
  e-mail       ${fake.credentials.email}
  API key      ${fake.credentials.apiKey}
  READ token   ${fake.credentials.readToken}
  LIMITED      ${fake.credentials.limitedToken}
  FULL token   ${fake.credentials.fullToken}
  counters     GET ${origin}/__fake/counters
  effects      GET ${origin}/__fake/effects
  faults       POST ${origin}/__fake/faults {"kind":"status","status":503,"count":2}
  start over   POST ${origin}/__fake/reset`);

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void close());
