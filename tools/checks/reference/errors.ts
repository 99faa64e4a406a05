import { ERROR_CODES } from "@fairlead/core/errors";
import { GENERATED, page, table } from "./markdown.ts";

export function renderErrors(): string {
  return page(
    "# Errors",
    GENERATED,
    `Every action fails in one of these ways. The code is stable; the message says what to do next and may change. A
connector's own reason is in \`details.reason\`.

Where the code shows:

- an MCP tool answers with \`isError\` and a text that begins with the code, so that a model can correct itself;
- other MCP methods answer with a JSON-RPC error of the number below, its \`data\` holding the details;
- HTTP pages besides \`/mcp\` answer \`{"status": "error", "code": …, "message": …}\` with the HTTP status below;
- the command line ends with exit code 1 and writes the same to standard error.`,
    table(
      ["Code", "HTTP", "JSON-RPC", "Worth a retry", "Meaning"],
      Object.entries(ERROR_CODES).map(([code, { http, rpc, retryable, meaning }]) => [
        `\`${code}\``,
        String(http),
        String(rpc),
        retryable ? "yes" : "no",
        meaning,
      ]),
    ),
  );
}
