import { FREE, type Prices } from "@fairlead/core/cost/cost";
import { Secret } from "@fairlead/core/secret";
import { z } from "zod";
import { OBSERVE_DEFAULTS, type ObserveConfig } from "../observe/observe.ts";
import { list } from "./kinds.ts";

/** As `SAMPLERS` of tracing, which is loaded only where something is traced. */
const SAMPLERS = [
  "always_on",
  "always_off",
  "traceidratio",
  "parentbased_always_on",
  "parentbased_always_off",
  "parentbased_traceidratio",
] as const;

const PRICE_NAMES = Object.keys(FREE) as (keyof Prices)[];

export const sampler = z.enum(SAMPLERS, `can be: ${SAMPLERS.join(", ")}`);

/** `name=amount` between commas; what is not named is free. */
export const prices = list.transform((words, ctx): Prices => {
  const given: Partial<Prices> = {};
  for (const word of words) {
    const [, name, amount] = /^([a-z_]+)=(\d{1,9}(?:\.\d{1,9})?)$/.exec(word) ?? [];
    const known = PRICE_NAMES.find((each) => each === name);
    if (known !== undefined) given[known] = Number(amount);
    else
      ctx.addIssue(
        `has to list prices of ${PRICE_NAMES.join(", ")}, such as upstream_call=0.0001; "${word}" is none`,
      );
  }
  return { ...FREE, ...given };
});

export const amount = z
  .string()
  .regex(/^\d{1,12}(?:\.\d{1,6})?$/, {
    error: "has to be an amount such as 25 or 12.50",
    abort: true,
  })
  .transform(Number)
  .refine((value) => value > 0, "has to be more than nothing");

export const share = z
  .string()
  .regex(/^(?:0(?:\.\d{1,9})?|1(?:\.0{1,9})?)$/, {
    error: "has to be a share from 0 to 1, such as 0.05",
    abort: true,
  })
  .transform(Number);

/** `key=value` between commas, percent-encoded, as the OpenTelemetry variables have it. */
export const pairs = z.string().transform((text, ctx): Readonly<Record<string, string>> => {
  const found: Record<string, string> = {};
  for (const pair of text.split(",").filter((each) => each.trim() !== "")) {
    const [, name, value = ""] = /^\s*([^\s=]+)\s*=(.*)$/.exec(pair) ?? [];
    const decoded = decode(value.trim());
    if (name === undefined || decoded === undefined) {
      // Without what was given: headers hold keys.
      ctx.addIssue("has to be name=value between commas, percent-encoded");
      return z.NEVER;
    }
    found[name] = decoded;
  }
  return found;
});

export const secretPairs = pairs.transform(
  (given): Readonly<Record<string, Secret>> =>
    Object.fromEntries(Object.entries(given).map(([name, value]) => [name, new Secret(value)])),
);

export const httpUrl = z.url({
  protocol: /^https?$/,
  error: "has to be a URL such as http://collector:4318",
});

/** An address may hold a token. In clear only to this machine: what is told is the customers'. */
export const webhookUrl = z
  .string()
  .refine((text) => {
    const url = URL.parse(text);
    if (url === null || url.username !== "" || url.password !== "") return false;
    return url.protocol === "https:" || (url.protocol === "http:" && isHere(url.hostname));
  }, "has to be a URL such as https://hooks.example.com/fairlead (http on loopback alone)")
  .transform((text) => new Secret(text));

export const exporter = z.enum(["otlp", "none"], "can be: otlp, none");

/** What the settings of observability come to. */
export interface ObserveSettings {
  OTEL_TRACES_EXPORTER?: z.output<typeof exporter> | undefined;
  OTEL_EXPORTER_OTLP_ENDPOINT?: string | undefined;
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT?: string | undefined;
  OTEL_EXPORTER_OTLP_HEADERS?: Readonly<Record<string, Secret>> | undefined;
  OTEL_SERVICE_NAME: string;
  OTEL_RESOURCE_ATTRIBUTES?: Readonly<Record<string, string>> | undefined;
  OTEL_TRACES_SAMPLER: z.output<typeof sampler>;
  OTEL_TRACES_SAMPLER_ARG: number;
  FAIRLEAD_TRACE_HOSTS?: readonly string[] | undefined;
  FAIRLEAD_PRICES?: Prices | undefined;
  FAIRLEAD_MONTHLY_BUDGET?: number | undefined;
  FAIRLEAD_ALERT_WEBHOOK?: Secret | undefined;
  FAIRLEAD_ALERT_SECRET?: Secret | undefined;
  /** Percent. */
  FAIRLEAD_ALERT_ERRORS: number;
  FAIRLEAD_ALERT_SPIKE: number;
  FAIRLEAD_METRICS_CONNECTIONS: boolean;
}

const HERE = "http://localhost:4318";

export function observeOf(values: ObserveSettings): ObserveConfig {
  const { FAIRLEAD_ALERT_WEBHOOK: url, FAIRLEAD_ALERT_SECRET: secret } = values;
  return {
    ...OBSERVE_DEFAULTS,
    tracing: tracingOf(values),
    cost: { prices: values.FAIRLEAD_PRICES ?? FREE, budget: values.FAIRLEAD_MONTHLY_BUDGET },
    alerts: {
      errorShare: values.FAIRLEAD_ALERT_ERRORS / 100,
      spikeFactor: values.FAIRLEAD_ALERT_SPIKE,
      webhook: url === undefined || secret === undefined ? undefined : { url, secret },
    },
    metricsPerConnection: values.FAIRLEAD_METRICS_CONNECTIONS,
  };
}

export function secretsOfObserving({ tracing, alerts }: ObserveConfig): readonly Secret[] {
  const { url, secret } = alerts.webhook ?? {};
  const given = [url, secret].filter((each) => each !== undefined);
  return [...given, ...Object.values(tracing?.headers ?? {})];
}

/** Settings that need another one beside them. */
export const PAIRED = [
  ["FAIRLEAD_ALERT_WEBHOOK", "FAIRLEAD_ALERT_SECRET"],
  ["FAIRLEAD_ALERT_SECRET", "FAIRLEAD_ALERT_WEBHOOK"],
  ["FAIRLEAD_MONTHLY_BUDGET", "FAIRLEAD_PRICES"],
] as const;

function tracingOf(values: ObserveSettings): ObserveConfig["tracing"] {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: base, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: own } = values;
  const { OTEL_TRACES_EXPORTER: chosen } = values;
  const isOn = chosen === undefined ? (base ?? own) !== undefined : chosen === "otlp";
  if (!isOn) return undefined;
  return {
    // The endpoint of traces is taken as it is, the common one gets its path (OTLP exporter, "Endpoint URLs").
    url: own ?? `${(base ?? HERE).replace(/\/$/, "")}/v1/traces`,
    headers: values.OTEL_EXPORTER_OTLP_HEADERS ?? {},
    serviceName: values.OTEL_SERVICE_NAME,
    resource: values.OTEL_RESOURCE_ATTRIBUTES ?? {},
    sampler: values.OTEL_TRACES_SAMPLER,
    ratio: values.OTEL_TRACES_SAMPLER_ARG,
    hosts: values.FAIRLEAD_TRACE_HOSTS ?? [],
  };
}

function isHere(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127\./.test(host);
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
