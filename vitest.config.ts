import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: "test/build_wasm.ts",
    testTimeout: 60_000,
    hookTimeout: 120_000,
    env: { TZ: "UTC" },
    pool: "forks",
    // The default leaves a core to vitest, which does next to nothing: with two cores that is one test file at a time.
    maxWorkers: "100%",
  },
});
