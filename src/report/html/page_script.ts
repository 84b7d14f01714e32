import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { templateText } from "../template_files.ts";

const IMPORT = /^import \{ ([\w, ]+) \} from 'vega-util';$/m;
const EXPORT = /^export \{ (\w+) as expressionInterpreter \};$/m;

/** Everything that runs in a page, as one script without modules: Vega, its interpreter and the page's own. */
export function pageScript(): string {
  const vega = vegaFolder();
  const parts = [
    `/* ${packageFile(join(vega, "..", "LICENSE")).trim()} */`,
    packageFile(join(vega, "vega.min.js")),
    interpreterScript(),
    templateText("html/page.js"),
  ];
  return parts.join("\n").replace(/<\/script/gi, "<\\/script");
}

/**
 * Vega's interpreter of expressions, without which Vega would make functions of texts, as an addition to `vega`. It comes
 * as a module, which a page opened from a file cannot load.
 */
function interpreterScript(): string {
  const source = packageFile(createRequire(import.meta.url).resolve("vega-interpreter"));
  const [, names] = IMPORT.exec(source) ?? [];
  const [, expression] = EXPORT.exec(source) ?? [];
  if (names === undefined || expression === undefined) throw new Error("vega-interpreter is not laid out as expected");
  const body = source.replace(IMPORT, `const { ${names} } = vega;`).replace(EXPORT, "");
  return `(() => {\n${body}\nvega.expressionInterpreter = ${expression};\n})();`;
}

function vegaFolder(): string {
  return dirname(createRequire(import.meta.url).resolve("vega"));
}

function packageFile(path: string): string {
  return readFileSync(path, "utf8").replace(/^\/\/# sourceMappingURL=.*$/gm, "");
}
