import type { Load, LoadSpec } from "./load.ts";
import { type Answer, answer, type Question } from "./load-messages.ts";
import { launch } from "./process.ts";

export type Generator = Pick<Load, "run" | "list"> & AsyncDisposable;

const generatorCore = 1;

/** Opens the connections of a load in a process of its own, on another core than the server's. */
export async function startGenerator(spec: LoadSpec): Promise<Generator> {
  const file = `${import.meta.dirname}/load-process.ts`;
  const program = launch({ file, core: generatorCore, readsErrors: true });

  async function ask(question: Question): Promise<Answer> {
    const reply = answer.parse(await program.ask(question));
    if (reply.type === "failed") throw new Error(`Load on ${spec.endpoint.url}: ${reply.message}`);
    return reply;
  }

  try {
    await program.firstMessage;
    await ask({ type: "open", spec });
  } catch (cause) {
    await program[Symbol.asyncDispose]();
    throw cause;
  }
  return {
    async run(run) {
      const reply = await ask({ type: "run", run });
      if (reply.type !== "ran") throw new Error(`Expected ran, got ${reply.type}`);
      return reply.result;
    },
    async list(times) {
      const reply = await ask({ type: "list", times });
      if (reply.type !== "listed") throw new Error(`Expected listed, got ${reply.type}`);
      return reply.result;
    },
    [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
  };
}
