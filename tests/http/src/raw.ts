import { connect, type Socket } from "node:net";
import type { WireRequest } from "./wire.ts";

/** A connection of which every byte is the test's own. */
export interface Raw {
  socket: Socket;
  /** All that came so far. */
  readonly text: string;
  write(bytes: string | Buffer): void;
  /** Resolves when something came that matches; rejects when the connection ends before. */
  until(pattern: RegExp): Promise<RegExpExecArray>;
  /** Resolves when the other side has closed the connection. */
  closed: Promise<void>;
  /** Goes away without a word. */
  destroy(): void;
}

export async function open(port: number): Promise<Raw> {
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  let text = "";
  const waiting = new Set<() => void>();
  const wake = () => {
    for (const look of [...waiting]) look();
  };
  socket.setEncoding("utf8");
  socket.on("data", (part: string) => {
    text += part;
    wake();
  });
  socket.on("error", () => {}); // a reset is a way of closing
  const closed = new Promise<void>((resolve) => {
    socket.once("end", () => {
      socket.destroy();
      resolve();
    });
    socket.once("close", () => resolve());
  });
  let isClosed = false;
  void closed.then(() => {
    isClosed = true;
    wake();
  });
  await new Promise<void>((resolve) => socket.once("connect", resolve));
  return {
    socket,
    get text() {
      return text;
    },
    write: (bytes) => void socket.write(bytes),
    until: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const match = pattern.exec(text);
          if (match === null && !isClosed) return;
          waiting.delete(look);
          if (match !== null) resolve(match);
          else reject(new Error(`Closed before ${pattern} came. There was: ${text.slice(0, 500)}`));
        };
        waiting.add(look);
        look();
      }),
    closed,
    destroy: () => socket.destroy(),
  };
}

/** A request as text, with a length that fits its body. */
export function rawRequest({ method, path, headers, body = "" }: WireRequest): string {
  const length = String(Buffer.byteLength(body));
  const all = [["Host", "127.0.0.1"], ...headers, ["Content-Length", length]] as const;
  const lines = all.map(([name, value]) => `${name}: ${value}`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n${String(body)}`;
}
