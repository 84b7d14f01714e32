import eslint from "@eslint/js";
import importX from "eslint-plugin-import-x";
import tseslint from "typescript-eslint";

/** Which folder may import which: the layers of the design. Everything not listed is refused. */
const LAYERS = {
  "./src/schema": [],
  "./src/store": ["./src/schema"],
  "./src/signatures": ["./src/schema"],
  "./src/models": ["./src/schema"],
  "./src/progress": [],
  "./src/analysis": ["./src/schema", "./src/store", "./src/models", "./src/signatures", "./src/progress"],
  "./src/report": ["./src/analysis/result.ts"],
  "./collectors": ["./src/schema"],
};
/** Small modules without dependencies that any layer may use. */
const ANYWHERE = ["./src/errors.ts", "./src/package_root.ts"];
const ROOTS = ["./src", "./collectors"];

const zones = Object.entries(LAYERS).flatMap(([target, allowed]) =>
  ROOTS.map((from) => {
    const relative = (path) => (path === from ? "." : path.startsWith(`${from}/`) ? path.slice(from.length + 1) : null);
    const except = [target, ...allowed, ...ANYWHERE].map(relative).filter((path) => path !== null);
    return { target, from, except: except.map((path) => (path === "." ? "." : `./${path}`)) };
  }).filter((zone) => !zone.except.includes(".")),
);

export default tseslint.config(
  { ignores: ["dist/", "out/", "node_modules/", "coverage/", "docs/"] },
  eslint.configs.recommended,
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: { allowDefaultProject: ["*.js", "*.mjs"] } } },
    plugins: { "import-x": importX },
    rules: {
      "import-x/no-restricted-paths": ["error", { zones }],
      "import-x/no-default-export": "error",
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      eqeqeq: "error",
    },
  },
  { files: ["test/**/*.ts"], rules: { "@typescript-eslint/no-base-to-string": "off" } },
  {
    files: ["src/**/*.ts", "collectors/**/*.ts"],
    ignores: ["src/cli/**"],
    rules: {
      "no-restricted-properties": [
        "error",
        { object: "process", property: "exit", message: "Only the command line ends the process." },
        { object: "process", property: "env", message: "Only the command line reads the environment." },
        { object: "Date", property: "now", message: "Results must not depend on the clock of this machine." },
      ],
      "no-console": "error",
    },
  },
  {
    files: ["src/**/*.ts", "collectors/**/*.ts"],
    ignores: ["src/store/**"],
    rules: {
      "no-restricted-imports": [
        "error",
        { paths: [{ name: "@duckdb/node-api", message: "Only src/store touches DuckDB." }] },
      ],
    },
  },
  {
    files: ["*.js", "*.mjs", "vitest.config.ts"],
    ...tseslint.configs.disableTypeChecked,
    rules: { ...tseslint.configs.disableTypeChecked.rules, "import-x/no-default-export": "off" },
  },
);
