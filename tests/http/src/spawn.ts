import { type ChildProcess, fork } from "node:child_process";
import { isRecord } from "@fairlead/core/is-record";

/** The server of `child.ts`, running. */
export interface Child {
  process: ChildProcess;
  port: number;
  /** Resolves when so many calls have begun. */
  calls(count: number): Promise<void>;
  /** Bytes in use, after a collection of what is not. */
  memory(): Promise<number>;
  /** Resolves with the exit code. */
  exited: Promise<number | null>;
}

export async function spawn(): Promise<Child> {
  const child = fork(new URL("./child.ts", import.meta.url), {
    execArgv: ["--conditions=fairlead-source", "--expose-gc"],
  });
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
  let begun = 0;
  child.on("message", (message) => {
    if (isRecord(message) && "started" in message) begun += 1;
  });
  const next = (field: string) =>
    new Promise<number>((resolve, reject) => {
      const onMessage = (message: unknown) => {
        if (!isRecord(message) || typeof message[field] !== "number") return;
        child.off("message", onMessage);
        resolve(message[field]);
      };
      child.on("message", onMessage);
      void exited.then((code) => reject(new Error(`The server ended with ${code}.`)));
    });
  const port = await next("port");
  return {
    process: child,
    port,
    exited,
    async calls(count) {
      while (begun < count) await next("started");
    },
    memory() {
      const bytes = next("bytes");
      child.send("memory");
      return bytes;
    },
  };
}
