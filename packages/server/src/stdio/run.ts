import { PassThrough, type Readable, Transform, type Writable } from "node:stream";
import type { View } from "@fairlead/core/catalogue/view";
import type { Fairlead } from "@fairlead/core/fairlead";
import { LOCAL_USER } from "@fairlead/core/identity/principal";
import { answerOpening } from "./opening.ts";

export interface StdioServer {
  /** Resolves when the client has gone and its last calls were answered. */
  ended: Promise<void>;
  close(): Promise<void>;
}

export interface StdioStreams {
  input: Readable;
  output: Writable;
}

/** Milliseconds for the calls under way when the client closes its end. */
const LAST_ANSWERS_MS = 10_000;

/** Serves one local user over standard input and output, in the era its client speaks. */
export function runStdio(fairlead: Fairlead, view: View, streams: StdioStreams): StdioServer {
  const { input, output } = streams;
  let closeSdk = async () => {};

  async function serve(): Promise<void> {
    const lists = await fairlead.lists(view, LOCAL_USER);
    const opening = answerOpening(input, output, view, lists);
    const { handshake, unread, ended } = await opening;
    if (ended && unread.length === 0) return;
    const { startSdkStdio } = await import("./sdk.ts");
    const inbound = new PassThrough();
    const outbound = handshake.length === 0 ? new PassThrough() : dropFirstLine();
    outbound.pipe(output, { end: false });
    const sdk = await startSdkStdio(fairlead, view, inbound, outbound);
    closeSdk = sdk.close;
    for (const line of handshake) inbound.write(`${line}\n`);
    inbound.write(unread);
    const inputEnded = ended ? Promise.resolve() : untilEnd(input);
    input.pipe(inbound, { end: false });
    await inputEnded;
    // The SDK ends its calls when its input ends; what the client asked last is still owed an answer.
    await new Promise((resolve) => setImmediate(resolve));
    await fairlead.drain(LAST_ANSWERS_MS);
    await new Promise((resolve) => setImmediate(resolve));
    inbound.end();
  }

  return { ended: serve(), close: () => closeSdk() };
}

function untilEnd(input: Readable): Promise<void> {
  return new Promise((resolve) => {
    if (input.readableEnded || input.destroyed) return resolve();
    input.once("end", () => resolve());
    input.once("close", () => resolve());
  });
}

/** The client has its answer to the handshake; the SDK's own answer to the same one must not follow. */
function dropFirstLine(): Transform {
  let dropped = false;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (dropped) return done(null, chunk);
      const end = chunk.indexOf(0x0a);
      if (end < 0) return done();
      dropped = true;
      done(null, chunk.subarray(end + 1));
    },
  });
}
