import { Random } from "../../fixtures/simulator/random.ts";

const one = (random: Random, ...values: readonly (string | number)[]): string => `${random.pick(values)}`;

/** A hazard of each kind, as the command line takes it. */
const HAZARDS: readonly ((random: Random) => string)[] = [
  (random) => `clock_offset=${one(random, 0.005, 0.2, 3, 30, 3600)}`,
  (random) => `leaks=${1 + random.int(4)}`,
  (random) => `stall=${10 + random.int(30)}:${15 + random.int(30)}`,
  (random) => `lock_contention=${one(random, 2, 3, 4)}`,
  (random) => `agent_restart=${1 + random.int(3)}`,
  (random) => `dropped_events=${one(random, 0.2, 0.5, 1)}`,
  () => "rotated_files",
  (random) => `torn_lines=${one(random, 0.002, 0.01, 0.03)}`,
  (random) => `lost_lines=${one(random, 0.001, 0.005, 0.02)}`,
  () => "missing_audit",
  (random) => `missing_objects=${one(random, "pods", "events", "nodes", "deployments,replicasets")}`,
];

/** A set of up to five different hazards with random strengths; the same for the same seed. */
export function randomHazards(seed: string): readonly string[] {
  const random = new Random(`hazards/${seed}`);
  const left = [...HAZARDS];
  const chosen: string[] = [];
  for (let count = random.int(6); count > 0; count -= 1) {
    const [make] = left.splice(random.int(left.length), 1);
    if (make !== undefined) chosen.push(make(random));
  }
  return chosen.sort();
}
