// Pages of the repository that are written from the source, and the test that holds them to it reads the same list.

import { exampleConfiguration } from "../src/config/example.ts";
import { commandLinePage } from "./command-line-page.ts";
import { configurationPage } from "./configuration-page.ts";

/** By path from the root of the repository. */
export const generatedPages: Readonly<Record<string, () => string>> = {
  "docs/operating/dakghar.example.toml": exampleConfiguration,
  "docs/operating/configuration.md": configurationPage,
  "docs/operating/command-line.md": commandLinePage,
};
