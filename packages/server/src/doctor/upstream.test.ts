import { cloudways } from "@fairlead/cloudways/connector";
import { createCloudwaysFake } from "@fairlead/cloudways/fake";
import { SILENT } from "@fairlead/core/ports";
import { Secret } from "@fairlead/core/secret";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { GivenConnection } from "../build.ts";
import { checkUpstream } from "./upstream.ts";

const fake = createCloudwaysFake();
let origin: string;
let closeFake: () => Promise<void>;

beforeAll(async () => {
  const listening = await fake.listen();
  origin = listening.origin;
  closeFake = listening.close;
});

afterAll(() => closeFake());

function connection(changes: { key?: string; base_url?: string } = {}): GivenConnection {
  return {
    connector: "cloudways",
    label: "environment",
    settings: { base_url: changes.base_url ?? origin, total_timeout_ms: 500 },
    credential: {
      email: new Secret(fake.credentials.email),
      api_key: new Secret(changes.key ?? fake.credentials.apiKey),
    },
  };
}

/** The upstream with another time of day. */
function egressOf(own: typeof fetch) {
  return { fetch: own, connect: () => Promise.reject(new Error("Nothing here is raw.")) };
}

function withClockOff(ms: number): typeof fetch {
  return async (input, init) => {
    const response = await fetch(input, init);
    const headers = new Headers(response.headers);
    headers.set("date", new Date(Date.now() + ms).toUTCString());
    return new Response(response.body, { status: response.status, headers });
  };
}

test("finds an upstream that answers, takes the credential and has the same time", async () => {
  const findings = await checkUpstream(cloudways, connection(), {
    egress: egressOf(fetch),
    logger: SILENT,
  });
  expect(findings).toMatchObject([
    { check: "cloudways", status: "ok" },
    { check: "clock", status: "ok" },
  ]);
});

test("says which variables to renew when the credential is refused", async () => {
  const wrong = connection({ key: "wrong-key" });
  const [finding] = await checkUpstream(cloudways, wrong, {
    egress: egressOf(fetch),
    logger: SILENT,
  });
  expect(finding).toMatchObject({
    status: "fail",
    message: expect.stringContaining("Cloudways refused the credential"),
    todo: "Make a new one and set CLOUDWAYS_API_KEY.",
  });
});

test("says what to check when nobody answers", async () => {
  const nowhere = connection({ base_url: "http://127.0.0.1:9" });
  const [finding] = await checkUpstream(cloudways, nowhere, {
    egress: egressOf(fetch),
    logger: SILENT,
  });
  expect(finding).toMatchObject({
    status: "fail",
    message: expect.stringContaining("Cloudways cannot be reached"),
    todo: "Check the network, DNS and proxy of this machine, and CLOUDWAYS_BASE_URL.",
  });
});

test.each([
  [-600_000, "ahead of"],
  [600_000, "behind"],
])("notices a clock that is %i ms off", async (ms, words) => {
  const parts = { egress: egressOf(withClockOff(ms)), logger: SILENT };
  const findings = await checkUpstream(cloudways, connection(), parts);
  expect(findings).toContainEqual({
    check: "clock",
    status: "warn",
    message: expect.stringMatching(new RegExp(`(600|599|601) s ${words} that of Cloudways`)),
    todo: expect.stringContaining("NTP"),
  });
});

test("asks for a credential where there is none", async () => {
  expect(
    await checkUpstream(cloudways, undefined, { egress: egressOf(fetch), logger: SILENT }),
  ).toEqual([
    {
      check: "cloudways",
      status: "warn",
      message: "No Cloudways account is connected.",
      todo: "Set CLOUDWAYS_API_KEY, or let callers bring their own.",
    },
  ]);
});
