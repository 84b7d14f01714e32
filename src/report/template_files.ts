import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CliError } from "../errors.ts";
import { packageRoot } from "../package_root.ts";

let ownFolder: string | null = null;

/**
 * Lets the files of `folder` stand in for those of `templates/` that have the same name, for this process; null for
 * none. The folder is laid out as `templates/` is: `report.md.hbs`, `sections/`, `charts/`, `locales/`.
 *
 * @throws CliError ERR_INPUT when there is no such folder, or it holds a file that stands in for nothing
 */
export function useTemplates(folder: string | null): void {
  if (folder !== null) checkFolder(folder);
  ownFolder = folder;
}

/** Where the text of a template is, such as `charts/theme.json`: the user's own file, or else the program's. */
export function templatePath(name: string): string {
  const own = ownTemplate(name);
  return own !== null && existsSync(own) ? own : builtIn(name);
}

/** The user's own file of this name, which may not exist; null when no folder is in use. */
export function ownTemplate(name: string): string | null {
  return ownFolder === null ? null : join(ownFolder, name);
}

/** The program's own file of this name, which may not exist. */
export function builtIn(name: string): string {
  return join(packageRoot(), "templates", name);
}

/** The text of a template. */
export function templateText(name: string): string {
  return readFileSync(templatePath(name), "utf8");
}

/** Names of the template files in a folder, the program's and the user's own, sorted. */
export function templateNames(folder: string): string[] {
  const folders = [builtIn(folder), ownTemplate(folder)].filter((path) => path !== null && existsSync(path));
  return [...new Set(folders.flatMap((path) => (path === null ? [] : readdirSync(path))))].sort();
}

function checkFolder(folder: string): void {
  if (!existsSync(folder)) throw new CliError("ERR_INPUT", `no folder of templates ${folder}`);
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith("."))
    .map((entry) => join(entry.parentPath, entry.name).slice(join(folder, "/").length));
  const strange = names.find((name) => !/^locales[/\\][^/\\]+\.json$/.test(name) && !existsSync(builtIn(name)));
  if (strange === undefined) return;
  throw new CliError("ERR_INPUT", `${join(folder, strange)} is not the name of a template`, {
    hint: `A file there stands in for the one of the same name in ${builtIn("")}; new names are only for languages, in locales/.`,
  });
}
