import { readFileSync } from "node:fs";
import { join } from "node:path";

import { packageRoot } from "../package_root.ts";

/** What a program hands out to one request after the other: data of `serial_resources.json`. */
export interface SerialResource {
  /** Program that waits for it or hands it out, as in raw.cni_logs. */
  readonly component: string;
  /** Its name, a word of the report's locales. */
  readonly resource: string;
  /** A lock has one holder at a time; a queue may have several workers. */
  readonly kind: "lock" | "queue";
  /** How many share one. */
  readonly scope: "cluster" | "node";
  /** Relation of the timeline that shows its requests. */
  readonly requests: "ipam_operations" | "cni_operations" | "pods";
  /** Where the program does it. */
  readonly source: string;
}

/** The serial resources of all known programs. */
export function readSerialResources(
  path = join(packageRoot(), "src", "progress", "serial_resources.json"),
): readonly SerialResource[] {
  return JSON.parse(readFileSync(path, "utf8")) as readonly SerialResource[];
}

/** SQL that creates `main.serial_resources` (component, resource, kind, scope, requests). */
export function serialResourceTableSql(resources: readonly SerialResource[]): string {
  const rows = resources.map(
    ({ component, resource, kind, scope, requests }) =>
      `('${[component, resource, kind, scope, requests].join("', '")}')`,
  );
  return `create or replace table main.serial_resources as select * from (values ${rows.join(", ")}) as resources (component, resource, kind, scope, requests)`;
}
