import { idAt } from "./go_values.ts";
import { takeNames, takePod } from "./promotion.ts";
import type { RecordState } from "./record_state.ts";

const ALLOCATE = /^allocate v4 (\S*), v6 (\S*), mac (\S*) for (\S+) from (?:ippool (\S+) in )?subnet (\S+)/;
const SYNC_ERROR = /^error syncing '([^']+)'/;
const PORT_REQUEST = /^(add|del) port request: \{\S* (\S+) (\S+) ([0-9a-f]{64}) /;

/** Finds pod, sandbox and addresses in the messages of kube-ovn's controller and daemon. */
export function takeKubeOvnMentions(text: string, state: RecordState): void {
  const { record } = state;
  if (text.startsWith("allocate v4 ")) {
    const [, v4, v6, mac, pod, pool, subnet] = ALLOCATE.exec(text) ?? [];
    if (pod === undefined) {
      return;
    }
    takePod(pod, record);
    for (const [key, value] of Object.entries({ ip: v4, ip_v6: v6, mac, pool, subnet })) {
      if (value !== undefined && value !== "") {
        state.field(key, value);
      }
    }
  } else if (text.startsWith("error syncing '")) {
    const key = SYNC_ERROR.exec(text)?.[1];
    if (key !== undefined && record.caller?.startsWith("pod.go:") === true) {
      takePod(key, record);
    }
  } else if (text.startsWith("add port request: ") || text.startsWith("del port request: ")) {
    const [, verb, pod, namespace, id] = PORT_REQUEST.exec(text) ?? [];
    if (pod !== undefined && namespace !== undefined && takeNames(namespace, pod, record)) {
      record.sandboxId ??= idAt(id ?? "", 0);
      state.field("command", verb === "add" ? "ADD" : "DEL");
    }
  }
}
