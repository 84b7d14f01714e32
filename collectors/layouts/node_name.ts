const EXTENSIONS = /(?:\.(?:log|txt|json|gz|zst|out|\d+))+$/i;
const PROGRAM = "kubelet|containerd|crio|cri-o|journal|journald|syslog|messages|dmesg";
const NAME = "([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)";
const AFTER_PROGRAM = new RegExp(`(?:^|[-_.:])(?:${PROGRAM})[-_.@]${NAME}$`);
const BEFORE_PROGRAM = new RegExp(`^${NAME}[-_.@](?:logs?[-_.])?(?:${PROGRAM})$`);
/** Parts of names that say what a file is or when it was taken, not where. */
const NOT_A_NODE =
  /^(?:logs?|\d[\dT:.-]*|old|new|prev|previous|current|before|mid|after|end|all|full|service|unit|debug|errors?|info|stderr|stdout)$/i;

/**
 * The node whose name is one of the path's parts, or stands between separators in its file name.
 *
 * @param nodes names known from the manifest or Node objects; the longest that fits wins (`worker1` against `worker10`)
 */
export function knownNodeIn(path: string, nodes: ReadonlySet<string>): string | null {
  let best: string | null = null;
  for (const part of path.split("/")) {
    for (const node of nodes) {
      if ((best === null || node.length > best.length) && containsName(part, node)) best = node;
    }
  }
  return best;
}

function containsName(part: string, node: string): boolean {
  for (let at = part.indexOf(node); at !== -1; at = part.indexOf(node, at + 1)) {
    const before = part[at - 1];
    const after = part[at + node.length];
    if ((before === undefined || /[-_.@:]/.test(before)) && (after === undefined || /[-_.@:]/.test(after))) return true;
  }
  return false;
}

/** The node in a file name such as `kubelet-worker3.log` or `worker3_kubelet.log`; null when it names none. */
export function nodeInFileName(path: string): string | null {
  const stem = path.slice(path.lastIndexOf("/") + 1).replace(EXTENSIONS, "");
  const found = AFTER_PROGRAM.exec(stem)?.[1] ?? BEFORE_PROGRAM.exec(stem)?.[1] ?? null;
  return found === null || NOT_A_NODE.test(found) ? null : found;
}

const JOURNAL_HOST =
  /^(?:[A-Z][a-z]{2} [ \d]\d (?:\d{4} )?[\d:.]+(?: [A-Z]{2,5})?|\d{4}-\d\d-\d\dT[\d:.,]+(?:Z|[+-][\d:]{4,6})) (\S+) [^\s:[]+(?:\[\d+\])?: /gm;
const JOURNAL_JSON_HOST = /"_HOSTNAME"\s*:\s*"([^"]+)"/g;
const REGISTERED = /(?:Attempting to register node|Successfully registered node)"? node="?([a-z0-9.-]+)"?/g;

/**
 * The node that the beginning of a log names as its own host.
 *
 * @returns null when it names none, or several: a merged log has no node of its own
 */
export function nodeInContent(sample: string): string | null {
  for (const pattern of [JOURNAL_HOST, JOURNAL_JSON_HOST, REGISTERED]) {
    const names = new Set([...sample.matchAll(pattern)].map((match) => match[1]));
    if (names.size === 1) return [...names][0] ?? null;
    if (names.size > 1) return null;
  }
  return null;
}
