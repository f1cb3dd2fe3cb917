// Makes dist/ for the published package: node strips no types under node_modules, so what is installed is JavaScript.
// Beside what tsc does, the other files of src/ (SQL and the like) are copied, and the thread entry points that
// `new URL("./x.ts", import.meta.url)` and `import.meta.resolve("./x.ts")` name are renamed as tsc renames imports.

import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, globSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const dist = join(root, "dist");

rmSync(dist, { recursive: true, force: true });
execFileSync(
  process.execPath,
  [join(root, "node_modules/typescript/bin/tsc"), "-p", join(root, "tsconfig.build.json")],
  {
    stdio: "inherit",
  },
);

for (const asset of globSync("**/*.*", { cwd: join(root, "src"), exclude: ["**/*.ts"] }))
  cpSync(join(root, "src", asset), join(dist, asset));

const entryPoint = /(\bnew URL\(|\bimport\.meta\.resolve\()(\s*"\.[^"]*)\.ts"/g;
for (const path of globSync("**/*.js", { cwd: dist })) {
  const file = join(dist, path);
  const code = readFileSync(file, "utf8");
  const renamed = code.replace(entryPoint, '$1$2.js"');
  if (/^[^/]*"\.[^"\n]*\.ts"/m.test(renamed))
    throw new Error(
      `${path} names a .ts file that is not in the package; use an import or new URL("./x.ts", import.meta.url)`,
    );
  if (renamed !== code) writeFileSync(file, renamed);
}

chmodSync(join(dist, "app/bin.js"), 0o755);
