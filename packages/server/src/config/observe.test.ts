import { Secret } from "@fairlead/core/secret";
import { describe, expect, test } from "vitest";
import { SAMPLERS } from "../observe/tracing.ts";
import {
  amount,
  type ObserveSettings,
  observeOf,
  pairs,
  prices,
  sampler,
  secretPairs,
  share,
  webhookUrl,
} from "./observe.ts";

const DEFAULTS: ObserveSettings = {
  ...{ OTEL_SERVICE_NAME: "fairlead", OTEL_TRACES_SAMPLER: "parentbased_always_on" },
  ...{ OTEL_TRACES_SAMPLER_ARG: 1, FAIRLEAD_ALERT_ERRORS: 20, FAIRLEAD_ALERT_SPIKE: 5 },
  FAIRLEAD_METRICS_CONNECTIONS: false,
};
const ENDPOINT = "http://collector:4318";

describe("tracing", () => {
  test("is off unless it is asked for", () => {
    expect(observeOf(DEFAULTS).tracing).toBeUndefined();
    const none = { OTEL_TRACES_EXPORTER: "none", OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT } as const;
    expect(observeOf({ ...DEFAULTS, ...none }).tracing).toBeUndefined();
  });

  test.each([
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT }, "http://collector:4318/v1/traces"],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: `${ENDPOINT}/otlp/` }, "http://collector:4318/otlp/v1/traces"],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${ENDPOINT}/mine` }, "http://collector:4318/mine"],
    [{ OTEL_TRACES_EXPORTER: "otlp" as const }, "http://localhost:4318/v1/traces"],
  ])("with %j goes to %s", (given, url) => {
    expect(observeOf({ ...DEFAULTS, ...given }).tracing?.url).toBe(url);
  });

  test("takes every sampler there is", () => {
    for (const name of SAMPLERS) expect(sampler.parse(name)).toBe(name);
    expect(sampler.safeParse("jaeger_remote").success).toBe(false);
  });
});

describe("a webhook", () => {
  test("needs both address and secret", () => {
    const url = { FAIRLEAD_ALERT_WEBHOOK: new Secret("https://a.example") };
    expect(observeOf({ ...DEFAULTS, ...url }).alerts.webhook).toBeUndefined();
    const both = { ...url, FAIRLEAD_ALERT_SECRET: new Secret("s".repeat(24)) };
    expect(observeOf({ ...DEFAULTS, ...both }).alerts.webhook?.url.reveal()).toBe(
      "https://a.example",
    );
  });

  test.each(["https://hooks.example.com/x", "http://127.0.0.1:9000/", "http://localhost/x"])(
    "may be at %s",
    (url) => expect(webhookUrl.parse(url).reveal()).toBe(url),
  );

  test.each([
    "http://hooks.example.com/x",
    "ftp://a.example",
    "https://u:p@a.example",
    "a.example",
  ])("may not be at %s", (url) => expect(webhookUrl.safeParse(url).success).toBe(false));
});

describe("values", () => {
  test("of prices name what they are of; the rest is free", () => {
    expect(prices.parse("upstream_call=0.0001, gigabyte_month=0.10")).toEqual({
      ...{ upstream_call: 0.0001, gigabyte_out: 0, gigabyte_month: 0.1 },
    });
    for (const wrong of ["call=1", "upstream_call", "upstream_call=-1", "upstream_call=1e9"])
      expect(prices.safeParse(wrong).error?.issues[0]?.message).toContain(`"${wrong}" is none`);
  });

  test("of amounts and shares are plain decimals", () => {
    expect(amount.parse("12.50")).toBe(12.5);
    for (const wrong of ["0", "-1", "1e3", "€5"])
      expect(amount.safeParse(wrong).success).toBe(false);
    expect(share.parse("0.05")).toBe(0.05);
    expect(share.parse("1")).toBe(1);
    for (const wrong of ["1.5", "-0.1", "5%"]) expect(share.safeParse(wrong).success).toBe(false);
  });

  test("of pairs are percent-encoded, and a wrong one is not repeated", () => {
    expect(pairs.parse("deployment.environment.name=staging,note=a%2Cb")).toEqual({
      ...{ "deployment.environment.name": "staging", note: "a,b" },
    });
    expect(secretPairs.parse("x-key=s3cret")["x-key"]?.reveal()).toBe("s3cret");
    const failed = secretPairs.safeParse("x-key s3cret");
    expect(JSON.stringify(failed.error?.issues)).not.toContain("s3cret");
  });
});
