import { styleText } from "node:util";
import type { Demo } from "./demo.ts";

/** What a person reads when the demo is ready: where it is, how clients get in, what to try. */
export function renderPage({ facts, movedAside }: Demo): string {
  const { mcp_url, api_key, connectors, state } = facts;
  const bearer = `Bearer ${api_key}`;
  const lines = [
    "",
    title("Fairlead is ready, in front of imitations. Nothing here reaches a real account."),
    ...(movedAside ? ["Port 7000 is taken, so it listens on a free one."] : []),
    "",
    `  MCP      ${link(mcp_url)}`,
    ...connectors.map((each) => `           ${link(each.mcp_url)}   ${each.id} alone`),
    `  API key  ${api_key}`,
    ...connectors.map((each) => `  Fake     ${link(each.fake_url)}   imitates ${each.id}`),
    "",
    title("Claude Code"),
    `  claude mcp add --transport http fairlead ${mcp_url} --header "Authorization: ${bearer}"`,
    "",
    title("Claude Desktop (claude_desktop_config.json)"),
    indent({
      mcpServers: {
        fairlead: {
          command: "npx",
          // biome-ignore lint/suspicious/noTemplateCurlyInString: mcp-remote puts the variable in
          args: ["-y", "mcp-remote", mcp_url, "--header", "Authorization:${FAIRLEAD_AUTH}"],
          env: { FAIRLEAD_AUTH: bearer },
        },
      },
    }),
    "",
    title("Cursor (~/.cursor/mcp.json)"),
    indent({ mcpServers: { fairlead: { url: mcp_url, headers: { Authorization: bearer } } } }),
    "",
    title("VS Code (.vscode/mcp.json)"),
    indent({
      servers: { fairlead: { type: "http", url: mcp_url, headers: { Authorization: bearer } } },
    }),
    "",
    title("Three things to ask"),
    "  1. Which servers are there, and is any of them in trouble?",
    "  2. Which applications run on web-london-1, and how much disk do they use?",
    "  3. Are there alerts I should look at first, and what would you do about them?",
    "",
    title("Then have it change something"),
    "  Let shop.larkspur-books.example lead to the site larkspur-books. Then restart web-london-1.",
    "  What destroys or interrupts something asks you first. Where your client cannot ask, you agree in another terminal:",
    `  FAIRLEAD_STATE=${state} npm run --silent fairlead -- approve <plan id>`,
    "",
    "Stop it with Ctrl-C.",
    "",
  ];
  return `${lines.join("\n")}\n`;
}

function title(text: string): string {
  return styleText("bold", text, { stream: process.stdout });
}

function link(url: string): string {
  return styleText("cyan", url, { stream: process.stdout });
}

function indent(value: unknown): string {
  return JSON.stringify(value, undefined, 2).replaceAll(/^/gm, "  ");
}
