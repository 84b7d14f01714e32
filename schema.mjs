// Writes docs/SCHEMA.md from the compiled program; run after a build.
import { mkdirSync, writeFileSync } from "node:fs";

import { schemaDocument } from "./dist/src/analysis/schema_document.js";

mkdirSync("docs", { recursive: true });
writeFileSync("docs/SCHEMA.md", await schemaDocument());
