import { CliError } from "../errors.ts";

/** What the store needs to know of a model to build it. */
export interface Buildable {
  readonly qualifiedName: string;
  readonly select: string;
}

/**
 * The schema-qualified relations that a select reads, sorted, each once.
 *
 * Read from its text, comments and strings left out: DuckDB's syntax tree of all models takes a hundred times as long. A
 * test holds every model to that tree.
 */
export function relationsRead(select: string): readonly string[] {
  const bare = select.replaceAll(/--.*|'(?:[^']|'')*'/g, "");
  const names = [...bare.matchAll(/(?<!distinct\s+)\b(?:from|join)\s+(\w+\.\w+)/g)].map((match) => match[1] ?? "");
  return [...new Set(names)].sort();
}

/**
 * The models in an order in which each comes after all it reads; ties keep the given order.
 *
 * @throws CliError ERR_MODEL naming the models of a cycle
 */
export function buildOrder<M extends Buildable>(
  models: readonly M[],
  reads: ReadonlyMap<string, readonly string[]>,
): readonly M[] {
  const byName = new Map(models.map((model) => [model.qualifiedName, model]));
  const ordered: M[] = [];
  const done = new Set<string>();
  const visit = (model: M, path: readonly string[]): void => {
    if (done.has(model.qualifiedName)) return;
    if (path.includes(model.qualifiedName)) {
      throw new CliError("ERR_MODEL", `models read each other: ${[...path, model.qualifiedName].join(" -> ")}`);
    }
    for (const name of reads.get(model.qualifiedName) ?? []) {
      const dependency = byName.get(name);
      if (dependency) visit(dependency, [...path, model.qualifiedName]);
    }
    done.add(model.qualifiedName);
    ordered.push(model);
  };
  for (const model of models) visit(model, []);
  return ordered;
}
