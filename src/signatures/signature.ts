/** Order of display of the layers a failure class belongs to. */
export const LAYERS = [
  "ipam",
  "cni",
  "runtime",
  "kubelet",
  "scheduler",
  "image",
  "volume",
  "control_plane",
  "node",
] as const;

/**
 * What a message that matches stands for.
 *
 * - `root`: names the cause itself.
 * - `symptom`: follows from another failure, which is to be found.
 * - `transient`: part of normal contention or clean-up; retried, no failure by itself.
 * - `benign`: harmless although logged as a warning or an error; nothing to report.
 * - `wrapper`: says only that something inside failed; used to unwrap a message, never to classify it.
 */
export const ROLES = ["root", "symptom", "transient", "benign", "wrapper"] as const;

export type Layer = (typeof LAYERS)[number];
export type Role = (typeof ROLES)[number];

/** Class of every wrapper signature; it is no failure class and has no text in the locales. */
export const WRAPPER_CLASS = "wrapper";

/** Precedence of a signature that declares none. */
export const DEFAULT_PRECEDENCE = 50;

export interface FailureClass {
  /** snake_case, stable: part of the public tables. */
  readonly id: string;
  readonly default_role: Exclude<Role, "wrapper">;
  readonly layer: Layer;
  /** A model concludes it from several records; no message stands for it, so it has no signature. */
  readonly inferred?: true;
}

export interface Signature {
  /** Dotted and stable: `<component>.<name>`; never reused for another meaning. */
  readonly id: string;
  /** Id of a failure class, or `wrapper`. */
  readonly class: string;
  readonly role: Role;
  /** Program that writes the message. */
  readonly component: string;
  /** Versions in which the wording was found. */
  readonly versions: string;
  /**
   * 0-100, the higher wins when several signatures match one message. 80: the line itself tells more than the cause it
   * quotes; 60: a special form of another signature; 50 (default): names one cause; 30 and 20: wording any program
   * passes on; 10 and less: an outer symptom, which holds only when nothing inside is known.
   */
  readonly precedence: number;
  /** RE2, searched anywhere in the message after unescaping; a wrapper is matched at the start of what is left. */
  readonly pattern: string;
  readonly samples: readonly string[];
  /** Project, version and place, an issue, or `observed in recorded captures`. */
  readonly source: string;
}

/** All signatures in the order they are tried, with the classes they lead to. */
export interface SignatureSet {
  readonly classes: readonly FailureClass[];
  readonly signatures: readonly Signature[];
}

const ID_PATTERN = "^[a-z][a-z0-9_]*(\\.[a-z][a-z0-9_]*)+$";
const NAME_PATTERN = "^[a-z][a-z0-9_]*$";
const TEXT = { type: "string", minLength: 1 } as const;

/** JSON Schema of a signature file: an array of signatures. */
export const SIGNATURE_FILE_SCHEMA = {
  $schema: "http://json-schema.org/draft-07/schema#",
  title: "cnitrace failure signatures",
  type: "array",
  minItems: 1,
  items: {
    type: "object",
    additionalProperties: false,
    required: ["id", "class", "role", "component", "versions", "pattern", "samples", "source"],
    properties: {
      id: { type: "string", pattern: ID_PATTERN },
      class: { type: "string", pattern: NAME_PATTERN },
      role: { enum: ROLES },
      component: TEXT,
      versions: TEXT,
      precedence: { type: "integer", minimum: 0, maximum: 100 },
      pattern: TEXT,
      samples: { type: "array", minItems: 1, items: TEXT },
      source: TEXT,
    },
  },
} as const;

/** JSON Schema of classes.json: the failure classes in order of display. */
export const CLASS_FILE_SCHEMA = {
  $schema: "http://json-schema.org/draft-07/schema#",
  title: "cnitrace failure classes",
  type: "array",
  minItems: 1,
  items: {
    type: "object",
    additionalProperties: false,
    required: ["id", "default_role", "layer"],
    properties: {
      id: { type: "string", pattern: NAME_PATTERN },
      default_role: { enum: ROLES.filter((role) => role !== "wrapper") },
      layer: { enum: LAYERS },
      inferred: { const: true },
    },
  },
} as const;
