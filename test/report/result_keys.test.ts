import { expect, test } from "vitest";
import { RESULT_KEYS } from "../../src/analysis/result.ts";
import { readModels } from "../../src/models/model_files.ts";

test("the keys of the result tables are the grains of their relations", () => {
  const grains = readModels()
    .filter((model) => model.layer === "report" && !model.isPrivate)
    .map(({ name, grain }) => [name, grain] as const);
  expect(RESULT_KEYS).toEqual(Object.fromEntries(grains));
});
