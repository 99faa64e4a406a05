import type { IncomingMessage } from "node:http";

export type Body = { kind: "text"; text: string } | { kind: "too_large" } | { kind: "broken" };

/** Reads a request's body as UTF-8, at most `maxBytes` of it. */
export function readBody(req: IncomingMessage, maxBytes: number): Promise<Body> {
  return new Promise((resolve) => {
    if (Number(req.headers["content-length"]) > maxBytes) {
      resolve({ kind: "too_large" });
      return;
    }
    let first: Buffer | undefined;
    let rest: Buffer[] | undefined;
    let size = 0;
    const finish = (body: Body) => {
      req.off("data", onData);
      resolve(body);
    };
    const onData = (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBytes) {
        finish({ kind: "too_large" });
        return;
      }
      if (first === undefined) first = chunk;
      else if (rest === undefined) rest = [first, chunk];
      else rest.push(chunk);
    };
    req.on("data", onData);
    req.once("end", () => {
      const whole = rest === undefined ? first : Buffer.concat(rest, size);
      finish({ kind: "text", text: whole === undefined ? "" : whole.toString("utf8") });
    });
    req.once("error", () => finish({ kind: "broken" }));
    req.once("close", () => finish({ kind: "broken" }));
  });
}
