import { connect } from "node:net";

const PATIENCE_MS = 5_000;

/** Writes these very bytes on a connection of its own; all that came until it was closed, or stayed still for a moment. */
export function exchange(port: number, bytes: string | Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    let still: NodeJS.Timeout | undefined;
    const socket = connect({ port, host: "127.0.0.1" });
    const end = () => {
      clearTimeout(still);
      clearTimeout(patience);
      socket.destroy();
      resolve(text);
    };
    const patience = setTimeout(() => {
      socket.destroy();
      reject(new Error(`Nothing came of ${bytes.toString().slice(0, 200)}`));
    }, PATIENCE_MS);
    socket.setEncoding("utf8");
    socket.on("data", (part: string) => {
      text += part;
      clearTimeout(still);
      // A second answer would follow at once.
      still = setTimeout(end, 150);
    });
    socket.on("error", () => {}); // a reset is a way of closing
    socket.on("close", end);
    socket.write(bytes);
  });
}

export const statusesOf = (text: string): number[] =>
  [...text.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) => Number(status));

/** A request whose lines are as they are given. */
export const lines = (...all: string[]): string => `${all.join("\r\n")}\r\n\r\n`;
