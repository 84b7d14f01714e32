import type { ResultRow } from "../../analysis/result.ts";
import { groupRows } from "../group_rows.ts";
import { cite, total } from "../figures/cited.ts";
import { asCount } from "../figures/figure.ts";
import { letters, runName, type RunData } from "../report_data.ts";
import { joined, message, words, type Text } from "../text.ts";
import { conditionName, ruleName } from "../vocabulary.ts";

type ChainStep = ResultRow<"failure_chain_steps">;
type ClassRow = ResultRow<"failure_classes">;

/** A causal chain as the lines of a Mermaid flow chart. */
export interface ChainView {
  readonly title: Text;
  readonly lines: readonly Text[];
}

/** The chain of the most frequent root per CNI and condition, drawn for the run where it was behind most failures. */
export function chainViews(runs: readonly RunData[]): ChainView[] {
  const groups = groupRows(runs, ({ row }) => JSON.stringify([row.cni, row.scenario, row.phase]));
  return [...groups.values()].flatMap((group) => {
    const [top] = group
      .flatMap((run) => {
        const root = topRoot(run);
        return root === undefined ? [] : [{ run, root }];
      })
      .sort((a, b) => b.root.failure_count - a.root.failure_count);
    return top === undefined ? [] : [chainView(top.run, top.root)];
  });
}

/** The root that the run's verdict names; one that was found rather than `unknown` where there is. */
function topRoot(run: RunData): ClassRow | undefined {
  const roots = run.failureClasses.filter((row) => row.role === "root");
  return (
    roots.find((row) => row.class === run.row.top_cause_class && row.class !== "unknown") ??
    roots.find((row) => row.class !== "unknown")
  );
}

function chainView(run: RunData, root: ClassRow): ChainView {
  const steps = run.chainSteps.filter((step) => step.root_class === root.class);
  const classes = [...new Set([root.class, ...steps.map((step) => step.class)])];
  const node = (name: string | null): string => `step${letters(classes.indexOf(name ?? ""))}`;
  const leaves = classes.filter((name) => !steps.some((step) => step.cause_class === name));
  const end = message("failures.chain_end", {
    pods: asCount(cite(root, "pod_count")),
    recovered: asCount(cite(root, "recovered_pod_count")),
    lost: asCount(cite(root, "lost_pod_count")),
  });
  return {
    title: message("failures.chain", {
      cni: run.style.name,
      condition: conditionName(run.row),
      run: runName(run),
    }),
    lines: [
      words("flowchart LR"),
      ...classes.map((name) => label(`  ${node(name)}`, nodeText(name, steps))),
      label("  pods", end),
      ...steps
        .filter((step) => step.cause_class !== null)
        .map((step) => edge(node(step.cause_class), step, node(step.class))),
      ...leaves.map((name) => words(`  ${node(name)} --> pods`)),
    ],
  };
}

function nodeText(name: string, steps: readonly ChainStep[]): Text {
  const own = steps.filter((step) => step.class === name);
  const isRoot = own.some((step) => step.cause_class === null);
  return message(isRoot ? "failures.chain_root" : "failures.chain_node", {
    name: message(`failure_class.${name}.name`),
    count: asCount(total(own, "failure_count")),
  });
}

function label(id: string, text: Text): Text {
  return joined([words(`${id}["`), text, words('"]')], "tight");
}

function edge(from: string, step: ChainStep, to: string): Text {
  const rule = ruleName(step.rule);
  if (rule === null) return words(`  ${from} --> ${to}`);
  return joined([words(`  ${from} -- "`), rule, words(`" --> ${to}`)], "tight");
}
