// Compiles collectors/wasm, written in AssemblyScript, into the one module that the collectors load.
import { fileURLToPath } from "node:url";
import { dirname } from "node:path";
import process from "node:process";
import asc from "assemblyscript/asc";

export const WASM_FILE = "collectors/wasm/collectors.wasm";

/** Beside its source, where the collectors find it whether they run from the source or are compiled. */
export async function buildWasm() {
  const options = ["-O3", "--noAssert", "--runtime", "minimal", "--enable", "simd", "--stackSize", "0"];
  const { error, stderr } = await asc.main(["collectors/wasm/main.ts", ...options, "-o", WASM_FILE], {
    baseDir: dirname(fileURLToPath(import.meta.url)),
  });
  const complaints = stderr.toString();
  if (complaints !== "") process.stderr.write(complaints);
  if (error !== null) throw error;
}
