import { renderApi } from "./api.ts";
import { renderCli } from "./cli.ts";
import { renderConfiguration, renderEnvironmentExample } from "./configuration.ts";
import { renderErrors } from "./errors.ts";

/** Files that are written from the code, by their path in the repository. */
export const PAGES: Readonly<Record<string, () => string | Promise<string>>> = {
  ".env.example": renderEnvironmentExample,
  "docs/reference/configuration.md": renderConfiguration,
  "docs/reference/errors.md": renderErrors,
  "docs/reference/cli.md": renderCli,
  "docs/reference/api.md": renderApi,
};
