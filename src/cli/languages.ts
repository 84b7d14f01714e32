import { CliError } from "../errors.ts";
import { LANGUAGES, type Language } from "../report/locale.ts";

/** The languages of a `--lang en,zh_CN` flag, each once. @throws CliError ERR_USAGE naming one that is not known */
export function parseLanguages(flag: string): readonly Language[] {
  const names = flag.split(",").map((name) => name.trim());
  return [...new Set(names)].map((name) => {
    const language = LANGUAGES.find((each) => each === name);
    if (language === undefined) {
      throw new CliError("ERR_USAGE", `no language ${name}`, { hint: `Known: ${LANGUAGES.join(", ")}.` });
    }
    return language;
  });
}
