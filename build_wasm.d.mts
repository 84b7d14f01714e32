export const WASM_FILE: string;

export function buildWasm(): Promise<void>;
