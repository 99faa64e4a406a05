/** The load generator's process: opens one load and runs it when asked, over IPC. */
import { createLoad, type Load } from "./load.ts";
import { type Answer, type Question, question } from "./load-messages.ts";

let load: Load | undefined;

async function answerTo(asked: Question): Promise<Answer> {
  if (asked.type === "open") {
    load = await createLoad(asked.spec);
    return { type: "opened" };
  }
  if (!load) throw new Error("No load is open");
  if (asked.type === "run") return { type: "ran", result: await load.run(asked.run) };
  return { type: "listed", result: await load.list(asked.times) };
}

function toFailed(cause: unknown): Answer {
  return { type: "failed", message: cause instanceof Error ? cause.message : String(cause) };
}

process.on("message", async (message) => {
  process.send?.(await answerTo(question.parse(message)).catch(toFailed));
});
process.on("disconnect", () => process.exit(0));
process.send?.({ type: "ready" });
