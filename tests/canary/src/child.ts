/**
 * `fairlead serve` in a process of its own, that writes a heap snapshot when it is told to. Speaks over IPC: it sends
 * its port once it listens, and the name of each file it has written.
 */
import { setImmediate } from "node:timers/promises";
import { writeHeapSnapshot } from "node:v8";
import { startServe } from "fairlead/serve";

const server = await startServe({ environment: process.env });
process.send?.({ port: server.port });

process.on("message", (file: unknown) => void tell(String(file)));

async function tell(file: string): Promise<void> {
  if (file === "stop") {
    await server.close();
    process.disconnect();
    return;
  }
  for (let round = 0; round < 6; round += 1) {
    globalThis.gc?.();
    await setImmediate();
  }
  process.send?.({ file: writeHeapSnapshot(file) });
}
