import { connect } from "node:net";
import type { Caller } from "@fairlead/testkit/caller";
import type { HttpAnswer, Json } from "@fairlead/testkit/http";
import { describe, expect, test } from "vitest";
import type { Tenant, TwoTenants } from "./two-tenants.ts";

const HELLO = {
  ...{ protocolVersion: "2025-11-25", capabilities: { elicitation: {} } },
  clientInfo: { name: "tester", version: "1" },
};

const MODERN_META = {
  "io.modelcontextprotocol/protocolVersion": "2026-07-28",
  "io.modelcontextprotocol/clientInfo": { name: "tester", version: "1" },
  "io.modelcontextprotocol/clientCapabilities": {},
};

async function openSession(caller: Caller): Promise<string> {
  const token = (await caller.legacy("initialize", HELLO)).headers["mcp-session-id"];
  if (typeof token !== "string") throw new Error("No session came.");
  return token;
}

/** A stream of events, as far as it came. */
interface Stream {
  text(): string;
  /** Resolves when this has come, or when it is so. */
  until(part: string, isSo?: () => boolean): Promise<void>;
  close(): void;
}

function openStream(port: number, caller: Caller, lines: string[], body = ""): Promise<Stream> {
  const socket = connect({ port, host: "127.0.0.1" });
  let text = "";
  const waiting = new Set<() => void>();
  socket.setEncoding("utf8");
  socket.on("data", (part: string) => {
    text += part;
    for (const look of [...waiting]) look();
  });
  socket.on("error", () => {});
  const own = Object.entries(caller.headers).map(([name, value]) => `${name}: ${value}`);
  const length = body === "" ? [] : [`Content-Length: ${Buffer.byteLength(body)}`];
  const head = [...lines, "Host: 127.0.0.1", ...own, ...length].join("\r\n");
  socket.write(`${head}\r\n\r\n${body}`);
  const until = (part: string, isSo = () => text.includes(part)) =>
    new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${part} did not come: ${text}`)), 5_000);
      const look = () => {
        if (!isSo()) return;
        clearTimeout(timer);
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    });
  const stream: Stream = { text: () => text, until, close: () => void socket.destroy() };
  return until("text/event-stream").then(() => stream);
}

export function testSessions(open: () => TwoTenants): void {
  const port = () => open().installation.server.port;

  describe("a session", () => {
    const show = (caller: Caller, token: string, method = "tools/list", params: Json = {}) =>
      caller.legacy(method, params, { headers: { "Mcp-Session-Id": token } });
    const bare = (caller: Caller, token: string, method: string): Promise<HttpAnswer> =>
      open().installation.http.send({
        ...{ method, path: "/mcp" },
        headers: Object.entries({
          ...caller.headers,
          "Mcp-Session-Id": token,
          Accept: "text/event-stream",
        }),
      });

    test("of another tenant, or of another caller of one's own, is as good as made up", async () => {
      const { acme, other } = open();
      const token = await openSession(acme.owner);
      for (const stranger of [other.owner, acme.viewer]) {
        const madeUp = await show(stranger, "made-up");
        expect(madeUp.status).toBe(404);
        for (const method of ["tools/list", "resources/subscribe", "logging/setLevel", "ping"]) {
          const answer = await show(stranger, token, method, { uri: "harbour://berths/1" });
          expect({ status: answer.status, text: answer.text }).toEqual({
            status: 404,
            text: madeUp.text,
          });
        }
        for (const method of ["GET", "DELETE"]) {
          const [theirs, none] = [
            await bare(stranger, token, method),
            await bare(stranger, "made-up", method),
          ];
          expect({ status: theirs.status, text: theirs.text }).toEqual({
            status: 404,
            text: none.text,
          });
        }
      }
      expect((await show(acme.owner, token)).status).toBe(200);
    });
  });

  describe("the state of an unfinished call", () => {
    const capabilities = { elicitation: {} };
    const answer = (caller: Caller, requestState: string) =>
      caller.modern(
        "tools/call",
        {
          ...{ name: "harbour_ask", arguments: {}, requestState },
          inputResponses: { who: { action: "accept", content: {} } },
        },
        { capabilities },
      );

    test("of another tenant is refused as if it were made up", async () => {
      const { acme, other } = open();
      const asked = await acme.owner.call("harbour_ask", {}, { capabilities });
      const { requestState } = asked.json.result as { requestState: string };
      const [theirs, madeUp] = [
        await answer(other.owner, requestState),
        await answer(other.owner, "made-up"),
      ];
      expect(theirs.text).toBe(madeUp.text);
      expect(theirs.text).toMatch(/requestState/);
      expect((await answer(acme.owner, requestState)).text).toContain(acme.mark);
    });
  });

  describe("what changes at one tenant is told to nobody else", () => {
    const URI = "harbour://berths/1";
    const LATER = "harbour://berths/2";
    const UPDATED = "notifications/resources/updated";

    async function listenLegacy({ owner }: Tenant): Promise<Stream> {
      const token = await openSession(owner);
      const headers = { "Mcp-Session-Id": token };
      for (const uri of [URI, LATER]) {
        const subscribed = await owner.legacy("resources/subscribe", { uri }, { headers });
        expect(subscribed.text).toContain('"result":{}');
      }
      return openStream(port(), owner, [
        ...["GET /mcp HTTP/1.1", "Accept: text/event-stream", `Mcp-Session-Id: ${token}`],
      ]);
    }

    async function listenModern({ owner }: Tenant): Promise<Stream> {
      const notifications = {
        ...{ toolsListChanged: true, promptsListChanged: true, resourcesListChanged: true },
        resourceSubscriptions: [URI, LATER],
      };
      const params = { notifications, _meta: MODERN_META };
      const body = { jsonrpc: "2.0", id: 1, method: "subscriptions/listen", params };
      const stream = await openStream(
        port(),
        owner,
        [
          ...["POST /mcp HTTP/1.1", "Content-Type: application/json"],
          ...["Accept: application/json, text/event-stream", "MCP-Protocol-Version: 2026-07-28"],
          "Mcp-Method: subscriptions/listen",
        ],
        JSON.stringify(body),
      );
      await stream.until("acknowledged");
      return stream;
    }

    test.each([
      ["the stream of a session", listenLegacy],
      ["subscriptions/listen", listenModern],
    ] as const)("on %s", async (_name, listen) => {
      const { acme, other } = open();
      const streams = await Promise.all([listen(acme), listen(other)]);
      const [acmes, others] = streams;
      try {
        const silent = others.text().length;
        expect((await acme.owner.call("harbour_touch", { uri: URI })).text).toContain('"ok"');
        await acmes.until(UPDATED);
        await acmes.until("notifications/tools/list_changed");
        // What comes of this comes after all that came of the other tenant's call.
        await other.owner.call("harbour_touch", { uri: LATER });
        const told = () => others.text().slice(silent);
        await others.until(LATER, () => told().includes(LATER));
        await others.until("the lists", () => told().includes("notifications/tools/list_changed"));
        expect(told()).not.toContain(URI);
        for (const list of ["tools", "prompts", "resources"]) {
          expect(told().split(`notifications/${list}/list_changed`).length).toBeLessThanOrEqual(2);
        }
      } finally {
        for (const stream of streams) stream.close();
      }
    });
  });
}
