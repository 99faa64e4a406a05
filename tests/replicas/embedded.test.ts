import { afterAll, beforeAll, describe } from "vitest";
import { type Installation, startEmbedded } from "./src/installation.ts";
import { type People, peopleOf } from "./src/people.ts";
import { testInstallation } from "./src/scenarios.ts";

describe("three processes of one machine on one directory, with nothing installed", () => {
  let installation: Installation;
  let who: People;

  beforeAll(async () => {
    installation = await startEmbedded();
    who = peopleOf(installation);
  }, 60_000);

  afterAll(async () => {
    await installation?.close();
  });

  testInstallation(
    () => installation,
    () => who,
  );
});
