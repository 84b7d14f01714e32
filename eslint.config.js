import eslint from "@eslint/js";
import tseslint from "typescript-eslint";

/** Which folder may import which other ones: the layers of the design. Everything not listed is refused. */
const LAYERS = {
  "src/schema": [],
  "src/store": ["schema"],
  "src/signatures": [],
  "src/progress": [],
  "src/slo": [],
  "src/models": [],
  "src/analysis": ["schema", "store", "models", "signatures", "progress", "slo"],
  "src/report": ["analysis/result.ts"],
  collectors: ["schema"],
};
/** Modules without dependencies of their own that any layer may use, `errors.ts` and `package_root.ts`, are not in a folder. */
const FOLDERS = [
  "schema",
  "store",
  "signatures",
  "progress",
  "slo",
  "models",
  "analysis",
  "report",
  "cli",
  "collectors",
];

const layerRules = Object.entries(LAYERS).map(([folder, allowed]) => {
  const own = folder.split("/").at(-1);
  const refused = FOLDERS.filter((name) => name !== own && !allowed.includes(name));
  const exceptions = allowed.filter((name) => name.includes("/")).map((name) => `(?!.*/${name}$)`);
  const message = `${folder} may import ${allowed.join(", ") || "no other folder"}.`;
  const patterns = [{ regex: `^${exceptions.join("")}\\.\\.?/(?:.*/)?(?:${refused.join("|")})/`, message }];
  const paths = folder === "src/store" ? [] : [{ name: "@duckdb/node-api", message: "Only src/store touches DuckDB." }];
  return { files: [`${folder}/**/*.ts`], rules: { "no-restricted-imports": ["error", { patterns, paths }] } };
});

export default tseslint.config(
  { ignores: ["dist/", "out/", "node_modules/", "coverage/", "collectors/wasm/"] },
  eslint.configs.recommended,
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: { allowDefaultProject: ["*.js", "*.mjs"] } } },
    rules: {
      "no-restricted-exports": ["error", { restrictDefaultExports: { direct: true, named: true } }],
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
  ...layerRules,
  {
    files: ["*.js", "*.mjs", "vitest.config.ts", "templates/**/*.js"],
    ...tseslint.configs.disableTypeChecked,
    rules: { ...tseslint.configs.disableTypeChecked.rules, "no-restricted-exports": "off" },
  },
);
