import { once } from "node:events";
import { createServer } from "node:net";
import { expect, test } from "vitest";
import { loadConfig } from "../config/config.ts";
import { checkHere, checkRuntime } from "./here.ts";

async function checksOf(environment: Record<string, string>) {
  const loaded = await loadConfig({ mode: "serve", environment: { PORT: "0", ...environment } });
  return checkHere(loaded, environment);
}

const KEY = "0123456789abcdef0123456789abcdef";

test("wants a Node that runs the program", () => {
  expect(checkRuntime("22.18.0").status).toBe("fail");
  expect(checkRuntime("22.19.0").status).toBe("ok");
  expect(checkRuntime("24.0.0").status).toBe("ok");
});

test("finds a misspelt variable of a connector, which start cannot refuse", async () => {
  expect(
    await checksOf({ CLOUDWAYS_APIKEY: "x", CLOUDWAYS_REGION_OF_ANOTHER_TOOL: "x" }),
  ).toContainEqual({
    check: "configuration",
    status: "warn",
    message: "CLOUDWAYS_APIKEY is no setting.",
    todo: "If it means CLOUDWAYS_API_KEY, rename it.",
  });
});

test("asks for an encryption key where the world calls", async () => {
  const world = { PUBLIC_URL: "https://fairlead.example.com", FAIRLEAD_API_KEY: KEY };
  const statusOf = async (environment: Record<string, string>) =>
    (await checksOf(environment)).find(({ check }) => check === "encryption key")?.status;
  expect(await statusOf(world)).toBe("warn");
  expect(await statusOf({})).toBe("ok");
  expect(await statusOf({ ...world, ENCRYPTION_KEY: KEY })).toBe("ok");
});

test("notices that the port is taken", async () => {
  const holder = createServer().listen(0, "127.0.0.1");
  await once(holder, "listening");
  const { port } = holder.address() as { port: number };
  const checks = await checksOf({ PORT: String(port) });
  holder.close();
  expect(checks).toContainEqual(
    expect.objectContaining({
      check: "port",
      status: "warn",
      todo: expect.stringContaining("PORT"),
    }),
  );
});
