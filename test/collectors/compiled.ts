import { copyFileSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";
import { WASM_FILE } from "../../build_wasm.mjs";
import { packageRoot } from "../../src/package_root.ts";

/** Compiles the collectors and what they import into a folder, for worker threads cannot load TypeScript. */
export function compileCollectors(folder: string): string {
  const root = packageRoot();
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  copyFileSync(join(root, "package.json"), join(folder, "package.json"));
  const compilerOptions: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    rewriteRelativeImportExtensions: true,
    verbatimModuleSyntax: true,
  };
  const below = (dir: string) =>
    readdirSync(join(root, dir), { recursive: true, encoding: "utf8" }).map((name) => join(dir, name));
  const sources = [...below("collectors"), ...below("src/schema"), "src/errors.ts", "src/package_root.ts"];
  for (const name of sources.filter((path) => path.endsWith(".ts") && !path.startsWith(`${dirname(WASM_FILE)}/`))) {
    const target = join(folder, name.replace(/\.ts$/, ".js"));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, ts.transpileModule(readFileSync(join(root, name), "utf8"), { compilerOptions }).outputText);
  }
  mkdirSync(dirname(join(folder, WASM_FILE)), { recursive: true });
  copyFileSync(join(root, WASM_FILE), join(folder, WASM_FILE));
  return join(folder, "collectors", "collect.js");
}
