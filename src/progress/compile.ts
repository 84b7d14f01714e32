import { readFileSync } from "node:fs";
import { join } from "node:path";

import { packageRoot } from "../package_root.ts";

/** One line of a CNI or IPAM program that marks a step: data of `steps.json`. */
export interface ProgressStep {
  /** Program that writes it, as in raw.cni_logs. */
  readonly component: string;
  readonly step: string;
  /** CNI command the line belongs to, where the line itself tells. */
  readonly command?: "ADD" | "DEL";
  /** Text the message contains, or begins with; exactly one of the two. */
  readonly contains?: string;
  readonly starts_with?: string;
  /** Where the program writes it. */
  readonly source: string;
}

/** The progress steps of all known CNIs, in order of precedence. */
export function readProgressSteps(
  path = join(packageRoot(), "src", "progress", "steps.json"),
): readonly ProgressStep[] {
  return JSON.parse(readFileSync(path, "utf8")) as readonly ProgressStep[];
}

/**
 * The macro `progress_of(component, message)`: `step` or `step:command` of the first entry that fits, else null.
 *
 * One case expression per component, so that a record is compared with its own program's lines only.
 */
export function progressMacroSql(steps: readonly ProgressStep[]): string {
  const components = [...new Set(steps.map((each) => each.component))];
  const branches = components.map((component) => {
    const whens = steps
      .filter((each) => each.component === component)
      .map((each) => `when ${condition(each)} then ${quote([each.step, each.command ?? ""].join(":"))}`);
    return `when ${quote(component)} then case ${whens.join(" ")} end`;
  });
  return `create or replace macro progress_of(component, message) as case component ${branches.join(" ")} end`;
}

function condition(step: ProgressStep): string {
  if (step.starts_with !== undefined) return `starts_with(message, ${quote(step.starts_with)})`;
  if (step.contains !== undefined) return `contains(message, ${quote(step.contains)})`;
  throw new Error(`progress step ${step.component}/${step.step} has neither contains nor starts_with`);
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
