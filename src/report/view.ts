import type { AnalysisResult } from "../analysis/result.ts";
import { completionChart } from "./charts/completion_chart.ts";
import type { Chart } from "./charts/chart.ts";
import { failureChart } from "./charts/failure_chart.ts";
import { latencyChart, progressChart } from "./charts/line_charts.ts";
import { phaseChart } from "./charts/phase_chart.ts";
import { poolChart } from "./charts/pool_chart.ts";
import { resourceChart } from "./charts/resource_chart.ts";
import { stallChart } from "./charts/stall_chart.ts";
import { survivalChart } from "./charts/survival_chart.ts";
import type { Language, Locale } from "./locale.ts";
import { indexResult, runCount, runList, type ReportData } from "./report_data.ts";
import { addressesView } from "./sections/addresses.ts";
import { analysisView } from "./sections/analysis.ts";
import { backgroundView } from "./sections/background.ts";
import { dataQualityView } from "./sections/data_quality.ts";
import { environmentView } from "./sections/environment.ts";
import { failuresView } from "./sections/failures.ts";
import { planView } from "./sections/plan.ts";
import { progressView } from "./sections/progress.ts";
import { resultView } from "./sections/result.ts";
import { summaryView } from "./sections/summary.ts";
import { testObjectsView } from "./sections/test_objects.ts";
import type { SectionName } from "./template_engine.ts";
import { generatorVersion, message, type Text } from "./text.ts";

/** The page before it has a language. */
export interface ReportView {
  readonly frame: { readonly madeBy: Text };
  readonly sections: Readonly<Record<SectionName, object>>;
  readonly charts: readonly Chart[];
}

/** Everything the page says and shows about `result`. */
export function reportView(result: AnalysisResult): ReportView {
  const data = indexResult(result);
  const named = [
    progressChart(data),
    completionChart(data),
    latencyChart(data),
    phaseChart(data),
    stallChart(data),
    resourceChart(data),
    survivalChart(data),
    failureChart(data),
    poolChart(data),
  ];
  const charts = named.filter((chart) => chart !== null);
  const captions = simulatedCaptions(data);
  const shown = (name: string): { name: string; alt: Text; captions: readonly Text[] }[] =>
    charts.filter((chart) => chart.name === name).map((chart) => ({ name, alt: chart.alt, captions }));
  return {
    frame: { madeBy: madeBy(data) },
    sections: {
      background: backgroundView(data),
      environment: environmentView(data),
      test_objects: testObjectsView(data),
      plan: planView(data),
      result: {
        ...resultView(data),
        completionCharts: shown("completion"),
        progressCharts: shown("progress"),
        latencyCharts: shown("latency"),
      },
      analysis: { ...analysisView(data), charts: shown("phases") },
      progress: {
        ...progressView(data),
        stallCharts: shown("stalls"),
        resourceCharts: shown("resources"),
        survivalCharts: shown("survival"),
      },
      failures: { ...failuresView(data), charts: shown("failures") },
      addresses: { ...addressesView(data), charts: shown("pools") },
      data_quality: dataQualityView(data),
      summary: summaryView(data),
    },
    charts,
  };
}

function madeBy(data: ReportData): Text {
  const version = generatorVersion(data.result);
  if (data.runs.length === 0) return message("page.made_by_no_run", { version });
  return message("page.made_by", { version, runs: runCount(data.runs) });
}

/** What stands under every chart when data are simulated; nothing when none are. */
function simulatedCaptions({ runs }: ReportData): Text[] {
  const simulated = runs.filter((run) => run.row.origin === "simulated");
  if (simulated.length === 0) return [];
  if (simulated.length === runs.length) return [message("chart.simulated_all")];
  return [message("chart.simulated", { runs: runList(simulated) })];
}

/** Name of the page's file in one language. */
export function pageName(language: Language): string {
  return language === "en" ? "ipam-performance.md" : `ipam-performance-${language}.md`;
}

/** The line that leads to the page in the other languages; the page's own language is no link. */
export function languageSwitch(current: Language, written: readonly Locale[]): string {
  return written
    .map(({ language, messages }) => {
      const name = messages.get("language.name") ?? language;
      return language === current ? `**${name}**` : `[${name}](./${pageName(language)})`;
    })
    .join(" | ");
}
