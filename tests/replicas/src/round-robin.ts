import { once } from "node:events";
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { pipeline } from "node:stream";
import { buffer } from "node:stream/consumers";

/** The header in which a proxy of these tests names the replica behind an answer. */
export const ANSWERED_BY = "X-Answered-By";

/**
 * What nginx is where nothing is installed: each request goes to the next replica, to another one where nobody listens,
 * and never twice to one that may have begun with it.
 */
export async function startRoundRobin(ports: readonly number[]) {
  let next = 0;

  function forward(
    req: IncomingMessage,
    res: ServerResponse,
    body: Buffer,
    turns: readonly number[],
  ): void {
    const [port = 0, ...others] = turns;
    const { method, url: path } = req;
    const headers = { ...endToEnd(req.headers), connection: "close" };
    const options = { host: "127.0.0.1", port, method, path, headers, agent: false };
    const upstream = request(options, (answer) => {
      const own = { [ANSWERED_BY]: `127.0.0.1:${port}` };
      res.writeHead(answer.statusCode ?? 502, { ...endToEnd(answer.headers), ...own });
      res.flushHeaders();
      pipeline(answer, res, () => {});
    });
    upstream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "ECONNREFUSED" && others.length > 0) {
        return forward(req, res, body, others);
      }
      if (res.headersSent) return res.destroy();
      res.writeHead(502, { [ANSWERED_BY]: `127.0.0.1:${port}` }).end();
    });
    res.once("close", () => upstream.destroy());
    upstream.end(body);
  }

  const server = createServer((req, res) => {
    const turns = [...ports.slice(next), ...ports.slice(0, next)];
    next = (next + 1) % ports.length;
    buffer(req).then(
      (body) => forward(req, res, body, turns),
      () => res.destroy(),
    );
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

/** Without what concerns one connection alone. */
function endToEnd(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const {
    connection: _connection,
    "keep-alive": _keepAlive,
    "transfer-encoding": _encoding,
    ...rest
  } = headers;
  return rest;
}
