import type { Path } from '../source/path';

/** What is wrong, for those who treat one fault differently from another. */
export type Reason =
  | 'unknown-kind'
  | 'removed-kind'
  | 'unknown-version'
  | 'removed-version'
  | 'missing-kind'
  | 'unknown-field'
  | 'missing-field'
  | 'wrong-type'
  | 'enum'
  | 'limit'
  | 'format'
  | 'exclusive'
  | 'duplicate'
  | 'cel'
  | 'metadata'
  | 'channel'
  | 'old-name'
  | 'http-of-tcp'
  | 'semantic';

/** Who refuses: the API server, kubectl in its strict mode (unknown fields), or istiod's admission webhook. */
export type Layer = 'apiserver' | 'strict' | 'webhook';

/** One reason to refuse a document (an error), or to doubt it (a warning), at the field that is to blame. */
export interface Violation {
  readonly path: Path;
  /** Where in the YAML that is the text at the path. */
  readonly inside?: Path | undefined;
  /** Whether the value at the path is to blame, or that there is such a key at all. */
  readonly on: 'value' | 'key';
  readonly message: string;
  readonly layer: Layer;
  readonly severity: 'error' | 'warning';
  readonly reason: Reason;
  readonly suggestion?: Suggestion | undefined;
  /** Nobody but us says so: the webhook is silent about it, or loses the warning on its way. */
  readonly ours?: true | undefined;
}

/** What would mend it, as far as can be told: another name for the key, or another value. */
export type Suggestion = { readonly replaceKey: string } | { readonly replaceValue: string | number | boolean };

/** A violation; where nothing else is said, an error of the API server about a value. */
export function violation(
  reason: Reason,
  path: Path,
  message: string,
  details: Partial<Omit<Violation, 'reason' | 'path' | 'message'>> = {},
): Violation {
  return { on: 'value', layer: 'apiserver', severity: 'error', ...details, reason, path, message };
}
