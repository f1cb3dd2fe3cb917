// Writes the pages that come from the source.  npm run generate

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { generatedPages } from "./generated-pages.ts";

const root = join(import.meta.dirname, "..");
for (const [path, text] of Object.entries(generatedPages)) {
  writeFileSync(join(root, path), text());
  console.log(path);
}
