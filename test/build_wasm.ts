/** The tests run the sources as they are: so must the part of them that is compiled. */
export { buildWasm as setup } from "../build_wasm.mjs";
