import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { compileFunction } from "node:vm";
import type * as Vega from "vega";
import type * as VegaLite from "vega-lite";

/**
 * Vega from the one file that the package has for browsers: its 260 modules take a quarter of a second of processor time
 * to find and compile, the file a fifth of that.
 */
export const vega = browserFile("vega", "vega.min.js") as typeof Vega;

/** Vega-Lite from its file for browsers, which works with the Vega above. */
export const vegaLite = browserFile("vega-lite", "vega-lite.min.js", { vega }) as typeof VegaLite;

type CommonJs = (exports: object, module: object, require: (name: string) => unknown) => void;

/**
 * What a file exports that is written for browsers and CommonJS alike. It lies in a package of modules, where `require`
 * would take it for one.
 *
 * @param packages what it requires, by name
 */
function browserFile(name: string, file: string, packages: Readonly<Record<string, unknown>> = {}): unknown {
  const path = join(dirname(createRequire(import.meta.url).resolve(name)), file);
  const exports = {};
  const run = compileFunction(readFileSync(path, "utf8"), ["exports", "module", "require"], {
    filename: path,
  }) as CommonJs;
  run(exports, { exports }, (required) => packages[required]);
  return exports;
}
