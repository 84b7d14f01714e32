import { CliError } from "../errors.ts";
import { knownLanguages, type Language } from "../report/locale.ts";

/** The languages of a `--lang en,zh_CN` flag, each once. @throws CliError ERR_USAGE naming one that is not known */
export function parseLanguages(flag: string): readonly Language[] {
  const names = flag.split(",").map((name) => name.trim());
  const known = knownLanguages();
  return [...new Set(names)].map((name) => {
    if (known.includes(name)) return name;
    throw new CliError("ERR_USAGE", `no language ${name}`, { hint: `Known: ${known.join(", ")}.` });
  });
}
