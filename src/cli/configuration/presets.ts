import type { Release } from '../../schema/release';
import type { Rule, Severity } from '../../rules/rule';
import type { Level } from './layer';

/** A configuration that comes with the program. */
export interface Preset {
  readonly release?: Release;
  readonly level: (rule: Rule, own: Severity) => Level;
}

const STRICTER: Record<Severity, Severity> = { error: 'error', warning: 'error', info: 'warning' };

/** The presets by their names. */
export const PRESETS: Readonly<Record<string, Preset>> = {
  /** What holds anyway. */
  recommended: { level: (_rule, own) => own },
  /** Warnings are errors, and what is only worth knowing is a warning. */
  strict: { level: (_rule, own) => STRICTER[own] },
  /** Of Istio 1.4, where everything that is old now was new. */
  'istio-1.4': { release: '1.4', level: ({ category }, own) => (category === 'deprecation' ? 'off' : own) },
};
