import type { Argv, CommandModule } from "yargs";

import type { Terminal } from "../terminal.ts";

const FORMATS = ["text", "markdown", "json"] as const;

interface ExplainArgs {
  out: string;
  pod: string | undefined;
  run: string | undefined;
  format: (typeof FORMATS)[number];
}

/**
 * `cnitrace explain <out> [pod]`: the story of a pod, with its causes, or of an address, with its holders; each line with
 * its place.
 */
export function explainCommand(terminal: Terminal): CommandModule<object, ExplainArgs> {
  return {
    command: "explain <out> [pod]",
    describe: "Tell the story of a pod (milestones, attempts, causes) or of an address (holders, leak)",
    builder: (args: Argv) =>
      args
        .positional("out", { type: "string", demandOption: true, describe: "Folder that analyze wrote" })
        .positional("pod", {
          type: "string",
          describe:
            "Name, namespace/name, UID or sandbox id of a pod, or an IP address; else the slowest pod and one of each failure class",
        })
        .option("run", { type: "string", describe: "Only this run" })
        .option("format", { choices: FORMATS, default: "text", describe: "Form of the story" })
        .example("$0 explain out default/app-1-x7k2p", "Why was this pod late?")
        .example("$0 explain out 10.20.0.7", "Who held this address?") as Argv<ExplainArgs>,
    handler: async ({ out, pod, run, format }) => {
      const { explainAddress, isAddress } = await import("../../analysis/explain_address.ts");
      const print = <T>(
        stories: readonly T[],
        asText: (story: T) => string,
        asMarkdown: (story: T) => string,
      ): void => {
        terminal.result(
          format === "json"
            ? `${JSON.stringify(stories, null, 2)}\n`
            : stories.map(format === "text" ? asText : asMarkdown).join("\n"),
        );
      };
      if (pod !== undefined && isAddress(pod)) {
        const { addressMarkdown, addressText } = await import("../address_story_text.ts");
        print(await explainAddress(out, pod, run ?? null), addressText, addressMarkdown);
        return;
      }
      const { explainPods } = await import("../../analysis/explain.ts");
      const { storyMarkdown, storyText } = await import("../pod_story_text.ts");
      print(await explainPods(out, { pod: pod ?? null, run: run ?? null }), storyText, storyMarkdown);
    },
  };
}
