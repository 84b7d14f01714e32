import { type Survey, surveyFile, type SurveyRequest } from "../layouts/survey.ts";
import { type JobResult, type ParseJob, runParseJob } from "./parse_job.ts";

/** A survey, or the system error (`EACCES`) that prevented it. */
export type SurveyResult = Survey | { readonly errorCode: string };

/** Surveys files; runs in a worker thread or in the caller's. */
export function survey(requests: readonly SurveyRequest[]): SurveyResult[] {
  return requests.map((request) => {
    try {
      return surveyFile(request);
    } catch (error) {
      if (error instanceof Error && "syscall" in error && "code" in error) return { errorCode: String(error.code) };
      throw error;
    }
  });
}

/** Parses one job; runs in a worker thread or in the caller's. */
export function parse(job: ParseJob): JobResult {
  return runParseJob(job);
}
