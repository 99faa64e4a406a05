import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { chooseConnectors } from "fairlead/config/choose-connectors";
import { aboutOf, RESERVED, SETTING_NAMES } from "fairlead/config/settings";
import type { Canaries } from "./canaries.ts";
import type { Environment } from "./program.ts";

/** What the settings lead to. */
export interface Places {
  webhook: string;
  /** Absent: the embedded store. */
  databaseUrl?: string;
  redisUrl?: string;
}

/** Gives a new secret of the setting. */
type Plant = (part?: string) => string;

/** A text for each setting that is a secret; undefined where this run cannot have it. */
const TEXTS: Readonly<Record<string, (plant: Plant, places: Places) => string | undefined>> = {
  FAIRLEAD_API_KEY: (plant) => `${plant()},${plant("second")}`,
  FAIRLEAD_SIGN_IN_CLIENT_SECRET: (plant) => plant(),
  ENCRYPTION_KEY: (plant) => plant(),
  ENCRYPTION_KEY_PREVIOUS: (plant) => `${plant()},${plant("second")}`,
  DATABASE_URL: (plant, { databaseUrl }) => withPassword(databaseUrl, plant),
  // Its server was started with that password.
  REDIS_URL: (_plant, { redisUrl }) => redisUrl,
  // Whoever sets it is turned away: looked at in commands that fail.
  RABBITMQ_URL: () => undefined,
  FAIRLEAD_ALERT_WEBHOOK: (plant, { webhook }) =>
    `${webhook}/${plant("path")}?key=${plant("query")}`,
  FAIRLEAD_ALERT_SECRET: (plant) => plant(),
  OTEL_EXPORTER_OTLP_HEADERS: (plant) =>
    `authorization=Bearer%20${plant("bearer")},x-anything=${plant("value")}`,
  CLOUDWAYS_API_KEY: (plant) => plant(),
  ROCKETNET_EMAIL: (plant) => `${plant()}@example.com`,
  ROCKETNET_PASSWORD: (plant) => plant(),
};

/** Every setting that the schemas call a secret. */
export async function secretSettings(): Promise<readonly string[]> {
  const { connectors } = await chooseConnectors({}, {}, []);
  const theirs = connectors.flatMap(({ environment = {} }) => Object.values(environment));
  return [
    ...SETTING_NAMES.filter((name) => aboutOf(name).secret === true),
    ...theirs.filter(({ secret }) => secret === true).map(({ name }) => name),
    ...Object.keys(RESERVED),
  ];
}

export const placeOf = (setting: string) => `operator's ${setting}`;

/** All of them with a canary in each. A setting that nobody has thought of here fails. */
export async function operatorSettings(canaries: Canaries, places: Places): Promise<Environment> {
  const names = await secretSettings();
  const settings: Record<string, string> = {};
  for (const name of names) {
    const textOf = TEXTS[name];
    if (textOf === undefined) throw new Error(`${name} is a new secret: say here how to plant it.`);
    const plant: Plant = (part = "") => canaries.plant(`${placeOf(name)} ${part}`.trim());
    const text = textOf(plant, places);
    if (text !== undefined) settings[name] = text;
  }
  return settings;
}

/** The same in files, by `<NAME>_FILE`. */
export function inFiles(settings: Environment, directory: string): Environment {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  return Object.fromEntries(
    Object.entries(settings).map(([name, text]) => [
      `${name}_FILE`,
      writeSecret(join(directory, name), text),
    ]),
  );
}

/** The master key from a command that writes it, the rest as it is. */
export function byCommand({ ENCRYPTION_KEY = "", ...rest }: Environment, file: string) {
  return { ...rest, ENCRYPTION_KEY_COMMAND: `cat ${writeSecret(file, ENCRYPTION_KEY)}` };
}

export function writeSecret(file: string, text: string): string {
  writeFileSync(file, `${text}\n`, { mode: 0o600 });
  return file;
}

function withPassword(text: string | undefined, plant: Plant): string | undefined {
  if (text === undefined) return undefined;
  const url = new URL(text);
  url.password = plant("password");
  return url.href;
}
