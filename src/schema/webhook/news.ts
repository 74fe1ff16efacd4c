import type { Path } from '../../source/path';
import type { Reason, Violation } from '../violation';

/** Where such a fault is, something is gone that was there, or was never there. */
const ABSENT: ReadonlySet<Reason> = new Set<Reason>(['unknown-field', 'missing-field', 'wrong-type', 'enum']);

/** With such a fault in a field, what its neighbours must be cannot be told. */
const UNREADABLE: ReadonlySet<Reason> = new Set<Reason>(['wrong-type', 'enum']);

/** Whether the API server has not said it already, nor taken away what the webhook misses. */
export function isNewsToWebhook(shape: readonly Violation[]): (found: Violation) => boolean {
  const faults = shape.filter(({ severity }) => severity === 'error');
  return (found) => !faults.some((fault) => isSame(fault, found) || causes(fault, found));
}

const isSame = (fault: Violation, { path }: Violation) =>
  fault.path.length === path.length && leadsTo(fault.path, path);

function causes(fault: Violation, found: Violation): boolean {
  if (fault.reason === 'exclusive' && found.reason === 'exclusive') return isBeside(fault.path, found.path);
  if (!ABSENT.has(fault.reason)) return false;
  if (leadsTo(found.path, fault.path) || leadsTo(fault.path, found.path)) return true;
  if (UNREADABLE.has(fault.reason)) return isBeside(fault.path, found.path);
  return isMeant(fault, found);
}

const leadsTo = (from: Path, to: Path) => from.length <= to.length && from.every((step, index) => to[index] === step);

const isBeside = (a: Path, b: Path) =>
  a.length === b.length && typeof a.at(-1) === 'string' && leadsTo(a.slice(0, -1), b);

/** Whether a field that is unknown or wrong is the missing one under another name, or in another place. */
export function isMeant({ path, suggestion }: Violation, missing: Violation): boolean {
  if (missing.reason !== 'missing-field') return false;
  const name = suggestion && 'replaceKey' in suggestion ? suggestion.replaceKey : path.at(-1);
  return name === missing.path.at(-1);
}
