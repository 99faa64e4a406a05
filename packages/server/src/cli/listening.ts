import { CliError } from "./exit.ts";

/** Says what to do when the port cannot be had; passes on what is something else. */
export function explainListening(error: unknown, platform: string = process.platform): unknown {
  if (!(error instanceof Error) || !("code" in error)) return error;
  const { port, address } = error as { port?: number; address?: string };
  const where = `${address}:${port}`;
  if (error.code === "EADDRINUSE") {
    const airPlay =
      platform === "darwin" && (port === 7000 || port === 5000)
        ? " On macOS the AirPlay receiver may hold it (System Settings, General, AirDrop & Handoff)."
        : "";
    return new CliError(
      "cannot_listen",
      `Port ${port} is taken: something already listens on ${where}.${airPlay} Set PORT (or --port) to another one; 0 takes any free one.`,
    );
  }
  if (error.code === "EACCES") {
    return new CliError(
      "cannot_listen",
      `This user may not listen on ${where}. Set PORT (or --port) to one above 1023.`,
    );
  }
  if (error.code === "EADDRNOTAVAIL" || error.code === "ENOTFOUND") {
    return new CliError(
      "cannot_listen",
      `This machine has no address ${address ?? "of that name"}. Set HOST (or --host) to one of its own, or to 127.0.0.1.`,
    );
  }
  return error;
}
