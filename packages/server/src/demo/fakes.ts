/** An imitation of an upstream, running, and how the environment of a server leads there. */
export interface RunningFake {
  connector: string;
  url: string;
  environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** Every imitation there is, loaded when the demo starts. */
export const FAKES: readonly (() => Promise<RunningFake>)[] = [startCloudways];

async function startCloudways(): Promise<RunningFake> {
  const { createCloudwaysFake } = await import("@fairlead/cloudways/fake");
  const fake = createCloudwaysFake();
  const { origin, close } = await fake.listen();
  return {
    connector: "cloudways",
    url: origin,
    environment: {
      CLOUDWAYS_EMAIL: fake.credentials.email,
      CLOUDWAYS_API_KEY: fake.credentials.apiKey,
      CLOUDWAYS_BASE_URL: origin,
    },
    close,
  };
}
