import { type Survey, surveyFile, type SurveyRequest } from "../layouts/survey.ts";
import { runParseJob } from "./parse_job.ts";

/** A survey, or the system error (`EACCES`) that prevented it. */
export type SurveyResult = Survey | { readonly errorCode: string };

/** The two kinds of work there are; each takes one item and runs to its end in the thread that calls it. */
export const WORK = { survey: surveyFiles, parse: runParseJob };

export type WorkName = keyof typeof WORK;
export type WorkItem<N extends WorkName> = Parameters<(typeof WORK)[N]>[0];
export type WorkResult<N extends WorkName> = ReturnType<(typeof WORK)[N]>;

function surveyFiles(requests: readonly SurveyRequest[]): SurveyResult[] {
  return requests.map((request) => {
    try {
      return surveyFile(request);
    } catch (error) {
      if (error instanceof Error && "syscall" in error && "code" in error) return { errorCode: String(error.code) };
      throw error;
    }
  });
}

/** Items that several threads share: each has all of them, and takes the next one that none has taken. */
export interface SharedWork<N extends WorkName = WorkName> {
  readonly name: N;
  /** In the order in which they are to be begun. */
  readonly turns: readonly Turn<N>[];
  /** How many turns have been taken; its one number is in memory that the threads share. */
  readonly taken: Int32Array;
}

interface Turn<N extends WorkName> {
  /** Place of the item among all, whatever the order of the turns. */
  readonly index: number;
  readonly item: WorkItem<N>;
}

/** Takes the next turn and does its work; null when no turn is left. */
export function takeTurn<N extends WorkName>(work: SharedWork<N>): { index: number; result: WorkResult<N> } | null {
  const turn = work.turns[Atomics.add(work.taken, 0, 1)];
  if (turn === undefined) return null;
  const run = WORK[work.name] as (item: WorkItem<N>) => WorkResult<N>;
  return { index: turn.index, result: run(turn.item) };
}

/** Makes that no further turn is taken. */
export function endTurns(work: SharedWork): void {
  Atomics.store(work.taken, 0, work.turns.length);
}
