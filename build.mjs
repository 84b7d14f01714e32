// Compiles TypeScript and the collectors' inner loop into dist/. Assets (SQL, signatures, templates) are read from the
// package root and not copied.
import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import process from "node:process";
import { buildWasm, WASM_FILE } from "./build_wasm.mjs";

const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
rmSync("dist", { recursive: true, force: true });
try {
  execFileSync(process.execPath, [tsc, "-p", "tsconfig.build.json"], { stdio: "inherit" });
  await buildWasm();
  mkdirSync(dirname(`dist/${WASM_FILE}`), { recursive: true });
  copyFileSync(WASM_FILE, `dist/${WASM_FILE}`);
} catch {
  process.exit(1);
}
try {
  chmodSync("dist/src/cli/main.js", 0o755);
} catch {
  // A build without the command line has nothing to mark executable.
}
