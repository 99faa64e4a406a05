import { SYSTEM_CLOCK } from "@fairlead/core/ports";
import { expect, test } from "vitest";
import { exchange, type UpstreamRequest } from "./exchange.ts";

const request: UpstreamRequest = {
  ...{ method: "GET", path: "/server", url: "https://api.example/server", headers: {} },
  access: "read",
};
const never = new AbortController().signal;

test("reads no more than sixteen megabytes, and lets go of the rest", async () => {
  const megabyte = new Uint8Array(1024 * 1024);
  let sent = 0;
  let isCancelled = false;
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      sent += 1;
      controller.enqueue(megabyte);
    },
    cancel() {
      isCancelled = true;
    },
  });
  const fetch = async () => new Response(endless);
  await expect(
    exchange({ fetch, clock: SYSTEM_CLOCK }, request, 10_000, never),
  ).rejects.toMatchObject({
    code: "upstream_unavailable",
    details: { reason: "too_large" },
    retryable: false,
  });
  expect(sent).toBeLessThan(20);
  expect(isCancelled).toBe(true);
});

test("follows no redirect with the token", async () => {
  const seen: RequestInit[] = [];
  const fetch = async (_url: unknown, init: RequestInit = {}) => {
    seen.push(init);
    return new Response(null, { status: 302, headers: { location: "https://elsewhere.example" } });
  };
  const answer = await exchange({ fetch, clock: SYSTEM_CLOCK }, request, 10_000, never);
  expect(answer.status).toBe(302);
  expect(seen).toMatchObject([{ redirect: "manual" }]);
});
