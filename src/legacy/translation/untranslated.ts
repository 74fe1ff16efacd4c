import type { Field } from '../../source/field';

/** Why a part of a policy of Istio 1.4 has no counterpart in today's kinds. */
export type UntranslatedReason =
  /** The property of a subject is not one that the proxy knows, so the subject matches nobody. */
  | 'unknown property'
  /** The key of a constraint is not one that Pilot knows, so the constraint is ignored. */
  | 'unknown constraint'
  /** Pilot reads `roleRef.name` only; without it this binding and those after it are ignored. */
  | 'binding without roleRef'
  /** A token is verified for paths that a regular expression matches. */
  | 'trigger rule with regex'
  /** Requests are let through although their peer fails to authenticate. */
  | 'optional peer'
  /** A token of the peer, not of the end user, is verified. */
  | 'JWT of a peer';

/** A part of a policy that the translation leaves out. */
export interface Untranslated {
  readonly field: Field;
  readonly reason: UntranslatedReason;
}
