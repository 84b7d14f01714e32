import type { Argv, CommandModule } from "yargs";

import { storyMarkdown, storyText } from "../pod_story_text.ts";
import type { Terminal } from "../terminal.ts";

const FORMATS = ["text", "markdown", "json"] as const;

interface ExplainArgs {
  out: string;
  pod: string | undefined;
  run: string | undefined;
  format: (typeof FORMATS)[number];
}

/** `cnitrace explain <out> [pod]`: one pod's story in order, with its causes and the place of every line. */
export function explainCommand(terminal: Terminal): CommandModule<object, ExplainArgs> {
  return {
    command: "explain <out> [pod]",
    describe: "Tell one pod's story: milestones, attempts, causes",
    builder: (args: Argv) =>
      args
        .positional("out", { type: "string", demandOption: true, describe: "Folder that analyze wrote" })
        .positional("pod", {
          type: "string",
          describe: "Name, namespace/name, UID or sandbox id; else the slowest and one of each failure class",
        })
        .option("run", { type: "string", describe: "Only this run" })
        .option("format", { choices: FORMATS, default: "text", describe: "Form of the story" })
        .example("$0 explain out default/app-1-x7k2p", "Why was this pod late?") as Argv<ExplainArgs>,
    handler: async ({ out, pod, run, format }) => {
      const { explainPods } = await import("../../analysis/explain.ts");
      const stories = await explainPods(out, { pod: pod ?? null, run: run ?? null });
      if (format === "json") {
        terminal.result(`${JSON.stringify(stories, null, 2)}\n`);
      } else {
        terminal.result(stories.map(format === "text" ? storyText : storyMarkdown).join("\n"));
      }
    },
  };
}
